//! A synthetic portfolio: the recipe's SQL over seeded random functions, written as CSV.
//!
//! The engine makes the rows, so any number of clients comes out the same on any number of
//! threads. What comes out is always marked as synthetic.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures::StreamExt;
use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Int64Type};
use limpide_engine::{Engine, Session};
use serde::Deserialize;
use zip::write::SimpleFileOptions;

use crate::error::{Error, Result};
use crate::ingest::Progress;
use crate::recipe::Recipe;
use crate::source::SYNTHETIC_MARK;

/// The file that says how a recipe's synthetic portfolio is made.
const STEPS: &str = "synthetic/synthetic.toml";

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct SynthConfig {
    /// Clients with a known outcome; the recipe may add applicants without one.
    pub clients: u64,
    /// The seed that every draw depends on.
    pub seed: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    step: Vec<Step>,
}

/// One SQL text: a table that later steps read, or a CSV file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    name: String,
    sql: String,
    output: bool,
    #[serde(default)]
    order_by: Vec<String>,
}

/// Writes the recipe's synthetic portfolio to `out`: a zip if its name ends in `.zip`, else a
/// folder, which must be absent or empty. Returns the rows of each file.
///
/// # Errors
/// The recipe has no synthetic portfolio, its SQL fails, or `out` cannot be written; nothing
/// is left under its name then.
pub async fn synthesise(
    engine: &Engine,
    recipe: &Recipe,
    config: SynthConfig,
    out: &Path,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<(String, u64)>> {
    if !recipe.has(STEPS) {
        return Err(Error::NoSynthetic {
            recipe: recipe.name.clone(),
        });
    }
    let steps: Steps = recipe.toml(STEPS)?;
    let session = engine.parallel_session();
    let mut output = Output::create(out)?;
    let total = steps.step.len() as u64;
    let mut written = Vec::new();
    for (done, step) in steps.step.iter().enumerate() {
        progress(Progress {
            stage: "make",
            item: step.name.clone(),
            done: done as u64,
            total,
        });
        let sql = recipe
            .text(&format!("synthetic/{}", step.sql))?
            .replace(":seed", &config.seed.to_string())
            .replace(":clients", &config.clients.to_string());
        if step.output {
            let order = match step.order_by.join("\", \"") {
                columns if columns.is_empty() => String::new(),
                columns => format!(" ORDER BY \"{columns}\""),
            };
            let sql = format!("SELECT * FROM (\n{sql}\n){order}");
            let rows = output.write_table(&session, &step.name, &sql).await?;
            written.push((step.name.clone(), rows));
        } else {
            let batches = session.collect(&step.name, &sql).await?;
            let Some(first) = batches.first() else {
                return Err(recipe.wrong(&step.sql, "gives no rows".to_owned()));
            };
            session.register_batches(&step.name, first.schema(), batches)?;
        }
    }
    output.finish(&format!(
        "Synthetic data made by limpide: no row describes a real person.\nrecipe {}, {} clients, seed {}\n",
        recipe.name, config.clients, config.seed
    ))?;
    Ok(written)
}

/// The zip or folder being written, beside its final name until it is whole.
struct Output {
    path: PathBuf,
    partial: PathBuf,
    zip: Option<zip::ZipWriter<ZipFile>>,
}

impl Output {
    fn create(path: &Path) -> Result<Self> {
        let occupied = |path: &Path| Error::Io {
            path: path.to_owned(),
            source: io::Error::other(
                "is there already and not an empty folder; name another place or remove it",
            ),
        };
        let is_zip = path.extension().is_some_and(|ending| ending == "zip");
        if path.is_file() || (path.is_dir() && (is_zip || has_entries(path)?)) {
            return Err(occupied(path));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
        }
        let zip = if is_zip {
            let file = File::create(&partial).map_err(Error::io(path))?;
            Some(zip::ZipWriter::new(ZipFile::new(file)))
        } else {
            if partial.exists() {
                fs::remove_dir_all(&partial).map_err(Error::io(&partial))?;
            }
            fs::create_dir(&partial).map_err(Error::io(path))?;
            None
        };
        Ok(Self {
            path: path.to_owned(),
            partial,
            zip,
        })
    }

    async fn write_table(&mut self, session: &Session, name: &str, sql: &str) -> Result<u64> {
        let file_name = format!("{name}.csv");
        if let Some(zip) = &mut self.zip {
            let options = SimpleFileOptions::default()
                .compression_level(Some(1))
                .large_file(true);
            zip.start_file(&file_name, options)
                .map_err(|error| Error::Io {
                    path: self.path.clone(),
                    source: error.into(),
                })?;
            return write_csv(session, name, sql, zip, &self.path).await;
        }
        let path = self.partial.join(&file_name);
        let mut file = BufWriter::new(File::create(&path).map_err(Error::io(&path))?);
        let rows = write_csv(session, name, sql, &mut file, &path).await?;
        file.flush().map_err(Error::io(&path))?;
        Ok(rows)
    }

    fn finish(mut self, mark: &str) -> Result<()> {
        if let Some(mut zip) = self.zip.take() {
            let written = zip
                .start_file(SYNTHETIC_MARK, SimpleFileOptions::default())
                .map_err(io::Error::from)
                .and_then(|()| zip.write_all(mark.as_bytes()))
                .and_then(|()| zip.finish().map_err(io::Error::from))
                .and_then(ZipFile::finish);
            written.map_err(Error::io(&self.path))?;
        } else {
            let path = self.partial.join(SYNTHETIC_MARK);
            fs::write(&path, mark).map_err(Error::io(&path))?;
            if self.path.is_dir() {
                fs::remove_dir(&self.path).map_err(Error::io(&self.path))?;
            }
        }
        fs::rename(&self.partial, &self.path).map_err(Error::io(&self.path))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // After the rename there is nothing left to remove.
        let _ = fs::remove_dir_all(&self.partial).or_else(|_| fs::remove_file(&self.partial));
    }
}

/// The file of a zip. The zip's writer, dropped after a failure, tries to finish and prints that it cannot: once a
/// write has failed and its error was returned, later ones go nowhere.
struct ZipFile {
    file: BufWriter<File>,
    has_failed: bool,
}

impl ZipFile {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::new(file),
            has_failed: false,
        }
    }

    fn attempt<T>(
        &mut self,
        afterwards: T,
        step: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.has_failed {
            return Ok(afterwards);
        }
        let result = step(&mut self.file);
        self.has_failed = result
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        result
    }

    fn finish(mut self) -> io::Result<()> {
        if self.has_failed {
            return Err(io::Error::other("an earlier write failed"));
        }
        self.file.flush()
    }
}

impl Write for ZipFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), Write::flush)
    }
}

impl Seek for ZipFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.attempt(0, |file| file.seek(to))
    }
}

fn has_entries(folder: &Path) -> Result<bool> {
    Ok(fs::read_dir(folder)
        .map_err(Error::io(folder))?
        .next()
        .is_some())
}

async fn write_csv(
    session: &Session,
    name: &str,
    sql: &str,
    out: &mut (dyn Write + Send),
    path: &Path,
) -> Result<u64> {
    let mut stream = session.stream(name, sql).await?;
    let schema = stream.schema();
    if let Some(field) = schema
        .fields()
        .iter()
        .find(|field| !is_written(field.data_type()))
    {
        return Err(limpide_engine::Error::Query {
            name: name.to_owned(),
            reason: format!(
                "column {} is {}, a whole number, a double or a text was expected",
                field.name(),
                field.data_type()
            ),
        }
        .into());
    }
    let mut writer = csv::Writer::from_writer(out);
    let csv_error = |error: csv::Error| Error::Io {
        path: path.to_owned(),
        source: error.into(),
    };
    writer
        .write_record(schema.fields().iter().map(|field| field.name()))
        .map_err(csv_error)?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| limpide_engine::Error::Query {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
        write_batch(&mut writer, &batch).map_err(csv_error)?;
        rows += batch.num_rows() as u64;
    }
    writer.flush().map_err(Error::io(path))?;
    Ok(rows)
}

fn is_written(kind: &DataType) -> bool {
    use DataType::{Float64, Int64, LargeUtf8, Utf8, Utf8View};
    matches!(kind, Int64 | Float64 | Utf8 | Utf8View | LargeUtf8)
}

fn write_batch<W: Write>(writer: &mut csv::Writer<W>, batch: &RecordBatch) -> csv::Result<()> {
    let mut field = String::new();
    for row in 0..batch.num_rows() {
        for column in batch.columns() {
            field.clear();
            write_field(&mut field, column, row);
            writer.write_field(&field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

/// A field as pandas would print it: whole doubles with `.0`, missing as nothing.
fn write_field(field: &mut String, column: &dyn Array, row: usize) {
    use std::fmt::Write;
    if column.is_null(row) {
        return;
    }
    let written = match column.data_type() {
        DataType::Int64 => write!(field, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => {
            write!(
                field,
                "{:?}",
                column.as_primitive::<Float64Type>().value(row)
            )
        }
        DataType::Utf8 => write!(field, "{}", column.as_string::<i32>().value(row)),
        DataType::Utf8View => write!(field, "{}", column.as_string_view().value(row)),
        DataType::LargeUtf8 => write!(field, "{}", column.as_string::<i64>().value(row)),
        other => unreachable!("write_csv has refused {other}"),
    };
    written.expect("writing to a String cannot fail");
}
