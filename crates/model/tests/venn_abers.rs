//! Venn–Abers intervals are those of the definition, and hold the probability.
//! Golden numbers: tests/golden/venn_abers.py (scikit-learn 1.9), written with 15 decimals.
#![allow(clippy::unwrap_used)]

use limpide_model::VennAbers;
use limpide_model::calibration::{Calibration, sigmoid};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    repeats: usize,
    margins: Vec<f64>,
    labels: Vec<u8>,
    asked: Vec<f64>,
    intervals: Vec<[f64; 2]>,
}

fn cases() -> Vec<Case> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/venn_abers.json"
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Draws margins without ties and outcomes that follow them.
fn drawn(n: usize) -> (Vec<f64>, Vec<u8>) {
    let mut state = 5u64;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 2f64.powi(53)
    };
    let draw = |_| {
        let margin = 7.0 * uniform() - 5.0;
        (margin, u8::from(uniform() < sigmoid(margin)))
    };
    (0..n).map(draw).unzip()
}

#[test]
fn intervals_are_those_of_isotonic_regressions_with_the_client_as_good_and_as_default() {
    for case in cases() {
        let fitted = VennAbers::fit_repeated(&case.margins, &case.labels, case.repeats);
        for (&margin, wanted) in case.asked.iter().zip(&case.intervals) {
            let found = fitted.interval(margin);
            for end in 0..2 {
                assert!(
                    (found[end] - wanted[end]).abs() < 1e-12,
                    "{}, {margin}: found {found:?}, wanted {wanted:?}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn both_ends_never_fall_and_the_probability_lies_between_them() {
    for n in [0, 1, 2, 30, 5_000] {
        let (margins, labels) = drawn(n);
        let fitted = VennAbers::fit(&margins, &labels);
        assert!(fitted.is_sound());
        let calibration = Calibration::VennAbers(fitted.clone());
        assert!(calibration.is_sound());
        let mut before = [0.0; 3];
        for step in -700..700 {
            let margin = f64::from(step) / 100.0;
            let ([low, high], probability) =
                (fitted.interval(margin), calibration.probability(margin));
            assert!(0.0 <= low && low <= probability && probability <= high && high <= 1.0);
            assert!(before[0] <= low && before[1] <= probability && before[2] <= high);
            assert!(0.0 < probability && probability < 1.0);
            before = [low, probability, high];
        }
    }
    assert_eq!(VennAbers::default().interval(0.3), [0.0, 1.0]);
}

#[test]
fn a_spread_takes_the_ends_at_other_margins() {
    let (margins, labels) = drawn(2_000);
    let plain = VennAbers::fit(&margins, &labels);
    let wide = plain.clone().with_spread(0.4);
    assert!(wide.is_sound() && !plain.clone().with_spread(-0.1).is_sound());
    for step in -600..300 {
        let margin = f64::from(step) / 100.0;
        let [low, high] = wide.interval(margin);
        assert_eq!(low, plain.interval(margin - 0.4)[0]);
        assert_eq!(high, plain.interval(margin + 0.4)[1]);
    }
}

#[test]
fn more_clients_make_the_interval_narrower_and_repeats_of_them_do_not() {
    let width = |fitted: &VennAbers| {
        let widths = (-300..0).map(|step| {
            let [low, high] = fitted.interval(f64::from(step) / 100.0);
            high - low
        });
        widths.sum::<f64>() / 300.0
    };
    let (margins, labels) = drawn(400);
    let few = width(&VennAbers::fit(&margins, &labels));
    let (more_margins, more_labels) = drawn(40_000);
    let many = width(&VennAbers::fit(&more_margins, &more_labels));
    assert!(many < few / 5.0, "{few} {many}");
    let repeated = VennAbers::fit_repeated(&margins.repeat(5), &labels.repeat(5), 5);
    assert!((width(&repeated) - few).abs() < 1e-12);
}
