//! Metrics and calibrations give what scikit-learn and scipy give.
//! Golden numbers: tests/golden/metrics.py (scikit-learn 1.9, scipy 1.17).
//!
//! Tolerances: sums of a few hundred terms in another order, 1e-12; Platt's two numbers come
//! from a search without gradients that ends near 1e-6 of the minimum.
#![allow(clippy::unwrap_used)]

use limpide_model::calibration::{Calibration, fit_isotonic, fit_platt, pool_adjacent_violators};
use limpide_model::metrics;
use limpide_model::policy::{Costs, cost_per_client, optimal_threshold};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    margins: Vec<f64>,
    probabilities: Vec<f64>,
    labels: Vec<u8>,
    auc: f64,
    auc_standard_error: f64,
    average_precision: f64,
    brier: f64,
    log_loss: f64,
    ks: f64,
    #[serde(rename = "accuracy_at_0.2")]
    accuracy: f64,
    calibration_error: f64,
    optimal_cost: f64,
    isotonic: Vec<f64>,
    platt: [f64; 2],
}

fn cases() -> Vec<Case> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/metrics.json"
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn assert_close(found: f64, wanted: f64, tolerance: f64, what: &str) {
    assert!(
        (found - wanted).abs() <= tolerance,
        "{what}: found {found}, wanted {wanted}"
    );
}

#[test]
fn metrics_are_those_of_scikit_learn() {
    for case in cases() {
        let (p, y) = (&case.probabilities, &case.labels);
        let pairs = [
            ("auc", metrics::auc(p, y), case.auc),
            ("gini", metrics::gini(p, y), 2.0 * case.auc - 1.0),
            (
                "DeLong",
                metrics::auc_standard_error(p, y),
                case.auc_standard_error,
            ),
            (
                "average precision",
                metrics::average_precision(p, y),
                case.average_precision,
            ),
            ("Brier", metrics::brier(p, y), case.brier),
            ("log-loss", metrics::log_loss(p, y), case.log_loss),
            ("KS", metrics::ks(p, y), case.ks),
            ("accuracy", metrics::accuracy(p, y, 0.2), case.accuracy),
            (
                "calibration error",
                metrics::calibration_error(p, y),
                case.calibration_error,
            ),
        ];
        for (what, found, wanted) in pairs {
            assert_close(found, wanted, 1e-12, &format!("{}, {what}", case.name));
        }
    }
}

/// Draws what tests/golden/metrics.py draws: two lists of probabilities, and labels.
fn drawn(seed: u64) -> (Vec<f64>, Vec<f64>, Vec<u8>) {
    let mut state = seed;
    let mut draw = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    };
    let n = 20 + draw() % 181;
    let levels = [3, 10, 50, 1000, 1 << 40][(draw() % 5) as usize];
    let probability = |level: u64| (level + 1) as f64 / (levels + 2) as f64;
    let (mut first, mut second, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..n {
        let (a, b) = (draw() % levels, draw() % levels);
        first.push(probability(a));
        second.push(probability(a / 2 + b / 2));
        let chance = (draw() >> 11) as f64 / 2f64.powi(53);
        let defaults = row < 2 || (row > 3 && chance < 0.7 * probability(a));
        labels.push(u8::from(defaults));
    }
    (first, second, labels)
}

#[test]
fn metrics_are_those_of_scikit_learn_on_200_drawn_cases_with_ties() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/metrics_random.json"
    );
    let golden: Vec<[f64; 12]> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(golden.len(), 200);
    for (seed, wanted) in golden.iter().enumerate() {
        let (p, q, y) = drawn(seed as u64);
        let blocks = pool_adjacent_violators(&p, &y);
        let mut order: Vec<usize> = (0..p.len()).collect();
        order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
        let sizes = blocks
            .iter()
            .flat_map(|block| std::iter::repeat_n(block.probability, block.weight as usize));
        let moment: f64 = order
            .iter()
            .zip(sizes)
            .map(|(&row, p)| (row + 1) as f64 * p)
            .sum();
        let ranks = (p.len() * (p.len() + 1)) as f64 / 2.0;
        let tested = metrics::delong_test(&p, &q, &y);
        let found = [
            ("auc", metrics::auc(&p, &y)),
            ("DeLong", metrics::auc_standard_error(&p, &y)),
            ("average precision", metrics::average_precision(&p, &y)),
            ("Brier", metrics::brier(&p, &y)),
            ("log-loss", metrics::log_loss(&p, &y)),
            ("KS", metrics::ks(&p, &y)),
            ("accuracy", metrics::accuracy(&p, &y, 0.2)),
            ("calibration error", metrics::calibration_error(&p, &y)),
            ("isotonic", moment / ranks),
            ("difference", tested.difference),
            ("DeLong of the difference", tested.standard_error),
            ("p-value", tested.p_value),
        ];
        for ((what, found), wanted) in found.into_iter().zip(wanted) {
            assert_close(found, *wanted, 1e-12, &format!("case {seed}, {what}"));
        }
    }
}

#[test]
fn no_threshold_costs_less_than_the_optimal_one() {
    for case in cases() {
        let (p, y, costs) = (&case.probabilities, &case.labels, Costs::default());
        let threshold = optimal_threshold(p, y, costs);
        assert_close(
            cost_per_client(p, y, costs, threshold),
            case.optimal_cost,
            1e-12,
            &case.name,
        );
    }
}

#[test]
fn isotonic_blocks_are_those_of_scikit_learn() {
    for case in cases() {
        let blocks = pool_adjacent_violators(&case.margins, &case.labels);
        let mut members = vec![0.0; blocks.len()];
        let mut ranked: Vec<(f64, f64)> = case
            .margins
            .iter()
            .copied()
            .zip(case.isotonic.iter().copied())
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut clients = ranked.iter();
        for (block, members) in blocks.iter().zip(&mut members) {
            for (_, wanted) in clients.by_ref().take(block.weight as usize) {
                assert_close(block.probability, *wanted, 1e-12, &case.name);
                *members += 1.0;
            }
            assert_eq!(*members, block.weight);
        }
        assert!(clients.next().is_none());
        assert!(blocks.windows(2).all(
            |pair| pair[0].probability < pair[1].probability && pair[0].margin < pair[1].margin
        ));
    }
}

#[test]
fn isotonic_curve_goes_through_the_centres_of_its_blocks_and_never_falls() {
    for case in cases() {
        let calibration = fit_isotonic(&case.margins, &case.labels);
        assert!(calibration.is_sound());
        let least = 1.0 / (case.margins.len() as f64 + 2.0);
        for block in pool_adjacent_violators(&case.margins, &case.labels) {
            let wanted = block.probability.clamp(least, 1.0 - least);
            assert_close(
                calibration.probability(block.margin),
                wanted,
                1e-12,
                &case.name,
            );
        }
        let curve: Vec<f64> = (-100..100)
            .map(|step| calibration.probability(f64::from(step) / 10.0))
            .collect();
        assert!(curve.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(
            curve
                .iter()
                .all(|probability| (least..=1.0 - least).contains(probability))
        );
    }
}

#[test]
fn platt_reaches_the_most_likely_slope_and_intercept() {
    for case in cases() {
        let Calibration::Platt { slope, intercept } = fit_platt(&case.margins, &case.labels) else {
            panic!()
        };
        assert_close(slope, case.platt[0], 1e-5, &format!("{}, slope", case.name));
        assert_close(
            intercept,
            case.platt[1],
            1e-5,
            &format!("{}, intercept", case.name),
        );
    }
}

#[test]
fn a_calibration_never_turns_an_order_round() {
    let margins: Vec<f64> = (0..100).map(f64::from).collect();
    let labels: Vec<u8> = (0..100).map(|row| u8::from(row < 30)).collect();
    for calibration in [
        fit_platt(&margins, &labels),
        fit_isotonic(&margins, &labels),
        fit_platt(&[1.0; 100], &labels),
    ] {
        let probabilities: Vec<f64> = margins
            .iter()
            .map(|&margin| calibration.probability(margin))
            .collect();
        assert!(probabilities.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_close(probabilities[50], 0.3, 0.01, "everyone gets the rate");
    }
}
