//! Who watches training: progress, a clock, and the wish to stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// Holds what training calls while it runs; any thread may call it.
#[derive(Clone, Copy)]
pub struct Observer<'a> {
    /// Hears how far training is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Gives seconds since any moment; only differences are used, and never in the bundle.
    pub seconds: &'a (dyn Fn() -> f64 + Sync),
    /// Set by the caller to stop.
    pub stop: &'a AtomicBool,
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
