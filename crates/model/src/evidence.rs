//! How a model was trained and judged, and the curves that documents draw of it.
//!
//! It decides nothing: a bundle scores and explains the same without it.

use serde::{Deserialize, Serialize};

/// Holds what documents tell and draw of how a model was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How it was trained and judged.
    pub procedure: Procedure,
    /// What its out-of-fold probabilities look like.
    pub curves: Curves,
    /// What counts most in its scores; empty where nobody measured it.
    pub importance: Importance,
}

/// Says how a model was trained and judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    /// How hard training tried, in the word of the command line.
    pub effort: String,
    /// How often all clients were split into folds.
    pub repeats: usize,
    /// Folds of a repeat.
    pub folds: usize,
    /// Whether the folds were handed in rather than made from the seed.
    pub folds_given: bool,
    /// The AUC above which a candidate is taken for a leak.
    pub max_auc: f64,
    /// The AUC above which a feature alone is taken for a leak.
    pub max_single_auc: f64,
    /// The features that tell most alone, the strongest first.
    pub strongest_alone: Vec<Alone>,
}

/// Says how much one feature tells alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alone {
    /// The feature's name.
    pub feature: String,
    /// Its AUC, whichever way it points.
    pub auc: f64,
}

/// Holds what the champion's out-of-fold probabilities look like; empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Points of the ROC curve, from (0, 0) to (1, 1), at most 101.
    pub roc: Vec<RocPoint>,
    /// Ten groups of clients of equal size, by rising probability.
    pub reliability: Vec<ReliabilityGroup>,
}

/// Is one point of a ROC curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// The share of clients who repaid that some threshold refuses, in [0, 1].
    pub false_positive_rate: f64,
    /// The share of defaults that it refuses, in [0, 1].
    pub true_positive_rate: f64,
}

/// Compares what was predicted for a group of clients with what came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityGroup {
    /// Clients, each counted once however many repeats there were.
    pub clients: usize,
    /// Those of them that did not repay; a mean over repeats, rounded.
    pub defaults: usize,
    /// The mean of their probabilities.
    pub mean_probability: f64,
    /// The share of them that did not repay.
    pub default_rate: f64,
    /// The default rate's 95 % interval by Wilson.
    pub interval: [f64; 2],
}

/// Says how much features and concepts move the margins of many clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Clients that it was measured on.
    pub clients: usize,
    /// The mean size of each feature's contribution in log-odds, aligned with the features.
    pub features: Vec<f64>,
    /// The mean size of each concept's contribution, aligned with the concepts: features of one
    /// concept that speak against each other cancel out.
    pub concepts: Vec<f64>,
}

impl Evidence {
    /// Says what does not fit a bundle of so many features and concepts, if anything.
    pub(crate) fn misfit(&self, features: usize, concepts: usize) -> Option<String> {
        let Importance {
            features: of_features,
            concepts: of_concepts,
            ..
        } = &self.importance;
        if !of_features.is_empty() && of_features.len() != features {
            return Some(format!(
                "the importance of {} features, model of {features}",
                of_features.len()
            ));
        }
        if !of_concepts.is_empty() && of_concepts.len() != concepts {
            return Some(format!(
                "the importance of {} concepts, model of {concepts}",
                of_concepts.len()
            ));
        }
        None
    }
}
