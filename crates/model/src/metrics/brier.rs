//! Brier score.

/// Gives the mean squared distance between probability and label; 0 where there is no client.
pub fn brier(probabilities: &[f64], labels: &[u8]) -> f64 {
    let mut sum = 0.0;
    for (&probability, &label) in probabilities.iter().zip(labels) {
        sum += (probability - f64::from(label)).powi(2);
    }
    if probabilities.is_empty() {
        0.0
    } else {
        sum / probabilities.len() as f64
    }
}
