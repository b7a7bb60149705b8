//! Each candidate against the champion, on the same folds and clients.

use limpide_model::Paired;
use limpide_model::metrics::{bootstrap_interval, delong_test};

use crate::config::TrainConfig;
use crate::folds::Folds;
use crate::judge::{Judged, bootstrap_seed, mean};

/// Compares a candidate with the champion.
pub(crate) fn paired(
    candidate: &Judged,
    champion: &Judged,
    folds: &Folds,
    labels: &[u8],
    config: &TrainConfig,
) -> Paired {
    let differences: Vec<f64> = subtract(&candidate.areas, &champion.areas);
    let auc_difference = mean(differences.iter().copied());
    let n = differences.len() as f64;
    let squares = differences.iter().map(|one| (one - auc_difference).powi(2));
    let variance = squares.sum::<f64>() / (n - 1.0).max(1.0);
    let repeats = candidate.probabilities.iter().zip(&champion.probabilities);
    let costs = subtract(&candidate.costs, &champion.costs);
    Paired {
        auc_difference,
        standard_error: (variance / n).sqrt(),
        corrected_standard_error: (variance * (1.0 / n + judged_to_trained(folds))).sqrt(),
        delong: repeats
            .map(|(candidate, champion)| delong_test(candidate, champion, labels))
            .collect(),
        cost_difference: mean(costs.iter().copied()),
        cost_interval: bootstrap_interval(&costs, bootstrap_seed(config)),
    }
}

fn subtract(candidate: &[f64], champion: &[f64]) -> Vec<f64> {
    let pairs = candidate.iter().zip(champion);
    pairs
        .map(|(candidate, champion)| candidate - champion)
        .collect()
}

/// Gives how many clients are judged for each that is trained on, a mean over all folds.
fn judged_to_trained(folds: &Folds) -> f64 {
    let ratios = folds.repeats.iter().flat_map(|repeat| {
        (0..repeat.len()).map(|fold| {
            let judged = repeat.rows(|of| of == fold).len() as f64;
            judged / (repeat.fold_of.len() as f64 - judged)
        })
    });
    mean(ratios)
}
