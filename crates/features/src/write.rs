//! All clients' features into one Parquet file, a range of clients after the other.
//!
//! While one range is written the next is computed; nothing of a range is kept once it is written.

use std::path::Path;

use limpide_engine::arrow::array::{AsArray, RecordBatch};
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
    details: Vec<DetailFile>,
}

/// Rows beside the matrix, client after client.
struct DetailFile {
    name: String,
    file: ParquetFile,
    /// The client whose row was written last.
    last: i64,
}

impl DetailFile {
    /// Writes more rows, unless their clients do not rise: whoever reads them relies on it.
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let refused = |reason: String| {
            Error::Engine(limpide_engine::Error::Query {
                name: self.name.clone(),
                reason,
            })
        };
        let clients = rows.column(0).as_primitive_opt::<Int64Type>();
        let clients = clients.ok_or_else(|| refused("its first column is no client".to_owned()))?;
        self.last = check_order(self.last, clients.values()).map_err(refused)?;
        Ok(self.file.write(rows)?)
    }
}

/// The last of some rows' clients, if they rise from `last` on; a client may have several rows.
fn check_order(mut last: i64, clients: &[i64]) -> std::result::Result<i64, String> {
    for &client in clients {
        if client < last {
            return Err(format!("client {client} stands after client {last}"));
        }
        last = client;
    }
    Ok(last)
}

impl Files {
    fn create(path: &Path, plan: &Plan, computed: &Computed) -> Result<Self> {
        let mut files = Self {
            matrix: ParquetFile::create(path, computed.batch.schema())?,
            details: Vec::new(),
        };
        for (detail, rows) in plan.details.iter().zip(&computed.details) {
            let path = path.with_file_name(detail_rows::file(&detail.name));
            files.details.push(DetailFile {
                name: detail.name.clone(),
                file: ParquetFile::create(&path, rows.schema())?,
                last: i64::MIN,
            });
        }
        Ok(files)
    }

    fn write(&mut self, computed: &Computed) -> Result<()> {
        self.matrix.write(&computed.batch)?;
        for (detail, rows) in self.details.iter_mut().zip(&computed.details) {
            detail.write(rows)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<u64> {
        for detail in self.details {
            detail.file.finish()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_rise_within_a_range_and_from_one_to_the_next() {
        let last = check_order(i64::MIN, &[2, 2, 5]);
        assert_eq!(last, Ok(5));
        assert_eq!(check_order(5, &[]), Ok(5));
        let refused = check_order(5, &[7, 6]);
        assert_eq!(refused, Err("client 6 stands after client 7".to_owned()));
        assert!(check_order(5, &[4]).is_err());
    }
}
