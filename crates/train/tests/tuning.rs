//! What holds of tuning inside training as a whole.
#![allow(clippy::unwrap_used)]

mod invented;

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use invented::clients;
use limpide_model::{Column, Dataset};
use limpide_train::tuning::{Past, Subject};
use limpide_train::{
    Budget, Error, FoldEntry, Folds, Limits, Objective, Observer, OutOfFold, TrainConfig, Trained,
    Tried, Tuning, train,
};

const N: usize = 420;

fn config(dataset: &Dataset, threads: usize) -> TrainConfig {
    let entry = |(row, &client): (usize, &i64)| FoldEntry {
        client,
        repeat: 2,
        fold: 7 + row as u32 % 3,
    };
    let entries: Vec<FoldEntry> = dataset.clients.iter().enumerate().map(entry).collect();
    TrainConfig {
        seed: 11,
        threads: NonZeroUsize::new(threads),
        folds: Some(Folds::given(&dataset.clients, &entries).unwrap()),
        limits: Limits {
            max_auc: 0.95,
            max_single_auc: 0.95,
        },
        tuning: Tuning {
            budget: Some(Budget::Trials(6)),
            ..Tuning::default()
        },
        ..TrainConfig::default()
    }
}

fn trained(dataset: &Dataset, config: &TrainConfig) -> Trained {
    train(dataset, config, &Observer::silent()).unwrap()
}

#[test]
fn tuned_models_have_the_same_bytes_on_one_thread_and_on_two() {
    let dataset = clients(N, 12, 1);
    let one = trained(&dataset, &config(&dataset, 1));
    let two = trained(&dataset, &config(&dataset, 2));
    assert_eq!(
        one.bundle.to_bytes().unwrap(),
        two.bundle.to_bytes().unwrap()
    );
    assert_eq!(one.out_of_fold, two.out_of_fold);
    assert_eq!(one.tuning, two.tuning);
    let report = one.tuning.unwrap();
    assert_eq!((report.objective, report.folds.len()), ("auc", 9));
    assert!(report.folds.iter().all(|study| study.steps.len() >= 3));
    assert!(
        report
            .folds
            .iter()
            .all(|study| study.name.contains(", repeat 2 without fold "))
    );
    assert!(!one.bundle.hyperparameters.is_empty() || one.bundle.name == "dummy");
}

#[test]
fn what_is_tuned_for_a_fold_does_not_depend_on_its_labels_or_values() {
    let dataset = clients(N, 12, 2);
    let mut changed = dataset.clone();
    let judged: Vec<usize> = (0..N).filter(|row| row % 3 == 1).collect();
    for &row in &judged {
        changed.labels[row] = u8::from(row % 5 == 0);
    }
    for &row in &judged[1..] {
        for column in &mut changed.columns {
            match column {
                Column::Numbers(numbers) => numbers[row] = numbers[row] * 3.0 + 1.0,
                Column::Categories(categories) => categories[row] = Some("elsewhere".to_owned()),
            }
        }
    }
    let before = trained(&dataset, &config(&dataset, 2));
    let after = trained(&changed, &config(&dataset, 2));
    let first = |trained: &Trained| -> Vec<OutOfFold> {
        let client = dataset.clients[judged[0]];
        let lines = trained
            .out_of_fold
            .iter()
            .filter(|line| line.client == client);
        lines.copied().collect()
    };
    assert_eq!(first(&before), first(&after));
    assert_ne!(before.out_of_fold, after.out_of_fold);
    let of_fold = |trained: &Trained, fold: u32| {
        let folds = trained.tuning.clone().unwrap().folds;
        let ending = format!("without fold {fold}");
        let found = folds
            .into_iter()
            .filter(|study| study.name.ends_with(&ending));
        found.collect::<Vec<_>>()
    };
    assert_eq!(of_fold(&before, 8), of_fold(&after, 8));
    assert_ne!(of_fold(&before, 7), of_fold(&after, 7));
}

#[test]
fn training_that_was_stopped_goes_on_from_its_journal_to_the_same_bundle() {
    let dataset = clients(N, 12, 3);
    let mut config = config(&dataset, 2);
    config.tuning.objective = Objective::Cost;
    let whole = trained(&dataset, &config);
    let subject = Subject::default();
    let text = Mutex::new(subject.line().unwrap());
    let (stop, most) = (AtomicBool::new(false), Mutex::new(9));
    let keep = |tried: &Tried<'_>| {
        let mut most = most.lock().unwrap();
        if tried.is_new {
            text.lock().unwrap().push_str(&tried.entry.line().unwrap());
            *most -= 1;
        }
        if *most == 0 {
            stop.store(true, Ordering::Relaxed);
        }
        Ok(())
    };
    let observer = Observer {
        tried: &keep,
        stop: &stop,
        ..Observer::silent()
    };
    let mut runs = 0;
    let resumed = loop {
        runs += 1;
        let past = Past::read(text.lock().unwrap().as_bytes(), &subject).unwrap();
        config.tuning.past = past.entries;
        match train(&dataset, &config, &observer) {
            Ok(trained) => break trained,
            Err(error) => assert!(matches!(error, Error::Stopped), "{error}"),
        }
        stop.store(false, Ordering::Relaxed);
        *most.lock().unwrap() = 15;
    };
    assert!(runs > 2, "{runs}");
    assert_eq!(
        resumed.bundle.to_bytes().unwrap(),
        whole.bundle.to_bytes().unwrap()
    );
    assert_eq!(resumed.tuning, whole.tuning);
}

#[test]
fn a_trial_that_cannot_be_kept_ends_training_in_words() {
    let dataset = clients(N, 12, 4);
    let full = |_: &Tried<'_>| Err(std::io::Error::other("no space left on device"));
    let observer = Observer {
        tried: &full,
        ..Observer::silent()
    };
    let error = train(&dataset, &config(&dataset, 1), &observer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tuning journal could not be written: no space left on device"
    );
}
