//! What can go wrong between a SQL text and its result.

use std::path::PathBuf;

/// An engine error: which step failed, on what, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A SQL text could not be planned or run.
    #[error("query '{name}' failed: {reason}")]
    Query {
        /// What the caller calls the query.
        name: String,
        /// The engine's own words.
        reason: String,
    },
    /// A table could not be registered.
    #[error("table '{table}' could not be read: {reason}")]
    Table {
        /// The table's name in SQL.
        table: String,
        /// The engine's own words.
        reason: String,
    },
    /// A file could not be read.
    #[error("{} could not be read: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file could not be written; whatever stood there before is unchanged.
    #[error("{} could not be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The engine could not be set up.
    #[error("the SQL engine could not start: {0}")]
    Start(String),
}

/// The engine's result.
pub type Result<T> = std::result::Result<T, Error>;
