//! Probability to decision, at the threshold that costs the lender least.

use serde::{Deserialize, Serialize};

/// Holds what the two errors cost the lender.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Granting to a client who does not repay.
    pub missed_default: f64,
    /// Refusing a client who would have repaid.
    pub refused_good: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            missed_default: 10.0,
            refused_good: 1.0,
        }
    }
}

/// Holds the costs and the threshold that decisions are taken at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// What granting to a client who does not repay costs.
    pub cost_missed_default: f64,
    /// What refusing a client who would have repaid costs.
    pub cost_refused_good: f64,
    /// Clients whose probability is at least this are refused.
    pub threshold: f64,
}

/// Says what becomes of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The credit is granted.
    Granted,
    /// The credit is refused.
    Refused,
    /// A human must look.
    Review,
}

impl Policy {
    /// Decides at the threshold.
    pub fn decide(&self, probability: f64) -> Decision {
        if probability >= self.threshold {
            Decision::Refused
        } else {
            Decision::Granted
        }
    }

    /// Gives the costs.
    pub fn costs(&self) -> Costs {
        Costs {
            missed_default: self.cost_missed_default,
            refused_good: self.cost_refused_good,
        }
    }
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

/// Gives a threshold that `low` is below and `high` is not.
fn between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    if middle > low {
        return middle;
    }
    if high > low { high } else { low.next_up() }
}
