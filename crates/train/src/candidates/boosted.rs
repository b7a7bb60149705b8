//! Gradient-boosted trees, grown by hessboost: the only file that names it.
//!
//! Its trees leave it through XGBoost's JSON and are compact trees from then on.

use std::ops::ControlFlow;
use std::sync::Arc;

use hessboost::config::{TrainingParams, TreeMethod};
use hessboost::data::DMatrix;
use hessboost::error::HessboostError;
use hessboost::model::{BoostedModel, ImportanceType, ModelFormat};
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::Trainer;
use limpide_model::calibration::logit;
use limpide_model::{Ensemble, Scorer};

use super::Training;
use crate::config::Effort;
use crate::encoded::EncodedRows;
use crate::error::{Error, Result};
use crate::observer::Observer;

/// Holds how trees are grown.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// Trees, one a round.
    pub rounds: usize,
    /// What a tree's leaf values are multiplied by, 0 to 1.
    pub eta: f64,
    /// Splits from the root to a leaf, at most.
    pub depth: usize,
    /// The least sum of second derivatives of the loss in a leaf.
    pub min_child_weight: f64,
    /// The weight of half a leaf value's square beside the loss.
    pub lambda: f64,
    /// The share of rows that a tree sees, above 0, at most 1.
    pub subsample: f64,
    /// The columns that a tree sees, at most.
    pub columns_a_tree: usize,
    /// Groups that a column's values are put in, at most: splits lie between them.
    pub bins: usize,
}

/// Holds what trees are grown on.
pub struct Samples<'a> {
    /// The rows, `(n_rows, width)`; NaN where missing.
    pub values: &'a EncodedRows,
    /// Encoded columns, at least one.
    pub width: usize,
    /// One label a row, 1 for a default, else 0.
    pub labels: &'a [u8],
}

/// Holds all that growing depends on beside the samples.
pub(crate) struct Growing<'a> {
    pub(crate) growth: Growth,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) observer: &'a Observer<'a>,
}

/// Holds rows that trees are grown on, binned once for all the labels that are tried.
pub(crate) struct Ground {
    matrix: DMatrix,
}

/// Holds grown trees.
pub(crate) struct Grown {
    model: BoostedModel,
    width: usize,
}

/// Grows trees for log-loss.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    if training.width == 0 {
        return super::dummy::fit(training);
    }
    let samples = Samples {
        values: training.encoded,
        width: training.width,
        labels: training.labels,
    };
    let growth = growth(training.labels.len(), training.effort);
    let Training {
        seed,
        threads,
        observer,
        ..
    } = *training;
    let trees = grow(&samples, &growth, seed, threads, observer)?;
    Ok(Scorer::Trees(trees))
}

/// Grows trees for log-loss as they are asked for; none, but a base, where one class has no row.
/// The trees do not depend on the number of threads.
///
/// # Errors
/// [`Error::Boosting`] where rows or growth are out of range; [`Error::Stopped`] when asked to.
pub fn grow(
    samples: &Samples<'_>,
    growth: &Growth,
    seed: u64,
    threads: usize,
    observer: &Observer<'_>,
) -> Result<Ensemble> {
    let n = samples.labels.len();
    let defaults = samples.labels.iter().filter(|&&label| label == 1).count();
    if defaults == 0 || defaults == n {
        let rate = (defaults as f64 + 0.5) / (n as f64 + 1.0);
        return Ok(Ensemble::from_trees(logit(rate), &[])?);
    }
    let growing = Growing {
        growth: *growth,
        seed,
        threads,
        observer,
    };
    let ground = Ground::new(samples.values.clone(), samples.width)?;
    ground.grow(samples.labels, &growing)?.ensemble()
}

impl Ground {
    /// Takes rows, `(n_rows, width)`; NaN where missing. They are kept as long as the ground is.
    pub(crate) fn new(rows: EncodedRows, width: usize) -> Result<Self> {
        let n_rows = rows.len() / width;
        let matrix =
            DMatrix::from_dense_shared(Arc::new(rows), n_rows, width, f32::NAN).map_err(failed)?;
        Ok(Self { matrix })
    }

    /// Grows trees for log-loss on these labels, one a row, both classes among them.
    pub(crate) fn grow(&self, labels: &[u8], growing: &Growing<'_>) -> Result<Grown> {
        let Growing {
            growth, observer, ..
        } = growing;
        let labels: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
        let matrix = self.matrix.clone().with_labels(&labels).map_err(failed)?;
        let width = matrix.n_cols();
        let params = TrainingParams::builder()
            .objective(Objective::BinaryLogistic(RegLoss::default()))
            .tree_method(TreeMethod::Hist)
            .max_depth(growth.depth)
            .eta(growth.eta)
            .min_child_weight(growth.min_child_weight)
            .lambda(growth.lambda)
            .subsample(growth.subsample)
            .colsample_bytree((growth.columns_a_tree as f64 / width as f64).min(1.0))
            .max_bin(growth.bins)
            .seed(growing.seed)
            .nthread(growing.threads)
            .build()
            .map_err(failed)?;
        let grown = Trainer::new(&params, &matrix, growth.rounds)
            .on_round(|_| {
                if observer.is_stopped() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .train()
            .map_err(failed)?;
        observer.check()?;
        Ok(Grown {
            model: grown.model,
            width,
        })
    }
}

impl Grown {
    /// Gives the trees in the compact form.
    pub(crate) fn ensemble(&self) -> Result<Ensemble> {
        let json = self
            .model
            .encode(ModelFormat::XgboostJson)
            .map_err(failed)?;
        Ok(Ensemble::from_xgboost_json(&json)?)
    }

    /// Gives for each column by how much the splits on it reduced the loss.
    pub(crate) fn gains(&self) -> Vec<f64> {
        let mut gains = vec![0.0; self.width];
        for (column, gain) in self.model.feature_importance(ImportanceType::TotalGain) {
            gains[column] = gain;
        }
        gains
    }
}

/// On few rows small trees and strong regularisation matter as much as features. A tree sees
/// few columns, so that the trees differ and weak features are heard beside the strong ones.
pub(super) fn growth(n_rows: usize, effort: Effort) -> Growth {
    let (rounds, eta) = match effort {
        Effort::Quick => (400, 0.05),
        Effort::Standard => (800, 0.025),
        Effort::Thorough => (2000, 0.01),
    };
    let small = Growth {
        rounds,
        eta,
        depth: 3,
        min_child_weight: 10.0,
        lambda: 100.0,
        subsample: 0.7,
        columns_a_tree: 20,
        bins: 64,
    };
    match n_rows {
        ..10_000 => small,
        10_000..60_000 => Growth {
            depth: 4,
            columns_a_tree: 60,
            ..small
        },
        _ => Growth {
            rounds: rounds * 3 / 2,
            eta: eta * 2.0,
            depth: 6,
            min_child_weight: 30.0,
            columns_a_tree: 100,
            bins: 256,
            ..small
        },
    }
}

fn failed(error: HessboostError) -> Error {
    Error::Boosting {
        reason: error.to_string(),
    }
}
