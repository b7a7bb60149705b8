//! Labelled clients to a model bundle: folds, candidates, calibration, threshold, leaderboard.
//!
//! Nothing fitted here ever sees a row of the fold it is judged on: neither encoders nor
//! scorers, nor calibrations and thresholds, which are fitted on margins of models that left
//! the judged fold out. The same data, configuration and seed give the same bundle, bit for
//! bit, on any number of threads. This crate reads no file and no clock, and prints nothing:
//! the caller hands over an [`Observer`].
//!
//! In the order in which the data flows:
//! - [`config`], [`observer`], [`folds`]: what to train, who watches, who is judged when;
//! - `leak`: stops where the answer is among the questions;
//! - `prepare`: what is fitted before any candidate, on its rows only: features of `learned`,
//!   those that [`selection`] keeps, the encoder;
//! - `encoded`: the rows as learners read them;
//! - `candidates`: the learners, behind one seam, in one list; [`boosting`] for those who grow
//!   trees alone;
//! - [`tuning`]: their hyperparameters, sought on the training rows of each fit;
//! - `crossfit`: every candidate's margins for clients it has not seen;
//! - [`imported`]: models trained elsewhere, beside them;
//! - `calibrate`: margins to probabilities;
//! - `judge`, `paired`: how well each candidate did, and how it differs from the champion;
//! - `champion`: the best fitted anew on all clients, and its bundle;
//! - `glass_box`: the model that can be read beside it;
//! - `adversarial`, `holdout`, `imbalance`: what is fitted for the report alone;
//! - `curves`, `evidence`: what documents tell of it;
//! - [`mod@train`]: all of it, and the champion fitted anew on all clients.

mod adversarial;
mod calibrate;
mod candidates;
mod champion;
pub mod config;
mod crossfit;
mod curves;
mod encoded;
pub mod error;
mod evidence;
pub mod folds;
mod glass_box;
mod holdout;
mod imbalance;
pub mod imported;
mod judge;
mod leak;
mod learned;
pub mod observer;
mod paired;
mod parallel;
mod prepare;
mod random;
pub mod selection;
pub mod train;
pub mod tuning;

/// Growing trees for log-loss on encoded rows, as the candidate `boosted` does.
pub mod boosting {
    pub use crate::candidates::boosted::{Growth, Samples, grow};
}

pub use candidates::{fit_scorecard, names as candidate_names};
pub use config::{Effort, HoldoutColumn, Judging, Limits, Provenance, TrainConfig};
pub use encoded::EncodedRows;
pub use error::{Error, Result};
pub use folds::{FoldEntry, Folds};
pub use imported::{Imported, ImportedModels};
pub use observer::{Observer, Progress, Stage, Tried};
pub use selection::Selection;
pub use train::{OutOfFold, Timed, Trained, train};
pub use tuning::{Budget, Objective, Tuning, TuningReport};
