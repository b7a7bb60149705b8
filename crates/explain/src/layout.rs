//! A scorer laid out for contributions: what each sort adds to each encoded column.

use limpide_model::{Additive, Logistic, Scorecard, Scorer};

use crate::additive;
use crate::contributions::Sample;
use crate::interactions::Pairs;
use crate::linear;
use crate::tree_shap::TreeExplainer;

/// A scorer, laid out.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    Dummy { log_odds: f64 },
    Logistic(Logistic),
    Additive(Additive),
    Scorecard(Scorecard),
    Trees(TreeExplainer),
    Blend(Vec<(f64, Layout)>),
}

impl Layout {
    pub(crate) fn new(scorer: &Scorer, columns: usize) -> Self {
        match scorer {
            Scorer::Dummy { log_odds } => Self::Dummy {
                log_odds: *log_odds,
            },
            Scorer::Logistic(logistic) => Self::Logistic(logistic.clone()),
            Scorer::Additive(additive) => Self::Additive(additive.clone()),
            Scorer::Scorecard(scorecard) => Self::Scorecard(scorecard.clone()),
            Scorer::Trees(ensemble) => Self::Trees(TreeExplainer::new(ensemble, columns)),
            Scorer::Blend(parts) => Self::Blend(
                parts
                    .iter()
                    .map(|part| (part.weight, Self::new(&part.scorer, columns)))
                    .collect(),
            ),
        }
    }

    /// Gives the expected margin.
    pub(crate) fn base(&self) -> f64 {
        match self {
            Self::Dummy { log_odds } => *log_odds,
            Self::Logistic(logistic) => logistic.intercept,
            Self::Additive(additive) => additive.intercept(),
            Self::Scorecard(scorecard) => scorecard.intercept,
            Self::Trees(trees) => trees.base(),
            Self::Blend(parts) => parts
                .iter()
                .map(|(weight, part)| weight * part.base())
                .sum(),
        }
    }

    /// Adds each column's contribution, times a weight, for encoded rows; both `(n_rows, n_columns)`.
    pub(crate) fn add(&self, sums: &mut [f64], weight: f64, encoded: &[f32], n_rows: usize) {
        let found = match self {
            Self::Dummy { .. } => return,
            Self::Trees(trees) => trees.many(encoded, n_rows),
            Self::Logistic(_) | Self::Additive(_) | Self::Scorecard(_) => {
                let width = encoded.len() / n_rows.max(1);
                let rows = (0..n_rows).map(|row| &encoded[row * width..][..width]);
                rows.flat_map(|row| self.terms(row)).collect()
            }
            Self::Blend(parts) => {
                for (share, part) in parts {
                    part.add(sums, weight * share, encoded, n_rows);
                }
                return;
            }
        };
        add_weighted(sums, weight, &found);
    }

    /// Adds the halves of what columns of two groups add together, times a weight, for one row.
    pub(crate) fn add_pairs(&self, pairs: &mut Pairs<'_>, weight: f64, encoded: &[f32]) {
        match self {
            // Each term is of one column, or of one feature's.
            Self::Dummy { .. } | Self::Logistic(_) | Self::Scorecard(_) => {}
            Self::Additive(additive) => additive::add_pairs(additive, pairs, weight, encoded),
            Self::Trees(trees) => trees.add_pairs(pairs, weight, encoded),
            Self::Blend(parts) => {
                for (share, part) in parts {
                    part.add_pairs(pairs, weight * share, encoded);
                }
            }
        }
    }

    /// Adds each column's interventional contribution, times a weight, for one row.
    pub(crate) fn add_against(
        &self,
        sums: &mut [f64],
        weight: f64,
        encoded: &[f32],
        sample: &Sample,
    ) {
        let others = || (0..sample.n_rows).map(|row| sample.row(row));
        let found = match self {
            Self::Dummy { .. } => return,
            Self::Trees(trees) => trees.against(encoded, &sample.encoded, sample.n_rows),
            Self::Additive(additive) => additive::against(additive, encoded, others()),
            Self::Logistic(_) | Self::Scorecard(_) => {
                let mut found = self.terms(encoded);
                for other in others() {
                    add_weighted(&mut found, -1.0 / sample.n_rows as f64, &self.terms(other));
                }
                found
            }
            Self::Blend(parts) => {
                for (share, part) in parts {
                    part.add_against(sums, weight * share, encoded, sample);
                }
                return;
            }
        };
        add_weighted(sums, weight, &found);
    }

    /// Gives each column's contribution to one row's margin, of a model that is a sum of terms.
    fn terms(&self, encoded: &[f32]) -> Vec<f64> {
        match self {
            Self::Logistic(logistic) => linear::contributions(logistic, encoded),
            Self::Additive(additive) => additive::contributions(additive, encoded),
            Self::Scorecard(scorecard) => linear::of_scorecard(scorecard, encoded),
            Self::Dummy { .. } | Self::Trees(_) | Self::Blend(_) => vec![0.0; encoded.len()],
        }
    }
}

fn add_weighted(sums: &mut [f64], weight: f64, found: &[f64]) {
    for (sum, contribution) in sums.iter_mut().zip(found) {
        *sum += weight * contribution;
    }
}
