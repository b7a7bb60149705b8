//! Exact path-dependent Shapley contributions of a tree ensemble, in log-odds.
//!
//! In the game of one leaf, a coalition's worth is the leaf's value times, for each feature on the
//! path, `o` (1 if the row meets all the path's conditions on it) when the feature is in the coalition
//! and `z` (product of the cover ratios of its edges) when it is not. Shapley's weights are Beta
//! integrals, so the sum over coalitions folds into one integral of a polynomial,
//!
//! φ_i = value · (o_i − z_i) · ∫₀¹ Π_{j≠i} (t·o_j + (1−t)·z_j) dt,
//!
//! which Gauss–Legendre quadrature takes exactly. All leaves of a tree share one walk down (running
//! products) and one walk up (sums over subtrees): O(nodes × points) a tree and row. Nothing here
//! samples and nothing is approximated.
//!
//! # Source
//! Lundberg et al., "From local explanations to global understanding with explainable AI for trees",
//! Nature Machine Intelligence 2020 (the game); Owen, "Multilinear extensions of games", Management
//! Science 1972 (the integral); Yu et al., "Linear TreeShap", NeurIPS 2022 (the polynomial form).

// Several arrays move along the same lanes; plain indices are clearer than nested zips.
#![allow(clippy::needless_range_loop)]

use limpide_model::Ensemble;

use crate::quadrature::{Block, LANES};
use crate::tree_layout::{Child, Forest, Split};

type Lanes = [f64; LANES];

/// Holds an ensemble laid out for contributions; made once, used for any number of rows.
#[derive(Debug, Clone)]
pub struct TreeExplainer {
    columns: usize,
    forest: Forest,
}

/// What one tree and one row need on the way, by split.
struct Scratch {
    /// 0 where the row goes left, 1 where it goes right.
    side: Vec<u8>,
    /// Whether the row meets all conditions above on the split's own column.
    met: Vec<bool>,
    /// Running product of factors from the root.
    product: Vec<Lanes>,
    /// What each child's subtree sum is multiplied by to give the column's contribution.
    factor: Vec<[Lanes; 2]>,
    /// Leaf value times product, summed over each child's subtree.
    sum: Vec<[Lanes; 2]>,
}

impl TreeExplainer {
    /// Lays an ensemble out for rows of `columns` encoded columns.
    pub fn new(ensemble: &Ensemble, columns: usize) -> Self {
        Self {
            columns: columns.max(ensemble.width()),
            forest: Forest::new(ensemble),
        }
    }

    /// Gives the expected margin: what the contributions are added to, in log-odds.
    pub fn base(&self) -> f64 {
        self.forest.base
    }

    /// Gives each encoded column's contribution to one row's margin, in log-odds, `(n_columns)`.
    ///
    /// `encoded` has a value a column; NaN is a missing one and goes to a split's default side.
    pub fn contributions(&self, encoded: &[f32]) -> Vec<f64> {
        let forest = &self.forest;
        let mut contributions = vec![0.0; self.columns];
        let mut scratch = Scratch::new(forest.largest_tree());
        for tree in &forest.trees {
            let splits = &forest.splits[tree.first..tree.first + tree.splits];
            scratch.decide(splits, encoded);
            let rule = &forest.rules[tree.rule];
            for block in &rule.blocks {
                match rule.lanes {
                    2 => scratch.walk::<2>(splits, block, &mut contributions),
                    4 => scratch.walk::<4>(splits, block, &mut contributions),
                    6 => scratch.walk::<6>(splits, block, &mut contributions),
                    _ => scratch.walk::<LANES>(splits, block, &mut contributions),
                }
            }
        }
        contributions
    }
}

impl Scratch {
    fn new(splits: usize) -> Self {
        Self {
            side: vec![0; splits],
            met: vec![false; splits],
            product: vec![[1.0; LANES]; splits],
            factor: vec![[[0.0; LANES]; 2]; splits],
            sum: vec![[[0.0; LANES]; 2]; splits],
        }
    }

    fn decide(&mut self, splits: &[Split], encoded: &[f32]) {
        for (at, split) in splits.iter().enumerate() {
            let value = encoded[split.column as usize];
            let left = if value.is_nan() {
                split.missing_goes_left
            } else {
                value < split.threshold
            };
            self.side[at] = u8::from(!left);
            self.met[at] = match split.earlier {
                None => true,
                Some(earlier) => {
                    let place = earlier.place as usize;
                    self.met[place] && self.side[place] == earlier.side
                }
            };
        }
    }

    /// Adds what one block of `N` points gives; all blocks of the rule together are exact.
    fn walk<const N: usize>(&mut self, splits: &[Split], block: &Block, contributions: &mut [f64]) {
        self.walk_down::<N>(splits, block);
        self.walk_up::<N>(splits, contributions);
    }

    /// With o = 1 above (no earlier test counts as o = 1, z = 1), the child that the row takes keeps
    /// o = 1 and the other gets o = 0; once o = 0 it stays 0 below and only z goes on shrinking.
    fn walk_down<const N: usize>(&mut self, splits: &[Split], block: &Block) {
        for (at, split) in splits.iter().enumerate() {
            let product = self.product[at];
            let taken = usize::from(self.side[at]);
            let other = 1 - taken;
            let mut below = [[0.0; LANES]; 2];
            if !self.met[at] {
                for lane in 0..N {
                    below[0][lane] = product[lane] * split.ratios[0];
                    below[1][lane] = product[lane] * split.ratios[1];
                }
            } else {
                let z = split.z * split.ratios[taken];
                let z_other = split.z * split.ratios[other];
                // Dividing the earlier test's factor out; it is exactly 1 where there is none.
                let (mut rest_of_path, mut earlier) = (product, [0.0; LANES]);
                if split.earlier.is_some() {
                    for lane in 0..N {
                        let above = 1.0 / (block.t[lane] + block.rest[lane] * split.z);
                        rest_of_path[lane] *= above;
                        earlier[lane] = (1.0 - split.z) * block.weight[lane] * above;
                    }
                }
                let factor = &mut self.factor[at];
                for lane in 0..N {
                    let here = block.t[lane] + block.rest[lane] * z;
                    below[taken][lane] = rest_of_path[lane] * here;
                    below[other][lane] = rest_of_path[lane] * (block.rest[lane] * z_other);
                    factor[taken][lane] = (1.0 - z) * block.weight[lane] / here - earlier[lane];
                    factor[other][lane] = -block.weight_over_rest[lane] - earlier[lane];
                }
            }
            for side in 0..2 {
                match split.children[side] {
                    Child::Leaf(value) => {
                        let sum = &mut self.sum[at][side];
                        for lane in 0..N {
                            sum[lane] = below[side][lane] * value;
                        }
                    }
                    Child::Split(place) => {
                        self.product[place as usize][..N].copy_from_slice(&below[side][..N]);
                    }
                }
            }
        }
    }

    fn walk_up<const N: usize>(&mut self, splits: &[Split], contributions: &mut [f64]) {
        for (at, split) in splits.iter().enumerate().rev() {
            for side in 0..2 {
                if let Child::Split(place) = split.children[side] {
                    let [left, right] = self.sum[place as usize];
                    let sum = &mut self.sum[at][side];
                    for lane in 0..N {
                        sum[lane] = left[lane] + right[lane];
                    }
                }
            }
            // Where o was 0 above, it is the earlier edge that has counted the subtree.
            if !self.met[at] {
                continue;
            }
            let ([left, right], [of_left, of_right]) = (&self.sum[at], &self.factor[at]);
            let mut contribution = 0.0;
            for lane in 0..N {
                contribution += of_left[lane] * left[lane] + of_right[lane] * right[lane];
            }
            contributions[split.column as usize] += contribution;
        }
    }
}
