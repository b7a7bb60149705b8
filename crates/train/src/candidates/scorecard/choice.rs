//! Which characteristics stand on the scorecard, and their coefficients.
//!
//! Forward: the characteristic that tells most of what the others leave untold comes next, unless
//! it says nearly the same as one that is there. Every coefficient is above 0.

use limpide_model::calibration::{logit, sigmoid};

use super::super::lbfgs::{Ending, minimise};
use super::material::Material;
use crate::error::{Error, Result};
use crate::observer::Observer;

/// Characteristics at most: more are no longer read.
const MOST: usize = 30;
/// A score statistic (chi-squared, one degree of freedom) below this is chance.
const LEAST_SCORE: f64 = 2.0;
/// A characteristic whose WoE correlates more with a chosen one's is left out.
const MOST_CORRELATION: f64 = 0.75;
/// Weight of `½ ‖coefficients‖²` beside the summed log-loss: on few clients it draws coefficients
/// together, on many it is nothing.
const PENALTY: f64 = 80.0;
/// While characteristics are chosen.
const ROUGH: Ending = Ending {
    steps: 30,
    decrease: 1e-7,
};
const EXACT: Ending = Ending {
    steps: 300,
    decrease: 1e-12,
};

/// The characteristics on the card so far.
struct Card {
    places: Vec<usize>,
    /// Each one's WoE by row, from bins that have not seen the row, centred.
    columns: Vec<Vec<f32>>,
    /// One a column, then the intercept: log-odds of not repaying.
    weights: Vec<f64>,
}

/// Gives the chosen characteristics in their order, each with its coefficient above 0.
pub(super) fn choose(
    material: &Material<'_>,
    observer: &Observer<'_>,
) -> Result<Vec<(usize, f64)>> {
    let n = material.labels.len();
    let events = material.labels.iter().filter(|&&label| label == 1).count();
    let start = logit((events as f64 + 0.5) / (n as f64 + 1.0));
    let mut card = Card {
        places: Vec::new(),
        columns: Vec::new(),
        weights: vec![start],
    };
    let mut is_open = vec![true; material.characteristics.len()];
    while card.places.len() < MOST {
        observer.check()?;
        let Some(next) = card.best(material, &is_open) else {
            break;
        };
        is_open[next] = false;
        let column = centred(material.unseen_woe(next).collect());
        if card
            .columns
            .iter()
            .any(|other| correlation(other, &column) > MOST_CORRELATION)
        {
            continue;
        }
        card.add(next, column);
        card.fit(material.labels, &ROUGH, observer)?;
    }
    card.fit(material.labels, &EXACT, observer)?;
    let weights = card.weights.iter().map(|weight| -weight);
    Ok(card.places.iter().copied().zip(weights).collect())
}

impl Card {
    /// Finds the open characteristic of the highest score statistic, if one is above chance.
    fn best(&self, material: &Material<'_>, is_open: &[bool]) -> Option<usize> {
        let probabilities = self.probabilities(material.labels.len());
        let mut best: Option<(f64, usize)> = None;
        for place in (0..is_open.len()).filter(|&place| is_open[place]) {
            let score = material.score(place, &probabilities);
            if score >= LEAST_SCORE && best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, place));
            }
        }
        best.map(|(_, place)| place)
    }

    fn add(&mut self, place: usize, column: Vec<f32>) {
        self.places.push(place);
        self.columns.push(column);
        self.weights.insert(self.weights.len() - 1, 0.0);
    }

    fn probabilities(&self, n: usize) -> Vec<f64> {
        let mut margins = vec![self.weights[self.columns.len()]; n];
        for (column, weight) in self.columns.iter().zip(&self.weights) {
            for (margin, &value) in margins.iter_mut().zip(column) {
                *margin += weight * f64::from(value);
            }
        }
        margins
            .iter_mut()
            .for_each(|margin| *margin = sigmoid(*margin));
        margins
    }

    /// Fits the weights anew, from where they are; characteristics of the wrong sign go.
    fn fit(&mut self, labels: &[u8], ending: &Ending, observer: &Observer<'_>) -> Result<()> {
        loop {
            let start = self.weights.clone();
            let found = minimise(start, ending, |weights, gradient| {
                (!observer.is_stopped()).then(|| evaluate(&self.columns, labels, weights, gradient))
            });
            self.weights = found.ok_or(Error::Stopped)?;
            let Some(wrong) = (0..self.places.len())
                .rev()
                .find(|&at| self.weights[at] >= 0.0)
            else {
                return Ok(());
            };
            self.places.remove(wrong);
            self.columns.remove(wrong);
            self.weights.remove(wrong);
        }
    }
}

impl Material<'_> {
    /// Gives the score statistic of a characteristic beside those whose probabilities are given;
    /// 0 where its sign would be wrong.
    fn score(&self, place: usize, probabilities: &[f64]) -> f64 {
        let (mut gradient, mut weight, mut first, mut second) = (0.0, 0.0, 0.0, 0.0);
        let rows = self.unseen_woe(place).zip(self.labels).zip(probabilities);
        for ((woe, &label), &probability) in rows {
            let woe = f64::from(woe);
            let variance = probability * (1.0 - probability);
            gradient += (probability - f64::from(label)) * woe;
            weight += variance;
            first += variance * woe;
            second += variance * woe * woe;
        }
        let variance = second - first * first / weight;
        if gradient <= 0.0 || variance <= 0.0 {
            return 0.0;
        }
        gradient * gradient / variance
    }
}

/// Gives the penalised loss and writes its gradient; the last weight is the intercept.
fn evaluate(columns: &[Vec<f32>], labels: &[u8], weights: &[f64], gradient: &mut [f64]) -> f64 {
    let last = columns.len();
    let mut errors = vec![weights[last]; labels.len()];
    for (column, weight) in columns.iter().zip(weights) {
        for (margin, &value) in errors.iter_mut().zip(column) {
            *margin += weight * f64::from(value);
        }
    }
    let slopes = &weights[..last];
    let mut loss = slopes.iter().map(|weight| weight * weight).sum::<f64>() * PENALTY / 2.0;
    gradient[last] = 0.0;
    for (error, &label) in errors.iter_mut().zip(labels) {
        let (log_odds, label) = (*error, f64::from(label));
        loss += log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p() - label * log_odds;
        *error = sigmoid(log_odds) - label;
        gradient[last] += *error;
    }
    for ((gradient, column), weight) in gradient.iter_mut().zip(columns).zip(slopes) {
        let sum: f64 = column
            .iter()
            .zip(&errors)
            .map(|(&value, error)| f64::from(value) * error)
            .sum();
        *gradient = PENALTY * weight + sum;
    }
    loss
}

fn centred(mut column: Vec<f32>) -> Vec<f32> {
    let mean = column.iter().map(|&value| f64::from(value)).sum::<f64>() / column.len() as f64;
    column.iter_mut().for_each(|value| *value -= mean as f32);
    column
}

/// Gives the correlation of two centred columns.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
