//! How well probabilities tell who will not repay: one metric a file.
//!
//! Labels are 1 for a default, else 0; scores are higher where a default is likelier. Nothing
//! here is ever NaN: where a metric has no meaning (one class only, no client) it gives the
//! value of an uninformed model.

use serde::{Deserialize, Serialize};

mod accuracy;
mod auc;
mod average_precision;
mod bootstrap;
mod brier;
mod calibration_error;
mod delong;
mod ks;
mod log_loss;
mod normal;
mod paired;
mod wilson;

pub use accuracy::accuracy;
pub use auc::{auc, auc_interval, auc_standard_error, gini};
pub use average_precision::average_precision;
pub use bootstrap::bootstrap_interval;
pub use brier::brier;
pub use calibration_error::calibration_error;
pub use delong::{AucDifference, delong_test};
pub use ks::ks;
pub use log_loss::log_loss;
pub use normal::NORMAL_97_5;
pub use paired::paired_difference;
pub use wilson::wilson;

use auc::placements;

/// Holds the metrics of one model on one set of clients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// The area under the ROC curve, ties counted half.
    pub auc: f64,
    /// Its 95 % interval by DeLong.
    pub auc_interval: [f64; 2],
    /// `2 · auc − 1`.
    pub gini: f64,
    /// The largest distance between the two classes' distributions.
    pub ks: f64,
    /// The area under the precision-recall curve, stepwise.
    pub average_precision: f64,
    /// The mean squared error of the probability.
    pub brier: f64,
    /// The mean negative log-likelihood.
    pub log_loss: f64,
    /// The share of right decisions at the threshold.
    pub accuracy: f64,
    /// The mean distance between probability and default rate over ten groups.
    pub calibration_error: f64,
    /// The mean cost a client of decisions at a threshold that saw none of them, without reviews.
    pub cost_per_client: f64,
    /// The cost's 95 % interval, by bootstrap over clients.
    pub cost_interval: [f64; 2],
    /// The mean cost a client with reviews, as far as what is assumed of reviewers holds.
    pub cost_with_reviews: f64,
    /// The share of clients whom a person would look at.
    pub review_share: f64,
    /// How well a quick model tells the clients with a known outcome from those without, out of
    /// fold: 0.5 where they are alike; absent where there are none or the effort asks not.
    pub adversarial_auc: Option<f64>,
}

/// Holds what is common to every metric that reads scores and labels alone.
pub struct Metric {
    /// The name, as in [`Metrics`].
    pub name: &'static str,
    /// The function.
    pub evaluate: fn(&[f64], &[u8]) -> f64,
    /// The least and the largest value it can take, on probabilities.
    pub bounds: [f64; 2],
}

/// Lists the metrics that read scores and labels alone.
pub const METRICS: [Metric; 7] = [
    Metric {
        name: "auc",
        evaluate: auc,
        bounds: [0.0, 1.0],
    },
    Metric {
        name: "gini",
        evaluate: gini,
        bounds: [-1.0, 1.0],
    },
    Metric {
        name: "ks",
        evaluate: ks,
        bounds: [0.0, 1.0],
    },
    Metric {
        name: "average_precision",
        evaluate: average_precision,
        bounds: [0.0, 1.0],
    },
    Metric {
        name: "brier",
        evaluate: brier,
        bounds: [0.0, 1.0],
    },
    Metric {
        name: "log_loss",
        evaluate: log_loss,
        bounds: [0.0, f64::MAX],
    },
    Metric {
        name: "calibration_error",
        evaluate: calibration_error,
        bounds: [0.0, 1.0],
    },
];

impl Metrics {
    /// Evaluates probabilities; `cost_per_client` is measured by the caller, fold by fold.
    ///
    /// What needs more than that says nothing: the cost's interval is the cost, reviews are none.
    pub fn evaluate(
        probabilities: &[f64],
        labels: &[u8],
        threshold: f64,
        cost_per_client: f64,
    ) -> Self {
        Self {
            auc: auc(probabilities, labels),
            auc_interval: auc_interval(probabilities, labels),
            gini: gini(probabilities, labels),
            ks: ks(probabilities, labels),
            average_precision: average_precision(probabilities, labels),
            brier: brier(probabilities, labels),
            log_loss: log_loss(probabilities, labels),
            accuracy: accuracy(probabilities, labels, threshold),
            calibration_error: calibration_error(probabilities, labels),
            cost_per_client,
            cost_interval: [cost_per_client; 2],
            cost_with_reviews: cost_per_client,
            review_share: 0.0,
            adversarial_auc: None,
        }
    }
}

/// Groups clients of equal score, from the lowest score to the highest: (goods, defaults).
fn tied_groups(scores: &[f64], labels: &[u8]) -> Vec<(f64, f64)> {
    let mut ranked: Vec<(f64, u8)> = scores.iter().copied().zip(labels.iter().copied()).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let mut previous = None;
    for (score, label) in ranked {
        if previous != Some(score) {
            groups.push((0.0, 0.0));
            previous = Some(score);
        }
        if let Some(group) = groups.last_mut() {
            if label == 1 {
                group.1 += 1.0
            } else {
                group.0 += 1.0
            }
        }
    }
    groups
}

fn class_sizes(groups: &[(f64, f64)]) -> (f64, f64) {
    groups
        .iter()
        .fold((0.0, 0.0), |sum, group| (sum.0 + group.0, sum.1 + group.1))
}
