//! Contributions of a logistic regression: what each column adds, measured from the training mean.
//!
//! For a model without interactions this is Shapley's value exactly; nothing is estimated. What being
//! missing adds counts as the column's own.

use limpide_model::Logistic;

/// Gives each encoded column's contribution to the margin, in log-odds, `(n_columns)`.
///
/// The base they are added to is the regression's intercept.
pub(crate) fn contributions(logistic: &Logistic, encoded: &[f32]) -> Vec<f64> {
    logistic
        .terms
        .iter()
        .zip(encoded)
        .map(|(term, &value)| term.contribution(value))
        .collect()
}

#[cfg(test)]
mod tests {
    use limpide_model::LinearTerm;

    use super::*;

    fn term(weight: f64, mean: f64) -> LinearTerm {
        LinearTerm {
            fill: 1.0,
            low: -10.0,
            high: 10.0,
            mean,
            weight,
            missing_mean: 0.25,
            missing_weight: 2.0,
        }
    }

    #[test]
    fn a_column_adds_its_weight_times_the_distance_from_the_mean() {
        let logistic = Logistic {
            intercept: -2.0,
            terms: vec![term(0.5, 1.0), term(-2.0, 0.0)],
        };
        let row = [3.0, f32::NAN];
        let found = contributions(&logistic, &row);
        // Known: 0.5·(3 − 1) + 2·(0 − 0.25). Missing: −2·(1 − 0) + 2·(1 − 0.25).
        assert_eq!(found, [0.5, -0.5]);
        assert!(
            (logistic.intercept + found.iter().sum::<f64>() - logistic.margin(&row)).abs() < 1e-12
        );
    }
}
