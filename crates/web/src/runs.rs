//! The workspace's runs: what each training was asked, what it read and what it found, as it is kept on disk.
//! The program keeps them; pages ask through [`WorkspaceRuns`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::service::RowsError;

/// The runs of a workspace.
pub trait WorkspaceRuns: Send + Sync {
    /// All runs, the latest first; one that cannot be read does not hide the others.
    ///
    /// # Errors
    /// Their folder cannot be read.
    fn runs(&self) -> Result<Vec<FoundRun>, RowsError>;

    /// The run of this id; `None`: there is none.
    ///
    /// # Errors
    /// Their folder cannot be read.
    fn run(&self, id: &str) -> Result<Option<FoundRun>, RowsError>;
}

/// A run, or why it cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundRun {
    /// The name of its folder.
    pub id: String,
    /// What it tells, or what is wrong with it.
    pub run: Result<Run, String>,
}

/// One training, from what it was asked to what it found. It names no machine and no path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Always [`Run::FORMAT`].
    pub format: String,
    /// Always [`Run::VERSION`].
    pub version: u32,
    /// The moment of its end, made unique: the name of its folder.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// What stopped it, if something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Who ran it.
    pub who: String,
    /// When it began, as RFC 3339 writes it.
    pub start: String,
    /// When it ended, likewise.
    pub end: String,
    /// How long it took.
    pub seconds: f64,
    /// What it was asked: effort, seed and so on.
    pub parameters: BTreeMap<String, Value>,
    /// What it read.
    pub data: Data,
    /// What it found; nothing where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
    /// The files beside it.
    pub artefacts: Vec<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// With a model.
    Finished,
    /// With an error.
    Failed,
}

/// What a run read, by hash.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The portfolio's hash.
    pub portfolio: String,
    /// The feature matrix's hash.
    pub matrix: String,
    /// The recipe's name.
    pub recipe: String,
    /// The recipe's hash.
    pub recipe_hash: String,
    /// The hash of the file of folds; none where they follow from the seed.
    pub folds: Option<String>,
    /// Whether the portfolio was invented.
    pub synthetic: bool,
    /// Clients with a known outcome.
    pub clients: usize,
    /// Those of them that did not repay.
    pub defaults: usize,
    /// Features of the matrix.
    pub features: usize,
}

/// What a run found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The champion candidate's name.
    pub champion: String,
    /// The hash of its bundle.
    pub bundle: String,
    /// Whether the run published it.
    pub published: bool,
    /// Features that the champion's bundle holds.
    pub features: usize,
    /// Its metrics on clients it had not seen.
    pub metrics: Map<String, Value>,
    /// Costs and threshold.
    pub policy: Map<String, Value>,
    /// How every candidate did, the champion first, with intervals and paired differences.
    pub leaderboard: Vec<Map<String, Value>>,
    /// What was chosen of how candidates learn, where anything was.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub hyperparameters: Value,
}

impl Run {
    /// The mark of a run.
    pub const FORMAT: &str = "limpide-run";
    /// The version of the format that this program writes and reads.
    pub const VERSION: u32 = 1;
}
