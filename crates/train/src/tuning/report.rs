//! What tuning tried, found and chose, as data.

use serde::Serialize;

use super::space::Hyperparameter;
use super::trial::Trial;

/// Holds all studies of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TuningReport {
    /// What the trials maximised.
    pub objective: &'static str,
    /// Those on all clients, that decide about the champion.
    pub champion: Vec<StudyReport>,
    /// Those on the training clients of each judged fold, in the order of repeats and folds.
    pub folds: Vec<StudyReport>,
}

/// Holds one study: a learner's hyperparameters, sought on some clients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StudyReport {
    /// What is tuned, on which clients.
    pub name: String,
    /// What was sought, and where.
    pub space: Vec<Hyperparameter>,
    /// The path of the search, trial after trial.
    pub steps: Vec<Step>,
    /// Inner folds that a trial was judged on, unless it was pruned.
    pub n_folds: usize,
    /// The number of the trial that was chosen; 0 is the defaults.
    pub chosen: usize,
    /// By how much its objective is above the defaults'.
    pub gain: f64,
    /// The standard error of the gain over inner folds.
    pub gain_error: f64,
    /// How much each hyperparameter mattered, the most important first.
    pub importance: Vec<Importance>,
}

/// Holds one step of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What was tried, and how it did.
    pub trial: Trial,
    /// The highest mean objective so far, of trials that were not pruned.
    pub best: f64,
}

/// Says how much one hyperparameter mattered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Importance {
    /// Its name.
    pub name: &'static str,
    /// The share of the gains' variance that it explains alone, 0 to 1.
    pub share: f64,
}

impl StudyReport {
    /// Gives the chosen configuration, one value a hyperparameter.
    pub fn point(&self) -> &[f64] {
        &self.steps[self.chosen].trial.point
    }

    /// Counts the trials that were given up before their last inner fold.
    pub fn n_pruned(&self) -> usize {
        let pruned = |step: &&Step| step.trial.values.len() < self.n_folds;
        self.steps.iter().filter(pruned).count()
    }
}
