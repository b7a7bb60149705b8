//! What is kept of a run. It names no machine and no path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One training, from what it was asked to what it found.
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

/// A leaderboard as CSV: a column a key, lists with a blank between their parts.
pub fn leaderboard_csv(leaderboard: &[Map<String, Value>]) -> anyhow::Result<Vec<u8>> {
    let keys = columns(leaderboard);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&keys)?;
    for line in leaderboard {
        let cells = keys
            .iter()
            .map(|key| line.get(*key).map_or_else(String::new, cell));
        writer.write_record(cells)?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}

/// The keys of a leaderboard's lines, in their order.
pub fn columns(leaderboard: &[Map<String, Value>]) -> Vec<&str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in leaderboard.iter().flat_map(Map::keys) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys
}

/// A value as plain text.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(cell).collect::<Vec<_>>().join(" "),
        Value::Object(parts) => {
            let parts = parts
                .iter()
                .map(|(key, part)| format!("{key}={}", cell(part)));
            parts.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}
