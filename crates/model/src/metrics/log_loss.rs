//! Logarithmic loss.

/// Gives the mean negative log-likelihood, probabilities kept off 0 and 1 by the f64 epsilon;
/// 0 where there is no client.
pub fn log_loss(probabilities: &[f64], labels: &[u8]) -> f64 {
    let mut sum = 0.0;
    for (&probability, &label) in probabilities.iter().zip(labels) {
        let probability = probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        sum -= if label == 1 {
            probability.ln()
        } else {
            (1.0 - probability).ln()
        };
    }
    if probabilities.is_empty() {
        0.0
    } else {
        sum / probabilities.len() as f64
    }
}
