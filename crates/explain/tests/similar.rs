//! Similar clients and how it went with them.
//!
//! Golden numbers: tests/golden/similar.py (LightGBM 4.7, numpy 2.4, scipy 1.17).
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod forest;
#[allow(dead_code)]
mod lender;

use std::convert::Infallible;

use forest::{Random, random_tree};
use lender::{bundle, scorecard, trees};
use limpide_explain::similar::stored::{self, Identity};
use limpide_explain::similar::{self, LeafIndex, Partitions, observed};
use limpide_model::metrics::wilson;
use limpide_model::{
    Additive, Ensemble, Lang, LinearTerm, Logistic, Part, Scorer, Shape, TreeView,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<f64>>>,
    leaves: Vec<Vec<u16>>,
    among_all: Vec<Nearest>,
    among_known: Vec<Nearest>,
    wilson: Vec<Wilson>,
}

#[derive(Deserialize)]
struct Nearest {
    place: usize,
    nearest: Vec<usize>,
    proximity: Vec<f64>,
}

#[derive(Deserialize)]
struct Wilson {
    events: usize,
    trials: usize,
    low: f64,
    high: f64,
}

fn golden_file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn golden() -> Golden {
    serde_json::from_slice(&golden_file("similar.json")).unwrap()
}

fn partitions(scorer: Scorer) -> Partitions {
    Partitions::new(&bundle(scorer))
}

fn index(partitions: &Partitions, rows: &[Vec<f32>], threads: usize) -> LeafIndex {
    let encoded = |places: std::ops::Range<usize>| Ok::<_, Infallible>(rows[places].concat());
    let Ok(index) = LeafIndex::build(partitions, rows.len(), threads, encoded);
    index
}

fn golden_rows(golden: &Golden) -> Vec<Vec<f32>> {
    let number = |value: &Option<f64>| value.map_or(f32::NAN, |value| value as f32);
    let rows = golden.rows.iter();
    rows.map(|row| row.iter().map(number).collect()).collect()
}

#[test]
fn the_nearest_are_those_of_brute_force_over_lightgbms_leaves() {
    let golden = golden();
    let text = String::from_utf8(golden_file("lightgbm_model.txt")).unwrap();
    let ensemble = Ensemble::from_lightgbm_text(&text).unwrap();
    let partitions = partitions(Scorer::Trees(ensemble));
    let rows = golden_rows(&golden);
    let index = index(&partitions, &rows, 2);
    assert_eq!((partitions.len(), partitions.in_all()), (60, 60));
    for (place, leaves) in golden.leaves.iter().enumerate() {
        assert_eq!(&index.cells_of(place), leaves, "client {place}");
    }
    let known: Vec<bool> = rows.iter().map(|row| !row[0].is_nan()).collect();
    for (wanted, among) in [
        (&golden.among_all, &vec![true; rows.len()]),
        (&golden.among_known, &known),
    ] {
        assert!(wanted.len() > 20);
        for wanted in wanted {
            let found = index.nearest(wanted.place, wanted.nearest.len(), among);
            let places: Vec<usize> = found.iter().map(|one| one.place).collect();
            assert_eq!(places, wanted.nearest, "client {}", wanted.place);
            for (found, wanted) in found.iter().zip(&wanted.proximity) {
                assert!((found.proximity - wanted).abs() < 1e-15);
            }
        }
    }
}

/// The leaf's number among the tree's, by walking it.
fn leaf(tree: TreeView<'_>, row: &[f32]) -> usize {
    let mut node = 0;
    while let limpide_model::NodeView::Split { left, right, .. } = tree.node(node) {
        node = if tree.goes_left(node, row) {
            left
        } else {
            right
        };
    }
    node - tree.len() / 2
}

fn drawn(random: &mut Random, n_rows: usize, width: usize) -> Vec<Vec<f32>> {
    let mut value = || match random.below(8) {
        0 => f32::NAN,
        _ => (4.0 * random.unit() - 2.0) as f32,
    };
    let mut row = || (0..width).map(|_| value()).collect();
    (0..n_rows).map(|_| row()).collect()
}

#[test]
fn a_search_finds_what_looking_at_all_finds() {
    let mut random = Random::new(5);
    // One tree alone, many of few leaves, more than are kept, and leaves beyond a byte.
    for (n_trees, splits) in [(1, 3), (40, 7), (300, 5), (150, 300)] {
        let made: Vec<_> = (0..n_trees)
            .map(|_| random_tree(&mut random, 6, splits))
            .collect();
        let ensemble = Ensemble::from_trees(0.0, &made).unwrap();
        let partitions = partitions(Scorer::Trees(ensemble.clone()));
        let kept = n_trees.min(if splits < 256 { 128 } else { 64 });
        assert_eq!((partitions.len(), partitions.in_all()), (kept, n_trees));
        let rows = drawn(&mut random, 210, 6);
        let index = index(&partitions, &rows, 1);
        let views: Vec<TreeView<'_>> = ensemble.trees().collect();
        let views: Vec<_> = (0..kept).map(|at| views[at * n_trees / kept]).collect();
        let cells =
            |row: &Vec<f32>| -> Vec<usize> { views.iter().map(|t| leaf(*t, row)).collect() };
        let all: Vec<Vec<usize>> = rows.iter().map(cells).collect();
        for _ in 0..20 {
            let (place, k) = (random.below(rows.len()), random.below(60));
            let among: Vec<bool> = rows.iter().map(|_| random.below(3) > 0).collect();
            let same = |other: &usize| {
                let pairs = all[place].iter().zip(&all[*other]);
                pairs.filter(|(a, b)| a == b).count()
            };
            let others = (0..rows.len()).filter(|&other| other != place && among[other]);
            let mut wanted: Vec<usize> = others.collect();
            wanted.sort_by_key(|other| (kept - same(other), *other));
            wanted.truncate(k);
            let found = index.nearest(place, k, &among);
            let places: Vec<usize> = found.iter().map(|one| one.place).collect();
            assert_eq!(places, wanted);
            for one in &found {
                assert_eq!(one.proximity, same(&one.place) as f64 / kept as f64);
            }
            assert_eq!(index.margin(place), ensemble.margin(&rows[place]));
        }
    }
}

#[test]
fn an_index_is_the_same_on_one_thread_and_on_three_and_after_its_file() {
    let mut random = Random::new(6);
    let identity = Identity {
        bundle: "b".repeat(64),
        matrix: "m".repeat(64),
    };
    for splits in [6, 400] {
        let made: Vec<_> = (0..30)
            .map(|_| random_tree(&mut random, 6, splits))
            .collect();
        let partitions = partitions(Scorer::Trees(Ensemble::from_trees(0.0, &made).unwrap()));
        let rows = drawn(&mut random, 2_500, 6);
        let one = index(&partitions, &rows, 1);
        assert_eq!(one, index(&partitions, &rows, 3));
        let mut bytes = Vec::new();
        stored::write(&one, &identity, &mut bytes).unwrap();
        assert_eq!(
            stored::read(&*bytes, bytes.len() as u64, &identity, &partitions).unwrap(),
            one
        );
        let refused = |bytes: &[u8], identity: &Identity| {
            stored::read(bytes, bytes.len() as u64, identity, &partitions)
                .unwrap_err()
                .to_string()
        };
        let other = Identity {
            matrix: "n".repeat(64),
            ..identity.clone()
        };
        assert!(refused(&bytes, &other).contains("another model or portfolio"));
        for place in [bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(refused(&changed, &identity).contains("changed"));
        }
        for length in [0, 1, 40, bytes.len() - 1] {
            refused(&bytes[..length], &identity);
        }
        let header = br#"{"format":"limpide-leaves","version":2,"bundle":"","matrix":"","clients":0,"partitions":0}"#;
        assert!(refused(&[header, &b"\n"[..]].concat(), &identity).contains("version 2"));
        let most = br#"{"format":"limpide-leaves","version":1,"bundle":"B","matrix":"M","clients":18446744073709551615,"partitions":18446744073709551615}"#;
        let huge = String::from_utf8(most.to_vec()).unwrap();
        let huge = huge
            .replace('B', &identity.bundle)
            .replace('M', &identity.matrix);
        refused(format!("{huge}\n").as_bytes(), &identity);
    }
}

#[test]
fn every_sort_of_model_divides_clients_and_a_dummy_does_not() {
    let logistic = || {
        let term = |weight| LinearTerm {
            fill: 0.0,
            low: -1e9,
            high: 1e9,
            mean: 0.0,
            weight,
            missing_mean: 0.0,
            missing_weight: 0.0,
        };
        let terms = (0..9).map(|column| term(f64::from(column % 3))).collect();
        Scorer::Logistic(Logistic {
            intercept: 0.0,
            terms,
        })
    };
    let shape = |column| Shape {
        column,
        edges: vec![0.2, 0.5],
        log_odds: vec![-0.1, 0.0, 0.1],
        missing: 0.3,
    };
    let additive = Additive::new(0.0, vec![shape(0), shape(2)], vec![]).unwrap();
    let blend = |scorers: Vec<Scorer>| {
        let part = |scorer| Part {
            weight: 0.5,
            scorer,
        };
        Scorer::Blend(scorers.into_iter().map(part).collect())
    };
    let count = |scorer| partitions(scorer).len();
    assert_eq!(count(Scorer::Dummy { log_odds: -2.0 }), 0);
    assert_eq!(count(scorecard()), 2);
    assert_eq!(count(Scorer::Additive(additive.clone())), 2);
    // A third of the columns weighs nothing.
    assert_eq!(count(logistic()), 6);
    assert_eq!(count(blend(vec![logistic(), trees()])), 7);
    assert_eq!(count(blend(vec![logistic(), scorecard()])), 8);

    // Two values of one bin are alike, a missing one only to a missing one.
    let partitions = partitions(Scorer::Additive(additive));
    let row = |first: f32, third: f32| {
        let mut row = vec![0.0; 9];
        (row[0], row[2]) = (first, third);
        row
    };
    let rows = [
        row(0.3, f32::NAN),
        row(0.4, 0.1),
        row(0.6, f32::NAN),
        row(0.2, f32::NAN),
    ];
    let index = index(&partitions, &rows, 1);
    let found = index.nearest(0, 3, &[true; 4]);
    let found: Vec<(usize, f64)> = found.iter().map(|one| (one.place, one.proximity)).collect();
    assert_eq!(found, [(3, 1.0), (1, 0.5), (2, 0.5)]);
}

#[test]
fn intervals_are_scipys() {
    for wanted in golden().wilson {
        let [low, high] = wilson(wanted.events, wanted.trials);
        assert!((low - wanted.low).abs() < 1e-14, "{}", wanted.events);
        assert!((high - wanted.high).abs() < 1e-14, "{}", wanted.events);
    }
}

fn outcomes(defaults: usize, repaid: usize, unknown: usize) -> similar::Observed {
    let outcomes = [(Some(1), defaults), (Some(0), repaid), (None, unknown)];
    observed(
        outcomes
            .into_iter()
            .flat_map(|(outcome, n)| std::iter::repeat_n(outcome, n)),
    )
}

#[test]
fn a_rate_is_told_in_words_and_refused_below_thirty_outcomes() {
    let all = outcomes(80, 920, 50);
    let mut said = Vec::new();
    for lang in [Lang::En, Lang::Fr] {
        for similar in [
            outcomes(14, 86, 0),
            outcomes(1, 99, 0),
            outcomes(0, 100, 0),
            outcomes(12, 74, 14),
            outcomes(0, 1_200, 14),
            outcomes(9, 20, 71),
            outcomes(0, 1, 99),
            outcomes(0, 0, 100),
        ] {
            assert_eq!(similar.rate.is_some(), similar.known >= 30);
            said.push(similar::sentence(&similar, &all, lang));
        }
        said.push(similar::sentence(
            &outcomes(14, 86, 0),
            &outcomes(1, 2, 3),
            lang,
        ));
        said.push(similar::caveat(lang));
    }
    insta::assert_snapshot!("observed", said.join("\n"));
}
