//! Which batches tell of a client who is forgotten: they are forgotten whole, at once.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::kept::{Batch, Form};
use super::{Batches, ParquetFiles};

/// What is read of a result.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    client: Option<i64>,
}

impl Batches {
    /// Forgets every batch that tells of a client, with its rows and results, and says how many. A batch whose files
    /// cannot be read is forgotten too: nobody can say that it does not tell of the client.
    pub(crate) fn forget(&self, client: i64) -> usize {
        let known: Vec<Arc<Batch>> = self.known().values().cloned().collect();
        let parquet = self.parquet();
        let telling = known
            .iter()
            .filter(|batch| tells_of(batch, client, parquet.as_ref()).unwrap_or(true));
        telling.map(|batch| self.remove(batch)).count()
    }
}

fn tells_of(batch: &Batch, client: i64, parquet: &dyn ParquetFiles) -> io::Result<bool> {
    if results_name(&batch.results_path(), client)? || results_name(&batch.partial_path(), client)?
    {
        return Ok(true);
    }
    let rows = batch.rows_path();
    if !rows.exists() {
        return Ok(false);
    }
    match batch.form {
        Form::Lines => lines_hold(&rows, client),
        Form::Parquet => rows_name(&rows, client, parquet),
    }
}

/// Whether a result is of the client.
fn results_name(path: &Path, client: i64) -> io::Result<bool> {
    let Some(lines) = lines(path)? else {
        return Ok(false);
    };
    for line in lines {
        // The last line may be half written.
        let read = serde_json::from_slice::<Line>(&line?);
        if read.is_ok_and(|line| line.client == Some(client)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the client's number stands in a row anywhere: raw rows name clients in columns of the lender's own.
fn lines_hold(path: &Path, client: i64) -> io::Result<bool> {
    let number = client.to_string();
    for line in lines(path)?.into_iter().flatten() {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        let mut numbers = text.split(|sign: char| !sign.is_ascii_digit());
        if numbers.any(|found| found == number) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn rows_name(path: &Path, client: i64, parquet: &dyn ParquetFiles) -> io::Result<bool> {
    let unread = |error: crate::service::RowsError| io::Error::other(error.to_string());
    for row in parquet.open(path).map_err(unread)?.values {
        let row = row.map_err(unread)?;
        let number = row.get("client").and_then(serde_json::Value::as_f64);
        if number.is_some_and(|number| number == client as f64) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The lines of a file; `None`: there is none.
fn lines(path: &Path) -> io::Result<Option<impl Iterator<Item = io::Result<Vec<u8>>>>> {
    match File::open(path) {
        Ok(file) => Ok(Some(BufReader::new(file).split(b'\n'))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
