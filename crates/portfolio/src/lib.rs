//! The lender's raw tables: what they should look like, and how they come in.
//!
//! - [`recipe`]: a lender's folder, built in or on disk;
//! - [`place`], [`mod@nearest`]: where a recipe says something, and which valid name is nearest to one that is not;
//! - [`schema`]: the tables, their keys and columns, and what counts as missing;
//! - [`source`]: a zip or a folder of files, or one file alone;
//! - [`read_csv`], `read_parquet`, `rows`: one file to typed Arrow batches, with errors that name row and column;
//! - [`ingest`], `sort`: a source to a portfolio: typed Parquet sorted by client, whole or not at all;
//! - [`quality`]: what is wrong with which rows;
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
mod fields;
pub mod ingest;
mod json_value;
pub mod nearest;
pub mod place;
pub mod portfolio;
pub mod posted;
pub mod quality;
pub mod read_csv;
mod read_parquet;
pub mod recipe;
mod rows;
pub mod schema;
mod sort;
pub mod source;
pub mod staging;
pub mod synth;
pub mod text;

pub use client_reader::ClientReader;
pub use client_tables::ClientTables;
pub use error::{Error, Result};
pub use ingest::{Asked, Ingested, Progress, ingest};
pub use json_value::Unfit;
pub use nearest::nearest;
pub use place::Place;
pub use portfolio::{FileSummary, Portfolio, TableSummary};
pub use posted::{Posted, posted};
pub use quality::{Quality, Severity};
pub use recipe::{COLUMN_WORDS, Recipe};
pub use schema::{ColumnKind, Schema, Table};
pub use synth::{SynthConfig, synthesise};
pub use text::Text;
