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
//! - `crossfit`: every candidate's margins for clients it has not seen;
//! - `calibrate`: margins to probabilities;
//! - `judge`: how well each candidate did;
//! - [`mod@train`]: all of it, and the champion fitted anew on all clients.

mod calibrate;
mod candidates;
pub mod config;
mod crossfit;
mod encoded;
pub mod error;
pub mod folds;
mod judge;
mod leak;
mod learned;
pub mod observer;
mod parallel;
mod prepare;
mod random;
pub mod selection;
pub mod train;

/// Growing trees for log-loss on encoded rows, as the candidate `boosted` does.
pub mod boosting {
    pub use crate::candidates::boosted::{Growth, Samples, grow};
}

pub use candidates::names as candidate_names;
pub use config::{Effort, Limits, Provenance, TrainConfig};
pub use encoded::EncodedRows;
pub use error::{Error, Result};
pub use folds::{FoldEntry, Folds};
pub use observer::{Observer, Progress, Stage};
pub use selection::Selection;
pub use train::{OutOfFold, Timed, Trained, train};
