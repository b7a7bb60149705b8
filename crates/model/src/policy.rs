//! Probability to decision: at the threshold that costs the lender least, and beside it a zone in
//! which a person looks.

use serde::{Deserialize, Serialize};

mod thresholds;

pub use thresholds::{
    Outcomes, ThresholdRow, cost_per_client, optimal_threshold, review_zone, threshold_table,
};

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

/// Says what a person's look at an application costs, and how far it is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reviewing {
    /// What a look costs, in the unit of [`Costs`].
    pub cost: f64,
    /// The share of applications that the reviewer decides rightly, the same of those who would
    /// repay and of those who would not: an assumption, from 0 to 1.
    pub accuracy: f64,
}

impl Default for Reviewing {
    /// A fifth of a refused good client, and somewhat less than two of three decided rightly:
    /// applications near the threshold are hard for people too.
    fn default() -> Self {
        Self {
            cost: 0.2,
            accuracy: 0.65,
        }
    }
}

/// Holds the costs, and the probabilities at which decisions change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// What granting to a client who does not repay costs.
    pub cost_missed_default: f64,
    /// What refusing a client who would have repaid costs.
    pub cost_refused_good: f64,
    /// What a person's look at an application costs.
    pub cost_review: f64,
    /// The share of applications that a reviewer is taken to decide rightly.
    pub reviewer_accuracy: f64,
    /// Without a reviewer, clients whose probability is at least this would be refused.
    pub threshold: f64,
    /// From the first probability on a person decides, from the second on the client is refused;
    /// the threshold lies between. Both are the threshold where no review pays.
    pub review: [f64; 2],
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
    /// Makes a policy that decides at the threshold and sends no one to a reviewer.
    pub fn without_review(costs: Costs, reviewing: Reviewing, threshold: f64) -> Self {
        Self {
            cost_missed_default: costs.missed_default,
            cost_refused_good: costs.refused_good,
            cost_review: reviewing.cost,
            reviewer_accuracy: reviewing.accuracy,
            threshold,
            review: [threshold; 2],
        }
    }

    /// Decides: granted below the zone of review, refused above it.
    pub fn decide(&self, probability: f64) -> Decision {
        let [low, high] = self.review;
        if probability >= high {
            Decision::Refused
        } else if probability >= low {
            Decision::Review
        } else {
            Decision::Granted
        }
    }

    /// Gives the costs of the two errors.
    pub fn costs(&self) -> Costs {
        Costs {
            missed_default: self.cost_missed_default,
            refused_good: self.cost_refused_good,
        }
    }

    /// Gives what is assumed of reviewers.
    pub fn reviewing(&self) -> Reviewing {
        Reviewing {
            cost: self.cost_review,
            accuracy: self.reviewer_accuracy,
        }
    }

    /// Gives what a decision costs, once it is known whether the client defaults (1) or not (0):
    /// of a review what is to be expected.
    pub fn cost(&self, decision: Decision, label: u8) -> f64 {
        match (decision, label) {
            (Decision::Granted, 1) => self.cost_missed_default,
            (Decision::Refused, 0) => self.cost_refused_good,
            (Decision::Review, label) => self.reviewing().expected_cost(self.costs(), label),
            _ => 0.0,
        }
    }

    /// Tells whether the parts fit together: finite numbers, the threshold within the zone.
    pub fn is_sound(&self) -> bool {
        let [low, high] = self.review;
        low.is_finite() && high.is_finite() && low <= self.threshold && self.threshold <= high
    }
}

impl Reviewing {
    /// Gives what a review costs, once it is known whether the client defaults: the look, and
    /// the error of the client's class as often as the reviewer is wrong.
    pub fn expected_cost(&self, costs: Costs, label: u8) -> f64 {
        let error = match label {
            1 => costs.missed_default,
            _ => costs.refused_good,
        };
        self.cost + (1.0 - self.accuracy) * error
    }
}
