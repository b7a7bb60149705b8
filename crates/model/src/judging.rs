//! How candidates were judged: what a bundle keeps of it for reports.

use serde::{Deserialize, Serialize};

use crate::metrics::AucDifference;

/// Says how well one candidate did on clients it had not seen.
///
/// It holds no duration: that would make the bundle's bytes differ from run to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The candidate's name.
    pub candidate: String,
    /// Its AUC.
    pub auc: f64,
    /// The AUC's 95 % interval.
    pub auc_interval: [f64; 2],
    /// The largest distance between the two classes' distributions.
    pub ks: f64,
    /// The area under the precision-recall curve, stepwise.
    pub average_precision: f64,
    /// The mean cost a client, without reviews.
    pub cost_per_client: f64,
    /// The cost's 95 % interval, by bootstrap over clients.
    pub cost_interval: [f64; 2],
    /// The Brier score.
    pub brier: f64,
    /// The mean negative log-likelihood.
    pub log_loss: f64,
    /// The mean distance between probability and default rate over ten groups.
    pub calibration_error: f64,
    /// The share of right decisions at the threshold.
    pub accuracy: f64,
    /// How it differs from the champion; absent for the champion.
    pub paired: Option<Paired>,
}

/// Says how a candidate differs from the champion on the same clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The candidate's AUC less the champion's, a mean over folds and repeats.
    pub auc_difference: f64,
    /// Its standard error as if the folds were independent; they share training clients, so it
    /// is too small.
    pub standard_error: f64,
    /// Its standard error, widened for what training sets share.
    ///
    /// # Source
    /// Nadeau and Bengio, "Inference for the generalization error", Machine Learning 2003: the
    /// variance of the differences times `1 / J + n_judged / n_trained`, J being the folds of
    /// all repeats.
    pub corrected_standard_error: f64,
    /// DeLong's paired test over all clients of each repeat.
    pub delong: Vec<AucDifference>,
    /// The candidate's mean cost a client less the champion's, without reviews.
    pub cost_difference: f64,
    /// The difference's 95 % interval, by bootstrap over clients.
    pub cost_interval: [f64; 2],
}

/// Names what a holdout leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldoutKind {
    /// The latest clients, about a fifth; trained on the earlier ones.
    Time,
    /// All clients of some groups, about a fifth; trained on the other groups.
    Group,
}

/// Says how the champion's learner did where the judged clients are not like the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holdout {
    /// What was left out.
    pub kind: HoldoutKind,
    /// The column that says it.
    pub column: String,
    /// Clients that it was trained on.
    pub trained_on: usize,
    /// Clients that it was judged on.
    pub judged_on: usize,
    /// Of these, clients that did not repay.
    pub defaults: usize,
    /// The AUC on them.
    pub auc: f64,
    /// Its 95 % interval by DeLong.
    pub auc_interval: [f64; 2],
    /// The champion's AUC on the same clients in the ordinary folds, a mean over repeats.
    pub auc_in_folds: f64,
}

/// Names how the rarity of defaults is treated in training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Treatment {
    /// Not at all.
    None,
    /// Each class weighs the same in all.
    Weights,
    /// As many clients who repaid, drawn by lot, as defaults.
    Undersampling,
}

/// Says how a candidate did under one treatment, on the folds of the first repeat.
///
/// Calibration and threshold come from a fold that is neither trained nor judged on, so that
/// probabilities are of the true rate whatever the treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imbalance {
    /// The treatment.
    pub treatment: Treatment,
    /// The candidate's name.
    pub candidate: String,
    /// The AUC, a mean over folds.
    pub auc: f64,
    /// The Brier score.
    pub brier: f64,
    /// The mean cost a client, without reviews.
    pub cost: f64,
    /// The mean distance between probability and default rate over ten groups.
    pub calibration_error: f64,
    /// The mean probability less the default rate.
    pub bias: f64,
}
