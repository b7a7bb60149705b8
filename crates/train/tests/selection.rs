//! What holds of training that selects its features.
#![allow(clippy::unwrap_used)]

mod invented;

use std::num::NonZeroUsize;

use invented::{Draw, clients, feature};
use limpide_model::learned::declared::DeclaredNeighbours;
use limpide_model::metrics::auc;
use limpide_model::{Bundle, Column, Dataset, Declared, Details, Kind, Value};
use limpide_train::selection::Reason;
use limpide_train::{Budget, Effort, Limits, Observer, TrainConfig, Trained, Tuning, train};

const N: usize = 700;

/// Clients with a learned feature, a constant, a copy, and a number that drifts.
fn prepared() -> Dataset {
    let mut dataset = clients(N, 16, 3);
    dataset.unlabelled = dataset.columns.clone();
    let copy = dataset.columns[0].clone();
    let mut draw = Draw(5);
    let drifting: Vec<f64> = (0..N).map(|_| draw.normal()).collect();
    let later = drifting.iter().map(|number| number + 3.0).collect();
    for (name, known, new) in [
        (
            "constant",
            Column::Numbers(vec![1.0; N]),
            Column::Numbers(vec![1.0; N]),
        ),
        ("copy", copy.clone(), copy),
        (
            "drifting",
            Column::Numbers(drifting),
            Column::Numbers(later),
        ),
    ] {
        dataset
            .features
            .push(feature(name.to_owned(), Kind::Number));
        dataset.columns.push(known);
        dataset.unlabelled.push(new);
    }
    dataset
        .learned
        .push(Declared::Neighbours(DeclaredNeighbours {
            feature: feature("near".to_owned(), Kind::Number),
            inputs: vec!["n0".to_owned(), "n8".to_owned(), "n3".to_owned()],
            neighbours: 35,
            from_clients: 0,
        }));
    dataset
}

fn trained(dataset: &Dataset, effort: Effort, threads: usize) -> Trained {
    let limits = Limits {
        max_auc: 0.95,
        max_single_auc: 0.95,
    };
    let config = TrainConfig {
        seed: 4,
        effort,
        limits,
        threads: NonZeroUsize::new(threads),
        // How features are selected does not depend on tuning, which takes long.
        tuning: Tuning {
            budget: Some(Budget::Trials(0)),
            ..Tuning::default()
        },
        ..TrainConfig::default()
    };
    train(dataset, &config, &Observer::silent()).unwrap()
}

#[test]
fn the_bundle_holds_what_is_read_and_no_more_and_scores_by_it() {
    let dataset = prepared();
    let (one, two) = (
        trained(&dataset, Effort::Standard, 1),
        trained(&dataset, Effort::Standard, 2),
    );
    let bytes = one.bundle.to_bytes().unwrap();
    assert_eq!(bytes, two.bundle.to_bytes().unwrap());
    assert_eq!(one.selection, two.selection);
    assert_eq!(one.out_of_fold, two.out_of_fold);

    let selection = one.selection.unwrap();
    assert_eq!(selection.verdicts.len(), dataset.features.len() + 1);
    let bundle = Bundle::from_bytes(&bytes).unwrap();
    let kept = selection.verdicts.iter().filter(|verdict| verdict.kept);
    let kept: Vec<&str> = kept.map(|verdict| verdict.feature.as_str()).collect();
    let names: Vec<&str> = bundle
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, kept);
    assert!(!kept.contains(&"constant") && !kept.contains(&"copy"));
    let verdicts = selection.verdicts.iter().filter(|verdict| verdict.kept);
    for (place, verdict) in verdicts.enumerate() {
        let mut columns = bundle.encoder.columns.iter();
        let is_read = columns.any(|column| column.feature == place);
        assert_eq!(is_read, verdict.reason != Reason::Needed, "{verdict}");
    }

    let row = |client: usize| -> Vec<Value> {
        let base = bundle.features[..bundle.n_base()].iter().map(|feature| {
            let place = dataset
                .features
                .iter()
                .position(|other| other.name == feature.name);
            dataset.columns[place.unwrap()].value(client)
        });
        bundle.complete(&base.collect::<Vec<_>>(), Details::none())
    };
    let scores: Vec<f64> = (0..N)
        .map(|client| bundle.score(&row(client)).unwrap().margin)
        .collect();
    assert!(auc(&scores, &dataset.labels) > 0.7);
}

#[test]
fn quick_effort_selects_nothing() {
    let dataset = clients(N, 8, 6);
    let trained = trained(&dataset, Effort::Quick, 2);
    assert_eq!(trained.selection, None);
    assert_eq!(trained.bundle.features.len(), dataset.features.len());
}

#[test]
fn clients_without_an_outcome_must_have_the_same_columns() {
    let mut dataset = prepared();
    dataset.unlabelled.pop();
    let error = train(&dataset, &TrainConfig::default(), &Observer::silent()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the training data does not fit together: the clients without an outcome have other columns"
    );
}
