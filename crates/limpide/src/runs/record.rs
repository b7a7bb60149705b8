//! What is kept of a run, as text.

use serde_json::{Map, Value};

pub use limpide_web::runs::{Data, Outcome, Run, Status};

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
