//! Whether two candidates' AUCs on the same clients differ.

use serde::{Deserialize, Serialize};

use super::normal::{NORMAL_97_5, two_sided_p_value};
use super::{auc, placements};

/// Says how two AUCs on the same clients differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AucDifference {
    /// The first AUC less the second.
    pub difference: f64,
    /// The difference's standard error; 0 where the two rank all clients alike.
    pub standard_error: f64,
    /// The difference's 95 % interval.
    pub interval: [f64; 2],
    /// How likely so large a difference, either way, is where there is none.
    pub p_value: f64,
}

/// Compares two lists of scores of the same clients; where a class has fewer than two clients
/// nothing is known: a difference of 0 with an interval from −1 to 1.
///
/// # Source
/// DeLong, DeLong and Clarke-Pearson, Biometrics 1988: the variance of the differences of the
/// placements, class by class; Sun and Xu, IEEE Signal Processing Letters 2014: from ranks.
pub fn delong_test(first: &[f64], second: &[f64], labels: &[u8]) -> AucDifference {
    let defaults = labels.iter().filter(|&&label| label == 1).count();
    if defaults < 2 || labels.len() - defaults < 2 {
        return AucDifference {
            difference: 0.0,
            standard_error: 0.5,
            interval: [-1.0, 1.0],
            p_value: 1.0,
        };
    }
    let difference = auc(first, labels) - auc(second, labels);
    let pairs = placements(first, labels).into_iter();
    let pairs = pairs.zip(placements(second, labels));
    let differences: Vec<f64> = pairs.map(|(first, second)| first - second).collect();
    let mut variance = 0.0;
    for class in [0, 1] {
        let of_class = differences.iter().zip(labels);
        let of_class: Vec<f64> = of_class
            .filter(|&(_, &label)| label == class)
            .map(|(difference, _)| *difference)
            .collect();
        let n = of_class.len() as f64;
        let mean = of_class.iter().sum::<f64>() / n;
        let spread: f64 = of_class.iter().map(|one| (one - mean).powi(2)).sum();
        variance += spread / (n - 1.0) / n;
    }
    let standard_error = variance.sqrt();
    let half = NORMAL_97_5 * standard_error;
    let p_value = match (standard_error > 0.0, difference == 0.0) {
        (true, _) => two_sided_p_value(difference / standard_error),
        (false, true) => 1.0,
        (false, false) => 0.0,
    };
    AucDifference {
        difference,
        standard_error,
        interval: [difference - half, difference + half],
        p_value,
    }
}
