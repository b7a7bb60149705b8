//! What a model does over many clients, on an invented lender.
//!
//! Golden numbers: tests/golden/permutation.py (scikit-learn), with the orders that it drew.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "each test file uses its part")]
mod lender;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use limpide_explain::global::{
    Global, Material, Sample, Values, Watch, dependence, even, explain_all, global, marks, orders,
    permutation, segments, shapes,
};
use limpide_explain::{Contributions, Error, Explainer, importance};
use limpide_model::additive::bin;
use limpide_model::random::SplitMix;
use limpide_model::{
    Additive, Bundle, Calibration, EncodedColumn, Encoder, GlassBox, LinearTerm, Logistic, Pair,
    Scorer, Shape, Source, Value, VennAbers,
};
use serde::Deserialize;

const FIRST: usize = 0;

/// Runs with nobody watching.
fn alone<T>(run: impl FnOnce(&Watch<'_>) -> T) -> T {
    let stop = AtomicBool::new(false);
    run(&Watch {
        progress: &|_| {},
        stop: &stop,
    })
}

/// Clients of the invented lender, drawn the same way each time; one in ten values is missing.
fn clients(n: usize) -> Vec<Vec<Value>> {
    let mut random = SplitMix::new(3);
    let mut unit = move || random.below(1 << 20) as f64 / f64::from(1 << 20);
    let mut client = || {
        let ranges = [
            (0.0, 1.0),
            (0.0, 1.0),
            (0.0, 0.5),
            (-8000.0, -10.0),
            (-25_000.0, -7000.0),
        ];
        let mut row: Vec<Value> = Vec::new();
        for (low, high) in ranges {
            row.push(match unit() < 0.1 {
                true => Value::Missing,
                false => Value::Number(low + (high - low) * unit()),
            });
        }
        row.push(Value::Number((unit() * 4.0).floor()));
        row.push(match (unit() * 4.0) as usize {
            0 => Value::Missing,
            1 => Value::Category("Tenant".into()),
            2 => Value::Category("Lodger".into()),
            _ => Value::Category("Owner".into()),
        });
        row.push(Value::Number(2000.0 + 50_000.0 * unit()));
        row
    };
    (0..n).map(|_| client()).collect()
}

/// A logistic regression that reads the two ratings alone, both of one concept.
fn of_ratings() -> Scorer {
    let term = |weight: f64| LinearTerm {
        fill: 0.5,
        low: 0.0,
        high: 1.0,
        mean: 0.5,
        weight,
        missing_mean: 0.1,
        missing_weight: weight / 10.0,
    };
    let terms = [-4.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0].map(term);
    Scorer::Logistic(Logistic {
        intercept: -1.0,
        terms: terms.to_vec(),
    })
}

fn explained(bundle: &Bundle, rows: &[Vec<Value>]) -> Vec<Contributions> {
    let explainer = Explainer::new(Arc::new(bundle.clone()));
    alone(|watch| explain_all(&explainer, rows, watch)).unwrap()
}

fn measured(bundle: &Bundle, rows: &[Vec<Value>], labels: &[u8], threads: usize) -> Global {
    let explainer = Explainer::new(Arc::new(bundle.clone()));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    let outcomes: Vec<Option<u8>> = labels.iter().copied().map(Some).collect();
    let material = Material {
        clients: rows.len(),
        sample: Sample {
            rows,
            outcomes: &outcomes,
        },
        judged: (rows, labels),
        judged_were_seen: true,
        repeats: 2,
        seed: 4,
    };
    pool.install(|| {
        alone(|watch| {
            let contributions = explain_all(&explainer, rows, watch).unwrap();
            global(&explainer, &material, &contributions, watch).unwrap()
        })
    })
}

/// Whoever's margin is above the median did not repay.
fn sharp_labels(contributions: &[Contributions]) -> Vec<u8> {
    let mut margins: Vec<f64> = contributions.iter().map(|one| one.margin).collect();
    margins.sort_by(f64::total_cmp);
    let median = margins[margins.len() / 2];
    contributions
        .iter()
        .map(|one| u8::from(one.margin >= median))
        .collect()
}

#[test]
fn what_is_not_read_loses_nothing_and_the_only_signal_loses_all_of_the_auc() {
    let bundle = lender::bundle(of_ratings());
    let rows = clients(2000);
    let labels = sharp_labels(&explained(&bundle, &rows));
    let all: Vec<usize> = (0..bundle.features.len()).collect();
    let orders = orders(rows.len(), 4, 9);
    let found =
        alone(|watch| permutation(&bundle, (&rows, &labels), &orders, &all, watch)).unwrap();
    assert_eq!(found.auc, 1.0);
    assert_eq!((found.clients, found.repeats), (2000, 4));
    let rating = &found.concepts[0];
    assert_eq!(rating.id, "rating", "the largest loss stands first");
    // Mixed up, the AUC is that of chance: 0.5, give or take 1/√(3n) a repeat, of which there are four.
    let left = found.auc - rating.auc_loss;
    assert!(
        (left - 0.5).abs() < 4.0 / (3.0 * 2000.0f64 * 4.0).sqrt(),
        "{left}"
    );
    assert!(rating.auc_interval[0] < rating.auc_loss && rating.auc_loss < rating.auc_interval[1]);
    assert!(rating.cost_increase > 0.0 && rating.cost_interval[0] > 0.0);
    for loss in found.concepts[1..].iter().chain(&found.features[2..]) {
        let nothing = (0.0, [0.0; 2], 0.0, [0.0; 2]);
        let lost = (
            loss.auc_loss,
            loss.auc_interval,
            loss.cost_increase,
            loss.cost_interval,
        );
        assert_eq!(lost, nothing, "{}", loss.id);
    }
    let both: f64 = found.features[..2].iter().map(|loss| loss.auc_loss).sum();
    let sizes = found.features[..2].iter().map(|loss| loss.id.as_str());
    assert_eq!(sizes.collect::<Vec<_>>(), ["rating_mean", "rating_min"]);
    assert!(both > 0.2, "{both}");
}

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<f64>>,
    labels: Vec<u8>,
    intercept: f64,
    weights: Vec<f64>,
    orders: Vec<Vec<usize>>,
    importances_mean: Vec<f64>,
}

#[test]
fn permutation_importance_is_that_of_scikit_learn_in_the_same_orders() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/permutation.json"
    );
    let golden: Golden = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let term = |&weight: &f64| LinearTerm {
        fill: 0.0,
        low: -100.0,
        high: 100.0,
        mean: 0.0,
        weight,
        missing_mean: 0.0,
        missing_weight: 0.0,
    };
    let mut bundle = lender::bundle(Scorer::Logistic(Logistic {
        intercept: golden.intercept,
        terms: golden.weights.iter().map(term).collect(),
    }));
    bundle.features.truncate(golden.weights.len());
    bundle.encoder = Encoder {
        columns: (0..golden.weights.len())
            .map(|feature| EncodedColumn {
                feature,
                source: Source::Number,
            })
            .collect(),
    };
    bundle.calibration = Calibration::Identity;
    let numbers = |row: &Vec<f64>| row.iter().copied().map(Value::Number).collect();
    let rows: Vec<Vec<Value>> = golden.rows.iter().map(numbers).collect();
    let all: Vec<usize> = (0..golden.weights.len()).collect();
    let judged = (&*rows, &*golden.labels);
    let found = alone(|watch| permutation(&bundle, judged, &golden.orders, &all, watch)).unwrap();
    for (feature, wanted) in bundle.features.iter().zip(golden.importances_mean) {
        let mut losses = found.features.iter();
        let loss = losses
            .find(|loss| loss.id == feature.name)
            .unwrap()
            .auc_loss;
        // Both count pairs of clients; only the division differs.
        assert!(
            (loss - wanted).abs() < 1e-12,
            "{}: {loss}, {wanted}",
            feature.name
        );
    }
}

#[test]
fn the_curve_of_a_logistic_term_is_its_line() {
    let bundle = lender::bundle(of_ratings());
    let Scorer::Logistic(logistic) = &bundle.scorer else {
        panic!("a logistic regression");
    };
    let rows = clients(1500);
    let contributions = explained(&bundle, &rows);
    let curve = dependence(&bundle, FIRST, &rows, &contributions);
    assert_eq!(curve.bins.len(), 20);
    let at = |value: f64| logistic.terms[FIRST].contribution(value as f32);
    let known = rows.iter().filter_map(|row| row[FIRST].number());
    let mut known: Vec<f64> = known.collect();
    known.sort_by(f64::total_cmp);
    let mut rest = known.as_slice();
    for bin in &curve.bins {
        let inside;
        (inside, rest) = rest.split_at(bin.spread.clients);
        let (first, last) = (inside[0], inside[inside.len() - 1]);
        // The line falls: its largest value stands at the bin's smallest.
        assert!(at(last) <= bin.spread.p10 && bin.spread.p10 <= bin.spread.p90);
        assert!(bin.spread.p90 <= at(first));
        // Ends are told in three digits, so that they are no client's own.
        let near = |told: f64, end: f64| (told - end).abs() <= 0.005 * end.abs();
        assert!(near(bin.low, first) && near(bin.high, last), "{bin:?}");
        let mean = inside.iter().map(|&value| at(value)).sum::<f64>() / inside.len() as f64;
        assert!((mean - bin.spread.mean).abs() < 1e-9);
    }
    assert!(rest.is_empty());
    let missing = curve.missing.unwrap();
    assert!((missing.mean - at(f64::NAN)).abs() < 1e-9 && missing.p10 == missing.p90);
    let clients: usize = curve.bins.iter().map(|bin| bin.spread.clients).sum();
    assert_eq!(clients + missing.clients, rows.len());
    let marked = marks(&bundle, &[curve], &rows[7], &contributions[7]);
    assert_eq!(marked[0].value, rows[7][FIRST]);
    assert_eq!(marked[0].contribution, contributions[7].per_feature[FIRST]);
}

#[test]
fn categories_and_few_values_have_a_place_each() {
    let bundle = lender::bundle(lender::trees());
    let rows = clients(800);
    let contributions = explained(&bundle, &rows);
    let refusals = dependence(&bundle, 5, &rows, &contributions);
    let values: Vec<f64> = refusals.bins.iter().map(|bin| bin.low).collect();
    assert_eq!(values, [0.0, 1.0, 2.0, 3.0]);
    assert!(refusals.bins.iter().all(|bin| bin.low == bin.high));
    let housing = dependence(&bundle, 6, &rows, &contributions);
    assert!(housing.bins.is_empty());
    assert_eq!(housing.categories[0].0, commonest(&rows));
    assert_eq!(housing.categories.len(), 3);
    assert!(housing.missing.is_some() && housing.others.is_none());
}

fn commonest(rows: &[Vec<Value>]) -> String {
    let count = |wanted: &str| {
        rows.iter()
            .filter(|row| row[6].category() == Some(wanted))
            .count()
    };
    let mut names = ["Lodger", "Owner", "Tenant"];
    names.sort_by_key(|name| std::cmp::Reverse(count(name)));
    names[0].to_owned()
}

#[test]
fn strengths_are_the_importance_that_training_keeps_and_lie_in_their_intervals() {
    let bundle = lender::bundle(lender::trees());
    let rows = clients(600);
    let labels: Vec<u8> = (0..rows.len())
        .map(|place| u8::from(place % 5 == 0))
        .collect();
    let found = measured(&bundle, &rows, &labels, 1);
    let explainer = Explainer::new(Arc::new(bundle.clone()));
    let kept = importance(&explainer, rows.iter().cloned()).unwrap();
    assert_eq!((found.sampled, kept.clients), (600, 600));
    for strength in &found.features {
        assert_eq!(
            strength.size,
            kept.features[bundle.feature(&strength.id).unwrap()]
        );
        assert!(strength.interval[0] <= strength.size && strength.size <= strength.interval[1]);
        assert!(strength.mean.abs() <= strength.size);
    }
    for strength in &found.concepts {
        let place = bundle
            .concepts
            .iter()
            .position(|concept| concept.id == strength.id);
        assert_eq!(strength.size, kept.concepts[place.unwrap()]);
    }
    let theme = found
        .themes
        .iter()
        .find(|theme| theme.id == "loan")
        .unwrap();
    let burden = found
        .concepts
        .iter()
        .find(|concept| concept.id == "burden")
        .unwrap();
    assert_eq!(theme.size, burden.size, "a theme of one concept");
    assert!(
        found
            .features
            .windows(2)
            .all(|pair| pair[0].size >= pair[1].size)
    );
    assert_eq!(found.dependence[0].feature, found.features[0].id);
}

#[test]
fn one_thread_and_two_measure_the_same_bytes() {
    let bundle = lender::bundle(lender::trees());
    let rows = clients(500);
    let labels: Vec<u8> = (0..rows.len())
        .map(|place| u8::from(place % 7 == 0))
        .collect();
    let written =
        |threads| serde_json::to_string(&measured(&bundle, &rows, &labels, threads)).unwrap();
    let one = written(1);
    assert_eq!(one, written(2));
    let read: Global = serde_json::from_str(&one).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), one, "it reads back");
}

#[test]
fn without_outcomes_of_both_kinds_nothing_is_said_to_be_lost() {
    let bundle = lender::bundle(lender::trees());
    let rows = clients(50);
    let found = measured(&bundle, &rows, &[0; 50], 1);
    assert!(found.permutation.is_none());
    assert!(!found.features.is_empty());
    let none = measured(&bundle, &[], &[], 1);
    assert!(none.features.iter().all(|strength| strength.size == 0.0));
    assert!(none.dependence.is_empty() && none.pairs.pairs.is_empty());
}

#[test]
fn work_ends_where_it_is_wished() {
    let explainer = Explainer::new(Arc::new(lender::bundle(lender::trees())));
    let stop = AtomicBool::new(true);
    let watch = Watch {
        progress: &|_| {},
        stop: &stop,
    };
    let rows = clients(10);
    assert!(matches!(
        explain_all(&explainer, &rows, &watch),
        Err(Error::Stopped)
    ));
    let orders = orders(10, 1, 1);
    let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    let found = permutation(explainer.bundle(), (&rows, &labels), &orders, &[0], &watch);
    assert!(matches!(found, Err(Error::Stopped)));
}

#[test]
fn a_sample_is_even_and_holds_nobody_twice() {
    for (n, most, seed) in [
        (0, 5, 1),
        (5, 5, 1),
        (6, 5, 2),
        (356_255, 2000, 3),
        (7, 6, 4),
    ] {
        let places = even(n, most, seed);
        assert_eq!(places.len(), n.min(most));
        assert!(
            places.windows(2).all(|pair| pair[0] < pair[1]),
            "{n}, {most}"
        );
        assert!(places.iter().all(|&place| place < n));
        let step = n as f64 / most as f64;
        for (at, &place) in places.iter().enumerate().filter(|_| n > most) {
            let away = place as f64 - at as f64 * step;
            assert!((-1.0..step + 1.0).contains(&away), "{n}, {most}: {away}");
        }
    }
    assert_ne!(even(1000, 10, 1), even(1000, 10, 2));
    let mut drawn = orders(100, 2, 5);
    assert_ne!(drawn[0], drawn[1]);
    drawn[0].sort_unstable();
    assert_eq!(drawn[0], (0..100).collect::<Vec<_>>());
}

#[test]
fn parts_hold_every_client_once_and_make_the_whole() {
    let bundle = lender::bundle(lender::trees());
    let rows = clients(900);
    let contributions = explained(&bundle, &rows);
    let outcomes: Vec<Option<u8>> = (0..rows.len())
        .map(|i| (i % 2 == 0).then_some(u8::from(i % 6 == 0)))
        .collect();
    let sample = Sample {
        rows: &rows,
        outcomes: &outcomes,
    };
    let kept = importance(
        &Explainer::new(Arc::new(bundle.clone())),
        rows.iter().cloned(),
    )
    .unwrap();
    // A number in quarters with missing values, one of few values, a category.
    for (feature, parts) in [(0, 5), (5, 4), (6, 4)] {
        let found = segments(&bundle, feature, sample, &contributions);
        assert_eq!(found.segments.len(), parts, "{}", found.feature);
        let clients: usize = found.segments.iter().map(|part| part.clients).sum();
        assert_eq!(clients, rows.len());
        for (place, concept) in bundle.concepts.iter().enumerate() {
            let size = found.segments.iter().map(|part| {
                let mut strengths = part.concepts.iter();
                let strength = strengths
                    .find(|strength| strength.id == concept.id)
                    .unwrap();
                strength.size * part.clients as f64 / rows.len() as f64
            });
            assert!((size.sum::<f64>() - kept.concepts[place]).abs() < 1e-12);
        }
        let known: usize = found.segments.iter().map(|part| part.known).sum();
        assert_eq!(known, 450);
        let defaults = found
            .segments
            .iter()
            .map(|part| part.default_rate.unwrap() * part.known as f64);
        assert!((defaults.sum::<f64>() - 150.0).abs() < 1e-9);
    }
    let quarters = segments(&bundle, 0, sample, &contributions).segments;
    let sizes = quarters[..4].iter().map(|part| part.clients);
    assert!(
        sizes.max().unwrap() - quarters[..4].iter().map(|part| part.clients).min().unwrap() <= 2
    );
    assert_eq!(quarters[4].values, Values::Missing);
}

/// Whether a step holds a value; steps are asked in their order.
fn holds(values: &Values, value: &Value) -> bool {
    match (values, value) {
        // Scorers read f32.
        (Values::Range { low, high }, Value::Number(number)) => {
            let number = f64::from(*number as f32);
            low.is_none_or(|low| low <= number) && high.is_none_or(|high| number < high)
        }
        (Values::Categories { categories }, Value::Category(found)) => categories.contains(found),
        (Values::Missing, Value::Missing) | (Values::Other, _) => true,
        _ => false,
    }
}

fn with_glass_box(scorer: Scorer) -> Bundle {
    let mut bundle = lender::bundle(lender::trees());
    bundle.glass_box = Some(GlassBox {
        name: "readable".into(),
        scorer,
        calibration: Calibration::Identity,
        interval: VennAbers::default(),
        threshold: 0.1,
    });
    bundle
}

fn additive() -> Scorer {
    let shape = |column, edges: &[f32], log_odds: &[f64], missing| Shape {
        column,
        edges: edges.to_vec(),
        log_odds: log_odds.to_vec(),
        missing,
    };
    let shapes = vec![
        shape(0, &[0.3, 0.6], &[0.5, 0.1, -0.4], 0.2),
        shape(6, &[0.5], &[0.05, -0.1], 0.0),
        shape(7, &[0.5], &[-0.02, 0.3], 0.0),
    ];
    let pair = Pair {
        columns: [0, 2],
        edges: [vec![0.5], vec![0.25]],
        log_odds: (0..9).map(|cell| f64::from(cell) / 100.0).collect(),
    };
    Scorer::Additive(Additive::new(-2.0, shapes, vec![pair]).unwrap())
}

#[test]
fn the_steps_of_a_glass_box_make_its_margin() {
    for scorer in [lender::scorecard(), additive()] {
        let bundle = with_glass_box(scorer.clone());
        let found = shapes(&bundle).unwrap().unwrap();
        assert_eq!(found.name, "readable");
        for row in clients(300) {
            let mut margin = found.base;
            for term in &found.terms {
                let value = &row[bundle.feature(&term.feature).unwrap()];
                let step = term.steps.iter().find(|step| holds(&step.values, value));
                margin += step.unwrap().log_odds;
            }
            for pair in &found.pairs {
                let at = |side: usize| {
                    let value = &row[bundle.feature(&pair.features[side]).unwrap()];
                    pair.values[side]
                        .iter()
                        .position(|values| holds(values, value))
                        .unwrap()
                };
                margin += pair.log_odds[at(0) * pair.values[1].len() + at(1)];
            }
            let wanted = scorer.margin(&bundle.encode(&row).unwrap());
            assert!((margin - wanted).abs() < 1e-12, "{margin}, {wanted}");
        }
    }
    assert_eq!(
        bin(&[0.5], f32::NAN),
        2,
        "a missing value's bin is the last"
    );
}

#[test]
fn a_logistic_glass_box_is_drawn_as_lines_and_trees_are_none() {
    let found = shapes(&with_glass_box(of_ratings())).unwrap().unwrap();
    let names: Vec<&str> = found
        .terms
        .iter()
        .map(|term| term.feature.as_str())
        .collect();
    assert_eq!(
        names,
        ["rating_mean", "rating_min"],
        "what weighs nothing is left out"
    );
    let line = found.terms[0].line.unwrap();
    assert_eq!((line.from[0], line.to[0]), (0.0, 1.0));
    assert!((line.from[1] - line.to[1] - 4.0).abs() < 1e-9);
    assert!(shapes(&with_glass_box(lender::trees())).unwrap().is_none());
    assert!(shapes(&lender::bundle(lender::trees())).unwrap().is_none());
}
