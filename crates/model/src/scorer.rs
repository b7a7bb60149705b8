//! Encoded values to a margin, in log-odds of not repaying.

use serde::{Deserialize, Serialize};

use crate::additive::Additive;
use crate::logistic::Logistic;
use crate::scorecard::Scorecard;
use crate::trees::Ensemble;

/// Holds a fitted model of any sort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scorer {
    /// The same margin for everyone.
    Dummy {
        /// The log-odds of the training rate.
        log_odds: f64,
    },
    /// A logistic regression over weights of evidence.
    Scorecard(Scorecard),
    /// A logistic regression.
    Logistic(Logistic),
    /// An explainable additive model.
    Additive(Additive),
    /// A sum of trees.
    Trees(Ensemble),
    /// A weighted sum of other scorers' margins.
    Blend(Vec<Part>),
}

/// Holds one scorer of a blend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What its margin is multiplied by.
    pub weight: f64,
    /// The scorer.
    pub scorer: Scorer,
}

impl Scorer {
    /// Gives the margin of one encoded row, in log-odds.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        match self {
            Self::Dummy { log_odds } => *log_odds,
            Self::Scorecard(scorecard) => scorecard.margin(encoded),
            Self::Logistic(logistic) => logistic.margin(encoded),
            Self::Additive(additive) => additive.margin(encoded),
            Self::Trees(ensemble) => ensemble.margin(encoded),
            Self::Blend(parts) => parts.iter().fold(0.0, |sum, part| {
                sum + part.weight * part.scorer.margin(encoded)
            }),
        }
    }

    /// Gives the margins of encoded rows, `(n_rows, width)`, row after row; to the bit those of
    /// [`Self::margin`], in less time.
    pub fn margins(&self, encoded: &[f32], n_rows: usize) -> Vec<f64> {
        match self {
            Self::Trees(ensemble) => ensemble.margins(encoded, n_rows),
            Self::Blend(parts) => {
                let mut sums = vec![0.0; n_rows];
                for part in parts {
                    let margins = part.scorer.margins(encoded, n_rows);
                    for (sum, margin) in sums.iter_mut().zip(margins) {
                        *sum += part.weight * margin;
                    }
                }
                sums
            }
            _ => {
                let width = encoded.len() / n_rows.max(1);
                let row = |row: usize| &encoded[row * width..(row + 1) * width];
                (0..n_rows).map(|place| self.margin(row(place))).collect()
            }
        }
    }

    /// Gives the number of encoded columns that a row must have at least.
    pub fn width(&self) -> usize {
        match self {
            Self::Dummy { .. } => 0,
            Self::Scorecard(scorecard) => scorecard.width(),
            Self::Logistic(logistic) => logistic.terms.len(),
            Self::Additive(additive) => additive.width(),
            Self::Trees(ensemble) => ensemble.width(),
            Self::Blend(parts) => parts
                .iter()
                .map(|part| part.scorer.width())
                .max()
                .unwrap_or(0),
        }
    }

    /// Says which of its parts do not fit together; nothing where all do.
    pub(crate) fn misfit(&self) -> Option<String> {
        match self {
            Self::Scorecard(scorecard) => scorecard.misfit(),
            Self::Blend(parts) => parts.iter().find_map(|part| part.scorer.misfit()),
            // An additive model is looked at when it is read.
            Self::Dummy { .. } | Self::Logistic(_) | Self::Additive(_) | Self::Trees(_) => None,
        }
    }
}
