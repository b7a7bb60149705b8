//! Who watches long work: progress, and the wish to stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// Holds what long work calls while it runs; any thread may call it.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Hears how far the work is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set by the caller to stop.
    pub stop: &'a AtomicBool,
}

/// Says how far the work is.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Clients' contributions.
    Contributions,
    /// Values are mixed up, a concept or feature a step.
    Permutation,
    /// Concepts that act together, a client a step.
    Pairs,
}

/// Counts the steps of one stage, from any thread.
pub(crate) struct Steps<'a> {
    watch: &'a Watch<'a>,
    stage: Stage,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(watch: &'a Watch<'a>, stage: Stage, total: usize) -> Self {
        let done = AtomicUsize::new(0);
        Self {
            watch,
            stage,
            done,
            total,
        }
    }

    /// Ends the work where that is wished.
    pub(crate) fn check(&self) -> Result<()> {
        match self.watch.stop.load(Ordering::Relaxed) {
            true => Err(Error::Stopped),
            false => Ok(()),
        }
    }

    pub(crate) fn finish(&self, steps: usize) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        (self.watch.progress)(Progress {
            stage: self.stage,
            done,
            total: self.total,
        });
    }
}
