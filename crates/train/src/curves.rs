//! The champion's out-of-fold probabilities as curves that are small enough to be drawn.

use limpide_model::Curves;
use limpide_model::evidence::{ReliabilityGroup, RocPoint};
use limpide_model::metrics::NORMAL_97_5;

/// Steps of the ROC curve: it has one point more.
const STEPS: usize = 100;
/// Groups of equal size that clients are put in, as for the calibration error.
const GROUPS: usize = 10;

/// Describes out-of-fold probabilities: one list a repeat, aligned with the labels.
///
/// All repeats count together, as they do in the metrics. Intervals count each client once, for
/// a repeat tells of the same clients. Empty where there is no client of one class.
pub(crate) fn describe(probabilities: &[Vec<f64>], labels: &[u8]) -> Curves {
    let mut ranked: Vec<(f64, f64)> = probabilities
        .iter()
        .flat_map(|repeat| repeat.iter().copied().zip(labels.iter().copied()))
        .map(|(probability, label)| (probability, f64::from(label)))
        .collect();
    let defaults = ranked.iter().map(|(_, label)| label).sum::<f64>();
    if defaults == 0.0 || defaults == ranked.len() as f64 {
        return Curves::default();
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Clients of equal probability share their mean label, so that the order of the rows does
    // not matter.
    for tied in ranked.chunk_by_mut(|a, b| a.0 == b.0) {
        let mean = tied.iter().map(|(_, label)| label).sum::<f64>() / tied.len() as f64;
        tied.iter_mut().for_each(|client| client.1 = mean);
    }
    Curves {
        roc: roc(&ranked, defaults),
        reliability: reliability(&ranked, probabilities.len()),
    }
}

/// Gives the ROC curve at rising shares of refused goods; between its corners it is straight.
///
/// # Source
/// Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 2006, section 4.
fn roc(ranked: &[(f64, f64)], defaults: f64) -> Vec<RocPoint> {
    let goods = ranked.len() as f64 - defaults;
    let mut corners = vec![[0.0, 0.0]];
    let (mut refused, mut caught) = (0.0, 0.0);
    for tied in ranked.chunk_by(|a, b| a.0 == b.0).rev() {
        let of_default = tied.iter().map(|(_, label)| label).sum::<f64>();
        refused += tied.len() as f64 - of_default;
        caught += of_default;
        corners.push([refused / goods, caught / defaults]);
    }
    let inner = (1..STEPS).map(|step| {
        let at = step as f64 / STEPS as f64;
        let above = corners.partition_point(|corner| corner[0] <= at);
        let (low, high) = (corners[above - 1], corners[above.min(corners.len() - 1)]);
        let width = high[0] - low[0];
        let part = if width > 0.0 {
            (at - low[0]) / width
        } else {
            0.0
        };
        point(at, (low[1] + part * (high[1] - low[1])).clamp(0.0, 1.0))
    });
    let mut points = vec![point(0.0, 0.0)];
    points.extend(inner);
    points.push(point(1.0, 1.0));
    points
}

fn point(false_positive_rate: f64, true_positive_rate: f64) -> RocPoint {
    RocPoint {
        false_positive_rate,
        true_positive_rate,
    }
}

fn reliability(ranked: &[(f64, f64)], repeats: usize) -> Vec<ReliabilityGroup> {
    let n = ranked.len();
    let groups = (0..GROUPS).map(|group| &ranked[group * n / GROUPS..(group + 1) * n / GROUPS]);
    let described = groups.filter(|members| !members.is_empty()).map(|members| {
        let size = members.len() as f64;
        let default_rate = members.iter().map(|(_, label)| label).sum::<f64>() / size;
        let clients = size / repeats as f64;
        ReliabilityGroup {
            clients: clients.round() as usize,
            defaults: (clients * default_rate).round() as usize,
            mean_probability: members.iter().map(|(p, _)| p).sum::<f64>() / size,
            default_rate,
            interval: wilson_interval(default_rate, clients),
        }
    });
    described.collect()
}

/// Gives the 95 % interval of a share seen among so many clients.
///
/// # Source
/// Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
/// the American Statistical Association 1927.
fn wilson_interval(share: f64, n: f64) -> [f64; 2] {
    let square = NORMAL_97_5 * NORMAL_97_5;
    let centre = (share + square / (2.0 * n)) / (1.0 + square / n);
    let half = NORMAL_97_5 / (1.0 + square / n)
        * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    use limpide_model::calibration::sigmoid;
    use limpide_model::metrics::{auc, calibration_error};

    use super::*;
    use crate::random::SplitMix;

    /// Probabilities rounded to so many parts, and outcomes that follow them.
    fn drawn(n: usize, parts: f64, seed: u64) -> (Vec<f64>, Vec<u8>) {
        let mut random = SplitMix::new(seed);
        let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
        let draw = |_| {
            let probability = (sigmoid(uniform() * 6.0 - 4.0) * parts).round() / parts;
            (probability, u8::from(uniform() < probability))
        };
        (0..n).map(draw).unzip()
    }

    #[test]
    fn wilson_intervals_are_those_of_scipy() {
        // scipy 1.17: binomtest(k, n).proportion_ci(0.95, "wilson") for (k, n).
        for (defaults, n, low, high) in [
            (0.0, 50.0, 0.0, 0.07134759913335872),
            (3.0, 50.0, 0.020614970348973957, 0.1621709168883817),
            (40.0, 500.0, 0.05929812940985259, 0.10710631657785129),
            (123.0, 456.0, 0.2310496275621628, 0.31227123667969053),
            (50.0, 50.0, 0.9286524008666412, 1.0),
        ] {
            let [found_low, found_high] = wilson_interval(defaults / n, n);
            assert!((found_low - low).abs() < 1e-12, "{defaults} of {n}");
            assert!((found_high - high).abs() < 1e-12, "{defaults} of {n}");
        }
    }

    #[test]
    fn the_roc_curve_rises_from_corner_to_corner_and_its_area_is_the_auc() {
        for (n, parts, seed) in [(5000, 1e9, 1), (900, 20.0, 2), (400, 3.0, 3)] {
            let (probabilities, labels) = drawn(n, parts, seed);
            let roc = describe(std::slice::from_ref(&probabilities), &labels).roc;
            assert_eq!(roc.len(), 101);
            assert_eq!(roc[0], point(0.0, 0.0));
            assert_eq!(roc[100], point(1.0, 1.0));
            let mut area = 0.0;
            for pair in roc.windows(2) {
                let width = pair[1].false_positive_rate - pair[0].false_positive_rate;
                assert!(width > 0.0);
                assert!(pair[1].true_positive_rate >= pair[0].true_positive_rate);
                area += width * (pair[0].true_positive_rate + pair[1].true_positive_rate) / 2.0;
            }
            // A corner inside a step of 0.01 is cut off: at most that step times its rise.
            let wanted = auc(&probabilities, &labels);
            assert!((area - wanted).abs() < 0.01, "{area}, {wanted}");
        }
    }

    #[test]
    fn groups_hold_every_client_once_and_make_the_calibration_error() {
        for (n, parts, seed) in [(5000, 1e9, 4), (903, 20.0, 5), (37, 3.0, 6)] {
            let (probabilities, labels) = drawn(n, parts, seed);
            let groups = describe(std::slice::from_ref(&probabilities), &labels).reliability;
            assert_eq!(groups.len(), 10);
            assert_eq!(groups.iter().map(|group| group.clients).sum::<usize>(), n);
            let mut error = 0.0;
            for group in &groups {
                let [low, high] = group.interval;
                assert!(low <= group.default_rate && group.default_rate <= high);
                let gap = (group.mean_probability - group.default_rate).abs();
                error += gap * group.clients as f64 / n as f64;
            }
            let wanted = calibration_error(&probabilities, &labels);
            assert!((error - wanted).abs() < 1e-12, "{error}, {wanted}");
            for pair in groups.windows(2) {
                assert!(pair[0].mean_probability <= pair[1].mean_probability + 1e-12);
            }
        }
    }

    #[test]
    fn a_second_repeat_of_the_same_changes_nothing() {
        let (probabilities, labels) = drawn(1000, 50.0, 7);
        let once = describe(std::slice::from_ref(&probabilities), &labels);
        let twice = describe(&[probabilities.clone(), probabilities], &labels);
        for (a, b) in once.reliability.iter().zip(&twice.reliability) {
            assert_eq!((a.clients, a.defaults), (b.clients, b.defaults));
            assert!((a.interval[0] - b.interval[0]).abs() < 1e-12);
        }
        for (a, b) in once.roc.iter().zip(&twice.roc) {
            assert!((a.true_positive_rate - b.true_positive_rate).abs() < 1e-12);
        }
    }

    #[test]
    fn the_order_of_clients_does_not_matter() {
        let (mut probabilities, mut labels) = drawn(500, 10.0, 8);
        let before = describe(std::slice::from_ref(&probabilities), &labels);
        probabilities.reverse();
        labels.reverse();
        let after = describe(&[probabilities], &labels);
        for (a, b) in before.reliability.iter().zip(&after.reliability) {
            assert!((a.default_rate - b.default_rate).abs() < 1e-12);
        }
        for (a, b) in before.roc.iter().zip(&after.roc) {
            assert!((a.true_positive_rate - b.true_positive_rate).abs() < 1e-12);
        }
    }

    #[test]
    fn one_class_has_no_curves() {
        assert_eq!(describe(&[vec![0.2, 0.3]], &[0, 0]), Curves::default());
        assert_eq!(describe(&[vec![0.2, 0.3]], &[1, 1]), Curves::default());
        assert_eq!(describe(&[Vec::new()], &[]), Curves::default());
    }
}
