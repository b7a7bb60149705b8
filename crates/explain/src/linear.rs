//! Contributions of a logistic regression and of a scorecard: what each column adds, measured from
//! the training mean.
//!
//! For a model without interactions this is Shapley's value exactly; nothing is estimated. What being
//! missing adds counts as the column's own.

use limpide_model::{Logistic, Scorecard};

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

/// Gives what each characteristic of a scorecard adds to the margin, in log-odds, `(n_columns)`.
///
/// A characteristic made of several columns, as a category's are, stands at the first of them. The
/// base they are added to is the scorecard's intercept.
pub(crate) fn of_scorecard(scorecard: &Scorecard, encoded: &[f32]) -> Vec<f64> {
    let mut contributions = vec![0.0; encoded.len()];
    for characteristic in &scorecard.characteristics {
        if let Some(&column) = characteristic.split.columns().first() {
            contributions[column] += characteristic.contribution(encoded);
        }
    }
    contributions
}

#[cfg(test)]
mod tests {
    use limpide_model::LinearTerm;
    use limpide_model::scorecard::{Bin, Characteristic, Scaling, Split, Tally};

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

    #[test]
    fn a_characteristic_adds_its_coefficient_times_the_distance_from_the_mean() {
        let bin = |rows, woe| Bin {
            tally: Tally { rows, events: 1 },
            woe,
        };
        let characteristic = |split, coefficient| Characteristic {
            split,
            bins: vec![bin(20, 0.5), bin(10, -1.0), bin(10, 0.0)],
            coefficient,
            mean_woe: 0.25,
            iv: 0.1,
        };
        let number = Split::Numbers {
            column: 3,
            bounds: vec![2.0],
            special: vec![],
        };
        let category = Split::Categories {
            columns: vec![2, 1],
            bins: vec![0, 1],
        };
        let scorecard = Scorecard {
            intercept: -2.0,
            scaling: Scaling::default(),
            characteristics: vec![characteristic(number, 0.5), characteristic(category, 2.0)],
        };
        // The risk falls with the weight of evidence; a category stands at its first column.
        for (row, wanted) in [
            ([0.0, 0.0, 1.0, 2.0], [0.0, 0.0, -0.5, 0.625]),
            ([0.0, 1.0, 0.0, 1.9], [0.0, 0.0, 2.5, -0.125]),
            ([9.0, 0.0, 0.0, f32::NAN], [0.0, 0.0, 0.5, 0.125]),
        ] {
            let found = of_scorecard(&scorecard, &row);
            assert_eq!(found, wanted);
            let sum = scorecard.intercept + found.iter().sum::<f64>();
            assert!((sum - scorecard.margin(&row)).abs() < 1e-12);
        }
    }
}
