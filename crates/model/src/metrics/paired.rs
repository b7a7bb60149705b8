//! Two models on the same folds.

/// Gives the mean of `a − b`, pair by pair, and its standard error as if the pairs, at least one,
/// were independent; the error is 0 of one pair.
pub fn paired_difference(a: &[f64], b: &[f64]) -> (f64, f64) {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let squares = differences.iter().map(|one| (one - mean).powi(2));
    (mean, (squares.sum::<f64>() / (n - 1.0).max(1.0) / n).sqrt())
}
