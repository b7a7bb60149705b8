//! Margin to probability.
//!
//! Whichever is fitted, the probability never falls as the margin rises.

use serde::{Deserialize, Serialize};

use crate::venn_abers::VennAbers;

/// Steps of Newton's method; a handful are enough, the rest is margin.
const NEWTON_STEPS: usize = 100;

/// Holds a fitted calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calibration {
    /// The margin is the log-odds.
    Identity,
    /// The log-odds are `intercept + slope · margin`, slope 0 or more.
    Platt {
        /// Log-odds a unit of margin.
        slope: f64,
        /// Log-odds at margin 0.
        intercept: f64,
    },
    /// Piecewise linear between points, constant beyond the outer ones.
    Isotonic {
        /// The points' margins, rising.
        margins: Vec<f64>,
        /// The points' probabilities, never falling.
        probabilities: Vec<f64>,
    },
    /// One probability of the interval at the margin, in steps.
    #[serde(rename = "venn_abers")]
    VennAbers(VennAbers),
}

/// Holds clients that isotonic regression gives one probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The clients' mean margin.
    pub margin: f64,
    /// The share of them that did not repay.
    pub probability: f64,
    /// How many they are.
    pub weight: f64,
}

impl Calibration {
    /// Gives the probability of not repaying.
    pub fn probability(&self, margin: f64) -> f64 {
        match self {
            Self::Identity => sigmoid(margin),
            Self::Platt { slope, intercept } => sigmoid(intercept + slope * margin),
            Self::Isotonic {
                margins,
                probabilities,
            } => interpolate(margins, probabilities, margin),
            Self::VennAbers(interval) => interval.probability(margin),
        }
    }

    /// Tells whether the parts fit together: finite numbers, points rising.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Identity => true,
            Self::Platt { slope, intercept } => {
                slope.is_finite() && *slope >= 0.0 && intercept.is_finite()
            }
            Self::Isotonic {
                margins,
                probabilities,
            } => {
                !margins.is_empty()
                    && margins.len() == probabilities.len()
                    && margins.iter().all(|margin| margin.is_finite())
                    && probabilities
                        .iter()
                        .all(|probability| (0.0..=1.0).contains(probability))
                    && margins.windows(2).all(|pair| pair[0] < pair[1])
                    && probabilities.windows(2).all(|pair| pair[0] <= pair[1])
            }
            Self::VennAbers(interval) => interval.is_sound(),
        }
    }
}

/// Gives the probability of log-odds.
pub fn sigmoid(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        return 1.0 / (1.0 + (-log_odds).exp());
    }
    let odds = log_odds.exp();
    odds / (1.0 + odds)
}

/// Gives the log-odds of a probability strictly between 0 and 1.
pub fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// Fits a slope and an intercept by maximum likelihood on softened labels.
///
/// Where all margins are equal, or where the best slope is negative, everyone gets the softened
/// rate: a calibration never turns an order round.
///
/// # Source
/// Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector machines",
/// Machine Learning 2007: the softened labels and Newton's method with backtracking.
pub fn fit_platt(margins: &[f64], labels: &[u8]) -> Calibration {
    let defaults = labels.iter().filter(|&&label| label == 1).count() as f64;
    let goods = labels.len() as f64 - defaults;
    let (high, low) = ((defaults + 1.0) / (defaults + 2.0), 1.0 / (goods + 2.0));
    let targets: Vec<f64> = labels
        .iter()
        .map(|&label| if label == 1 { high } else { low })
        .collect();
    let rate = (defaults * high + goods * low + 0.5) / (labels.len() as f64 + 1.0);
    let flat = Calibration::Platt {
        slope: 0.0,
        intercept: logit(rate),
    };
    let spread = margins.iter().fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), &margin| (low.min(margin), high.max(margin)),
    );
    if spread.1 <= spread.0 || labels.is_empty() {
        return flat;
    }
    match newton(margins, &targets, logit(rate)) {
        Some((slope, intercept)) if slope > 0.0 => Calibration::Platt { slope, intercept },
        _ => flat,
    }
}

/// Fits a rising curve through the centres of the blocks of [`pool_adjacent_violators`].
///
/// Probabilities are kept off 0 and 1 by `1 / (n + 2)`, since no finite sample can show either.
pub fn fit_isotonic(margins: &[f64], labels: &[u8]) -> Calibration {
    let blocks = pool_adjacent_violators(margins, labels);
    if blocks.is_empty() {
        return Calibration::Identity;
    }
    let least = 1.0 / (margins.len() as f64 + 2.0);
    Calibration::Isotonic {
        margins: blocks.iter().map(|block| block.margin).collect(),
        probabilities: blocks
            .iter()
            .map(|block| block.probability.clamp(least, 1.0 - least))
            .collect(),
    }
}

/// Groups clients, by rising margin, into blocks whose default rates rise strictly.
///
/// Clients of equal margin are always in one block.
///
/// # Source
/// Ayer et al., "An empirical distribution function for sampling with incomplete information",
/// Annals of Mathematical Statistics 1955.
pub fn pool_adjacent_violators(margins: &[f64], labels: &[u8]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for tie in ties(margins, labels) {
        let mut block = tie;
        while let Some(last) = blocks.pop_if(|last| last.probability >= block.probability) {
            block = merge(last, block);
        }
        blocks.push(block);
    }
    blocks
}

/// Groups clients of equal margin, by rising margin.
pub(crate) fn ties(margins: &[f64], labels: &[u8]) -> Vec<Block> {
    let mut ranked: Vec<(f64, u8)> = margins
        .iter()
        .copied()
        .zip(labels.iter().copied())
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut ties: Vec<Block> = Vec::new();
    for (margin, label) in ranked {
        let single = Block {
            margin,
            probability: f64::from(label),
            weight: 1.0,
        };
        match ties.last_mut() {
            // The margin is set rather than averaged, so that it stays exact.
            Some(last) if last.margin == margin => {
                *last = Block {
                    margin,
                    ..merge(*last, single)
                }
            }
            _ => ties.push(single),
        }
    }
    ties
}

fn merge(a: Block, b: Block) -> Block {
    let weight = a.weight + b.weight;
    Block {
        margin: (a.margin * a.weight + b.margin * b.weight) / weight,
        probability: (a.probability * a.weight + b.probability * b.weight) / weight,
        weight,
    }
}

fn interpolate(margins: &[f64], probabilities: &[f64], margin: f64) -> f64 {
    let above = margins.partition_point(|&point| point <= margin);
    if above == 0 {
        return probabilities[0];
    }
    if above == margins.len() {
        return probabilities[above - 1];
    }
    let (low, high) = (above - 1, above);
    let part = (margin - margins[low]) / (margins[high] - margins[low]);
    probabilities[low] + part * (probabilities[high] - probabilities[low])
}

fn newton(margins: &[f64], targets: &[f64], start: f64) -> Option<(f64, f64)> {
    let (mut slope, mut intercept) = (0.0, start);
    let mut loss = soft_loss(margins, targets, slope, intercept);
    for _ in 0..NEWTON_STEPS {
        let (mut g, mut h) = ([0.0; 2], [1e-12, 0.0, 1e-12]);
        for (&margin, &target) in margins.iter().zip(targets) {
            let probability = sigmoid(intercept + slope * margin);
            let (error, weight) = (probability - target, probability * (1.0 - probability));
            g[0] += error * margin;
            g[1] += error;
            h[0] += weight * margin * margin;
            h[1] += weight * margin;
            h[2] += weight;
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant <= 0.0 || (g[0].abs() < 1e-10 && g[1].abs() < 1e-10) {
            break;
        }
        let step = [
            (h[2] * g[0] - h[1] * g[1]) / determinant,
            (h[0] * g[1] - h[1] * g[0]) / determinant,
        ];
        let mut length = 1.0;
        let better = loop {
            let next = (slope - length * step[0], intercept - length * step[1]);
            let next_loss = soft_loss(margins, targets, next.0, next.1);
            if next_loss < loss {
                break Some((next, next_loss));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        match better {
            Some((next, next_loss)) => ((slope, intercept), loss) = (next, next_loss),
            None => break,
        }
    }
    (slope.is_finite() && intercept.is_finite()).then_some((slope, intercept))
}

fn soft_loss(margins: &[f64], targets: &[f64], slope: f64, intercept: f64) -> f64 {
    let mut loss = 0.0;
    for (&margin, &target) in margins.iter().zip(targets) {
        let log_odds = intercept + slope * margin;
        // ln(1 + exp(z)) - target · z, without overflow.
        loss += log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p() - target * log_odds;
    }
    loss
}
