//! What learners leave to be chosen: their defaults, and what tuning found.

use std::collections::BTreeMap;

use super::boosted::Boosting;
use crate::config::Effort;

/// Holds what learners leave to be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hyperparameters {
    /// The logistic regression's weight of `½ ‖weights‖²` beside the summed log-loss, for each
    /// column of the design: however many columns there are, the margin's variance is expected
    /// to be the inverse of this.
    pub(crate) ridge: f64,
    /// How boosted trees are grown, free and monotone ones.
    pub(crate) boosting: Boosting,
    /// The weight of boosted trees in the blend; the logistic regression has the rest.
    pub(crate) share_of_trees: f64,
}

impl Hyperparameters {
    /// Gives what is used unless tuning finds better.
    pub(crate) fn defaults(n_rows: usize, effort: Effort) -> Self {
        Self {
            ridge: 2.0,
            boosting: Boosting::defaults(n_rows, effort),
            share_of_trees: 0.5,
        }
    }

    /// Gives those that a candidate depends on, by name.
    pub(crate) fn named(&self, candidate: &str) -> BTreeMap<String, f64> {
        let is_blended = candidate == "blend";
        let mut named = Vec::new();
        if is_blended || candidate == "logistic" {
            named.push(("logistic.ridge", self.ridge));
        }
        if is_blended || candidate == "boosted" || candidate == "monotone" {
            let Boosting { bags, growth, .. } = self.boosting;
            named.extend([
                ("trees.bags", bags as f64),
                ("trees.rounds", growth.rounds as f64),
                ("trees.eta", growth.eta),
                ("trees.depth", growth.depth as f64),
                ("trees.min_child_weight", growth.min_child_weight),
                ("trees.lambda", growth.lambda),
                ("trees.subsample", growth.subsample),
                ("trees.columns_a_tree", growth.columns_a_tree as f64),
                ("trees.bins", growth.bins as f64),
            ]);
        }
        if is_blended {
            named.push(("blend.share_of_trees", self.share_of_trees));
        }
        let owned = named
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        owned.collect()
    }
}
