//! SQL text in, Arrow out.
//!
//! The rest of Limpide says what it wants in SQL; this crate is the only one that knows who
//! answers. It never knows what a client or a loan is.
//!
//! - [`session`]: tables by name, SQL to batches or to a Parquet file;
//! - [`kept`]: queries planned once and run over rows that are handed in;
//! - [`parquet_file`]: Parquet files written aside, then renamed;
//! - [`columns`]: the columns that an SQL expression reads;
//! - [`conditions`]: SQL conditions asked of batches as they pass by;
//! - [`outline`]: what SQL reads and what is wrong with it, from the tables' columns alone;
//! - [`sorted_parquet`]: the rows of one key out of a file that is sorted by it;
//! - `cluster`, with the feature of this name: the same SQL on a scheduler and its executors;
//! - [`random`]: the seeded `uniform` and `normal` functions that synthetic portfolios are made of.

#[cfg(feature = "cluster")]
pub mod cluster;
mod columns;
mod conditions;
mod crossing;
mod error;
mod kept;
mod outline;
mod parquet_file;
mod random;
mod session;
mod sorted_parquet;
mod trace;

pub use columns::columns_of;
pub use conditions::{Conditions, row_fingerprints};
pub use datafusion::arrow;
pub use datafusion::execution::SendableRecordBatchStream as RecordStream;
pub use error::{Error, Result, SqlFault};
pub use kept::{Handed, KeptQuery};
pub use outline::{Outline, OutlineRows, Reading, Sources, TableColumn};
pub use parquet_file::{
    ColumnFacts, PARTIAL_SUFFIX, Pages, ParquetColumns, ParquetFile, column_facts, parquet_batches,
    read_parquet,
};
pub use session::{Engine, EngineConfig, Session};
pub use sorted_parquet::{SortedParquet, read_exact_at};
