//! The scorecard: features cut into bins, a few of them chosen, a logistic regression over their
//! weights of evidence.
//!
//! A characteristic is judged by what it tells of clients that its bins have not seen: weights of
//! evidence come from inner folds wherever characteristics are chosen and weighed. The bins that
//! are published are fitted on all training rows.

mod choice;
mod material;

use limpide_model::calibration::{logit, sigmoid};
use limpide_model::scorecard::binning::Rules;
use limpide_model::scorecard::{Scaling, Scorecard};
use limpide_model::{Column, Dataset, Encoder, Feature, Scorer};

use self::material::Material;
use super::hyperparameters::Hyperparameters;
use super::{Training, dummy, notes};
use crate::config::Effort;
use crate::error::Result;
use crate::observer::Observer;

/// What every bin must be.
const RULES: Rules = Rules {
    bins: 6,
    share: 0.05,
    cases: 10,
};
/// Steps of the search for the intercept: Newton's method doubles the digits each time.
const INTERCEPT_STEPS: usize = 50;

/// Fits bins, chooses characteristics and weighs them; the same margin for everyone where none
/// tells anything.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let material = Material::new(training)?;
    let chosen = choice::choose(&material, training.observer)?;
    if chosen.is_empty() {
        return dummy::fit(training);
    }
    let mut scorecard = Scorecard {
        intercept: 0.0,
        scaling: Scaling::default(),
        characteristics: Vec::with_capacity(chosen.len()),
    };
    for (place, coefficient) in chosen {
        let mut characteristic = material.characteristics[place].published.clone();
        characteristic.coefficient = coefficient;
        scorecard.characteristics.push(characteristic);
    }
    scorecard.intercept = intercept(&scorecard, training);
    Ok(Scorer::Scorecard(scorecard))
}

/// Fits a scorecard alone on some clients, without judging it: its encoder and the scorer, which is
/// a dummy where nothing tells.
///
/// # Errors
/// [`crate::Error::Stopped`] when asked to.
pub fn fit_scorecard(
    dataset: &Dataset,
    rows: &[usize],
    seed: u64,
    threads: usize,
    observer: &Observer<'_>,
) -> Result<(Encoder, Scorer)> {
    let columns: Vec<&Column> = dataset.column_refs();
    let features: Vec<&Feature> = dataset.features.iter().collect();
    let encoder = Encoder::fit(&columns, rows);
    let labels: Vec<u8> = rows.iter().map(|&row| dataset.labels[row]).collect();
    let training = Training {
        encoded: &encoder.encode(&columns, rows).into(),
        width: encoder.width(),
        columns: &notes(&encoder, &features),
        labels: &labels,
        weights: None,
        seed,
        effort: Effort::Quick,
        hyperparameters: Hyperparameters::defaults(labels.len(), Effort::Quick),
        threads,
        observer,
    };
    let scorer = fit(&training)?;
    Ok((encoder, scorer))
}

/// Gives the intercept with which the probabilities sum to the defaults: coefficients come from
/// inner folds, whose weights of evidence are a little weaker.
fn intercept(scorecard: &Scorecard, training: &Training<'_>) -> f64 {
    let rows = training.encoded.chunks_exact(training.width);
    let margins: Vec<f64> = rows.map(|row| scorecard.margin(row)).collect();
    let defaults = training.labels.iter().filter(|&&label| label == 1).count() as f64;
    let mut intercept = logit((defaults + 0.5) / (margins.len() as f64 + 1.0));
    for _ in 0..INTERCEPT_STEPS {
        let (mut missed, mut curvature) = (defaults, 0.0);
        for margin in &margins {
            let probability = sigmoid(intercept + margin);
            missed -= probability;
            curvature += probability * (1.0 - probability);
        }
        let step = (missed / curvature.max(1e-12)).clamp(-1.0, 1.0);
        intercept += step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    intercept
}

#[cfg(test)]
mod tests;
