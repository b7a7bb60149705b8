//! A source to a portfolio: every table typed, sorted by client, whole or not at all.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use limpide_engine::arrow::array::RecordBatch;
use limpide_engine::{Engine, ParquetFile};

use crate::error::{Error, Result};
use crate::portfolio::{Portfolio, take, write_aside, write_manifest};
use crate::quality::{self, Quality, Rules};
use crate::read_csv::{CsvFile, FileSummary, arrow_schema, read_csv, stored_schema};
use crate::read_parquet::read_parquet;
use crate::recipe::Recipe;
use crate::schema::{Schema, Table};
use crate::sort::Sort;
use crate::source::{Form, Source};
use crate::staging::Staging;

/// How far a long step has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The step: "read", "sort", …
    pub stage: &'static str,
    /// What it works on.
    pub item: String,
    /// Done so far, in the stage's unit (rows, queries, …).
    pub done: u64,
    /// All there is to do, 0 if that is not known.
    pub total: u64,
}

/// How the rows are judged as they come in.
pub struct Asked<'a> {
    /// Whether a row that cannot be refuses the whole.
    pub strict: bool,
    /// Makes the page that tells people of the portfolio's quality.
    pub page: &'a (dyn Fn(&Portfolio, &Quality) -> String + Sync),
}

/// A portfolio and what was found in its rows.
pub struct Ingested {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// What is wrong with which rows.
    pub quality: Quality,
}

/// Reads the recipe's tables from a zip or folder of CSV or Parquet files, looks for what is wrong with them, and makes them the
/// workspace's portfolio.
///
/// # Errors
/// The first thing wrong with the source, in words; the portfolio that was there before stays.
pub async fn ingest(
    engine: &Engine,
    recipe: &Recipe,
    source: &Path,
    workspace: &Path,
    asked: &Asked<'_>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Ingested> {
    let rules = Rules::open(recipe)?;
    check_conditions(engine, recipe, &rules)?;
    let source = Source::open(source, &recipe.schema)?;
    let _alone = take(workspace, "ingest")?;
    let staging = Tables::new(workspace)?;
    let read = read_tables(engine.threads(), recipe, &source, &staging, progress)?;
    let mut sort = Sort::new(engine, &recipe.schema, &rules, &source, &staging);
    let mut tables = Vec::new();
    let total = read.len() as u64;
    for (done, (table, files)) in read.into_iter().enumerate() {
        let item = table.name.clone();
        progress(Progress {
            stage: "sort",
            item,
            done: done as u64,
            total,
        });
        tables.push(sort.table(table, files).await?);
    }
    let files = recipe.schema.tables.iter().flat_map(|table| &table.files);
    let absent = files
        .filter(|file| source.bytes(&file.name).is_none())
        .map(|file| file.name.clone());
    let portfolio = Portfolio::new(
        &recipe.name,
        source.is_synthetic(),
        tables,
        absent.collect(),
    );
    let quality = Quality::new(sort.findings, sort.columns);
    if let Some(worst) = quality.worst_error().filter(|_| asked.strict) {
        return Err(worst.refusal());
    }
    let folder = staging.0.path();
    write_manifest(&folder.join(quality::FILE), &quality)?;
    write_aside(
        &folder.join(quality::PAGE),
        (asked.page)(&portfolio, &quality).as_bytes(),
    )?;
    fs::remove_dir_all(staging.raw()).map_err(Error::io(&staging.raw()))?;
    Ok(Ingested {
        portfolio: portfolio.commit(staging.0, workspace)?,
        quality,
    })
}

/// A rule that is no condition over its table's columns is refused before a row is read.
fn check_conditions(engine: &Engine, recipe: &Recipe, rules: &Rules) -> Result<()> {
    let session = engine.ordered_session();
    for table in &recipe.schema.tables {
        let columns = stored_schema(&recipe.schema, table);
        for rule in rules.of(table) {
            let condition = (rule.id.as_str(), rule.condition.as_str());
            if let Err(error) = session.conditions(&columns, &[condition]) {
                return Err(rules.not_a_condition(recipe, rule, &error.to_string()));
            }
        }
    }
    Ok(())
}

/// The folder in which a portfolio grows: tables as read in `raw/`, sorted ones beside it.
pub(crate) struct Tables(Staging);

impl Tables {
    fn new(workspace: &Path) -> Result<Self> {
        let tables = Self(Staging::new(workspace.join("portfolio"))?);
        fs::create_dir(tables.raw()).map_err(Error::io(&tables.raw()))?;
        Ok(tables)
    }

    fn raw(&self) -> PathBuf {
        self.0.path().join("raw")
    }

    pub(crate) fn raw_table(&self, table: &str) -> PathBuf {
        self.raw().join(format!("{table}.parquet"))
    }

    pub(crate) fn table(&self, table: &str) -> PathBuf {
        self.0.path().join(format!("{table}.parquet"))
    }
}

/// Reads all tables that are there, largest first, one a thread; results in the recipe's order.
fn read_tables<'a>(
    threads: usize,
    recipe: &'a Recipe,
    source: &Source,
    staging: &Tables,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<(&'a Table, Vec<FileSummary>)>> {
    let bytes = |table: &Table| -> u64 {
        table
            .files
            .iter()
            .filter_map(|file| source.bytes(&file.name))
            .sum()
    };
    let present = |table: &&Table| table.files.iter().any(|f| source.bytes(&f.name).is_some());
    let mut tables: Vec<&Table> = recipe.schema.tables.iter().filter(present).collect();
    tables.sort_by_key(|table| std::cmp::Reverse(bytes(table)));
    let queue = Mutex::new(VecDeque::from(tables));
    let done = Mutex::new(Vec::new());
    let failed = Mutex::new(None);
    // A function of its own: the queue is locked only while a table is taken from it.
    let next = || lock(&queue).pop_front();
    let work = || {
        while let Some(table) = next() {
            match read_table(&recipe.schema, table, source, staging, progress) {
                Ok(files) => lock(&done).push((table, files)),
                Err(error) => {
                    lock(&queue).clear();
                    lock(&failed).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut read = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    read.sort_by_key(|(table, _)| {
        recipe
            .schema
            .tables
            .iter()
            .position(|t| t.name == table.name)
    });
    Ok(read)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_table(
    schema: &Schema,
    table: &Table,
    source: &Source,
    staging: &Tables,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<FileSummary>> {
    let mut out =
        ParquetFile::create(&staging.raw_table(&table.name), arrow_schema(schema, table))?;
    let mut files: Vec<FileSummary> = Vec::new();
    for (index, name) in source.file_names(table).into_iter().enumerate() {
        let stem = &table.files[index].name;
        let file = CsvFile {
            schema,
            table,
            index,
            name,
            rows_before: files.iter().map(|file| file.rows).sum(),
        };
        let mut rows = 0;
        let emit = |batch: RecordBatch| {
            rows += batch.num_rows() as u64;
            progress(Progress {
                stage: "read",
                item: stem.clone(),
                done: rows,
                total: 0,
            });
            Ok(out.write(&batch)?)
        };
        let summary = match source.form(stem) {
            Some(Form::Parquet) => {
                source.with_path(stem, &staging.raw(), |path| read_parquet(path, &file, emit))?
            }
            _ => source.with_file(stem, |input| read_csv(input, &file, emit))?,
        };
        files.extend(summary);
    }
    out.finish()?;
    Ok(files)
}
