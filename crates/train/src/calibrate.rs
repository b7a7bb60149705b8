//! Margins to probabilities: which calibration, judged on clients that it has not seen.

use limpide_model::Calibration;
use limpide_model::calibration::{fit_isotonic, fit_platt};
use limpide_model::metrics::log_loss;

/// Fits both calibrations and chooses one.
///
/// Platt's two numbers are smooth and strictly rising, and hardly fitted to chance. The
/// isotonic curve has as many numbers as the data lets it have, and flat places where clients
/// tie. So it must earn its place: leaving out one group after the other, its mean log-loss on
/// the group left out must be lower by more than one standard error of the paired differences.
pub(crate) fn choose(margins: &[f64], labels: &[u8], groups: &[usize]) -> Calibration {
    let mut gains = Vec::with_capacity(margins.len());
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
        let (platt, isotonic) = (
            fit_platt(&others, &other_labels),
            fit_isotonic(&others, &other_labels),
        );
        for (&margin, &label) in judged.iter().zip(&judged_labels) {
            let loss =
                |calibration: &Calibration| log_loss(&[calibration.probability(margin)], &[label]);
            gains.push(loss(&platt) - loss(&isotonic));
        }
    }
    if is_gain(&gains) {
        fit_isotonic(margins, labels)
    } else {
        fit_platt(margins, labels)
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
    fn isotonic_is_taken_where_no_slope_fits() {
        let (margins, labels, groups) = drawn(|margin| if margin > 0.0 { 0.6 } else { 0.05 });
        assert!(matches!(
            choose(&margins, &labels, &groups),
            Calibration::Isotonic { .. }
        ));
    }
}
