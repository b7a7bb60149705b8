//! The champion's curves over clients that it had not seen: ROC, calibration, cost by threshold.

use limpide_model::Costs;
use limpide_model::policy::cost_per_client;

/// Points of a ROC curve at most.
const ROC_POINTS: usize = 200;
/// Groups of equal size that calibration is shown of.
const GROUPS: usize = 10;
/// Thresholds that the cost is shown of.
const THRESHOLDS: usize = 120;

/// Three curves, each as points from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// Share of those who repaid refused, share of defaults refused.
    pub roc: Vec<[f64; 2]>,
    /// Mean probability of a group, its default rate.
    pub calibration: Vec<[f64; 2]>,
    /// Threshold, cost a client.
    pub cost: Vec<[f64; 2]>,
    /// The bundle's threshold.
    pub threshold: f64,
}

impl Curves {
    /// Draws the curves of probabilities and outcomes, pair by pair.
    pub fn of(probabilities: &[f64], labels: &[u8], costs: Costs, threshold: f64) -> Self {
        let mut ranked: Vec<(f64, u8)> = probabilities
            .iter()
            .copied()
            .zip(labels.iter().copied())
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        Self {
            roc: roc(&ranked),
            calibration: calibration(&ranked),
            cost: cost(&ranked, threshold, costs),
            threshold,
        }
    }
}

fn roc(falling: &[(f64, u8)]) -> Vec<[f64; 2]> {
    let defaults = falling.iter().filter(|(_, label)| *label == 1).count();
    let totals = [falling.len() - defaults, defaults].map(|count| count.max(1) as f64);
    let mut points = vec![[0.0, 0.0]];
    let mut counts = [0.0, 0.0];
    let step = 1.0 / ROC_POINTS as f64;
    for (place, (probability, label)) in falling.iter().enumerate() {
        counts[usize::from(*label)] += 1.0;
        let is_tied = falling
            .get(place + 1)
            .is_some_and(|next| next.0 == *probability);
        let point = [counts[0] / totals[0], counts[1] / totals[1]];
        let last = points.last().copied().unwrap_or_default();
        let is_far = point[0] - last[0] >= step || point[1] - last[1] >= step;
        if !is_tied && (is_far || place + 1 == falling.len()) {
            points.push(point);
        }
    }
    points
}

fn calibration(falling: &[(f64, u8)]) -> Vec<[f64; 2]> {
    let n = falling.len();
    let groups = (0..GROUPS).rev().map(|group| {
        let group = &falling[group * n / GROUPS..(group + 1) * n / GROUPS];
        let size = group.len().max(1) as f64;
        let probability = group
            .iter()
            .map(|(probability, _)| probability)
            .sum::<f64>()
            / size;
        let defaults = group.iter().filter(|(_, label)| *label == 1).count();
        [probability, defaults as f64 / size]
    });
    groups.collect()
}

/// The cost up to four times the bundle's threshold, or up to 1 where that is less.
fn cost(ranked: &[(f64, u8)], threshold: f64, costs: Costs) -> Vec<[f64; 2]> {
    let (probabilities, labels): (Vec<f64>, Vec<u8>) = ranked.iter().copied().unzip();
    let end = (threshold * 4.0).clamp(0.05, 1.0);
    let at = |step: usize| {
        let threshold = end * step as f64 / THRESHOLDS as f64;
        [
            threshold,
            cost_per_client(&probabilities, &labels, costs, threshold),
        ]
    };
    (0..=THRESHOLDS).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use limpide_model::metrics::auc;

    #[test]
    fn the_area_under_the_curve_is_the_auc_and_groups_have_their_rates() {
        let probabilities: Vec<f64> = (0..150).map(|i| f64::from(i * 37 % 50) / 50.0).collect();
        let labels: Vec<u8> = (0..150)
            .map(|i| u8::from(i * 53 % 149 < i * 37 % 50))
            .collect();
        let costs = Costs::default();
        let curves = Curves::of(&probabilities, &labels, costs, 0.2);
        let area: f64 = curves
            .roc
            .windows(2)
            .map(|pair| (pair[1][0] - pair[0][0]) * (pair[1][1] + pair[0][1]) / 2.0)
            .sum();
        assert!((area - auc(&probabilities, &labels)).abs() < 0.01, "{area}");
        assert_eq!(curves.roc.last(), Some(&[1.0, 1.0]));
        let rate = curves.calibration.iter().map(|[_, rate]| rate).sum::<f64>() / GROUPS as f64;
        let defaults = labels.iter().filter(|&&label| label == 1).count();
        assert!((rate - defaults as f64 / 150.0).abs() < 1e-12);
        assert!(
            curves
                .calibration
                .windows(2)
                .all(|pair| pair[0][0] <= pair[1][0])
        );
        let all = curves.cost[0];
        assert_eq!(all, [0.0, (150 - defaults) as f64 / 150.0], "0 refuses all");
    }
}
