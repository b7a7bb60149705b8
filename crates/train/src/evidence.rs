//! What documents tell of how the champion was trained and judged.

use limpide_model::evidence::Alone;
use limpide_model::{Evidence, Importance, Procedure};

use crate::config::TrainConfig;
use crate::curves;
use crate::folds::{Folds, Repeat};
use crate::judge::Judged;

/// Gathers it; what counts most in the scores is measured by whoever can explain them.
pub(crate) fn gather(
    config: &TrainConfig,
    folds: &Folds,
    strongest_alone: Vec<Alone>,
    champion: &Judged,
    labels: &[u8],
) -> Evidence {
    Evidence {
        procedure: Procedure {
            effort: config.effort.to_string(),
            repeats: folds.repeats.len(),
            folds: folds.repeats.first().map_or(0, Repeat::len),
            folds_given: config.folds.is_some(),
            max_auc: config.limits.max_auc,
            max_single_auc: config.limits.max_single_auc,
            strongest_alone,
        },
        curves: curves::describe(&champion.probabilities, labels),
        importance: Importance::default(),
    }
}
