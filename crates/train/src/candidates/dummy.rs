//! The baseline: everyone gets the training rate.

use limpide_model::Scorer;
use limpide_model::calibration::logit;

use super::Training;
use crate::error::Result;

/// Fits the log-odds of the training rate, kept finite by half a client of each class.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let defaults = training.labels.iter().filter(|&&label| label == 1).count() as f64;
    Ok(Scorer::Dummy {
        log_odds: logit((defaults + 0.5) / (training.labels.len() as f64 + 1.0)),
    })
}
