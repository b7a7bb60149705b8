//! Margins to probabilities, and where decisions change: each judged on clients not seen.

use limpide_model::calibration::{fit_isotonic, fit_platt};
use limpide_model::metrics::log_loss;
use limpide_model::policy::{optimal_threshold, review_zone};
use limpide_model::{Calibration, Policy, VennAbers};

use crate::config::TrainConfig;

/// Fits a calibration on margins and labels.
type Fit = fn(&[f64], &[u8]) -> Calibration;

/// Holds margins of clients that the scorers have not seen, one entry a client and repeat.
pub(crate) struct Unseen<'a> {
    pub(crate) margins: &'a [f64],
    pub(crate) labels: &'a [u8],
    /// The clients' folds, by which the calibration is chosen.
    pub(crate) groups: &'a [usize],
    /// How often each client stands there.
    pub(crate) repeats: usize,
    /// How far margins of other models may lie from these.
    pub(crate) spread: f64,
}

/// Holds what is fitted on margins of clients that the scorer has not seen.
pub(crate) struct Calibrated {
    pub(crate) calibration: Calibration,
    pub(crate) interval: VennAbers,
    pub(crate) policy: Policy,
}

impl Calibrated {
    /// Fits calibration and interval, then sets the cheapest threshold and zone of review.
    ///
    pub(crate) fn fit(unseen: &Unseen<'_>, config: &TrainConfig) -> Self {
        let Unseen {
            margins, labels, ..
        } = *unseen;
        let calibration = choose(margins, labels, unseen.groups);
        let interval = VennAbers::fit_repeated(margins, labels, unseen.repeats);
        let interval = interval.with_spread(unseen.spread);
        let probabilities: Vec<f64> = margins
            .iter()
            .map(|&margin| calibration.probability(margin))
            .collect();
        let intervals: Vec<[f64; 2]> = margins
            .iter()
            .map(|&margin| interval.interval(margin))
            .collect();
        let (costs, reviewing) = (config.costs, config.reviewing);
        let threshold = optimal_threshold(&probabilities, labels, costs);
        let review = review_zone(&probabilities, &intervals, threshold, costs, reviewing);
        Self {
            calibration,
            interval,
            policy: Policy {
                review,
                ..Policy::without_review(costs, reviewing, threshold)
            },
        }
    }
}

/// Fits all calibrations and chooses one.
///
/// Platt's two numbers are smooth and strictly rising, and hardly fitted to chance. The
/// isotonic curve and the middle of the Venn–Abers interval have as many numbers as the data
/// lets them have, and flat places where clients tie. So they must earn their place: leaving out
/// one group after the other, the mean log-loss on the group left out must be lower than Platt's
/// by more than one standard error of the paired differences. Of two that do, the one with the
/// lower log-loss is taken.
pub(crate) fn choose(margins: &[f64], labels: &[u8], groups: &[usize]) -> Calibration {
    let fits: [Fit; 2] = [fit_isotonic, |margins, labels| {
        Calibration::VennAbers(VennAbers::fit(margins, labels))
    }];
    let mut gains = [const { Vec::new() }; 2];
    let n_groups = groups.iter().max().map_or(0, |&last| last + 1);
    for group in 0..n_groups {
        let part = |inside: bool| -> (Vec<f64>, Vec<u8>) {
            let rows = (0..margins.len()).filter(|&row| (groups[row] == group) == inside);
            rows.map(|row| (margins[row], labels[row])).unzip()
        };
        let ((judged, judged_labels), (others, other_labels)) = (part(true), part(false));
        if judged.is_empty() || others.is_empty() {
            continue;
        }
        let platt = fit_platt(&others, &other_labels);
        for (fit, gains) in fits.iter().zip(&mut gains) {
            let other = fit(&others, &other_labels);
            for (&margin, &label) in judged.iter().zip(&judged_labels) {
                let loss = |calibration: &Calibration| {
                    log_loss(&[calibration.probability(margin)], &[label])
                };
                gains.push(loss(&platt) - loss(&other));
            }
        }
    }
    let worthy = fits.iter().zip(&gains).filter(|(_, gains)| is_gain(gains));
    let total = |gains: &[f64]| gains.iter().sum::<f64>();
    match worthy.max_by(|a, b| total(a.1).total_cmp(&total(b.1))) {
        Some((fit, _)) => fit(margins, labels),
        None => fit_platt(margins, labels),
    }
}

fn is_gain(gains: &[f64]) -> bool {
    let n = gains.len() as f64;
    if n < 2.0 {
        return false;
    }
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0);
    mean > (variance / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;
    use limpide_model::Decision;
    use limpide_model::calibration::sigmoid;

    fn drawn(risk: fn(f64) -> f64) -> (Vec<f64>, Vec<u8>, Vec<usize>) {
        let mut random = SplitMix::new(5);
        let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
        let (mut margins, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..6000 {
            let margin = uniform() * 6.0 - 4.0;
            margins.push(margin);
            labels.push(u8::from(uniform() < risk(margin)));
        }
        (margins, labels, (0..6000).map(|row| row % 5).collect())
    }

    #[test]
    fn platt_is_kept_where_the_margin_is_right_but_for_slope_and_intercept() {
        let (margins, labels, groups) = drawn(|margin| sigmoid(0.7 * margin - 0.5));
        assert!(matches!(
            choose(&margins, &labels, &groups),
            Calibration::Platt { .. }
        ));
    }

    #[test]
    fn a_curve_is_taken_where_no_slope_fits() {
        let (margins, labels, groups) = drawn(|margin| if margin > 0.0 { 0.6 } else { 0.05 });
        assert!(!matches!(
            choose(&margins, &labels, &groups),
            Calibration::Platt { .. }
        ));
    }

    #[test]
    fn the_zone_of_review_holds_the_threshold_and_only_clients_of_whom_the_interval_is_unsure() {
        let (margins, labels, groups) = drawn(|margin| sigmoid(0.7 * margin - 0.5));
        let unseen = Unseen {
            margins: &margins,
            labels: &labels,
            groups: &groups,
            repeats: 1,
            spread: 0.1,
        };
        let fitted = Calibrated::fit(&unseen, &TrainConfig::default());
        let [low, high] = fitted.policy.review;
        assert!(low < high && low <= fitted.policy.threshold && fitted.policy.threshold <= high);
        for &margin in &margins {
            let probability = fitted.calibration.probability(margin);
            let [least, most] = fitted.interval.interval(margin);
            if fitted.policy.decide(probability) == Decision::Review {
                assert!(least < fitted.policy.threshold && fitted.policy.threshold <= most);
            }
        }
    }
}
