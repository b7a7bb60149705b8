//! The same data, configuration and seed give the same bytes, on one thread and on two, whatever
//! the effort: of the bundle, and of what every candidate says of clients it has not seen.
#![allow(clippy::unwrap_used)]

mod invented;

use std::num::NonZeroUsize;

use invented::clients;
use limpide_model::Dataset;
use limpide_train::{
    Effort, FoldEntry, Folds, Limits, Observer, TrainConfig, Trained, candidate_names, train,
};

const N: usize = 400;

/// Trains on three folds of one repeat.
fn trained(dataset: &Dataset, effort: Effort, threads: usize, seed: u64) -> Trained {
    let entry = |(row, &client): (usize, &i64)| FoldEntry {
        client,
        repeat: 0,
        fold: row as u32 % 3,
    };
    let entries: Vec<FoldEntry> = dataset.clients.iter().enumerate().map(entry).collect();
    let config = TrainConfig {
        seed,
        effort,
        folds: Some(Folds::given(&dataset.clients, &entries).unwrap()),
        threads: NonZeroUsize::new(threads),
        limits: Limits {
            max_auc: 1.0,
            max_single_auc: 1.0,
        },
        ..TrainConfig::default()
    };
    train(dataset, &config, &Observer::silent()).unwrap()
}

fn assert_the_same(effort: Effort) {
    let dataset = clients(N, 24, 1);
    let one = trained(&dataset, effort, 1, 11);
    let two = trained(&dataset, effort, 2, 11);
    assert_eq!(one.bundle.hash().unwrap(), two.bundle.hash().unwrap());
    assert_eq!(
        one.bundle.to_bytes().unwrap(),
        two.bundle.to_bytes().unwrap()
    );
    let bits = |trained: &Trained| -> Vec<(&'static str, i64, u64)> {
        let lines = trained.out_of_fold.iter();
        lines
            .map(|line| (line.candidate, line.client, line.probability.to_bits()))
            .collect()
    };
    assert_eq!(bits(&one), bits(&two));
    for candidate in candidate_names(effort) {
        let lines = bits(&one);
        let told = lines.iter().filter(|(name, ..)| *name == candidate);
        assert_eq!(told.count(), N, "{candidate}");
    }
}

#[test]
fn quick_bundles_have_the_same_bytes_on_one_thread_and_on_two() {
    assert_the_same(Effort::Quick);
}

#[test]
fn standard_bundles_have_the_same_bytes_on_one_thread_and_on_two() {
    assert_the_same(Effort::Standard);
}

#[test]
fn thorough_bundles_have_the_same_bytes_on_one_thread_and_on_two() {
    assert_the_same(Effort::Thorough);
}

#[test]
fn another_seed_gives_another_bundle() {
    let dataset = clients(N, 24, 1);
    let [one, other] = [11, 12].map(|seed| trained(&dataset, Effort::Quick, 2, seed));
    assert_ne!(one.bundle.hash().unwrap(), other.bundle.hash().unwrap());
}
