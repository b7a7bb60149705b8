//! What holds of every candidate, whatever it is fitted on.

use std::sync::atomic::AtomicBool;

use limpide_model::calibration::{logit, sigmoid};
use limpide_model::metrics::auc;
use limpide_model::{Direction, Scorer};

use super::*;
use crate::random::SplitMix;

const WIDTH: usize = 8;
/// A column that is the same for all, and one that nobody has.
const CONSTANT: usize = 4;
const UNKNOWN: usize = 5;

/// Rows of which the first column tells, the second and third interact, the fourth is missing
/// at times, the seventh stands for a category and the last tells nothing.
struct Rows {
    encoded: EncodedRows,
    labels: Vec<u8>,
}

fn rows(n: usize, seed: u64) -> Rows {
    let mut random = SplitMix::new(seed);
    let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
    let (mut encoded, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let mut row = [0.0_f64; WIDTH].map(|_| uniform() * 2.0 - 1.0);
        let is_missing = uniform() < 0.3;
        let fourth = if is_missing { 0.8 } else { -0.8 * row[3] };
        let together = if (row[1] > 0.0) == (row[2] > 0.0) {
            0.9
        } else {
            -0.9
        };
        let log_odds = -1.5 + 1.6 * row[0] + together + fourth;
        labels.push(u8::from(uniform() < sigmoid(log_odds)));
        if is_missing {
            row[3] = f64::NAN;
        }
        (row[CONSTANT], row[UNKNOWN]) = (7.0, f64::NAN);
        row[6] = f64::from(u8::from(row[6] > 0.5));
        encoded.extend(row.map(|value| value as f32));
    }
    Rows {
        encoded: encoded.into(),
        labels,
    }
}

fn notes() -> Vec<ColumnNote> {
    let note = |feature| ColumnNote {
        feature,
        direction: match feature {
            0 | 7 => Direction::Up,
            3 => Direction::Down,
            _ => Direction::None,
        },
        is_category: feature == 6,
    };
    (0..WIDTH).map(note).collect()
}

fn training<'a>(rows: &'a Rows, columns: &'a [ColumnNote], threads: usize) -> Training<'a> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    static SILENT: Observer<'static> = Observer {
        progress: &|_| {},
        seconds: &|| 0.0,
        tried: &|_| Ok(()),
        stop: &NEVER,
    };
    Training {
        encoded: &rows.encoded,
        width: WIDTH,
        columns,
        labels: &rows.labels,
        weights: None,
        seed: 5,
        effort: Effort::Standard,
        hyperparameters: Hyperparameters::defaults(rows.labels.len(), Effort::Standard),
        threads,
        observer: &SILENT,
    }
}

/// Fits every candidate and gives their names and scorers.
fn fitted(rows: &Rows, threads: usize) -> Vec<(&'static str, Scorer)> {
    let notes = notes();
    let fitted = fit_all(&training(rows, &notes, threads)).unwrap();
    let names = names(Effort::Standard);
    names
        .zip(fitted.into_iter().map(|fitted| fitted.scorer))
        .collect()
}

fn scorer(name: &str, rows: &Rows) -> Scorer {
    let notes = notes();
    let found = CANDIDATES.iter().find(|candidate| candidate.name == name);
    fit_one(&training(rows, &notes, 1), found.unwrap())
        .unwrap()
        .scorer
}

#[test]
fn names_differ_and_a_blend_stands_after_its_parts_and_not_without_them() {
    for (place, candidate) in CANDIDATES.iter().enumerate() {
        let before = &CANDIDATES[..place];
        assert!(before.iter().all(|other| other.name != candidate.name));
        if let Making::Blend(parts) = candidate.making {
            for (name, _) in parts {
                let part = before.iter().find(|other| other.name == *name).unwrap();
                assert!(part.least <= candidate.least, "{name}");
            }
        }
    }
    let quick: Vec<&str> = names(Effort::Quick).collect();
    assert!(quick.contains(&"boosted") && !quick.contains(&"forest"));
    assert_eq!(names(Effort::Standard).count(), CANDIDATES.len());
}

#[test]
fn it_tells_rows_apart_that_it_has_not_seen() {
    let unseen = rows(2000, 2);
    for (name, scorer) in fitted(&rows(1500, 1), 2) {
        let margins: Vec<f64> = unseen
            .encoded
            .chunks(WIDTH)
            .map(|row| scorer.margin(row))
            .collect();
        let area = auc(&margins, &unseen.labels);
        let is_told = if name == "dummy" {
            area == 0.5
        } else {
            area > 0.68
        };
        assert!(is_told, "{name}: {area}");
    }
}

#[test]
fn scorers_have_the_same_bytes_on_one_thread_and_on_two() {
    let rows = rows(500, 3);
    for ((name, one), (_, two)) in fitted(&rows, 1).into_iter().zip(fitted(&rows, 2)) {
        let bytes = |scorer: &Scorer| serde_json::to_string(scorer).unwrap();
        assert_eq!(bytes(&one), bytes(&two), "{name}");
        let back: Scorer = serde_json::from_str(&bytes(&one)).unwrap();
        assert_eq!(back, one, "{name}");
    }
}

#[test]
fn any_row_has_a_finite_margin() {
    for (name, scorer) in fitted(&rows(500, 4), 1) {
        assert!(scorer.width() <= WIDTH, "{name}");
        for value in [f32::NAN, 0.0, 1e38, -1e38] {
            assert!(
                scorer.margin(&[value; WIDTH]).is_finite(),
                "{name} of {value}"
            );
        }
    }
}

#[test]
fn a_column_that_never_varied_tells_nothing() {
    let rows = rows(500, 5);
    for (name, scorer) in fitted(&rows, 1) {
        for row in rows.encoded.chunks(WIDTH).take(20) {
            let mut changed = row.to_vec();
            (changed[CONSTANT], changed[UNKNOWN]) = (-3.0, 2.0);
            assert_eq!(scorer.margin(row), scorer.margin(&changed), "{name}");
        }
    }
}

#[test]
fn one_class_gives_everyone_the_rate() {
    let mut rows = rows(50, 6);
    for class in [0, 1] {
        rows.labels.fill(class);
        let rate = (50.0 * f64::from(class) + 0.5) / 51.0;
        for (name, scorer) in fitted(&rows, 1) {
            let margin = scorer.margin(&rows.encoded[..WIDTH]);
            assert!((margin - logit(rate)).abs() < 1e-12, "{name}: {margin}");
        }
    }
}

#[test]
fn fewer_defaults_than_bags_or_folds_are_no_trouble() {
    let mut rows = rows(60, 7);
    rows.labels.fill(0);
    (rows.labels[3], rows.labels[40]) = (1, 1);
    for (name, scorer) in fitted(&rows, 1) {
        let margins = rows.encoded.chunks(WIDTH).map(|row| scorer.margin(row));
        assert!(margins.into_iter().all(f64::is_finite), "{name}");
    }
}

/// Raises one column of many rows and gives how often the margin fell and rose.
fn moved(scorer: &Scorer, rows: &Rows, column: usize) -> (usize, usize) {
    let (mut fell, mut rose) = (0, 0);
    let mut random = SplitMix::new(8);
    for row in rows
        .encoded
        .chunks(WIDTH)
        .filter(|row| !row[column].is_nan())
    {
        let mut raised = row.to_vec();
        raised[column] += random.draw() as f32 / u64::MAX as f32;
        let (before, after) = (scorer.margin(row), scorer.margin(&raised));
        fell += usize::from(after < before);
        rose += usize::from(after > before);
    }
    (fell, rose)
}

#[test]
fn the_margin_of_monotone_trees_never_goes_against_a_direction() {
    let rows = rows(3000, 9);
    let (monotone, free) = (scorer("monotone", &rows), scorer("boosted", &rows));
    for (column, against) in [(0, 0), (7, 0), (3, 1)] {
        let count = |scorer: &Scorer| {
            let (fell, rose) = moved(scorer, &rows, column);
            [fell, rose][against]
        };
        assert_eq!(count(&monotone), 0, "column {column}");
        assert!(
            count(&free) > 0,
            "column {column} would not go against it unconstrained"
        );
    }
    let (fell, rose) = moved(&monotone, &rows, 1);
    assert!(fell > 0 && rose > 0, "a column without a direction is free");
}

#[test]
fn a_forest_is_the_mean_of_its_leaves_rates() {
    let rows = rows(1000, 10);
    let rate = rows
        .labels
        .iter()
        .map(|&label| f64::from(label))
        .sum::<f64>()
        / 1000.0;
    let Scorer::Trees(trees) = scorer("forest", &rows) else {
        panic!("a forest is a sum of trees");
    };
    assert!((trees.base() - logit(rate)).abs() < 1e-5);
    assert!(trees.len() >= 100);
    // A leaf of defaults only, or of none, in every tree.
    let (least, most) = (-1.0 / (1.0 - rate), 1.0 / rate);
    let mut expected = 0.0;
    for row in rows.encoded.chunks(WIDTH) {
        let moved = trees.margin(row) - trees.base();
        assert!(least < moved && moved < most, "{moved}");
        expected += (rate + moved * rate * (1.0 - rate)) / 1000.0;
    }
    assert!((expected - rate).abs() < 0.02, "{expected} {rate}");
}

#[test]
fn every_term_of_the_additive_model_is_measured_from_its_mean() {
    let rows = rows(3000, 11);
    let Scorer::Additive(additive) = scorer("additive", &rows) else {
        panic!("an additive model");
    };
    let sum = |term: &dyn Fn(&[f32]) -> f64| -> f64 { rows.encoded.chunks(WIDTH).map(term).sum() };
    for shape in additive.shapes() {
        let sum = sum(&|row| shape.contribution(row[shape.column]));
        assert!(sum.abs() < 1e-8, "{}: {sum}", shape.column);
    }
    for pair in additive.pairs() {
        let sum = sum(&|row| pair.contribution(pair.columns.map(|column| row[column])));
        assert!(sum.abs() < 1e-8, "{:?}: {sum}", pair.columns);
    }
    let mean = sum(&|row| additive.margin(row)) / 3000.0;
    assert!((mean - additive.intercept()).abs() < 1e-9);
}

#[test]
fn the_additive_model_finds_what_tells_together_and_keeps_to_directions() {
    let rows = rows(3000, 12);
    let Scorer::Additive(additive) = scorer("additive", &rows) else {
        panic!("an additive model");
    };
    let pairs: Vec<[usize; 2]> = additive.pairs().iter().map(|pair| pair.columns).collect();
    assert_eq!(
        pairs,
        [[1, 2]],
        "the pair that is there, and none by chance"
    );
    let shape = |column| {
        let mut shapes = additive.shapes().iter();
        shapes.find(|shape| shape.column == column).unwrap()
    };
    assert!(shape(0).log_odds.is_sorted());
    assert!(shape(3).log_odds.is_sorted_by(|a, b| a >= b));
    assert!(shape(3).missing > 0.3);
    let ends = |column| {
        let log_odds = &shape(column).log_odds;
        log_odds[log_odds.len() - 1] - log_odds[0]
    };
    assert!(ends(0) > 2.0 && ends(3) < -0.7, "{} {}", ends(0), ends(3));
}
