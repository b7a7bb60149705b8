//! Logistic regression: bounded, standardised columns, medians for missing values, an indicator
//! for every distinct pattern of missing ones, and an L2 penalty.

use std::collections::BTreeSet;

use limpide_model::calibration::{logit, sigmoid};
use limpide_model::{LinearTerm, Logistic, Scorer};

use super::Training;
use super::lbfgs::{Ending, minimise};
use crate::error::{Error, Result};

/// Share of values that is bounded at either end: one lender's typing error is no risk.
const BOUNDED: f64 = 0.01;
/// Share of rows that must be missing, and known, for an indicator.
const INDICATED: f64 = 0.005;
/// Columns are padded to whole groups of this many.
const LANES: usize = 8;
const ENDING: Ending = Ending {
    steps: 300,
    decrease: 1e-9,
};

/// One column of the design: an encoded column or its missing indicator, standardised.
struct Design {
    term: usize,
    is_indicator: bool,
    mean: f64,
    scale: f64,
}

/// Fits the weights by maximum penalised likelihood.
pub(crate) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let n = training.labels.len();
    let (mut terms, mut designs) = (Vec::with_capacity(training.width), Vec::new());
    let mut patterns = BTreeSet::new();
    for column in 0..training.width {
        let values: Vec<f32> = training
            .encoded
            .iter()
            .skip(column)
            .step_by(training.width)
            .copied()
            .collect();
        let (term, scale) = prepare(&values);
        if scale > 0.0 {
            designs.push(Design {
                term: column,
                is_indicator: false,
                mean: term.mean,
                scale,
            });
        }
        let share = term.missing_mean;
        if share > INDICATED && share < 1.0 - INDICATED && patterns.insert(pattern(&values)) {
            let scale = (share * (1.0 - share)).sqrt();
            designs.push(Design {
                term: column,
                is_indicator: true,
                mean: share,
                scale,
            });
        }
        terms.push(term);
    }
    let padded = designs.len().div_ceil(LANES) * LANES;
    let matrix = standardise(training, &terms, &designs, padded);
    let defaults = training.labels.iter().filter(|&&label| label == 1).count() as f64;
    let mut start = vec![0.0; padded + 1];
    start[padded] = logit((defaults + 0.5) / (n as f64 + 1.0));
    let problem = Problem {
        matrix: &matrix,
        labels: training.labels,
        row_weights: training.weights,
        penalty: training.hyperparameters.ridge * designs.len() as f64,
    };
    let found = minimise(start, &ENDING, |weights, gradient| {
        if training.observer.is_stopped() {
            return None;
        }
        Some(problem.evaluate(weights, gradient))
    });
    let weights = found.ok_or(Error::Stopped)?;
    for (design, weight) in designs.iter().zip(&weights) {
        let term: &mut LinearTerm = &mut terms[design.term];
        if design.is_indicator {
            term.missing_weight = weight / design.scale;
        } else {
            term.weight = weight / design.scale;
        }
    }
    Ok(Scorer::Logistic(Logistic {
        intercept: weights[padded],
        terms,
    }))
}

/// Gives a column's term, without weights, and its scale; 0 where it says nothing.
fn prepare(values: &[f32]) -> (LinearTerm, f64) {
    let mut known: Vec<f32> = values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    known.sort_by(f32::total_cmp);
    let n = values.len() as f64;
    let missing_mean = (values.len() - known.len()) as f64 / n;
    let mut term = LinearTerm {
        fill: 0.0,
        low: 0.0,
        high: 0.0,
        mean: 0.0,
        weight: 0.0,
        missing_mean,
        missing_weight: 0.0,
    };
    let (Some(&least), Some(&most)) = (known.first(), known.last()) else {
        return (term, 0.0);
    };
    let at = |share: f64| f64::from(known[(share * (known.len() - 1) as f64).round() as usize]);
    (term.low, term.high) = (at(BOUNDED), at(1.0 - BOUNDED));
    if term.low == term.high {
        // A rare value is all that the column has to say.
        (term.low, term.high) = (f64::from(least), f64::from(most));
    }
    term.fill = at(0.5).clamp(term.low, term.high);
    let filled = |value: &f32| {
        if value.is_nan() {
            term.fill
        } else {
            f64::from(*value).clamp(term.low, term.high)
        }
    };
    let mean = values.iter().map(filled).sum::<f64>() / n;
    let variance = values
        .iter()
        .map(|value| (filled(value) - mean).powi(2))
        .sum::<f64>()
        / n;
    term.mean = mean;
    let scale = variance.sqrt();
    // Below this the spread is the rounding of a constant.
    let least_scale = 1e-9 * term.low.abs().max(term.high.abs());
    (term, if scale > least_scale { scale } else { 0.0 })
}

fn pattern(values: &[f32]) -> Vec<u64> {
    let bits = |group: &[f32]| {
        group
            .iter()
            .fold(0, |bits, value| bits << 1 | u64::from(value.is_nan()))
    };
    values.chunks(64).map(bits).collect()
}

fn standardise(
    training: &Training<'_>,
    terms: &[LinearTerm],
    designs: &[Design],
    padded: usize,
) -> Vec<f32> {
    let mut matrix = vec![0.0; training.labels.len() * padded];
    if padded == 0 {
        return matrix;
    }
    let rows = training.encoded.chunks_exact(training.width);
    for (cells, row) in matrix.chunks_exact_mut(padded).zip(rows) {
        for (cell, design) in cells.iter_mut().zip(designs) {
            let (value, term) = (row[design.term], &terms[design.term]);
            let plain = match (design.is_indicator, value.is_nan()) {
                (true, missing) => f64::from(u8::from(missing)),
                (false, true) => term.fill,
                (false, false) => f64::from(value).clamp(term.low, term.high),
            };
            *cell = ((plain - design.mean) / design.scale) as f32;
        }
    }
    matrix
}

/// Holds what the weights are fitted to.
struct Problem<'a> {
    /// The design, `(n_rows, padded columns)`, row after row.
    matrix: &'a [f32],
    labels: &'a [u8],
    row_weights: Option<&'a [f32]>,
    penalty: f64,
}

impl Problem<'_> {
    /// Gives the penalised loss and writes its gradient; the last weight is the intercept.
    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        let padded = weights.len() - 1;
        let (slopes, intercept) = (&weights[..padded], weights[padded]);
        let squares = slopes.iter().map(|weight| weight * weight).sum::<f64>();
        let mut loss = squares * self.penalty / 2.0;
        for (gradient, weight) in gradient.iter_mut().zip(slopes) {
            *gradient = self.penalty * weight;
        }
        gradient[padded] = 0.0;
        for (row, &label) in self.labels.iter().enumerate() {
            let row_weight = self.row_weights.map_or(1.0, |all| f64::from(all[row]));
            let cells = &self.matrix[row * padded..(row + 1) * padded];
            let log_odds = intercept + dot(cells, slopes);
            let softplus = log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p();
            loss += row_weight * (softplus - f64::from(label) * log_odds);
            let error = row_weight * (sigmoid(log_odds) - f64::from(label));
            for (gradient, &cell) in gradient.iter_mut().zip(cells) {
                *gradient += error * f64::from(cell);
            }
            gradient[padded] += error;
        }
        loss
    }
}

/// Sums in lanes, so that the processor may too; the order is fixed.
fn dot(cells: &[f32], weights: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (cells, weights) in cells.chunks_exact(LANES).zip(weights.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += f64::from(cells[lane]) * weights[lane];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::hyperparameters::Hyperparameters;
    use crate::config::Effort;
    use crate::observer::Observer;
    use crate::random::SplitMix;

    /// Three columns: one that tells, one that is missing where it tells, one that is constant.
    fn fitted(scale: f32) -> (Logistic, Vec<f32>, Vec<u8>) {
        let mut random = SplitMix::new(3);
        let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
        let (mut encoded, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..4000 {
            let (told, missing) = (uniform() * 2.0 - 1.0, uniform() < 0.3);
            let log_odds = -1.0 + 2.0 * told + if missing { 1.5 } else { 0.0 };
            encoded.extend([
                told as f32 * scale,
                if missing { f32::NAN } else { uniform() as f32 },
                7.1,
            ]);
            labels.push(u8::from(uniform() < sigmoid(log_odds)));
        }
        let training = Training {
            encoded: &encoded.clone().into(),
            width: 3,
            columns: &[],
            labels: &labels,
            weights: None,
            seed: 0,
            effort: Effort::Quick,
            hyperparameters: Hyperparameters::defaults(labels.len(), Effort::Quick),
            threads: 1,
            observer: &Observer::silent(),
        };
        let Ok(Scorer::Logistic(logistic)) = fit(&training) else {
            panic!()
        };
        (logistic, encoded, labels)
    }

    #[test]
    fn weights_are_those_that_made_the_labels_and_a_constant_has_none() {
        let (logistic, ..) = fitted(1.0);
        assert!(
            (logistic.terms[0].weight - 2.0).abs() < 0.15,
            "{:?}",
            logistic.terms[0]
        );
        assert!(
            (logistic.terms[1].missing_weight - 1.5).abs() < 0.2,
            "{:?}",
            logistic.terms[1]
        );
        assert!(logistic.terms[1].weight.abs() < 0.3);
        assert_eq!(
            (logistic.terms[2].weight, logistic.terms[2].missing_weight),
            (0.0, 0.0)
        );
    }

    #[test]
    fn probabilities_sum_to_the_defaults_and_contributions_to_nothing() {
        let (logistic, encoded, labels) = fitted(1.0);
        let expected: f64 = encoded
            .chunks(3)
            .map(|row| sigmoid(logistic.margin(row)))
            .sum();
        let defaults = labels.iter().filter(|&&label| label == 1).count() as f64;
        assert!((expected - defaults).abs() < 0.5, "{expected} {defaults}");
        for (column, term) in logistic.terms.iter().enumerate() {
            let sum: f64 = encoded
                .chunks(3)
                .map(|row| term.contribution(row[column]))
                .sum();
            assert!(sum.abs() < 1e-6, "{column}: {sum}");
        }
    }

    #[test]
    fn the_unit_of_a_column_does_not_matter() {
        let ((small, encoded, _), (large, ..)) = (fitted(1.0), fitted(1024.0));
        for row in encoded.chunks(3) {
            let moved = [row[0] * 1024.0, row[1], row[2]];
            assert!((small.margin(row) - large.margin(&moved)).abs() < 1e-4);
        }
    }
}
