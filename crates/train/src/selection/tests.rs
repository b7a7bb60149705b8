//! What holds of selection and of its report.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, Ordering};

use limpide_model::{Direction, Kind, Text, Unit};

use super::*;
use crate::Error;
use crate::random::SplitMix;

const N: usize = 1_600;

/// Invented clients: columns by name, and labels.
struct Clients {
    features: Vec<Feature>,
    columns: Vec<Column>,
    unlabelled: Vec<Column>,
    labels: Vec<u8>,
}

struct Draw(SplitMix);

impl Draw {
    fn uniform(&mut self) -> f64 {
        (self.0.draw() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (a, b) = (self.uniform().max(1e-300), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }
}

fn feature(name: &str, kind: Kind) -> Feature {
    Feature {
        name: name.to_owned(),
        kind,
        label: Text::default(),
        values: Default::default(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: false,
    }
}

impl Clients {
    fn push(&mut self, name: &str, numbers: Vec<f64>, new: Vec<f64>) {
        self.features.push(feature(name, Kind::Number));
        self.columns.push(Column::Numbers(numbers));
        self.unlabelled.push(Column::Numbers(new));
    }

    /// Adds a column of which the new clients look like the others.
    fn add(&mut self, name: &str, numbers: Vec<f64>) {
        self.push(name, numbers.clone(), numbers);
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        let place = self
            .features
            .iter()
            .position(|feature| feature.name == name);
        match &self.columns[place.unwrap()] {
            Column::Numbers(numbers) => numbers.clone(),
            Column::Categories(_) => panic!("{name} is a category"),
        }
    }
}

/// Two strong features, a category that tells, and everything that a check should find.
fn planted(seed: u64, n_noise: usize) -> Clients {
    let mut draw = Draw(SplitMix::new(seed));
    let mut clients = Clients {
        features: Vec::new(),
        columns: Vec::new(),
        unlabelled: Vec::new(),
        labels: Vec::new(),
    };
    let (strong, other) = (draw.normals(N), draw.normals(N));
    let drifting: Vec<f64> = draw.normals(N);
    let home: Vec<bool> = (0..N).map(|_| draw.uniform() < 0.4).collect();
    for row in 0..N {
        let log_odds =
            -2.2 + 1.1 * strong[row] - 0.9 * other[row] + 0.8 * f64::from(u8::from(home[row]));
        clients
            .labels
            .push(u8::from(draw.uniform() < 1.0 / (1.0 + (-log_odds).exp())));
    }
    clients.add("strong", strong.clone());
    clients.add("other", other.clone());
    clients.features.push(feature("home", Kind::Category));
    let homes: Vec<Option<String>> = home
        .iter()
        .map(|&rents| Some(if rents { "rents" } else { "owns" }.to_owned()))
        .collect();
    clients.columns.push(Column::Categories(homes.clone()));
    clients.unlabelled.push(Column::Categories(homes));
    clients.add("constant", vec![7.0; N]);
    clients.add(
        "nearly_constant",
        (0..N)
            .map(|row| f64::from(u8::from(row % 400 == 0)))
            .collect(),
    );
    clients.add("never_known", vec![f64::NAN; N]);
    let rare = (0..N).map(|row| {
        if row % 120 == 0 {
            draw.normal()
        } else {
            f64::NAN
        }
    });
    let rare = rare.collect();
    clients.add("rarely_known", rare);
    clients.add("strong_again", strong.clone());
    clients.add(
        "strong_in_cents",
        strong.iter().map(|number| -100.0 * number + 3.0).collect(),
    );
    clients.add(
        "strong_bent",
        strong
            .iter()
            .map(|number| number.exp() + 0.001 * draw.normal())
            .collect(),
    );
    let later: Vec<f64> = drifting.iter().map(|number| number + 2.0).collect();
    clients.push("drifting", drifting, later);
    let strong_and_drifting: Vec<f64> = strong
        .iter()
        .zip(&other)
        .map(|(a, b)| a - b + 0.3 * draw.normal())
        .collect();
    let later = strong_and_drifting
        .iter()
        .map(|number| number + 3.0)
        .collect();
    clients.push("useful_and_drifting", strong_and_drifting, later);
    for number in 0..n_noise {
        let noise = draw.normals(N);
        clients.add(&format!("noise_{number}"), noise);
    }
    clients
}

fn selected(clients: &Clients, rows: &[usize], threads: usize, is_published: bool) -> Selection {
    let features: Vec<&Feature> = clients.features.iter().collect();
    let columns: Vec<&Column> = clients.columns.iter().collect();
    let source = Source {
        features: &features,
        columns: &columns,
        labels: &clients.labels,
        rows,
        unlabelled: &clients.unlabelled,
    };
    let run = Run {
        seed: 3,
        threads,
        is_published,
        observer: &Observer::silent(),
    };
    select(source, run).unwrap()
}

fn all() -> Vec<usize> {
    (0..N).collect()
}

fn verdict<'a>(selection: &'a Selection, name: &str) -> &'a Verdict {
    selection
        .verdicts
        .iter()
        .find(|verdict| verdict.feature == name)
        .unwrap()
}

#[test]
fn what_is_planted_is_found_and_named() {
    for seed in 1..4 {
        let selection = selected(&planted(seed, 200), &all(), 1, true);
        let reason = |name| &verdict(&selection, name).reason;
        assert!(matches!(
            reason("constant"),
            Reason::Constant { differing: 0, .. }
        ));
        assert!(matches!(
            reason("nearly_constant"),
            Reason::Constant {
                differing: 4,
                needed: 8
            }
        ));
        assert!(matches!(
            reason("never_known"),
            Reason::Constant { differing: 0, .. }
        ));
        assert!(matches!(reason("rarely_known"), Reason::Unknown { share } if *share < 0.01));
        assert_eq!(
            reason("strong_again"),
            &Reason::Duplicate {
                of: "strong".to_owned()
            }
        );
        for name in ["strong_in_cents", "strong_bent"] {
            let Reason::NearDuplicate { of, correlation } = reason(name) else {
                panic!("{name}: {:?}", reason(name));
            };
            assert_eq!(of, "strong");
            assert!(
                correlation.abs() >= 0.99 && correlation.abs() <= 1.0 + 1e-6,
                "{correlation}"
            );
        }
        let noise = |verdict: &&Verdict| verdict.feature.starts_with("noise") && verdict.kept;
        let n_noise = selection.verdicts.iter().filter(noise).count();
        assert!(n_noise <= 100, "{n_noise} of 200 noise features stayed");
        assert!(verdict(&selection, "strong").kept);
        assert!(verdict(&selection, "other").kept);
        assert_eq!(
            selection.kept() + selection.dropped(),
            selection.verdicts.len()
        );
        assert_eq!(
            selection.by_reason().values().sum::<usize>(),
            selection.dropped()
        );
    }
}

#[test]
fn a_strong_feature_stays_in_every_fold_and_among_much_noise() {
    let clients = planted(9, 120);
    for fold in 0..4 {
        let rows: Vec<usize> = (0..N).filter(|row| row % 4 != fold).collect();
        let selection = selected(&clients, &rows, 1, false);
        for name in ["strong", "other"] {
            assert!(
                verdict(&selection, name).kept,
                "fold {fold}: {}",
                verdict(&selection, name)
            );
        }
    }
}

#[test]
fn drift_is_flagged_with_its_effect_and_costs_no_useful_feature() {
    let mut clients = planted(5, 5);
    // Without this the two strong features would make up for it.
    for name in [
        "strong",
        "other",
        "strong_again",
        "strong_in_cents",
        "strong_bent",
    ] {
        let place = clients
            .features
            .iter()
            .position(|feature| feature.name == name)
            .unwrap();
        clients.features.remove(place);
        clients.columns.remove(place);
        clients.unlabelled.remove(place);
    }
    let selection = selected(&clients, &all(), 1, true);
    let useful = verdict(&selection, "useful_and_drifting");
    let drift = useful.drift.unwrap();
    assert!(useful.kept && drift.auc > 0.8, "{useful}");
    assert!(drift.effect.unwrap() < -0.02, "{useful}");
    let flagged = selection
        .verdicts
        .iter()
        .filter(|verdict| verdict.drift.is_some());
    for verdict in flagged {
        assert!(verdict.feature.contains("drifting"), "{verdict}");
    }
    // Without new clients nothing is said of drift.
    clients.unlabelled.clear();
    let selection = selected(&clients, &all(), 1, true);
    assert!(
        selection
            .verdicts
            .iter()
            .all(|verdict| verdict.drift.is_none())
    );
}

#[test]
fn a_useless_feature_that_drifts_goes() {
    for seed in 1..4 {
        let selection = selected(&planted(seed, 10), &all(), 1, false);
        let drifting = verdict(&selection, "drifting");
        let is_weak = drifting
            .drift
            .is_some_and(|drift| drift.effect_of_all < 0.0);
        assert!(!drifting.kept || is_weak, "{drifting}");
    }
}

#[test]
fn labels_and_values_of_other_rows_decide_nothing() {
    let clients = planted(6, 20);
    let rows: Vec<usize> = (0..N).filter(|row| row % 5 != 0).collect();
    let before = selected(&clients, &rows, 1, false);
    let mut changed = planted(6, 20);
    for row in (0..N).step_by(5) {
        changed.labels[row] = 1 - changed.labels[row];
        for column in &mut changed.columns {
            match column {
                Column::Numbers(numbers) => numbers[row] = 1e6 * f64::from(changed.labels[row]),
                Column::Categories(categories) => categories[row] = None,
            }
        }
    }
    assert_eq!(before, selected(&changed, &rows, 1, false));
    assert_ne!(before, selected(&changed, &all(), 1, false));
}

#[test]
fn the_same_is_found_on_one_thread_and_on_two_for_a_fold_and_for_publication() {
    let clients = planted(7, 20);
    let one = selected(&clients, &all(), 1, true);
    assert_eq!(one, selected(&clients, &all(), 2, true));
    let for_a_fold = selected(&clients, &all(), 1, false);
    assert_eq!(one.places(), for_a_fold.places());
}

#[test]
fn of_two_alike_the_unprotected_one_stays() {
    let mut clients = planted(8, 0);
    let strong = clients.numbers("strong");
    clients.add(
        "allowed",
        strong.iter().map(|number| 2.0 * number).collect(),
    );
    for feature in &mut clients.features {
        feature.protected = feature.name.starts_with("strong");
    }
    let selection = selected(&clients, &all(), 1, false);
    assert!(verdict(&selection, "allowed").kept);
    assert_eq!(
        verdict(&selection, "strong").reason.word(),
        "near_duplicate"
    );
}

#[test]
fn where_nothing_helps_something_stays() {
    let mut clients = planted(4, 0);
    let mut draw = Draw(SplitMix::new(1));
    clients.features.clear();
    clients.columns.clear();
    clients.unlabelled.clear();
    clients.add("noise", draw.normals(N));
    clients.add("more", draw.normals(N));
    assert!(selected(&clients, &all(), 1, false).kept() > 0);
    // All are constant: no model can be made of them, and none is.
    clients.features.clear();
    clients.columns.clear();
    clients.unlabelled.clear();
    clients.add("constant", vec![1.0; N]);
    assert_eq!(selected(&clients, &all(), 1, false).kept(), 0);
}

#[test]
fn a_wish_to_stop_is_heard() {
    let clients = planted(2, 5);
    let stop = AtomicBool::new(false);
    let observer = Observer {
        progress: &|progress| {
            if progress.stage == Stage::Selection && progress.done == 4 {
                stop.store(true, Ordering::Relaxed);
            }
        },
        stop: &stop,
        ..Observer::silent()
    };
    let features: Vec<&Feature> = clients.features.iter().collect();
    let columns: Vec<&Column> = clients.columns.iter().collect();
    let source = Source {
        features: &features,
        columns: &columns,
        labels: &clients.labels,
        rows: &all(),
        unlabelled: &[],
    };
    let run = Run {
        seed: 3,
        threads: 1,
        is_published: true,
        observer: &observer,
    };
    assert!(matches!(select(source, run), Err(Error::Stopped)));
}

#[test]
fn the_report_says_of_every_feature_why() {
    let selection = selected(&planted(1, 30), &all(), 1, true);
    let lines = selection.verdicts.iter().map(|verdict| {
        let word = if verdict.kept { "kept" } else { "dropped" };
        format!("{:20} {word:8} {verdict}", verdict.feature)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    let json = serde_json::to_string(&selection).unwrap();
    assert_eq!(serde_json::from_str::<Selection>(&json).unwrap(), selection);
}

#[test]
fn few_features_are_not_thinned_by_lot() {
    let selection = selected(&planted(1, 6), &all(), 1, false);
    let noise = |verdict: &&Verdict| verdict.feature.starts_with("noise");
    assert!(
        selection
            .verdicts
            .iter()
            .filter(noise)
            .all(|verdict| verdict.kept)
    );
}

/// Run by hand on an idle machine, with `--ignored`.
#[test]
#[ignore = "a measurement, not a check"]
fn selection_of_800_features_for_4000_clients_takes_seconds() {
    let mut draw = Draw(SplitMix::new(1));
    let n = 4_000;
    let mut clients = Clients {
        features: Vec::new(),
        columns: Vec::new(),
        unlabelled: Vec::new(),
        labels: (0..n).map(|row| u8::from(row % 13 == 0)).collect(),
    };
    for number in 0..800 {
        let told = if number % 10 == 0 { 0.15 } else { 0.0 };
        let labels = clients.labels.clone();
        let numbers = labels
            .iter()
            .map(|&label| draw.normal() + told * f64::from(label));
        let numbers = numbers.collect();
        clients.add(&format!("n{number}"), numbers);
    }
    let start = std::time::Instant::now();
    let selection = selected(&clients, &(0..n).collect::<Vec<_>>(), 1, false);
    let seconds = start.elapsed().as_secs_f64();
    assert!(
        seconds <= 3.0,
        "{seconds:.2} s; {} of 800 kept; {:?}",
        selection.kept(),
        selection.by_reason()
    );
}
