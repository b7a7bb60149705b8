//! Logistic regression over encoded columns: a sum of one term a column.

use serde::{Deserialize, Serialize};

/// Holds a fitted logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// The margin of a client whose every term is 0, that is of the training mean.
    pub intercept: f64,
    /// One term an encoded column.
    pub terms: Vec<LinearTerm>,
}

/// Holds what one encoded column adds to the margin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinearTerm {
    /// Stands for a missing value: the training median.
    pub fill: f64,
    /// Values below are taken as this one.
    pub low: f64,
    /// Values above are taken as this one.
    pub high: f64,
    /// The training mean of filled and bounded values.
    pub mean: f64,
    /// The log-odds that one unit of the value adds.
    pub weight: f64,
    /// The share of training rows where the value is missing.
    pub missing_mean: f64,
    /// The log-odds that being missing adds.
    pub missing_weight: f64,
}

impl Logistic {
    /// Sums intercept and contributions for one encoded row, in log-odds.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        let terms = self.terms.iter().zip(encoded);
        self.intercept
            + terms
                .map(|(term, &value)| term.contribution(value))
                .sum::<f64>()
    }
}

impl LinearTerm {
    /// Gives the log-odds that a value adds, measured from the training mean.
    pub fn contribution(&self, value: f32) -> f64 {
        let missing = value.is_nan();
        let filled = if missing {
            self.fill
        } else {
            f64::from(value).clamp(self.low, self.high)
        };
        let missing = if missing { 1.0 } else { 0.0 };
        self.weight * (filled - self.mean) + self.missing_weight * (missing - self.missing_mean)
    }
}
