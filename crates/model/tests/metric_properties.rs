//! What holds of every metric.

use limpide_model::metrics::METRICS;
use limpide_model::policy::{Costs, cost_per_client, optimal_threshold};

/// Draws scores with ties, and labels that follow them; the first class-less, then ordinary.
fn samples() -> Vec<(Vec<f64>, Vec<u8>)> {
    let mut state = 7u64;
    let mut draw = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let mut samples = vec![
        (vec![], vec![]),
        (vec![0.5], vec![1]),
        (vec![0.0, 1.0, 0.3], vec![0, 0, 0]),
        (vec![0.0, 1.0, 0.3], vec![1, 1, 1]),
        (vec![0.4; 6], vec![0, 1, 0, 1, 1, 0]),
        (vec![0.0, 1.0], vec![1, 0]),
        (vec![0.0, 1.0], vec![0, 1]),
    ];
    for n in [2, 3, 10, 57, 500] {
        let scores: Vec<f64> = (0..n).map(|_| (draw() * 40.0).round() / 40.0).collect();
        let labels = scores
            .iter()
            .map(|score| u8::from(draw() < 0.2 + 0.6 * score))
            .collect();
        samples.push((scores, labels));
    }
    samples
}

#[test]
fn every_metric_is_a_number_within_its_bounds() {
    for (scores, labels) in samples() {
        for metric in &METRICS {
            let value = (metric.evaluate)(&scores, &labels);
            let [least, most] = metric.bounds;
            assert!(
                (least..=most).contains(&value),
                "{} of {scores:?}: {value}",
                metric.name
            );
        }
    }
}

#[test]
fn no_metric_depends_on_the_order_of_the_clients() {
    for (scores, labels) in samples() {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by_key(|&row| row.wrapping_mul(2_654_435_761) % 1009);
        let moved_scores: Vec<f64> = order.iter().map(|&row| scores[row]).collect();
        let moved_labels: Vec<u8> = order.iter().map(|&row| labels[row]).collect();
        for metric in &METRICS {
            let (here, there) = (
                (metric.evaluate)(&scores, &labels),
                (metric.evaluate)(&moved_scores, &moved_labels),
            );
            assert!(
                (here - there).abs() < 1e-12,
                "{}: {here}, {there}",
                metric.name
            );
        }
        let costs = Costs::default();
        assert_eq!(
            optimal_threshold(&scores, &labels, costs),
            optimal_threshold(&moved_scores, &moved_labels, costs)
        );
    }
}

#[test]
fn perfect_scores_are_the_best_and_reversed_ones_the_worst() {
    let labels: Vec<u8> = (0..50).map(|row| u8::from(row % 5 == 0)).collect();
    let perfect: Vec<f64> = labels.iter().map(|&label| f64::from(label)).collect();
    let reversed: Vec<f64> = perfect.iter().map(|score| 1.0 - score).collect();
    for metric in &METRICS {
        let (best, worst) = (
            (metric.evaluate)(&perfect, &labels),
            (metric.evaluate)(&reversed, &labels),
        );
        match metric.name {
            "auc" => assert_eq!((best, worst), (1.0, 0.0)),
            "gini" => assert_eq!((best, worst), (1.0, -1.0)),
            // The two distributions are as far apart either way.
            "ks" => assert_eq!((best, worst), (1.0, 1.0)),
            "average_precision" => assert!(best == 1.0 && worst < 0.3),
            _ => assert!(
                best < 1e-9 && worst > 0.5,
                "{}: {best}, {worst}",
                metric.name
            ),
        }
    }
}

#[test]
fn the_optimal_threshold_costs_no_more_than_granting_or_refusing_all() {
    for (scores, labels) in samples() {
        let costs = Costs::default();
        let least = cost_per_client(
            &scores,
            &labels,
            costs,
            optimal_threshold(&scores, &labels, costs),
        );
        assert!(least <= cost_per_client(&scores, &labels, costs, 0.0));
        assert!(least <= cost_per_client(&scores, &labels, costs, 2.0));
    }
}
