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
use limpide_model::{Ensemble, Scorer};

use super::Training;
use crate::config::Effort;
use crate::error::{Error, Result};

/// Holds how trees are grown.
struct Growth {
    rounds: usize,
    eta: f64,
    depth: usize,
    min_child_weight: f64,
    lambda: f64,
    subsample: f64,
    colsample: f64,
}

/// Grows trees for log-loss.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    if training.width == 0 {
        return super::dummy::fit(training);
    }
    let growth = growth(training.labels.len(), training.width, training.effort);
    let labels: Vec<f32> = training
        .labels
        .iter()
        .map(|&label| f32::from(label))
        .collect();
    let matrix = DMatrix::from_dense(training.encoded, labels.len(), training.width)
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
        .seed(training.seed)
        .nthread(training.threads)
        .build()
        .map_err(failed)?;
    let grown = Trainer::new(&params, &matrix, growth.rounds)
        .on_round(|_| {
            if training.observer.is_stopped() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .train()
        .map_err(failed)?;
    training.observer.check()?;
    let json = grown
        .model
        .encode(ModelFormat::XgboostJson)
        .map_err(failed)?;
    Ok(Scorer::Trees(Ensemble::from_xgboost_json(&json)?))
}

/// On few rows small trees and strong regularisation matter as much as features. A tree sees
/// few columns, so that the trees differ and weak features are heard beside the strong ones.
fn growth(n_rows: usize, n_columns: usize, effort: Effort) -> Growth {
    let (rounds, eta) = match effort {
        Effort::Quick => (400, 0.05),
        Effort::Standard => (800, 0.025),
        Effort::Thorough => (2000, 0.01),
    };
    let (depth, more_rounds, columns, min_child_weight) = match n_rows {
        ..10_000 => (3, 1, 40, 10.0),
        10_000..60_000 => (4, 1, 60, 10.0),
        _ => (5, 3, 100, 30.0),
    };
    Growth {
        rounds: rounds * more_rounds,
        eta,
        depth,
        min_child_weight,
        lambda: 100.0,
        subsample: 0.7,
        colsample: (f64::from(columns) / n_columns as f64).min(1.0),
    }
}

fn failed(error: HessboostError) -> Error {
    Error::Boosting {
        reason: error.to_string(),
    }
}
