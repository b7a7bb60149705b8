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

use crate::interactions::Pairs;
use crate::lanes::{LANES, Processor};
use crate::tree_interactions::AddingPairs;
use crate::tree_kernel::{ManyRows, OneRow};
use crate::tree_layout::Forest;
use crate::tree_reference::Comparing;

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

    /// Gives what encoded columns add to one row's margin by themselves and two by two, in log-odds,
    /// `(n_columns, n_columns)`, row after row: symmetric, half of an interaction to either side of the
    /// diagonal, a row's sum the column's contribution.
    pub fn interactions(&self, encoded: &[f32]) -> Vec<f64> {
        let columns: Vec<usize> = (0..self.columns).collect();
        let mut pairs = Pairs::new(&columns, self.columns);
        self.add_pairs(&mut pairs, 1.0, encoded);
        pairs.with_diagonal(&self.contributions(encoded))
    }

    /// Gives each encoded column's interventional contribution to one row's margin, in log-odds,
    /// `(n_columns)`: what it adds to the mean margin of `n_others` other rows, `(n_others, n_columns)`
    /// and one at least, where its value stands in for theirs.
    pub fn against(&self, encoded: &[f32], others: &[f32], n_others: usize) -> Vec<f64> {
        let mut contributions = vec![0.0; self.columns];
        Comparing::new(&self.forest).add(encoded, others, &mut contributions);
        contributions
            .iter_mut()
            .for_each(|sum| *sum /= n_others as f64);
        contributions
    }

    /// Adds interactions of columns of different groups, times a weight.
    pub(crate) fn add_pairs(&self, pairs: &mut Pairs<'_>, weight: f64, encoded: &[f32]) {
        self.processor.run(AddingPairs {
            forest: &self.forest,
            values: encoded,
            weight,
            pairs,
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_processor_gives_the_same_contributions_and_interactions() {
        let path = "/../../tests/golden/lightgbm_model.txt";
        let text =
            std::fs::read_to_string(format!("{}{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let ensemble = Ensemble::from_lightgbm_text(&text).unwrap();
        let columns = ensemble.width();
        let value = |place: usize| match place % 11 {
            0 => f32::NAN,
            _ => (place as f32 * 0.37).sin() * 3.0,
        };
        let rows: Vec<f32> = (0..13 * columns).map(value).collect();
        let found: Vec<_> = Processor::all()
            .map(|processor| {
                let mut explainer = TreeExplainer::new(&ensemble, columns);
                explainer.processor = processor;
                let each = rows.chunks_exact(columns);
                let each: Vec<f64> = each.flat_map(|row| explainer.contributions(row)).collect();
                assert_eq!(explainer.many(&rows, 13), each);
                (each, explainer.interactions(&rows[..columns]))
            })
            .collect();
        assert!(found.iter().all(|one| *one == found[0]));
    }
}
