//! Random forest: deep trees, each on a sample of clients and columns, averaged.
//!
//! A leaf holds one Newton step of the log-loss from the training rate. That is its rate of
//! default, less the training rate, over the rate's variance, shrunk where few clients lie in it:
//! so the sum of trees orders clients as the mean of the leaves' rates does, and its contributions
//! are exact.
//!
//! # Source
//! Breiman, "Random forests", Machine Learning 2001; with clients drawn without replacement, and
//! columns for each tree and, among them, for each split.

use limpide_model::Scorer;

use super::Training;
use super::boosted::{Growth, Manner, scorer};
use crate::config::Effort;
use crate::error::Result;

/// Columns that a tree sees, at most.
const COLUMNS_A_TREE: usize = 100;

/// Grows the trees.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let growth = Growth {
        rounds: match training.effort {
            Effort::Quick => 100,
            Effort::Standard => 300,
            Effort::Thorough => 1000,
        },
        eta: 1.0,
        depth: 8,
        min_child_weight: 2.0,
        lambda: 1.0,
        subsample: 0.632,
        columns_a_tree: COLUMNS_A_TREE,
        bins: 64,
    };
    let columns_a_split = (training.width.min(COLUMNS_A_TREE) as f64).sqrt().ceil() as usize * 2;
    scorer(training, growth, Manner::Forest { columns_a_split })
}
