//! How well each candidate did on clients it had not seen.

use limpide_model::metrics::{
    NORMAL_97_5, auc, auc_standard_error, bootstrap_interval, paired_difference,
};
use limpide_model::{Decision, Metrics, Standing};

use crate::calibrate::{Calibrated, Unseen};
use crate::config::TrainConfig;
use crate::crossfit::Crossfit;
use crate::folds::Folds;
use crate::random::derive;

/// The seed's series that bootstrap samples are drawn from: every candidate's are the same.
const BOOTSTRAP: usize = usize::MAX - 1;

/// Holds how one candidate did.
pub(crate) struct Judged {
    pub(crate) standing: Standing,
    /// The AUC on each fold of each repeat.
    pub(crate) areas: Vec<f64>,
    /// Each client's cost without reviews, a mean over repeats.
    pub(crate) costs: Vec<f64>,
    pub(crate) metrics: Metrics,
    /// For each repeat, one probability a row.
    pub(crate) probabilities: Vec<Vec<f64>>,
    pub(crate) seconds: f64,
    /// How far margins of models of other clients lie from one another.
    pub(crate) spread: f64,
}

/// Judges one candidate, by its place among those that take part.
///
/// Fold by fold, calibration, threshold and zone of review come from margins of models that did
/// not see the fold, but for the spread: one number, which all folds share. Probabilities and
/// decisions on the fold follow. The AUC is the mean over
/// folds and repeats; its interval is DeLong's, from all clients of a repeat. Other metrics are
/// taken over all clients of a repeat, then averaged over repeats.
pub(crate) fn judge(
    candidate: usize,
    crossfits: &[Crossfit],
    folds: &Folds,
    labels: &[u8],
    config: &TrainConfig,
) -> Judged {
    let n = labels.len() as f64;
    let spread = spread(candidate, crossfits, labels.len());
    let mut areas = Vec::new();
    let mut costs = vec![0.0; labels.len()];
    let mut per_repeat = Vec::new();
    let mut probabilities_per_repeat = Vec::new();
    for (crossfit, repeat) in crossfits.iter().zip(&folds.repeats) {
        let mut probabilities = vec![0.0; labels.len()];
        let (mut cost, mut cost_with_reviews, mut right, mut reviewed) = (0.0, 0.0, 0, 0);
        for fold in 0..repeat.len() {
            let calibrating = &crossfit.calibrating[fold];
            let seen: Vec<u8> = calibrating.rows.iter().map(|&row| labels[row]).collect();
            let groups: Vec<usize> = calibrating
                .rows
                .iter()
                .map(|&row| repeat.fold_of[row])
                .collect();
            let unseen = Unseen {
                margins: &calibrating.margins[candidate],
                labels: &seen,
                groups: &groups,
                repeats: 1,
                spread,
            };
            let calibrated = Calibrated::fit(&unseen, config);
            let policy = calibrated.policy;

            let judged = &crossfit.judged[fold];
            let truth: Vec<u8> = judged.rows.iter().map(|&row| labels[row]).collect();
            areas.push(auc(&judged.margins[candidate], &truth));
            for ((&row, &margin), &label) in judged
                .rows
                .iter()
                .zip(&judged.margins[candidate])
                .zip(&truth)
            {
                let probability = calibrated.calibration.probability(margin);
                let refused = probability >= policy.threshold;
                let alone = if refused {
                    Decision::Refused
                } else {
                    Decision::Granted
                };
                let decision = policy.decide(probability);
                probabilities[row] = probability;
                right += usize::from(refused == (label == 1));
                reviewed += usize::from(decision == Decision::Review);
                cost += policy.cost(alone, label);
                costs[row] += policy.cost(alone, label) / folds.repeats.len() as f64;
                cost_with_reviews += policy.cost(decision, label);
            }
        }
        let metrics = Metrics {
            accuracy: right as f64 / n,
            cost_with_reviews: cost_with_reviews / n,
            review_share: reviewed as f64 / n,
            ..Metrics::evaluate(&probabilities, labels, 0.5, cost / n)
        };
        per_repeat.push((metrics, auc_standard_error(&probabilities, labels)));
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
        cost_interval: bootstrap_interval(&costs, bootstrap_seed(config)),
        cost_with_reviews: over(|metrics| metrics.cost_with_reviews),
        review_share: over(|metrics| metrics.review_share),
        adversarial_auc: None,
    };
    let seconds = crossfits
        .iter()
        .map(|crossfit| crossfit.seconds[candidate])
        .sum();
    Judged {
        standing: standing(crossfits[0].candidates[candidate].name, &metrics),
        areas,
        costs,
        metrics,
        probabilities: probabilities_per_repeat,
        seconds,
        spread,
    }
}

/// Gives the seed that bootstrap samples are drawn by.
pub(crate) fn bootstrap_seed(config: &TrainConfig) -> u64 {
    derive(config.seed, &[BOOTSTRAP])
}

/// Gives how far a client's margin may lie from that of a model of other training clients:
/// 1.96 standard deviations of one client's margins between the models that had not seen it,
/// pooled over all clients.
///
/// No label is read. The models share most of their clients, so it is rather too small.
fn spread(candidate: usize, crossfits: &[Crossfit], n: usize) -> f64 {
    let mut margins = vec![Vec::new(); n];
    for crossfit in crossfits {
        for held in crossfit.judged.iter().chain(&crossfit.calibrating) {
            for (&row, &margin) in held.rows.iter().zip(&held.margins[candidate]) {
                margins[row].push(margin);
            }
        }
    }
    let (mut squares, mut freedom) = (0.0, 0.0);
    for of_client in margins {
        let centre = mean(of_client.iter().copied());
        let distances = of_client.iter().map(|margin| (margin - centre).powi(2));
        squares += distances.sum::<f64>();
        freedom += of_client.len() as f64 - 1.0;
    }
    NORMAL_97_5 * (squares / f64::max(freedom, 1.0)).sqrt()
}

fn standing(candidate: &str, metrics: &Metrics) -> Standing {
    Standing {
        candidate: candidate.to_owned(),
        auc: metrics.auc,
        auc_interval: metrics.auc_interval,
        ks: metrics.ks,
        average_precision: metrics.average_precision,
        cost_per_client: metrics.cost_per_client,
        cost_interval: metrics.cost_interval,
        brier: metrics.brier,
        log_loss: metrics.log_loss,
        calibration_error: metrics.calibration_error,
        accuracy: metrics.accuracy,
        paired: None,
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
    let (difference, standard_error) = paired_difference(best, other);
    difference <= standard_error
}

/// Gives the mean; 0 of nothing.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / f64::max(n, 1.0)
}
