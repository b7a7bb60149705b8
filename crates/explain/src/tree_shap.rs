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

use limpide_model::Ensemble;

use crate::lanes::{LANES, Processor};
use crate::tree_kernel::{ManyRows, OneRow};
use crate::tree_layout::Forest;

/// Rows that a tree is walked with before the next tree is fetched.
const ROWS_AT_ONCE: usize = 32;

/// Holds an ensemble laid out for contributions; made once, used for any number of rows.
#[derive(Debug, Clone)]
pub struct TreeExplainer {
    columns: usize,
    forest: Forest,
    processor: Processor,
}

impl TreeExplainer {
    /// Lays an ensemble out for rows of `columns` encoded columns.
    pub fn new(ensemble: &Ensemble, columns: usize) -> Self {
        Self {
            columns: columns.max(ensemble.width()),
            forest: Forest::new(ensemble),
            processor: Processor::best(),
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
        let mut contributions = vec![0.0; self.columns];
        self.processor.run(OneRow {
            forest: &self.forest,
            values: encoded,
            contributions: &mut contributions,
        });
        contributions
    }

    /// Gives the contributions to the margins of encoded rows, `(n_rows, n_columns)`, row after row; to
    /// the bit those of [`Self::contributions`], in less time.
    pub fn many(&self, encoded: &[f32], n_rows: usize) -> Vec<f64> {
        let columns = self.columns;
        let mut contributions = Vec::with_capacity(n_rows * columns);
        if columns == 0 {
            return contributions;
        }
        if n_rows == 1 {
            return self.contributions(encoded);
        }
        for rows in encoded.chunks(ROWS_AT_ONCE * columns) {
            let values = in_lanes(rows, columns);
            let mut found = vec![[0.0; LANES]; values.len()];
            self.processor.run(ManyRows {
                forest: &self.forest,
                columns,
                values: &values,
                contributions: &mut found,
            });
            for row in 0..rows.len() / columns {
                let group = &found[row / LANES * columns..][..columns];
                contributions.extend(group.iter().map(|lanes| lanes[row % LANES]));
            }
        }
        contributions
    }
}

/// Puts rows side by side, `(n_groups, n_columns, LANES)`; lanes beyond the last row repeat it.
fn in_lanes(rows: &[f32], columns: usize) -> Vec<[f32; LANES]> {
    let n_rows = rows.len() / columns;
    let mut lanes = vec![[0.0; LANES]; n_rows.div_ceil(LANES) * columns];
    for (group, values) in lanes.chunks_exact_mut(columns).enumerate() {
        for lane in 0..LANES {
            let row = (group * LANES + lane).min(n_rows - 1);
            let row = &rows[row * columns..][..columns];
            for (values, &value) in values.iter_mut().zip(row) {
                values[lane] = value;
            }
        }
    }
    lanes
}
