//! Which batches tell of a client who is forgotten: they are forgotten whole, at once.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use super::kept::{Batch, Form};
use super::{Batches, ParquetFiles};
use crate::api::batch_line::Row;

/// What is read of a result.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    client: Option<i64>,
    #[serde(default)]
    errors: Vec<Problem>,
}

/// What did not fit in a row.
#[derive(Deserialize)]
struct Problem {
    field: String,
    found: String,
}

impl Batches {
    /// Forgets every batch that was posted until a moment and tells of a client, with its rows and results, and says
    /// how many. Once this returns, nothing more is recorded of them. A batch whose files cannot be read is forgotten
    /// too: nobody can say that it does not tell of the client.
    pub(crate) fn forget(&self, client: i64, until: OffsetDateTime) -> usize {
        let posted = |batch: &&Arc<Batch>| batch.posted_at <= until.unix_timestamp();
        let known: Vec<Arc<Batch>> = self.known().values().filter(posted).cloned().collect();
        let parquet = self.parquet();
        let mut forgotten = 0;
        for batch in known {
            if tells_of(&batch, client, parquet.as_ref()).unwrap_or(true) {
                batch.cancel();
                // A row under way is recorded first.
                drop(batch.working());
                self.remove(&batch);
                forgotten += 1;
            }
        }
        forgotten
    }
}

/// Files are looked at in the order in which they become one another: a batch may end meanwhile.
fn tells_of(batch: &Batch, client: i64, parquet: &dyn ParquetFiles) -> io::Result<bool> {
    let assigned = batch.asked.clients.as_ref();
    if assigned.is_some_and(|clients| clients.contains(&client)) {
        return Ok(true);
    }
    let rows = batch.rows_path();
    let named = match batch.form {
        Form::Lines => lines_name(&rows, client)?,
        Form::Parquet => rows.exists() && rows_name(&rows, client, parquet)?,
    };
    Ok(named
        || results_name(&batch.partial_path(), client)?
        || results_name(&batch.results_path(), client)?)
}

/// Whether a result is of the client, or tells that the client could not be scored.
fn results_name(path: &Path, client: i64) -> io::Result<bool> {
    for line in lines(path)?.into_iter().flatten() {
        // The last line may be half written.
        let Ok(line) = serde_json::from_slice::<Line>(&line?) else {
            continue;
        };
        if line.client == Some(client) || line.errors.iter().any(|one| one.names(client)) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Problem {
    /// Of a row's client, or of a line that cannot be read, something is told in words.
    fn names(&self, client: i64) -> bool {
        match self.field.as_str() {
            "client" | "line" => holds(&self.found, client),
            _ => is_number(self.found.trim_matches('"'), client),
        }
    }
}

fn lines_name(path: &Path, client: i64) -> io::Result<bool> {
    for line in lines(path)?.into_iter().flatten() {
        let line = line?;
        let names = match Row::of_line(&line) {
            Row::Client(number) | Row::Features(Some(number), _) => number == client,
            Row::Features(None, _) => false,
            // Raw rows name clients in columns of the lender's own.
            Row::Tables(tables) => tables.values().any(|rows| value_names(rows, client)),
            Row::Unread(_) => holds(&String::from_utf8_lossy(&line), client),
        };
        if names {
            return Ok(true);
        }
    }
    Ok(false)
}

fn rows_name(path: &Path, client: i64, parquet: &dyn ParquetFiles) -> io::Result<bool> {
    let unread = |error: crate::service::RowsError| io::Error::other(error.to_string());
    for row in parquet.open(path).map_err(unread)?.values {
        let row = row.map_err(unread)?;
        if row
            .get("client")
            .is_some_and(|value| value_names(value, client))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a value, or one within it, is the client's number.
fn value_names(value: &Value, client: i64) -> bool {
    match value {
        Value::Number(number) => number.as_f64() == Some(client as f64),
        Value::String(text) => is_number(text, client),
        Value::Array(values) => values.iter().any(|value| value_names(value, client)),
        Value::Object(values) => values.values().any(|value| value_names(value, client)),
        Value::Null | Value::Bool(_) => false,
    }
}

fn is_number(text: &str, client: i64) -> bool {
    text.trim().parse::<f64>() == Ok(client as f64)
}

/// Whether the client's number stands in a text, parted from other digits.
fn holds(text: &str, client: i64) -> bool {
    let mut numbers = text.split(|sign: char| !sign.is_ascii_digit());
    numbers.any(|number| number.parse() == Ok(client))
}

/// The lines of a file; `None`: there is none.
fn lines(path: &Path) -> io::Result<Option<impl Iterator<Item = io::Result<Vec<u8>>>>> {
    match File::open(path) {
        Ok(file) => Ok(Some(BufReader::new(file).split(b'\n'))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::PathBuf;
    use std::{env, fs, process};

    use limpide_store::Actor;
    use serde_json::{Map, json};

    use super::super::ParquetRows;
    use super::super::kept::Asked;
    use super::*;
    use crate::service::RowsError;

    /// Files whose one row has this in its column `client`.
    struct OneRow(Value);

    impl ParquetFiles for OneRow {
        fn open(&self, _: &Path) -> Result<ParquetRows, RowsError> {
            let row = Map::from_iter([("client".to_owned(), self.0.clone())]);
            Ok(ParquetRows {
                columns: vec!["client".to_owned()],
                rows: 1,
                values: Box::new(std::iter::once(Ok(row))),
            })
        }

        fn write(&self, _: &Path, _: &Path) -> Result<(), RowsError> {
            Err(RowsError("nothing is written here".to_owned()))
        }
    }

    /// A batch of its own folder, which is removed at the end.
    struct Kept(Batch, PathBuf);

    impl Kept {
        fn new(name: &str, form: Form, clients: Option<Vec<i64>>) -> Self {
            let folder =
                env::temp_dir().join(format!("limpide-forgotten-{}-{name}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            let asked = Asked {
                owner: Actor::Program,
                role: None,
                model: String::new(),
                reasons: None,
                clients,
                rows: 1,
            };
            let batch = Batch::create(folder.clone(), name.to_owned(), form, asked, 0);
            Self(batch.unwrap(), folder)
        }

        fn tells(&self, client: Value) -> bool {
            tells_of(&self.0, 35, &OneRow(client)).unwrap()
        }
    }

    impl Drop for Kept {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.1);
        }
    }

    #[test]
    fn rows_that_wait_tell_of_their_clients_and_of_no_other_number() {
        let kept = Kept::new("lines", Form::Lines, None);
        for (row, tells) in [
            (r#"{"client": 35}"#, true),
            (r#"{"client": 350}"#, false),
            (r#"{"client": 7, "features": {"age": 1}}"#, false),
            (r#"{"client": 35, "features": {"age": 1}}"#, true),
            (r#"{"features": {"age": 35, "35": "35"}}"#, false),
            (r#"{"tables": {"application": [{"ID": 35}]}}"#, true),
            (r#"{"tables": {"application": [{"ID": "35"}]}}"#, true),
            (
                r#"{"tables": {"a": [{"ID": 7, "share": 0.35, "day": "2026-01-35"}]}}"#,
                false,
            ),
            // What cannot be read is nobody's for certain.
            (r#"{"client": 35, "tables": {}}"#, true),
            (r#"{"client": 35"#, true),
            ("", false),
        ] {
            fs::write(kept.0.rows_path(), format!("{{\"client\": 9}}\n{row}")).unwrap();
            assert_eq!(kept.tells(Value::Null), tells, "{row}");
        }
        let kept = Kept::new("parquet", Form::Parquet, None);
        assert!(!kept.tells(json!(35)), "its rows are gone");
        fs::write(kept.0.rows_path(), "").unwrap();
        assert!(kept.tells(json!(35)) && kept.tells(json!("35")) && !kept.tells(json!(3.5)));
    }

    #[test]
    fn results_tell_of_who_was_scored_and_of_who_was_not() {
        let kept = Kept::new("results", Form::Lines, None);
        let problem = |field: &str, found: &str| {
            let problem = json!({"field": field, "found": found, "expected": "another"});
            json!({"line": 1, "errors": [problem]})
        };
        for (result, tells) in [
            (json!({"line": 35, "client": 7, "probability": 0.35}), false),
            (json!({"line": 1, "client": 35}), true),
            (problem("client", "35"), true),
            (problem("client", "35.0"), true),
            (problem("line", "invalid type: string \"35\""), true),
            (problem("application[0].ID", "\"35\""), true),
            (problem("rating", "0.35"), false),
        ] {
            for path in [kept.0.partial_path(), kept.0.results_path()] {
                fs::write(&path, format!("{result}\n{{\"line\": 2, \"cli")).unwrap();
                assert_eq!(kept.tells(Value::Null), tells, "{result}");
                fs::remove_file(&path).unwrap();
            }
        }
    }

    #[test]
    fn whose_clients_are_listed_is_told_with_the_batch() {
        for (clients, tells) in [(vec![7, 35], true), (vec![7, 350], false)] {
            let kept = Kept::new("assigned", Form::Lines, Some(clients));
            assert_eq!(kept.tells(Value::Null), tells);
        }
    }
}
