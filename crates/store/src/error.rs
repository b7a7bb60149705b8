//! What can go wrong in the store, in words that say what was found and what was expected.

use std::path::PathBuf;

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

/// A failed store operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file exists and is not one of this program's databases.
    #[error(
        "{path} is not a Limpide database: found application id {found}, expected {expected}; \
         choose another file or move this one away"
    )]
    Stranger {
        /// File that was opened.
        path: PathBuf,
        /// Application id in its header.
        found: i64,
        /// Application id this program writes.
        expected: i64,
    },
    /// The file was written by another version of this program.
    #[error(
        "{path} has schema version {found}, this program reads version {expected}: \
         use the version of Limpide that wrote it"
    )]
    Version {
        /// File that was opened.
        path: PathBuf,
        /// Version in its header.
        found: i64,
        /// Version this program reads.
        expected: i64,
    },
    /// The file cannot be opened or made.
    #[error("cannot open the database {path}: {reason}")]
    Open {
        /// File that was asked for.
        path: PathBuf,
        /// What SQLite or the system said.
        reason: String,
    },
    /// Someone has that username already.
    #[error("the username {0:?} is taken: choose another one")]
    UsernameTaken(String),
    /// A username that cannot be typed back or shown safely.
    #[error(
        "the username {0:?} cannot be used: expected 1 to 64 letters, digits or any of . _ - @ +"
    )]
    InvalidUsername(String),
    /// Nobody has that username.
    #[error("nobody has the username {0:?}")]
    UnknownUsername(String),
    /// The password is too short or too long.
    #[error("the password has {found} characters, expected {least} to {most}")]
    PasswordLength {
        /// Characters found.
        found: usize,
        /// Fewest allowed.
        least: usize,
        /// Most allowed.
        most: usize,
    },
    /// A full name is needed to greet a person.
    #[error("the full name is empty: expected 1 to 128 characters")]
    InvalidFullName,
    /// A client's account must name the client, and no other account may.
    #[error(
        "role {role} {}: an account of role client needs a client number, and no other role takes one",
        client.map_or_else(|| "without a client number".to_owned(), |client| format!("with client number {client}"))
    )]
    ClientNumber {
        /// Role that was asked for.
        role: crate::Role,
        /// Client number that was given.
        client: Option<i64>,
    },
    /// A role that does not exist.
    #[error("unknown role {0:?}: expected adviser, client, analyst or auditor")]
    UnknownRole(String),
    /// A password could not be hashed, or a stored hash is damaged.
    #[error("password hashing failed: {0}")]
    Hash(String),
    /// The system gave no random bytes.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The database refused a query.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}
