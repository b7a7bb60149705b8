//! The interval of a rate.

use super::normal::NORMAL_97_5;

/// Gives the 95 % interval of a rate of which `events` of `trials`, at least one, were seen.
///
/// # Source
/// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
pub fn wilson(events: usize, trials: usize) -> [f64; 2] {
    let (n, z) = (trials as f64, NORMAL_97_5);
    let rate = events as f64 / n;
    let centre = rate + z * z / (2.0 * n);
    let half = z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // Rounding alone leads outside, and off the ends that are known exactly.
    let low = if events == 0 {
        0.0
    } else {
        (centre - half) / scale
    };
    let high = if events == trials {
        1.0
    } else {
        (centre + half) / scale
    };
    [low, high]
}
