//! Where decisions change: the cheapest threshold, the zone of review, and what others would do.

use serde::{Deserialize, Serialize};

use super::{Costs, Reviewing};

/// Holds clients that the model has not seen, and what became of them: one entry a client each.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'a> {
    /// The probability of not repaying.
    pub probabilities: &'a [f64],
    /// 1 where the client did not repay, else 0.
    pub labels: &'a [u8],
}

/// Says what one threshold would have done, without reviews.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ThresholdRow {
    /// Clients whose probability is at least this are refused.
    pub threshold: f64,
    /// The share of clients to whom is granted.
    pub approved: f64,
    /// The share of defaults that is refused; 0 where there are none.
    pub defaults_caught: f64,
    /// The share of clients who would have repaid that is refused; 0 where there are none.
    pub goods_refused: f64,
    /// The mean cost a client.
    pub cost_per_client: f64,
}

/// Finds the threshold with the least total cost on the given clients.
///
/// It lies midway between two neighbouring probabilities. Of equally cheap ones the nearest to
/// `refused_good / (refused_good + missed_default)` is taken, the best threshold of perfectly
/// calibrated probabilities. It may refuse all (0) or none (above the largest probability).
pub fn optimal_threshold(probabilities: &[f64], labels: &[u8], costs: Costs) -> f64 {
    let ideal = costs.refused_good / (costs.refused_good + costs.missed_default);
    let mut ranked: Vec<(f64, u8)> = probabilities
        .iter()
        .copied()
        .zip(labels.iter().copied())
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let goods = ranked.iter().filter(|(_, label)| *label == 0).count();
    let (mut missed, mut refused) = (0usize, goods);
    let mut best = (refused as f64 * costs.refused_good, 0.0);
    for (place, &(probability, label)) in ranked.iter().enumerate() {
        if label == 1 {
            missed += 1;
        } else {
            refused -= 1;
        }
        let next = ranked.get(place + 1).map_or(1.0, |&(next, _)| next);
        if next == probability && place + 1 < ranked.len() {
            continue;
        }
        let cost = missed as f64 * costs.missed_default + refused as f64 * costs.refused_good;
        let threshold = between(probability, next);
        let nearer = (threshold - ideal).abs() < (best.1 - ideal).abs();
        if cost < best.0 || (cost == best.0 && nearer) {
            best = (cost, threshold);
        }
    }
    best.1
}

/// Gives the mean cost a client of deciding at a threshold; 0 where there is no client.
pub fn cost_per_client(probabilities: &[f64], labels: &[u8], costs: Costs, threshold: f64) -> f64 {
    let mut total = 0.0;
    for (&probability, &label) in probabilities.iter().zip(labels) {
        match (probability >= threshold, label) {
            (false, 1) => total += costs.missed_default,
            (true, 0) => total += costs.refused_good,
            _ => {}
        }
    }
    if probabilities.is_empty() {
        0.0
    } else {
        total / probabilities.len() as f64
    }
}

/// Sets the zone in which a review is expected to cost less than the decision at the threshold.
///
/// Only clients whose interval holds the threshold may be in it: of the others the model knows
/// on which side they are. Of the zones around the threshold the one of least expected cost over
/// the given clients is taken; each is expected to default with its probability, and a review
/// costs [`Reviewing::expected_cost`]. The clients' outcomes are not asked a second time: the
/// threshold fits them best, so whoever stands next to it looks better decided than it is.
///
/// `probabilities` and `intervals` hold one entry a client. Gives the zone's ends, both the
/// threshold where no zone is cheaper than none.
pub fn review_zone(
    probabilities: &[f64],
    intervals: &[[f64; 2]],
    threshold: f64,
    costs: Costs,
    reviewing: Reviewing,
) -> [f64; 2] {
    let mut clients: Vec<Reviewed> = Vec::with_capacity(intervals.len());
    for (&probability, [low, high]) in probabilities.iter().zip(intervals) {
        let expected = |of_default: f64, of_good: f64| {
            probability * of_default + (1.0 - probability) * of_good
        };
        let alone = if probability < threshold {
            expected(costs.missed_default, 0.0)
        } else {
            expected(0.0, costs.refused_good)
        };
        let review = |label: u8| reviewing.expected_cost(costs, label);
        clients.push(Reviewed {
            probability,
            is_unsure: *low < threshold && threshold <= *high,
            gain: alone - expected(review(1), review(0)),
        });
    }
    clients.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let tied = |a: &Reviewed, b: &Reviewed| a.probability == b.probability;
    let from = clients.partition_point(|client| client.probability < threshold);
    let n_below = worthwhile(clients[..from].chunk_by(tied).rev());
    let n_above = worthwhile(clients[from..].chunk_by(tied));
    let mut zone = [threshold; 2];
    if n_below > 0 {
        let (rest, inside) = clients[..from].split_at(from - n_below);
        let before = rest.last().map_or(0.0, |client| client.probability);
        zone[0] = between(before, inside[0].probability).min(inside[0].probability);
    }
    if n_above > 0 {
        let (inside, rest) = clients[from..].split_at(n_above);
        let after = rest.first().map_or(1.0, |client| client.probability);
        zone[1] = between(inside[n_above - 1].probability, after);
    }
    zone
}

/// Holds what a review of one client would change.
struct Reviewed {
    probability: f64,
    /// Whether the interval holds the threshold.
    is_unsure: bool,
    /// The expected cost of the decision at the threshold less that of a review.
    gain: f64,
}

/// Counts the clients, nearest to the threshold first, whose reviews gain most in all; clients of
/// one probability go together, and the first of whom the model is sure ends it.
fn worthwhile<'a>(groups: impl Iterator<Item = &'a [Reviewed]>) -> usize {
    let (mut count, mut total, mut best) = (0, 0.0, (0, 0.0));
    for group in groups {
        if group.iter().any(|client| !client.is_unsure) {
            break;
        }
        count += group.len();
        total += group.iter().map(|client| client.gain).sum::<f64>();
        if total > best.1 {
            best = (count, total);
        }
    }
    best.0
}

/// Says what about so many thresholds would have done: quantiles of the probabilities, from
/// refusing all to refusing none, and the given one.
pub fn threshold_table(
    outcomes: Outcomes<'_>,
    costs: Costs,
    threshold: f64,
    n_rows: usize,
) -> Vec<ThresholdRow> {
    let mut ranked: Vec<(f64, u8)> = outcomes
        .probabilities
        .iter()
        .copied()
        .zip(outcomes.labels.iter().copied())
        .collect();
    if ranked.is_empty() {
        return Vec::new();
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let steps = n_rows.max(2) - 1;
    let quantile = |step: usize| ranked[step * (ranked.len() - 1) / steps].0;
    let mut thresholds: Vec<f64> = (0..steps).map(quantile).collect();
    thresholds.push(ranked[ranked.len() - 1].0.next_up());
    thresholds.push(threshold);
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    // One more than clients: how many defaults stand before each.
    let mut defaults_before = vec![0usize];
    for (_, label) in &ranked {
        let before = defaults_before[defaults_before.len() - 1];
        defaults_before.push(before + usize::from(*label));
    }
    let (n, defaults) = (ranked.len(), defaults_before[ranked.len()]);
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    let row = |threshold: f64| {
        let granted = ranked.partition_point(|client| client.0 < threshold);
        let missed = defaults_before[granted];
        let refused_goods = (n - granted) - (defaults - missed);
        let cost = missed as f64 * costs.missed_default + refused_goods as f64 * costs.refused_good;
        ThresholdRow {
            threshold,
            approved: share(granted, n),
            defaults_caught: share(defaults - missed, defaults),
            goods_refused: share(refused_goods, n - defaults),
            cost_per_client: cost / n as f64,
        }
    };
    thresholds.into_iter().map(row).collect()
}

/// Gives a threshold that `low` is below and `high` is not.
fn between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    if middle > low {
        return middle;
    }
    if high > low { high } else { low.next_up() }
}
