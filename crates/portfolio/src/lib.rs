//! The lender's raw tables: what they should look like, and how they come in.
//!
//! - [`recipe`]: a lender's folder, built in or on disk;
//! - [`mod@nearest`]: the valid name that is nearest to one that is not;
//! - [`schema`]: the tables, their keys and columns, and what counts as missing;
//! - [`source`]: a zip or a folder of CSV files, read as streams;
//! - [`read_csv`]: one CSV file to typed Arrow batches, with errors that name row and column;
//! - [`ingest`]: a source to a portfolio: typed Parquet sorted by client, whole or not at all;
//! - [`portfolio`]: a portfolio on disk;
//! - [`as_of`]: what of a table was known at the application;
//! - [`client_tables`], [`client_reader`], [`posted`]: the rows of one client, looked up or posted;
//! - [`staging`]: folders that are put in force whole;
//! - [`synth`]: a synthetic portfolio from the recipe's SQL.
//!
//! No lender's column stands in this code: names come from the recipe.

pub mod as_of;
pub mod client_reader;
pub mod client_tables;
pub mod error;
pub mod ingest;
mod json_value;
pub mod nearest;
pub mod portfolio;
pub mod posted;
pub mod read_csv;
pub mod recipe;
pub mod schema;
pub mod source;
pub mod staging;
pub mod synth;

pub use client_reader::ClientReader;
pub use client_tables::ClientTables;
pub use error::{Error, Result};
pub use ingest::{Progress, ingest};
pub use json_value::Unfit;
pub use nearest::nearest;
pub use portfolio::{FileSummary, Portfolio, TableSummary};
pub use posted::{Posted, posted};
pub use recipe::Recipe;
pub use schema::{ColumnKind, Schema, Table};
pub use synth::{SynthConfig, synthesise};
