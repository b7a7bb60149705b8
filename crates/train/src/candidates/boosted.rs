//! Gradient-boosted trees, grown by hessboost: the only file that names it.
//!
//! Its trees leave it through XGBoost's JSON and are compact trees from then on.

use std::ops::ControlFlow;

use hessboost::config::{TrainingParams, TreeMethod};
use hessboost::data::DMatrix;
use hessboost::error::HessboostError;
use hessboost::model::ModelFormat;
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::Trainer;
use limpide_model::calibration::logit;
use limpide_model::{Ensemble, Scorer};

use super::Training;
use crate::config::Effort;
use crate::error::{Error, Result};
use crate::observer::Observer;

/// Holds how trees are grown.
pub(crate) struct Growth {
    pub(crate) rounds: usize,
    pub(crate) eta: f64,
    pub(crate) depth: usize,
    pub(crate) min_child_weight: f64,
    pub(crate) lambda: f64,
    pub(crate) subsample: f64,
    pub(crate) colsample: f64,
    pub(crate) bins: usize,
}

/// Holds what trees are grown on.
pub(crate) struct Samples<'a> {
    /// `(n_rows, width)`, row after row; NaN where missing.
    pub(crate) values: &'a [f32],
    pub(crate) width: usize,
    /// One label a row.
    pub(crate) labels: &'a [u8],
}

/// Grows trees for log-loss.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    if training.width == 0 {
        return super::dummy::fit(training);
    }
    let growth = growth(training.labels.len(), training.width, training.effort);
    let samples = Samples {
        values: training.encoded,
        width: training.width,
        labels: training.labels,
    };
    let Training {
        seed,
        threads,
        observer,
        ..
    } = *training;
    let trees = grow(&samples, &growth, seed, threads, observer)?;
    Ok(Scorer::Trees(trees))
}

/// Grows trees as they are asked for; none, but a base, where one class has no row.
pub(crate) fn grow(
    samples: &Samples<'_>,
    growth: &Growth,
    seed: u64,
    threads: usize,
    observer: &Observer<'_>,
) -> Result<Ensemble> {
    let labels: Vec<f32> = samples
        .labels
        .iter()
        .map(|&label| f32::from(label))
        .collect();
    let defaults = samples.labels.iter().filter(|&&label| label == 1).count();
    if defaults == 0 || defaults == labels.len() {
        let rate = (defaults as f64 + 0.5) / (labels.len() as f64 + 1.0);
        return Ok(Ensemble::from_trees(logit(rate), &[])?);
    }
    let matrix = DMatrix::from_dense(samples.values, labels.len(), samples.width)
        .and_then(|matrix| matrix.with_labels(&labels))
        .map_err(failed)?;
    let params = TrainingParams::builder()
        .objective(Objective::BinaryLogistic(RegLoss::default()))
        .tree_method(TreeMethod::Hist)
        .max_depth(growth.depth)
        .eta(growth.eta)
        .min_child_weight(growth.min_child_weight)
        .lambda(growth.lambda)
        .subsample(growth.subsample)
        .colsample_bytree(growth.colsample)
        .max_bin(growth.bins)
        .seed(seed)
        .nthread(threads)
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
    let json = grown
        .model
        .encode(ModelFormat::XgboostJson)
        .map_err(failed)?;
    Ok(Ensemble::from_xgboost_json(&json)?)
}

/// On few rows small trees and strong regularisation matter as much as features. A tree sees
/// few columns, so that the trees differ and weak features are heard beside the strong ones.
fn growth(n_rows: usize, n_columns: usize, effort: Effort) -> Growth {
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
        colsample: share(40, n_columns),
        bins: 64,
    };
    match n_rows {
        ..10_000 => small,
        10_000..60_000 => Growth {
            depth: 4,
            colsample: share(60, n_columns),
            ..small
        },
        _ => Growth {
            rounds: rounds * 3 / 2,
            eta: eta * 2.0,
            depth: 6,
            min_child_weight: 30.0,
            colsample: share(100, n_columns),
            bins: 256,
            ..small
        },
    }
}

fn share(columns_a_tree: usize, n_columns: usize) -> f64 {
    (columns_a_tree as f64 / n_columns as f64).min(1.0)
}

fn failed(error: HessboostError) -> Error {
    Error::Boosting {
        reason: error.to_string(),
    }
}
