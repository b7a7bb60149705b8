//! How well each candidate did on clients it had not seen.

use limpide_model::metrics::{auc, auc_standard_error};
use limpide_model::policy::{cost_per_client, optimal_threshold};
use limpide_model::{Costs, Metrics, Standing};

use crate::calibrate::choose;
use crate::crossfit::Crossfit;
use crate::folds::Folds;

/// The 97.5 % point of the standard normal distribution.
const NORMAL_97_5: f64 = 1.959_963_984_540_054;

/// Holds how one candidate did.
pub(crate) struct Judged {
    pub(crate) standing: Standing,
    /// The AUC on each fold of each repeat.
    areas: Vec<f64>,
    pub(crate) metrics: Metrics,
    /// For each repeat, one probability a row.
    pub(crate) probabilities: Vec<Vec<f64>>,
    pub(crate) seconds: f64,
}

/// Judges one candidate, by its place among those that take part.
///
/// Fold by fold, calibration and threshold come from margins of models that did not see the
/// fold; probabilities and decisions on the fold follow. The AUC is the mean over folds and
/// repeats; its interval is DeLong's, from all clients of a repeat. Other metrics are taken
/// over all clients of a repeat, then averaged over repeats.
pub(crate) fn judge(
    candidate: usize,
    crossfits: &[Crossfit],
    folds: &Folds,
    labels: &[u8],
    costs: Costs,
) -> Judged {
    let mut areas = Vec::new();
    let mut per_repeat = Vec::new();
    let mut probabilities_per_repeat = Vec::new();
    for (crossfit, repeat) in crossfits.iter().zip(&folds.repeats) {
        let mut probabilities = vec![0.0; labels.len()];
        let (mut cost, mut right) = (0.0, 0);
        for fold in 0..repeat.len() {
            let calibrating = &crossfit.calibrating[fold];
            let margins = &calibrating.margins[candidate];
            let seen: Vec<u8> = calibrating.rows.iter().map(|&row| labels[row]).collect();
            let groups: Vec<usize> = calibrating
                .rows
                .iter()
                .map(|&row| repeat.fold_of[row])
                .collect();
            let calibration = choose(margins, &seen, &groups);
            let calibrated: Vec<f64> = margins
                .iter()
                .map(|&margin| calibration.probability(margin))
                .collect();
            let threshold = optimal_threshold(&calibrated, &seen, costs);

            let judged = &crossfit.judged[fold];
            let truth: Vec<u8> = judged.rows.iter().map(|&row| labels[row]).collect();
            let found: Vec<f64> = judged.margins[candidate]
                .iter()
                .map(|&margin| calibration.probability(margin))
                .collect();
            areas.push(auc(&judged.margins[candidate], &truth));
            cost += cost_per_client(&found, &truth, costs, threshold) * found.len() as f64;
            for ((&row, &probability), &label) in judged.rows.iter().zip(&found).zip(&truth) {
                probabilities[row] = probability;
                right += usize::from((probability >= threshold) == (label == 1));
            }
        }
        let n = labels.len() as f64;
        let metrics = Metrics::evaluate(&probabilities, labels, 0.5, cost / n);
        per_repeat.push((
            Metrics {
                accuracy: right as f64 / n,
                ..metrics
            },
            auc_standard_error(&probabilities, labels),
        ));
        probabilities_per_repeat.push(probabilities);
    }
    let area = mean(areas.iter().copied());
    let half = NORMAL_97_5 * mean(per_repeat.iter().map(|(_, error)| *error));
    let over =
        |metric: fn(&Metrics) -> f64| mean(per_repeat.iter().map(|(metrics, _)| metric(metrics)));
    let metrics = Metrics {
        auc: area,
        auc_interval: [(area - half).max(0.0), (area + half).min(1.0)],
        gini: 2.0 * area - 1.0,
        ks: over(|metrics| metrics.ks),
        average_precision: over(|metrics| metrics.average_precision),
        brier: over(|metrics| metrics.brier),
        log_loss: over(|metrics| metrics.log_loss),
        accuracy: over(|metrics| metrics.accuracy),
        calibration_error: over(|metrics| metrics.calibration_error),
        cost_per_client: over(|metrics| metrics.cost_per_client),
    };
    let standing = Standing {
        candidate: crossfits[0].candidates[candidate].name.to_owned(),
        auc: metrics.auc,
        auc_interval: metrics.auc_interval,
        cost_per_client: metrics.cost_per_client,
        brier: metrics.brier,
    };
    let seconds = crossfits
        .iter()
        .map(|crossfit| crossfit.seconds[candidate])
        .sum();
    Judged {
        standing,
        areas,
        metrics,
        probabilities: probabilities_per_repeat,
        seconds,
    }
}

/// Orders candidates, the champion first, the others by falling AUC.
///
/// The champion has the lowest cost of those whose AUC cannot be told from the highest: the
/// mean difference over folds, paired, is no more than its standard error. Equal costs go to
/// the higher AUC, then to the order of the list.
///
/// The AUC alone decides who is fit to be champion, because it uses every pair of clients,
/// where the cost hangs on one threshold and the few defaults near it.
///
/// # Source
/// The one-standard-error rule of Breiman, Friedman, Olshen and Stone, "Classification and
/// regression trees", 1984, section 3.4.3.
pub(crate) fn ranking(judged: &[Judged]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..judged.len()).collect();
    let cost = |place: usize| judged[place].standing.cost_per_client;
    order.sort_by(|&a, &b| {
        let (higher, lower) = (judged[b].standing.auc, judged[a].standing.auc);
        higher.total_cmp(&lower).then(cost(a).total_cmp(&cost(b)))
    });
    let Some(&best) = order.first() else {
        return order;
    };
    let fit =
        (0..order.len()).filter(|&rank| is_tie(&judged[best].areas, &judged[order[rank]].areas));
    if let Some(rank) = fit.min_by(|&a, &b| cost(order[a]).total_cmp(&cost(order[b]))) {
        let champion = order.remove(rank);
        order.insert(0, champion);
    }
    order
}

fn is_tie(best: &[f64], other: &[f64]) -> bool {
    let n = best.len() as f64;
    let differences: Vec<f64> = best
        .iter()
        .zip(other)
        .map(|(best, other)| best - other)
        .collect();
    let difference = mean(differences.iter().copied());
    let variance = differences
        .iter()
        .map(|one| (one - difference).powi(2))
        .sum::<f64>()
        / (n - 1.0).max(1.0);
    difference <= (variance / n).sqrt()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / f64::max(n, 1.0)
}
