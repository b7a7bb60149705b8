//! What counts most in a model's scores, over many clients.

use limpide_model::{Importance, Value};

use crate::contributions::Explainer;
use crate::error::Result;
use crate::global::running::Running;

/// Gives the mean size of each feature's and each concept's contribution over the given rows.
///
/// A concept's contribution is the sum of its features', so what cancels within a concept counts
/// for nothing there. Empty lists where there is no row.
///
/// # Errors
/// As [`Explainer::contributions`].
pub fn importance(
    explainer: &Explainer,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Importance> {
    let mut running = Running::new(explainer.bundle());
    for row in rows {
        running.add(&explainer.contributions(&row)?.per_feature);
    }
    if running.clients() == 0 {
        return Ok(Importance::default());
    }
    let [features, concepts] = running.mean_sizes();
    Ok(Importance {
        clients: running.clients(),
        features,
        concepts,
    })
}
