//! What holds of every metric.

use limpide_model::metrics::METRICS;
use limpide_model::metrics::{bootstrap_interval, delong_test};
use limpide_model::policy::{
    Costs, Decision, Outcomes, Policy, Reviewing, cost_per_client, optimal_threshold, review_zone,
    threshold_table,
};

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

/// Gives an interval of rising width around each score.
fn intervals(scores: &[f64]) -> Vec<[f64; 2]> {
    let interval = |&score: &f64| [score * 0.6, 1.0 - (1.0 - score) * 0.8];
    scores.iter().map(interval).collect()
}

#[test]
fn no_zone_of_review_around_the_threshold_is_expected_to_cost_less() {
    // The samples default so often that a threshold in their middle needs costs that differ little.
    let costs = Costs {
        missed_default: 1.5,
        refused_good: 1.0,
    };
    let mut reviewed = 0;
    for (scores, labels) in samples() {
        let threshold = optimal_threshold(&scores, &labels, costs);
        for reviewing in [
            Reviewing::default(),
            Reviewing {
                cost: 0.5,
                accuracy: 0.6,
            },
            Reviewing {
                cost: 0.0,
                accuracy: 1.0,
            },
        ] {
            let intervals = intervals(&scores);
            let expected = |policy: &Policy| -> f64 {
                let cost = |&score: &f64| {
                    let decision = policy.decide(score);
                    score * policy.cost(decision, 1) + (1.0 - score) * policy.cost(decision, 0)
                };
                scores.iter().map(cost).sum()
            };
            let zone = |review: [f64; 2]| Policy {
                review,
                ..Policy::without_review(costs, reviewing, threshold)
            };
            let found = zone(review_zone(
                &scores, &intervals, threshold, costs, reviewing,
            ));
            assert!(found.is_sound());
            let unsure = |at: usize| intervals[at][0] < threshold && threshold <= intervals[at][1];
            for (at, &score) in scores.iter().enumerate() {
                let decision = found.decide(score);
                assert_eq!(decision == Decision::Refused, score >= found.review[1]);
                assert_eq!(decision == Decision::Granted, score < found.review[0]);
                if decision == Decision::Review {
                    assert!(unsure(at));
                    reviewed += 1;
                }
            }
            let mut ends: Vec<f64> = scores.clone();
            ends.extend([threshold, 1.5]);
            for &low in ends.iter().filter(|&&low| low <= threshold) {
                for &high in ends.iter().filter(|&&high| high >= threshold) {
                    let other = zone([low, high]);
                    let is_allowed = (0..scores.len())
                        .all(|at| other.decide(scores[at]) != Decision::Review || unsure(at));
                    if is_allowed {
                        assert!(expected(&found) <= expected(&other) + 1e-9);
                    }
                }
            }
        }
    }
    assert!(reviewed > 20, "{reviewed}");
}

#[test]
fn a_review_that_costs_more_than_a_mistake_is_asked_of_no_one() {
    for (scores, labels) in samples() {
        let costs = Costs::default();
        let threshold = optimal_threshold(&scores, &labels, costs);
        let dear = Reviewing {
            cost: 10.0,
            accuracy: 1.0,
        };
        let zone = review_zone(&scores, &intervals(&scores), threshold, costs, dear);
        assert_eq!(zone, [threshold; 2]);
    }
}

#[test]
fn the_table_of_thresholds_goes_from_refusing_all_to_refusing_none_and_costs_what_they_cost() {
    for (scores, labels) in samples() {
        let costs = Costs::default();
        let threshold = optimal_threshold(&scores, &labels, costs);
        let outcomes = Outcomes {
            probabilities: &scores,
            labels: &labels,
        };
        let table = threshold_table(outcomes, costs, threshold, 50);
        let (Some(first), Some(last)) = (table.first(), table.last()) else {
            assert!(scores.is_empty());
            continue;
        };
        assert!(table.len() <= 52 && first.approved == 0.0 && last.approved == 1.0);
        assert!(table.iter().any(|row| row.threshold == threshold));
        for row in &table {
            let cost = cost_per_client(&scores, &labels, costs, row.threshold);
            assert!((row.cost_per_client - cost).abs() < 1e-12);
        }
        assert!(table.windows(2).all(|pair| {
            pair[0].threshold < pair[1].threshold
                && pair[0].approved <= pair[1].approved
                && pair[0].defaults_caught >= pair[1].defaults_caught
                && pair[0].goods_refused >= pair[1].goods_refused
        }));
    }
}

#[test]
fn bootstrap_intervals_hold_the_mean_and_are_as_wide_as_its_standard_error_says() {
    let values: Vec<f64> = (0..400).map(|row| f64::from(row % 7 * (row % 3))).collect();
    let mean = values.iter().sum::<f64>() / 400.0;
    let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let error = (spread / 399.0 / 400.0).sqrt();
    let [low, high] = bootstrap_interval(&values, 7);
    assert!(low < mean && mean < high);
    // Over 1,000 samples the ends themselves vary by some hundredths of their distance.
    assert!(((high - low) / (2.0 * 1.96 * error) - 1.0).abs() < 0.12);
    assert_eq!(bootstrap_interval(&values, 7), [low, high]);
    assert_ne!(bootstrap_interval(&values, 8), [low, high]);
    assert_eq!(bootstrap_interval(&[2.5; 30], 1), [2.5; 2]);
    assert_eq!(bootstrap_interval(&[], 1), [0.0; 2]);
}

#[test]
fn a_difference_of_aucs_changes_its_sign_with_the_order_and_is_nothing_to_itself() {
    for (scores, labels) in samples() {
        let other: Vec<f64> = scores.iter().map(|score| (score * 3.0).fract()).collect();
        let (here, there) = (
            delong_test(&scores, &other, &labels),
            delong_test(&other, &scores, &labels),
        );
        assert_eq!(here.difference, -there.difference);
        assert!((here.standard_error - there.standard_error).abs() < 1e-12);
        assert!((0.0..=1.0).contains(&here.p_value) && here.standard_error >= 0.0);
        let same = delong_test(&scores, &scores, &labels);
        assert_eq!((same.difference, same.p_value), (0.0, 1.0));
    }
}
