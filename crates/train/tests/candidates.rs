//! What holds of every candidate, and of training as a whole.
#![allow(clippy::unwrap_used)]

mod invented;

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use invented::{clients, feature};
use limpide_model::metrics::auc;
use limpide_model::{Bundle, Column, Dataset, Kind, Value};
use limpide_train::{
    Effort, Error, FoldEntry, Folds, Limits, Observer, Progress, Stage, TrainConfig, Trained,
    candidate_names, train,
};

const N: usize = 900;

fn config(threads: usize) -> TrainConfig {
    let limits = Limits {
        max_auc: 0.95,
        max_single_auc: 0.95,
    };
    TrainConfig {
        seed: 11,
        threads: NonZeroUsize::new(threads),
        limits,
        ..TrainConfig::default()
    }
}

fn entries(dataset: &Dataset, repeats: u32) -> Vec<FoldEntry> {
    let entry = |repeat: u32, (row, &client): (usize, &i64)| FoldEntry {
        client,
        repeat: repeat + 3,
        fold: 10 + (row as u32 * 7 + row as u32 / 13 * repeat) % 4,
    };
    (0..repeats)
        .flat_map(|repeat| {
            dataset
                .clients
                .iter()
                .enumerate()
                .map(move |item| entry(repeat, item))
        })
        .collect()
}

fn trained(dataset: &Dataset, config: &TrainConfig) -> Trained {
    train(dataset, config, &Observer::silent()).unwrap()
}

/// Gives one candidate's out-of-fold probabilities of the first repeat, in the clients' order.
fn out_of_fold(trained: &Trained, candidate: &str) -> Vec<f64> {
    let first = trained.out_of_fold[0].repeat;
    let lines = trained
        .out_of_fold
        .iter()
        .filter(|line| line.candidate == candidate && line.repeat == first);
    lines.map(|line| line.probability).collect()
}

#[test]
fn nothing_judged_on_a_fold_depends_on_its_labels_or_on_anothers_values() {
    let dataset = clients(N, 24, 2);
    let folds = Folds::given(&dataset.clients, &entries(&dataset, 1)).unwrap();
    let config = TrainConfig {
        folds: Some(folds),
        ..config(2)
    };
    let judged: Vec<usize> = entries(&dataset, 1)
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.fold == 12)
        .map(|(row, _)| row)
        .collect();
    let mut changed = dataset.clone();
    for &row in &judged {
        changed.labels[row] = u8::from(row % 5 == 0);
    }
    // The first judged client is left as it was; all others' values in its fold change.
    for &row in &judged[1..] {
        for column in &mut changed.columns {
            match column {
                Column::Numbers(numbers) => numbers[row] = numbers[row] * 3.0 + 1.0,
                Column::Categories(categories) => categories[row] = Some("elsewhere".to_owned()),
            }
        }
    }
    let (before, after) = (trained(&dataset, &config), trained(&changed, &config));
    let mut differs_elsewhere = 0;
    for candidate in candidate_names(Effort::Quick) {
        let (before, after) = (
            out_of_fold(&before, candidate),
            out_of_fold(&after, candidate),
        );
        assert_eq!(
            before[judged[0]].to_bits(),
            after[judged[0]].to_bits(),
            "{candidate}"
        );
        differs_elsewhere += usize::from(before != after);
    }
    assert_eq!(differs_elsewhere, candidate_names(Effort::Quick).count());
}

#[test]
fn every_candidate_gives_every_client_one_probability_a_repeat() {
    let dataset = clients(N, 16, 3);
    let folds = Folds::given(&dataset.clients, &entries(&dataset, 2)).unwrap();
    let trained = trained(
        &dataset,
        &TrainConfig {
            folds: Some(folds),
            ..config(2)
        },
    );
    assert_eq!(
        trained.out_of_fold.len(),
        2 * N * candidate_names(Effort::Quick).count()
    );
    assert!(
        trained
            .out_of_fold
            .iter()
            .all(|line| line.probability > 0.0 && line.probability < 1.0)
    );
    assert_eq!(
        (
            trained.out_of_fold[0].repeat,
            trained.out_of_fold.last().unwrap().repeat
        ),
        (3, 4)
    );
    let names: Vec<&str> = trained
        .leaderboard
        .iter()
        .map(|timed| timed.standing.candidate.as_str())
        .collect();
    assert_eq!(names[0], trained.bundle.name);
    for candidate in candidate_names(Effort::Quick) {
        assert!(names.contains(&candidate));
        let probabilities = out_of_fold(&trained, candidate);
        assert_eq!(probabilities.len(), N);
        let area = auc(&probabilities, &dataset.labels);
        let told = if candidate == "dummy" {
            area < 0.6
        } else {
            area > 0.6
        };
        assert!(told, "{candidate}: {area}");
    }
    let aucs: Vec<f64> = trained
        .leaderboard
        .iter()
        .map(|timed| timed.standing.auc)
        .collect();
    assert!(aucs.windows(2).all(|pair| pair[0] >= pair[1]) && *aucs.last().unwrap() == 0.5);
    let metrics = trained.bundle.metrics;
    assert!(metrics.auc_interval[0] < metrics.auc && metrics.auc < metrics.auc_interval[1]);
    let rate = trained.bundle.trained_on.defaults as f64 / N as f64;
    assert!(
        metrics.cost_per_client < (10.0 * rate).min(1.0 - rate),
        "cheaper than granting or refusing all"
    );
    assert!(metrics.calibration_error < 0.06);
}

#[test]
fn out_of_fold_probabilities_are_not_those_of_the_model_that_saw_the_client() {
    let dataset = clients(N, 24, 4);
    let trained = trained(&dataset, &config(2));
    let probability = |row| trained.bundle.score(&dataset.row(row)).unwrap().probability;
    let seen: Vec<f64> = (0..N).map(probability).collect();
    let unseen = out_of_fold(&trained, &trained.bundle.name);
    let (seen, unseen) = (auc(&seen, &dataset.labels), auc(&unseen, &dataset.labels));
    assert!(seen > unseen + 0.02, "seen {seen}, unseen {unseen}");
}

#[test]
fn the_order_of_the_clients_does_not_decide_what_folds_find() {
    let dataset = clients(N, 16, 5);
    let order: Vec<usize> = (0..N).map(|row| (row * 367 + 41) % N).collect();
    let moved = Dataset {
        clients: order.iter().map(|&row| dataset.clients[row]).collect(),
        features: dataset.features.clone(),
        columns: dataset
            .columns
            .iter()
            .map(|column| match column {
                Column::Numbers(numbers) => {
                    Column::Numbers(order.iter().map(|&row| numbers[row]).collect())
                }
                Column::Categories(all) => {
                    Column::Categories(order.iter().map(|&row| all[row].clone()).collect())
                }
            })
            .collect(),
        labels: order.iter().map(|&row| dataset.labels[row]).collect(),
        unlabelled: Vec::new(),
        ..Dataset::default()
    };
    let entries = entries(&dataset, 1);
    let train_on = |dataset: &Dataset| {
        let folds = Folds::given(&dataset.clients, &entries).unwrap();
        trained(
            dataset,
            &TrainConfig {
                folds: Some(folds),
                ..config(2)
            },
        )
    };
    let (here, there) = (train_on(&dataset), train_on(&moved));
    // Sums in another order; rows sampled by place differ in the trees, so these only agree roughly.
    for (candidate, tolerance) in [
        ("dummy", 1e-12),
        ("scorecard", 0.15),
        ("logistic", 1e-3),
        ("boosted", 0.15),
        ("blend", 0.1),
    ] {
        let (here, there) = (
            out_of_fold(&here, candidate),
            out_of_fold(&there, candidate),
        );
        for (place, &row) in order.iter().enumerate() {
            assert!(
                (here[row] - there[place]).abs() < tolerance,
                "{candidate}: {} {}",
                here[row],
                there[place]
            );
        }
    }
}

#[test]
fn a_client_of_whom_nothing_is_known_and_an_unseen_category_score_fine() {
    let dataset = clients(N, 16, 6);
    let bundle = trained(&dataset, &config(2)).bundle;
    let bundle = Bundle::from_bytes(&bundle.to_bytes().unwrap()).unwrap();
    let mut row = vec![Value::Missing; dataset.features.len()];
    let unknown = bundle.score(&row).unwrap();
    row[16] = Value::Category("moon".to_owned());
    assert_eq!(bundle.score(&row).unwrap(), unknown);
    assert!(unknown.margin.is_finite() && unknown.probability > 0.0 && unknown.probability < 1.0);
    for huge in [1e300, -1e300] {
        row.fill(Value::Number(huge));
        row[16..].fill(Value::Missing);
        assert!(bundle.score(&row).unwrap().margin.is_finite());
    }
}

#[test]
fn one_feature_that_tells_too_much_stops_training() {
    let mut dataset = clients(N, 8, 7);
    let labels = dataset.labels.clone();
    let config = TrainConfig {
        limits: Limits::default(),
        ..config(1)
    };
    dataset
        .features
        .push(feature("paid_back".to_owned(), Kind::Number));
    let leak = labels
        .iter()
        .map(|&label| if label == 1 { f64::NAN } else { 3.0 });
    dataset.columns.push(Column::Numbers(leak.collect()));
    let error = train(&dataset, &config, &Observer::silent()).unwrap_err();
    assert!(
        matches!(&error, Error::LeakingFeature { feature, auc, .. } if feature == "paid_back" && *auc == 1.0)
    );
    assert!(error.to_string().starts_with(
        "suspected leak: paid_back alone has an AUC of 1.0000, above the limit of 0.8"
    ));

    let column = labels
        .iter()
        .map(|&label| Some(if label == 1 { "late" } else { "paid" }.to_owned()));
    *dataset.columns.last_mut().unwrap() = Column::Categories(column.collect());
    dataset.features.last_mut().unwrap().kind = Kind::Category;
    let error = train(&dataset, &config, &Observer::silent()).unwrap_err();
    assert!(matches!(error, Error::LeakingFeature { .. }), "{error}");

    // A category of its own for each client is no leak: it says nothing of other clients.
    let column = (0..N).map(|row| Some(format!("client {row}")));
    *dataset.columns.last_mut().unwrap() = Column::Categories(column.collect());
    train(
        &dataset,
        &TrainConfig {
            limits: Limits {
                max_auc: 0.95,
                ..Limits::default()
            },
            ..config
        },
        &Observer::silent(),
    )
    .unwrap();
}

#[test]
fn a_model_that_tells_too_much_stops_training() {
    let dataset = clients(N, 8, 8);
    let limits = Limits {
        max_auc: 0.55,
        max_single_auc: 0.95,
    };
    let error = train(
        &dataset,
        &TrainConfig {
            limits,
            ..config(2)
        },
        &Observer::silent(),
    )
    .unwrap_err();
    assert!(
        matches!(error, Error::LeakingModel { limit: 0.55, .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("the strongest alone are n"),
        "{error}"
    );
}

#[test]
fn training_reports_its_progress_and_stops_when_asked() {
    let dataset = clients(300, 8, 9);
    let heard: Mutex<Vec<Progress>> = Mutex::new(Vec::new());
    let stop = AtomicBool::new(false);
    let observer = Observer {
        progress: &|progress| heard.lock().unwrap().push(progress),
        stop: &stop,
        ..Observer::silent()
    };
    train(&dataset, &config(2), &observer).unwrap();
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    for stage in [
        Stage::LeakGuard,
        Stage::Folds,
        Stage::Comparison,
        Stage::Champion,
    ] {
        let of_stage: Vec<&Progress> = heard
            .iter()
            .filter(|progress| progress.stage == stage)
            .collect();
        assert!(
            of_stage
                .iter()
                .any(|progress| progress.done == progress.total && progress.total > 0),
            "{stage:?}"
        );
        assert!(
            of_stage
                .iter()
                .all(|progress| progress.done <= progress.total)
        );
    }
    let stopping = |progress: Progress| {
        if progress.stage == Stage::Folds && progress.done == 2 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let observer = Observer {
        progress: &stopping,
        stop: &stop,
        ..Observer::silent()
    };
    assert!(matches!(
        train(&dataset, &config(2), &observer),
        Err(Error::Stopped)
    ));
}

#[test]
fn folds_that_do_not_fit_the_clients_are_refused_in_words() {
    let dataset = clients(60, 4, 10);
    let good = entries(&dataset, 1);
    let refused = |entries: &[FoldEntry]| {
        Folds::given(&dataset.clients, entries)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(&good[1..]),
        "the given folds cannot be used: client 1000 stands in no fold of repeat 3"
    );
    assert_eq!(
        refused(&[&good[..], &good[..1]].concat()),
        "the given folds cannot be used: client 1000 stands twice in repeat 3"
    );
    let stranger = FoldEntry {
        client: 1,
        ..good[0]
    };
    assert_eq!(
        refused(&[&good[..], &[stranger]].concat()),
        "the given folds cannot be used: client 1 is not among the 60 labelled clients"
    );
    let two: Vec<FoldEntry> = good
        .iter()
        .map(|entry| FoldEntry {
            fold: entry.fold % 2,
            ..*entry
        })
        .collect();
    assert_eq!(
        refused(&two),
        "the given folds cannot be used: repeat 3 has 2 folds, at least 3 are needed"
    );
    assert_eq!(
        refused(&[]),
        "the given folds cannot be used: they are empty"
    );
    let mut one_class = dataset.clone();
    one_class.labels.fill(0);
    let error = train(&one_class, &config(1), &Observer::silent()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("repeat 0, fold 0: 0 defaults and 12 repaid credits"),
        "{error}"
    );
}
