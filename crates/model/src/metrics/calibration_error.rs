//! Expected calibration error.

/// Groups of equal size that clients are put in, by rising probability.
const GROUPS: usize = 10;

/// Gives the mean distance between mean probability and default rate over ten groups of equal
/// size, weighted by size; 0 where there is no client.
///
/// Groups are of equal size rather than equal width: defaults are rare, and bins of equal width
/// would put nearly everyone in the first. Clients of equal probability share their mean label,
/// so that the order of the rows does not matter.
pub fn calibration_error(probabilities: &[f64], labels: &[u8]) -> f64 {
    let n = probabilities.len();
    if n == 0 {
        return 0.0;
    }
    let mut ranked: Vec<(f64, f64)> = probabilities
        .iter()
        .copied()
        .zip(labels.iter().map(|&label| f64::from(label)))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    for tied in ranked.chunk_by_mut(|a, b| a.0 == b.0) {
        let mean = tied.iter().map(|(_, label)| label).sum::<f64>() / tied.len() as f64;
        tied.iter_mut().for_each(|client| client.1 = mean);
    }
    let mut distance = 0.0;
    for group in 0..GROUPS {
        let members = &ranked[group * n / GROUPS..(group + 1) * n / GROUPS];
        let gap: f64 = members
            .iter()
            .map(|(probability, label)| probability - label)
            .sum();
        distance += gap.abs();
    }
    distance / n as f64
}
