//! Rows in, results out: a line a row, in their order. A row that does not fit is told in its own
//! line and stops nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde_json::{Map, Value};

use super::kept::{Batch, Form, Stage};
use super::{ParquetFiles, now};
use crate::api::batch_line::{self, Row};
use crate::router::AppState;

/// Rows after which results are handed to the system, so that little is done twice after a crash.
const FLUSHED_ROWS: u64 = 256;

/// One row of a file, with the number of its line or row, from 1.
type Numbered = (u64, Row);

/// Scores a batch to its end, unless it is cancelled.
pub(super) fn score(batch: &Batch, state: &AppState, parquet: &dyn ParquetFiles) {
    let _working = batch.working();
    if batch.is_cancelled() {
        return;
    }
    let work = || scored(batch, state, parquet);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    let ended = ended.unwrap_or_else(|_| Err(io::Error::other("the thread panicked")));
    match ended {
        Ok(true) => batch.end(Stage::Done, None, now()),
        Ok(false) => {}
        Err(_) if batch.is_cancelled() => {}
        Err(error) => {
            tracing::error!(%error, "a batch cannot be scored");
            let reason = match error.kind() {
                io::ErrorKind::StorageFull => {
                    "the server's disk is full: post the rows again later"
                }
                _ => "the server failed; its log says why",
            };
            batch.end(Stage::Failed, Some(reason), now());
        }
    }
}

/// Whether every row has its result: not where it was cancelled.
fn scored(batch: &Batch, state: &AppState, parquet: &dyn ParquetFiles) -> io::Result<bool> {
    let partial = batch.partial_path();
    let (file, made) = results_so_far(&partial)?;
    let mut results = BufWriter::new(file);
    batch.begin(made.rows, made.failed);
    let rows = rows(batch, parquet)?;
    let mut written = 0;
    for row in rows.skip(usize::try_from(made.rows).unwrap_or(usize::MAX)) {
        if batch.is_cancelled() {
            return Ok(false);
        }
        let (line, row) = row?;
        let answer = batch_line::answer(state, &batch.asked, line, row);
        serde_json::to_writer(&mut results, &answer)?;
        results.write_all(b"\n")?;
        batch.count(answer.is_scored());
        written += 1;
        if written % FLUSHED_ROWS == 0 {
            results.flush()?;
        }
    }
    let file = results
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(&partial, batch.results_path())?;
    Ok(true)
}

/// Results that the server before has left.
#[derive(Default)]
struct Made {
    rows: u64,
    failed: u64,
}

/// Opens the results so far, less a half line at their end, and counts them.
fn results_so_far(path: &Path) -> io::Result<(File, Made)> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)?;
    let mut made = Made::default();
    let mut whole = 0;
    let mut reader = BufReader::new(&file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        whole += line.len() as u64;
        made.rows += 1;
        made.failed += u64::from(batch_line::is_unscored(&line));
        line.clear();
    }
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    Ok((file, made))
}

fn rows(
    batch: &Batch,
    parquet: &dyn ParquetFiles,
) -> io::Result<Box<dyn Iterator<Item = io::Result<Numbered>>>> {
    let path = batch.rows_path();
    match batch.form {
        Form::Lines => Ok(Box::new(Lines {
            file: BufReader::new(File::open(path)?),
            line: 0,
        })),
        Form::Parquet => {
            let opened = parquet.open(&path).map_err(io::Error::other)?;
            let rows = opened.values.zip(1..);
            Ok(Box::new(rows.map(|(row, number)| {
                let row: Map<String, Value> = row.map_err(io::Error::other)?;
                Ok((number, Row::of_columns(row)))
            })))
        }
    }
}

/// The lines of a file that hold more than spaces.
struct Lines {
    file: BufReader<File>,
    line: u64,
}

impl Iterator for Lines {
    type Item = io::Result<Numbered>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = Vec::new();
        loop {
            text.clear();
            // Lines were measured when they were received.
            let most = super::MOST_LINE_BYTES as u64 + 1;
            match self.file.by_ref().take(most).read_until(b'\n', &mut text) {
                Err(error) => return Some(Err(error)),
                Ok(0) => return None,
                Ok(_) => self.line += 1,
            }
            if !text.trim_ascii().is_empty() {
                return Some(Ok((self.line, Row::of_line(&text))));
            }
        }
    }
}
