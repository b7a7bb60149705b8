//! What it does to weigh the rare defaults more, or to see fewer of the others, instead of
//! nothing: a comparison for the report, which decides nothing.
//!
//! A treated learner's margins are those of another default rate. Calibration on untreated
//! clients gives the true one back, whatever the treatment.

use limpide_model::metrics::{auc, brier, calibration_error};
use limpide_model::policy::{cost_per_client, optimal_threshold};
use limpide_model::{Imbalance, Scorer, Treatment};

use crate::calibrate::choose;
use crate::candidates::{Fitted, Training, fit_one, taking_part};
use crate::config::TrainConfig;
use crate::crossfit::Treated;
use crate::error::Result;
use crate::folds::Repeat;
use crate::judge::mean;
use crate::random::{SplitMix, derive};

/// The seed's series that clients are drawn from.
const UNDERSAMPLING: usize = usize::MAX - 4;
/// Groups of the calibrating fold by which its calibration is chosen.
const GROUPS: usize = 5;

/// Lists what is compared: a treatment of a learner that knows weights.
pub(crate) const TRIALS: [(Treatment, &str); 6] = [
    (Treatment::None, "logistic"),
    (Treatment::Weights, "logistic"),
    (Treatment::Undersampling, "logistic"),
    (Treatment::None, "boosted"),
    (Treatment::Weights, "boosted"),
    (Treatment::Undersampling, "boosted"),
];

/// Fits all trials; the untreated ones are taken from the candidates that are fitted already.
pub(crate) fn fit(training: &Training<'_>, fitted: &[Fitted]) -> Result<Vec<Scorer>> {
    let candidates = taking_part(training.effort);
    let mut scorers = Vec::with_capacity(TRIALS.len());
    for (treatment, name) in TRIALS {
        let place = candidates
            .iter()
            .position(|candidate| candidate.name == name);
        let place = place.expect("the trials' learners take part at any effort");
        let candidate = candidates[place];
        let scorer = match treatment {
            Treatment::None => fitted[place].scorer.clone(),
            Treatment::Weights => {
                let weights = balanced(training.labels);
                let weighted = Training {
                    weights: Some(&weights),
                    ..*training
                };
                fit_one(&weighted, candidate)?.scorer
            }
            Treatment::Undersampling => {
                let rows = drawn(training.labels, derive(training.seed, &[UNDERSAMPLING]));
                let mut encoded = Vec::with_capacity(rows.len() * training.width);
                for &row in &rows {
                    let cells = row * training.width..(row + 1) * training.width;
                    encoded.extend_from_slice(&training.encoded[cells]);
                }
                let labels: Vec<u8> = rows.iter().map(|&row| training.labels[row]).collect();
                let sampled = Training {
                    encoded: &encoded.into(),
                    labels: &labels,
                    ..*training
                };
                fit_one(&sampled, candidate)?.scorer
            }
        };
        scorers.push(scorer);
    }
    Ok(scorers)
}

/// Judges the trials on one repeat: each fold by models that saw neither it nor the fold that
/// calibrates it.
pub(crate) fn compare(
    treated: &[Treated],
    repeat: &Repeat,
    labels: &[u8],
    config: &TrainConfig,
) -> Vec<Imbalance> {
    let mut lines = Vec::new();
    if treated.is_empty() {
        return lines;
    }
    for (trial, (treatment, candidate)) in TRIALS.into_iter().enumerate() {
        let (mut areas, mut cost) = (Vec::new(), 0.0);
        let (mut probabilities, mut outcomes) = (Vec::new(), Vec::new());
        for fold in treated {
            let part = |judged: bool| -> (Vec<f64>, Vec<u8>) {
                let pairs = fold.held.rows.iter().zip(&fold.held.margins[trial]);
                let wanted =
                    pairs.filter(|&(&row, _)| (repeat.fold_of[row] == fold.judged) == judged);
                wanted.map(|(&row, &margin)| (margin, labels[row])).unzip()
            };
            let ((margins, truth), (calibrating, seen)) = (part(true), part(false));
            let groups: Vec<usize> = (0..seen.len()).map(|place| place % GROUPS).collect();
            let calibration = choose(&calibrating, &seen, &groups);
            let probability = |&margin: &f64| calibration.probability(margin);
            let known: Vec<f64> = calibrating.iter().map(probability).collect();
            let threshold = optimal_threshold(&known, &seen, config.costs);
            let found: Vec<f64> = margins.iter().map(probability).collect();
            areas.push(auc(&margins, &truth));
            cost += cost_per_client(&found, &truth, config.costs, threshold) * found.len() as f64;
            probabilities.extend(found);
            outcomes.extend(truth);
        }
        let rate = mean(outcomes.iter().map(|&label| f64::from(label)));
        lines.push(Imbalance {
            treatment,
            candidate: candidate.to_owned(),
            auc: mean(areas.into_iter()),
            brier: brier(&probabilities, &outcomes),
            cost: cost / outcomes.len() as f64,
            calibration_error: calibration_error(&probabilities, &outcomes),
            bias: mean(probabilities.iter().copied()) - rate,
        });
    }
    lines
}

/// Gives each class the same weight in all, each row 1 on average.
fn balanced(labels: &[u8]) -> Vec<f32> {
    let defaults = labels.iter().filter(|&&label| label == 1).count() as f64;
    let n = labels.len() as f64;
    let weight = |class: f64| (n / (2.0 * class.max(1.0))) as f32;
    let (of_default, of_good) = (weight(defaults), weight(n - defaults));
    let weigh = |&label: &u8| if label == 1 { of_default } else { of_good };
    labels.iter().map(weigh).collect()
}

/// Gives all defaults' rows and as many others, drawn by lot, rising.
fn drawn(labels: &[u8], seed: u64) -> Vec<usize> {
    let (mut rows, mut goods): (Vec<usize>, Vec<usize>) =
        (0..labels.len()).partition(|&row| labels[row] == 1);
    SplitMix::new(seed).shuffle(&mut goods);
    goods.truncate(rows.len());
    rows.append(&mut goods);
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_treatments_make_the_classes_weigh_alike() {
        let labels: Vec<u8> = (0..500).map(|row| u8::from(row % 9 == 0)).collect();
        let weights = balanced(&labels);
        let of_class = |class: u8| -> f64 {
            let pairs = labels.iter().zip(&weights);
            pairs
                .filter(|&(&label, _)| label == class)
                .map(|(_, &weight)| f64::from(weight))
                .sum()
        };
        assert!((of_class(0) - 250.0).abs() < 1e-3 && (of_class(1) - 250.0).abs() < 1e-3);
        let rows = drawn(&labels, 3);
        let defaults = rows.iter().filter(|&&row| labels[row] == 1).count();
        assert_eq!((rows.len(), defaults), (112, 56));
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
