//! Contributions of an explainable additive model: what each column's shape adds, and half of what
//! each of its pairs adds.
//!
//! The halves are Shapley's values, exactly. A pair's surface is pure: once one of its two columns is
//! known, its mean over the training rows that are alike in it is 0. So in a game of two players
//! that is worth the expected surface, neither is worth anything alone, and both share what they
//! make together. Nothing is estimated.
//!
//! # Source
//! Shapley, "A value for n-person games", 1953; Lengerich et al., "Purifying interaction effects
//! with the functional ANOVA", AISTATS 2020, section 3.

use limpide_model::Additive;

use crate::interactions::Pairs;

/// Gives each encoded column's contribution to the margin, in log-odds, `(n_columns)`.
///
/// The base they are added to is the model's intercept.
pub(crate) fn contributions(additive: &Additive, encoded: &[f32]) -> Vec<f64> {
    let mut contributions = vec![0.0; encoded.len()];
    for shape in additive.shapes() {
        contributions[shape.column] += shape.contribution(encoded[shape.column]);
    }
    for pair in additive.pairs() {
        let together = pair.contribution(pair.columns.map(|column| encoded[column]));
        for column in pair.columns {
            contributions[column] += together / 2.0;
        }
    }
    contributions
}

/// Adds what each pair adds, times a weight: the interaction of its two columns.
pub(crate) fn add_pairs(additive: &Additive, pairs: &mut Pairs<'_>, weight: f64, encoded: &[f32]) {
    for pair in additive.pairs() {
        let together = pair.contribution(pair.columns.map(|column| encoded[column]));
        pairs.add(pair.columns, weight * together);
    }
}

/// Gives what each encoded column adds where it stands in for those of other rows, `(n_columns)`.
///
/// The base is the others' mean margin. Shapley's value of two players is the mean of what one adds
/// first and what it adds last.
pub(crate) fn against<'a>(
    additive: &Additive,
    encoded: &[f32],
    others: impl ExactSizeIterator<Item = &'a [f32]>,
) -> Vec<f64> {
    let mut sums = vec![0.0; encoded.len()];
    let n_others = others.len() as f64;
    for other in others {
        for shape in additive.shapes() {
            let column = shape.column;
            sums[column] += shape.contribution(encoded[column]) - shape.contribution(other[column]);
        }
        for pair in additive.pairs() {
            let [one, two] = pair.columns;
            let worth =
                |first: &[f32], second: &[f32]| pair.contribution([first[one], second[two]]);
            let (all, none) = (worth(encoded, encoded), worth(other, other));
            let (first, second) = (worth(encoded, other), worth(other, encoded));
            sums[one] += 0.5 * ((first - none) + (all - second));
            sums[two] += 0.5 * ((second - none) + (all - first));
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= n_others);
    sums
}

#[cfg(test)]
mod tests {
    use limpide_model::{Pair, Shape};

    use super::*;

    #[test]
    fn a_column_adds_its_shape_and_half_of_its_pairs() {
        let shape = Shape {
            column: 0,
            edges: vec![1.0],
            log_odds: vec![-0.5, 0.75],
            missing: 0.25,
        };
        let pair = Pair {
            columns: [2, 0],
            edges: [vec![], vec![0.0]],
            log_odds: vec![0.5, -0.5, 0.0, 0.0, 0.0, 0.0],
        };
        let additive = Additive::new(-2.0, vec![shape], vec![pair]).unwrap();
        let row = [3.0, 8.0, 1.0];
        assert_eq!(contributions(&additive, &row), [0.75 - 0.25, 0.0, -0.25]);
        let row = [f32::NAN, 8.0, 1.0];
        assert_eq!(contributions(&additive, &row), [0.25, 0.0, 0.0]);
    }
}
