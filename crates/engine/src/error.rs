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
    /// A text is not the address of a scheduler.
    #[error(
        "'{found}' is not the address of a scheduler: a host and a port are expected, as in 127.0.0.1:50050"
    )]
    SchedulerAddress {
        /// The text.
        found: String,
    },
    /// Nothing that is a scheduler answers.
    #[error(
        "no scheduler answers at {address} ({reason}): start one with 'limpide cluster scheduler --listen {address}'"
    )]
    NoScheduler {
        /// Its host and port.
        address: String,
        /// What happened instead.
        reason: String,
    },
    /// The scheduler has nobody who works.
    #[error(
        "the scheduler at {address} has no executor left: start one with 'limpide cluster executor --scheduler {address}'"
    )]
    NoExecutor {
        /// The scheduler's host and port.
        address: String,
    },
    /// A query did not end on the cluster, however often it was submitted.
    #[error("query '{name}' failed {attempts} times on the cluster at {address}: {reason}")]
    Job {
        /// What the caller calls the query.
        name: String,
        /// The scheduler's host and port.
        address: String,
        /// How often it was submitted.
        attempts: u32,
        /// What happened the last time.
        reason: String,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        reason: String,
    },
    /// The engine could not be set up.
    #[error("the SQL engine could not start: {0}")]
    Start(String),
}

/// What is wrong with an SQL text, before it is run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlFault {
    /// The text is not SQL.
    #[error("does not parse: {reason}")]
    Syntax {
        /// The parser's words.
        reason: String,
        /// The line of the text, from 1.
        line: usize,
    },
    /// A table is not there.
    #[error("unknown table {name}")]
    UnknownTable {
        /// What was found.
        name: String,
        /// The tables that are there.
        known: Vec<String>,
    },
    /// A column is not there.
    #[error("unknown column {name}")]
    UnknownColumn {
        /// What was found.
        name: String,
        /// The columns that are there.
        known: Vec<String>,
    },
    /// A function is not there.
    #[error("unknown function {name}")]
    UnknownFunction {
        /// What was found.
        name: String,
        /// The functions that are there.
        known: Vec<String>,
    },
    /// What the engine says of it.
    #[error("{0}")]
    Other(String),
}

/// The engine's result.
pub type Result<T> = std::result::Result<T, Error>;
