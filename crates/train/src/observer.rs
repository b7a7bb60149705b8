//! Who watches training: progress, a clock, and the wish to stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::tuning::Entry;

/// Holds what training calls while it runs; any thread may call it.
#[derive(Clone, Copy)]
pub struct Observer<'a> {
    /// Hears how far training is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Gives seconds since any moment; only differences are used, and never in the bundle.
    pub seconds: &'a (dyn Fn() -> f64 + Sync),
    /// Hears of every trial of tuning when it is finished, and may keep it. An error ends
    /// training: a journal with holes would be none.
    pub tried: &'a (dyn Fn(&Tried<'_>) -> std::io::Result<()> + Sync),
    /// Set by the caller to stop.
    pub stop: &'a AtomicBool,
}

/// Tells of a finished trial of tuning.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'a> {
    /// The study and the trial, as a journal keeps them.
    pub entry: &'a Entry,
    /// The mean objective over the inner folds that it was judged on, more is better.
    pub value: f64,
    /// The highest mean objective so far in the study, of trials that were not pruned.
    pub best: f64,
    /// Whether it was given up before its last inner fold.
    pub is_pruned: bool,
    /// Whether it ran now, and was not remembered from a journal.
    pub is_new: bool,
    /// Whether the study is reported as [`Stage::Tuning`]: those of judged folds are not, they
    /// are a part of [`Stage::Folds`].
    pub is_reported: bool,
}

/// Says how far training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Steps of the stage done.
    pub done: usize,
    /// Steps of the stage in all.
    pub total: usize,
}

/// Names what is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Each feature alone is held against the labels.
    LeakGuard,
    /// Candidates are fitted, fold by fold.
    Folds,
    /// Candidates are calibrated and compared.
    Comparison,
    /// The published model's features are chosen; in folds that is a part of them.
    Selection,
    /// The champion's hyperparameters are sought; in folds that is a part of them.
    Tuning,
    /// The champion is fitted on all clients.
    Champion,
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl Observer<'static> {
    /// Gives an observer that hears nothing, knows no time and never stops.
    pub fn silent() -> Self {
        Self {
            progress: &|_| {},
            seconds: &|| 0.0,
            tried: &|_| Ok(()),
            stop: &NEVER,
        }
    }
}

impl Observer<'_> {
    /// Tells whether the caller wants to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.is_stopped() {
            Err(Error::Stopped)
        } else {
            Ok(())
        }
    }

    pub(crate) fn report(&self, stage: Stage, done: usize, total: usize) {
        (self.progress)(Progress { stage, done, total });
    }
}
