//! Accuracy at a threshold.

/// Gives the share of clients on the right side of the threshold; 0 where there is no client.
pub fn accuracy(probabilities: &[f64], labels: &[u8], threshold: f64) -> f64 {
    let pairs = probabilities.iter().zip(labels);
    let right = pairs
        .filter(|&(&probability, &label)| (probability >= threshold) == (label == 1))
        .count();
    if probabilities.is_empty() {
        0.0
    } else {
        right as f64 / probabilities.len() as f64
    }
}
