//! A source to a portfolio: every table typed, sorted by client, whole or not at all.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use limpide_engine::arrow::array::{Array, Int64Array, RecordBatch};
use limpide_engine::{Engine, ParquetFile, Session};

use crate::error::{Error, Result};
use crate::portfolio::{Portfolio, TableSummary, take};
use crate::read_csv::{CsvFile, FileSummary, ORDER_COLUMN, ORDER_ROW_BITS, arrow_schema, read_csv};
use crate::recipe::Recipe;
use crate::schema::{Schema, Table};
use crate::source::Source;
use crate::staging::{Staging, hash_file};

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

/// Reads the recipe's tables from a zip or folder of CSV files and makes them the workspace's
/// portfolio.
///
/// # Errors
/// The first thing wrong with the source, in words; the portfolio that was there before stays.
pub async fn ingest(
    engine: &Engine,
    recipe: &Recipe,
    source: &Path,
    workspace: &Path,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Portfolio> {
    let source = Source::open(source, &recipe.schema)?;
    let _alone = take(workspace, "ingest")?;
    let staging = Tables::new(workspace)?;
    let read = read_tables(engine.threads(), recipe, &source, &staging, progress)?;
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
        tables.push(sort_table(engine, &recipe.schema, table, files, &staging).await?);
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
    fs::remove_dir_all(staging.raw()).map_err(Error::io(&staging.raw()))?;
    portfolio.commit(staging.0, workspace)
}

/// The folder in which a portfolio grows: tables as read in `raw/`, sorted ones beside it.
struct Tables(Staging);

impl Tables {
    fn new(workspace: &Path) -> Result<Self> {
        let tables = Self(Staging::new(workspace.join("portfolio"))?);
        fs::create_dir(tables.raw()).map_err(Error::io(&tables.raw()))?;
        Ok(tables)
    }

    fn raw(&self) -> PathBuf {
        self.0.path().join("raw")
    }

    fn raw_table(&self, table: &str) -> PathBuf {
        self.raw().join(format!("{table}.parquet"))
    }

    fn table(&self, table: &str) -> PathBuf {
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
    let mut files = Vec::new();
    for (index, file) in table.files.iter().enumerate() {
        let mut rows = 0;
        let summary = source.with_file(&file.name, |input| {
            read_csv(
                input,
                &CsvFile {
                    schema,
                    table,
                    index,
                },
                |batch| {
                    rows += batch.num_rows() as u64;
                    progress(Progress {
                        stage: "read",
                        item: file.name.clone(),
                        done: rows,
                        total: 0,
                    });
                    Ok(out.write(&batch)?)
                },
            )
        })?;
        files.extend(summary);
    }
    out.finish()?;
    Ok(files)
}

/// Sorts a table by client and, for one client, as its file has the rows; checks its key.
async fn sort_table(
    engine: &Engine,
    schema: &Schema,
    table: &Table,
    files: Vec<FileSummary>,
    staging: &Tables,
) -> Result<TableSummary> {
    let session = engine.parallel_session();
    session
        .register_parquet("raw", &staging.raw_table(&table.name))
        .await?;
    if let Some(unique) = &table.unique {
        check_unique(&session, table, unique).await?;
    }
    let sql = sorted(schema, table, &session, staging).await?;
    let path = staging.table(&table.name);
    let rows = session.write_parquet(&table.name, &sql, &path).await?;
    let orphans = match table.parent {
        Some(_) => count_orphans(engine, schema, &path).await?,
        None => 0,
    };
    let hash = hash_file(&path)?;
    Ok(TableSummary {
        name: table.name.clone(),
        rows,
        orphans,
        hash,
        files,
    })
}

/// The SQL that sorts a table; rows without a client of their own get their parent's.
async fn sorted(
    schema: &Schema,
    table: &Table,
    session: &Session,
    staging: &Tables,
) -> Result<String> {
    let mut columns: Vec<String> = table
        .columns()
        .map(|(name, _)| format!("raw.\"{name}\""))
        .collect();
    if table.files.iter().any(|file| file.labelled) {
        columns.push(format!("raw.\"{}\"", schema.label));
    }
    let client = &schema.client;
    let Some(parent) = &table.parent else {
        let columns = columns.join(", ");
        return Ok(format!(
            "SELECT {columns} FROM raw ORDER BY raw.\"{client}\", raw.\"{ORDER_COLUMN}\""
        ));
    };
    columns.insert(0, format!("parent.\"{client}\""));
    let columns = columns.join(", ");
    let parent_path = staging.table(&parent.table);
    let key = &parent.key;
    if !parent_path.exists() {
        return Ok(format!(
            "SELECT {columns} FROM raw CROSS JOIN (SELECT CAST(NULL AS BIGINT) AS \"{client}\") AS parent ORDER BY raw.\"{ORDER_COLUMN}\""
        ));
    }
    session.register_parquet("parent", &parent_path).await?;
    Ok(format!(
        "SELECT {columns} FROM parent RIGHT JOIN raw ON raw.\"{key}\" = parent.\"{key}\" \
         ORDER BY parent.\"{client}\" NULLS LAST, raw.\"{ORDER_COLUMN}\""
    ))
}

async fn check_unique(session: &Session, table: &Table, unique: &str) -> Result<()> {
    let sql = format!(
        "SELECT \"{unique}\" AS key, min(\"{ORDER_COLUMN}\") AS first, max(\"{ORDER_COLUMN}\") AS last \
         FROM raw GROUP BY \"{unique}\" HAVING count(*) > 1 ORDER BY first LIMIT 1"
    );
    let batches = session.collect("unique keys", &sql).await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(());
    };
    let place = |column: usize| {
        let order = whole(batch, column);
        let file = (order >> ORDER_ROW_BITS) as usize;
        let row = (order & ((1 << ORDER_ROW_BITS) - 1)) + 1;
        format!("{}.csv, row {row}", table.files[file].name)
    };
    Err(Error::DuplicateKey {
        column: unique.to_owned(),
        key: whole(batch, 0),
        first: place(1),
        second: place(2),
    })
}

async fn count_orphans(engine: &Engine, schema: &Schema, path: &Path) -> Result<u64> {
    let session = engine.parallel_session();
    session.register_parquet("sorted", path).await?;
    let sql = format!(
        "SELECT count(*) FROM sorted WHERE \"{}\" IS NULL",
        schema.client
    );
    let batches = session.collect("orphans", &sql).await?;
    Ok(batches.first().map_or(0, |batch| whole(batch, 0) as u64))
}

fn whole(batch: &RecordBatch, column: usize) -> i64 {
    let values = batch.column(column).as_any().downcast_ref::<Int64Array>();
    values
        .filter(|values| values.is_valid(0))
        .map_or(0, |values| values.value(0))
}
