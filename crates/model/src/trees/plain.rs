//! One tree as plain arrays: how bundles hold trees, and what importers make.

use serde::{Deserialize, Serialize};

/// The least number of a column that a split cannot test.
pub(super) const MOST_COLUMNS: u32 = (1 << 31) - 1;

/// Holds one tree as plain arrays: splits and leaves apart, split 0 the root.
///
/// A child that is 0 or more is a split; a negative one is leaf `-1 - child`. A child that is
/// a split always has a higher number than its parent. A tree of one leaf has no split.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The encoded column that each split tests.
    pub feature: Vec<u32>,
    /// Rows whose value is less go left.
    pub threshold: Vec<f32>,
    /// 1 where a missing value goes left, else 0.
    pub default_left: Vec<u8>,
    /// Left children.
    pub left: Vec<i32>,
    /// Right children.
    pub right: Vec<i32>,
    /// The leaves' values, log-odds.
    pub value: Vec<f64>,
    /// The weight of the training rows in each leaf, above 0.
    pub cover: Vec<f64>,
}

impl Tree {
    /// Says why arrays do not make a tree: every node must have one parent that comes before it.
    pub(super) fn check(&self) -> Result<(), String> {
        let n_splits = self.feature.len();
        let n_leaves = self.value.len();
        let splits = [
            self.threshold.len(),
            self.default_left.len(),
            self.left.len(),
            self.right.len(),
        ];
        if splits.iter().any(|&found| found != n_splits) {
            return Err(format!(
                "arrays of lengths {splits:?} for {n_splits} splits"
            ));
        }
        if n_leaves != n_splits + 1 || self.cover.len() != n_leaves {
            return Err(format!(
                "{n_leaves} leaves and {} covers for {n_splits} splits",
                self.cover.len()
            ));
        }
        let mut reached = vec![false; n_splits + n_leaves];
        for parent in 0..n_splits {
            for child in [self.left[parent], self.right[parent]] {
                let place = if child >= 0 {
                    child as usize
                } else {
                    n_splits + (-1 - i64::from(child)) as usize
                };
                let is_split = child >= 0;
                if place >= reached.len()
                    || (is_split && (place >= n_splits || place <= parent))
                    || reached[place]
                {
                    return Err(format!("split {parent} cannot have the child {child}"));
                }
                reached[place] = true;
            }
            if !self.threshold[parent].is_finite() || self.feature[parent] >= MOST_COLUMNS {
                return Err(format!(
                    "split {parent} tests column {} against {}",
                    self.feature[parent], self.threshold[parent]
                ));
            }
        }
        let mut leaves = self.value.iter().zip(&self.cover);
        match leaves
            .find(|(value, cover)| !value.is_finite() || !cover.is_finite() || **cover <= 0.0)
        {
            Some((value, cover)) => Err(format!("a leaf of value {value} and cover {cover}")),
            None => Ok(()),
        }
    }
}
