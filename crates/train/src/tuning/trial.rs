//! One configuration, and how it did.

use serde::{Deserialize, Serialize};

/// Holds a configuration that was tried, and how it did on the inner folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Its place in the study, from 0; 0 is the defaults.
    pub number: usize,
    /// One value a hyperparameter.
    pub point: Vec<f64>,
    /// The objective on each inner fold that it was judged on, more is better. A trial that was
    /// pruned has fewer than the others.
    pub values: Vec<f64>,
}

impl Trial {
    /// Gives the mean of the objective over the inner folds that the trial was judged on.
    pub fn mean(&self) -> f64 {
        mean(self.values.iter().copied())
    }

    /// Gives by how much the objective was above the defaults', on the same inner folds, and
    /// the standard error of that; of its first `n` inner folds only.
    pub(super) fn gain(&self, defaults: &Self, n: usize) -> (f64, f64) {
        let pairs = self.values.iter().zip(&defaults.values).take(n);
        let differences: Vec<f64> = pairs.map(|(one, other)| one - other).collect();
        let gain = mean(differences.iter().copied());
        let n = differences.len() as f64;
        let squares: f64 = differences.iter().map(|one| (one - gain).powi(2)).sum();
        (gain, (squares / (n - 1.0).max(1.0) / n.max(1.0)).sqrt())
    }
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / f64::max(n, 1.0)
}
