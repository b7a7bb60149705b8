//! All clients' features into one Parquet file, a range of clients after the other.
//!
//! While one range is written the next is computed; nothing of a range is kept once it is written.

use std::path::Path;

use limpide_engine::arrow::array::AsArray;
use limpide_engine::arrow::datatypes::Int64Type;
use limpide_engine::{Engine, ParquetFile};
use limpide_portfolio::{Portfolio, Progress};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::compute::{Clients, Computed, compute_watched};
use crate::detail_rows;
use crate::error::{Error, Result};
use crate::plan::Plan;

/// Clients whose features are computed at once; a client is never split.
const CLIENTS_AT_ONCE: usize = 50_000;

/// What was written.
pub(crate) struct Written {
    /// Clients.
    pub(crate) rows: u64,
    /// The time of each of the plan's queries, in its order.
    pub(crate) seconds: Vec<f64>,
}

/// Computes the features of all clients and writes them, in the order of their numbers.
///
/// # Errors
/// A table cannot be read, a query fails or the disk is full; no file is left.
pub(crate) async fn write_matrix(
    engine: &Engine,
    portfolio: &Portfolio,
    plan: &Plan,
    path: &Path,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Written> {
    let ranges = ranges(engine, portfolio, plan).await?;
    let steps = plan.steps.len() as u64;
    let total = ranges.len() as u64 * steps;
    let item = format!("{} features", plan.features().count());
    let report = |done| {
        progress(Progress {
            stage: "features",
            item: item.clone(),
            done,
            total,
        });
    };
    let mut seconds = vec![0.0; plan.queries().count()];
    let mut writing: Option<Writing> = None;
    for (place, range) in (0u64..).zip(ranges) {
        report(place * steps);
        let watch = |done| report(place * steps + done);
        let computed = compute_watched(engine, portfolio, plan, range, &watch).await?;
        for (sum, time) in seconds.iter_mut().zip(&computed.times) {
            *sum += time.as_secs_f64();
        }
        let files = match writing.take() {
            Some(writing) => writing.end().await?,
            None => Files::create(path, plan, &computed)?,
        };
        writing = Some(Writing::begin(files, computed));
    }
    report(total);
    let rows = match writing {
        Some(writing) => writing.end().await?.finish()?,
        None => 0,
    };
    Ok(Written { rows, seconds })
}

/// The matrix, and the rows beside it.
struct Files {
    matrix: ParquetFile,
    details: Vec<ParquetFile>,
}

impl Files {
    fn create(path: &Path, plan: &Plan, computed: &Computed) -> Result<Self> {
        let mut files = Self {
            matrix: ParquetFile::create(path, computed.batch.schema())?,
            details: Vec::new(),
        };
        for (detail, rows) in plan.details.iter().zip(&computed.details) {
            let path = path.with_file_name(detail_rows::file(&detail.name));
            files
                .details
                .push(ParquetFile::create(&path, rows.schema())?);
        }
        Ok(files)
    }

    fn write(&mut self, computed: &Computed) -> Result<()> {
        self.matrix.write(&computed.batch)?;
        for (file, rows) in self.details.iter_mut().zip(&computed.details) {
            file.write(rows)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<u64> {
        for file in self.details {
            file.finish()?;
        }
        Ok(self.matrix.finish()?)
    }
}

/// Computed rows on their way to their files, on a thread of its own.
struct Writing(JoinHandle<Result<Files>>);

impl Writing {
    fn begin(mut files: Files, computed: Computed) -> Self {
        Self(spawn_blocking(move || {
            files.write(&computed)?;
            Ok(files)
        }))
    }

    async fn end(self) -> Result<Files> {
        self.0.await.unwrap_or_else(|error| {
            Err(Error::Engine(limpide_engine::Error::Query {
                name: "matrix".to_owned(),
                reason: error.to_string(),
            }))
        })
    }
}

/// Ranges of clients that together are all of them.
async fn ranges(engine: &Engine, portfolio: &Portfolio, plan: &Plan) -> Result<Vec<Clients>> {
    let session = engine.ordered_session();
    if let Some(path) = portfolio.table_path(&plan.application) {
        session.register_parquet("application", &path).await?;
    }
    let sql = format!("SELECT \"{}\" FROM application", plan.client);
    let mut clients: Vec<i64> = Vec::new();
    for batch in session.collect("clients", &sql).await? {
        clients.extend(batch.column(0).as_primitive::<Int64Type>().values());
    }
    let ranges = clients.chunks(CLIENTS_AT_ONCE);
    Ok(ranges
        .map(|range| Clients {
            from: range[0],
            to: range[range.len() - 1],
        })
        .collect())
}
