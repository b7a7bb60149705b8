//! The search for hyperparameters, inside the rows that a model may see.
//!
//! A study reads the encoded training rows of one fit and no other: for a judged fold, rows
//! outside of it. It splits them into inner folds and compares configurations on these. The
//! defaults are the first trial, and stay unless another is better by more than luck.
//!
//! - [`space`]: what may be chosen;
//! - `tpe`: where to look next;
//! - [`trial`], `search`: one configuration, and all of them, fold by fold;
//! - `learners`: what is tuned of which learner;
//! - `objective`: what a configuration is worth;
//! - `importance`: how much each hyperparameter mattered;
//! - [`journal`]: what a run that was stopped had found;
//! - [`report`]: path and choice, as data.

mod importance;
pub mod journal;
mod learners;
mod objective;
pub mod report;
mod search;
pub mod space;
#[cfg(test)]
mod tests;
mod tpe;
pub mod trial;

pub use journal::{Entry, Past, Subject};
pub(crate) use learners::{Purse, tune};
pub use objective::Objective;
pub use report::{StudyReport, TuningReport};

use crate::config::Effort;

/// Says how to search for hyperparameters.
#[derive(Debug, Clone, Default)]
pub struct Tuning {
    /// How long; by effort where absent.
    pub budget: Option<Budget>,
    /// What a configuration is chosen for.
    pub objective: Objective,
    /// Trials of an earlier run on the same data with the same configuration.
    pub past: Vec<Entry>,
}

/// Says how long to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// So many trials a learner, in every judged fold as for the champion; 0 for none.
    Trials(usize),
    /// So many minutes in all, by the observer's clock. What is found then depends on the
    /// machine: the same seed gives another model.
    Minutes(f64),
}

impl Tuning {
    /// Gives the budget that holds, if there is any tuning.
    pub(crate) fn budget(&self, effort: Effort) -> Option<Budget> {
        let budget = self.budget.unwrap_or(Budget::Trials(match effort {
            Effort::Quick => 0,
            Effort::Standard => 12,
            Effort::Thorough => 40,
        }));
        (budget != Budget::Trials(0)).then_some(budget)
    }
}
