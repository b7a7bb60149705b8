//! What can go wrong in the store, in words that say what was found and what was expected.

use crate::location::Location;

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

/// A failed store operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database exists and is not one of this program's.
    #[error(
        "{location} is not a Limpide database: found {found}; choose another database, or move this one away"
    )]
    Stranger {
        /// Database that was opened.
        location: Location,
        /// What tells that it is another program's.
        found: String,
    },
    /// The database was written by a newer version of this program.
    #[error(
        "{location} has schema version {found}, this program reads versions up to {expected}: \
         use the version of Limpide that wrote it, or a newer one"
    )]
    Newer {
        /// Database that was opened.
        location: Location,
        /// Version found.
        found: i64,
        /// Newest version this program reads.
        expected: i64,
    },
    /// The schema was made by other files than this program's.
    #[error(
        "{location} was brought to schema version {version} ({name}) by another program than this \
         one: use the version of Limpide that wrote it"
    )]
    Migration {
        /// Database that was opened.
        location: Location,
        /// Version that differs.
        version: i64,
        /// Its name in that database.
        name: String,
    },
    /// The database cannot be reached, opened or made.
    #[error("cannot open the database {location}: {reason}")]
    Open {
        /// Database that was asked for.
        location: Location,
        /// What the database or the system said.
        reason: String,
    },
    /// A URL of another kind of database.
    #[error(
        "found a database URL of kind {0:?}, expected postgres:// or the path of an SQLite file"
    )]
    DatabaseKind(String),
    /// A URL that cannot be read.
    #[error(
        "the database URL cannot be read ({0}): expected postgres://USER:PASSWORD@HOST:PORT/NAME"
    )]
    DatabaseUrl(String),
    /// The database does not answer now; the same request may succeed later.
    #[error("the database is not available now: {reason}")]
    Unavailable {
        /// What the database or the system said.
        reason: String,
    },
    /// The database has no room for what was to be written; reads go on.
    #[error("nothing more can be written, for the database's disk is full: {reason}")]
    Full {
        /// What the database said.
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
    #[error("unknown role {0:?}: expected adviser, client, analyst, auditor or admin")]
    UnknownRole(String),
    /// A client's account becomes no other's, nor the other way round.
    #[error(
        "an account is a client's or it is not: add another account, and disable this one if it is not needed"
    )]
    ClientRole,
    /// Nobody could manage people any more.
    #[error("nobody else administers: add another person of role admin first")]
    LastAdmin,
    /// Another active account is of that client.
    #[error("client number {client} has an account already: disable it first")]
    ClientTaken {
        /// Client number asked for.
        client: i64,
    },
    /// Only advisers have clients of their own.
    #[error("an account of role {role} has no portfolio: expected an adviser's")]
    NoPortfolio {
        /// Role of the account.
        role: crate::Role,
    },
    /// A key's name that cannot be typed back or shown safely.
    #[error(
        "the key name {0:?} cannot be used: expected 1 to 64 letters, digits or any of . _ - @ +"
    )]
    InvalidKeyName(String),
    /// A key has that name already.
    #[error("the key name {0:?} is taken: choose another one, or revoke that key first")]
    KeyNameTaken(String),
    /// No key has that name.
    #[error("no key has the name {0:?}, or it is revoked")]
    UnknownKey(String),
    /// A scope that does not exist.
    #[error("unknown scope {0:?}: expected read, score, decide or audit")]
    UnknownScope(String),
    /// A key that would open nothing.
    #[error("a key needs a scope: one or more of read, score, decide, audit")]
    NoScope,
    /// A key that would open nothing.
    #[error("the key would have expired already: expected a moment to come")]
    ExpiredKey,
    /// A number that is no case's.
    #[error("found the case number {0:?}, expected 32 hexadecimal digits")]
    CaseNumber(String),
    /// A head that no verification wrote.
    #[error("found the head {0:?}, expected a number, a colon and 64 hexadecimal digits")]
    Head(String),
    /// An event that may not come next.
    #[error(transparent)]
    Refused(#[from] crate::Refusal),
    /// An idempotency key that came with another request before.
    #[error("the idempotency key {0:?} came with another request before: use a new one")]
    KeyReused(String),
    /// An idempotency key that cannot be kept.
    #[error("the idempotency key cannot be used: expected 1 to 255 visible ASCII characters")]
    InvalidIdempotencyKey,
    /// What the database holds cannot be read.
    #[error("the decision log is damaged: {0}")]
    Damaged(String),
    /// Entries written together failed together.
    #[error("the decision log cannot be written: {0}")]
    Log(String),
    /// The folder in which predictions wait cannot be used.
    #[error("the folder {} for predictions cannot be used: {reason}", folder.display())]
    Journal {
        /// The folder.
        folder: std::path::PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A password could not be hashed, or a stored hash is damaged.
    #[error("password hashing failed: {0}")]
    Hash(String),
    /// The system gave no random bytes.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The database refused a query.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

impl Error {
    /// Whether the database failed, rather than refused what was asked.
    pub(crate) fn is_the_databases(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Full { .. } | Self::Database(_)
        )
    }

    /// The same for another one who asked.
    pub(crate) fn shared(&self) -> Self {
        match self {
            Self::Unavailable { reason } => Self::Unavailable {
                reason: reason.clone(),
            },
            Self::Full { reason } => Self::Full {
                reason: reason.clone(),
            },
            other => Self::Log(other.to_string()),
        }
    }
}

impl From<sqlx::Error> for Error {
    /// Tells apart what passes by itself, what needs room on a disk, and all else.
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as Sqlx;
        let reason = error.to_string();
        match &error {
            Sqlx::Io(_)
            | Sqlx::Tls(_)
            | Sqlx::PoolTimedOut
            | Sqlx::PoolClosed
            | Sqlx::WorkerCrashed => Self::Unavailable { reason },
            Sqlx::Database(said) => match said.code().as_deref().map(kind) {
                Some(Kind::Unavailable) => Self::Unavailable { reason },
                Some(Kind::Full) => Self::Full { reason },
                _ => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
}

enum Kind {
    Unavailable,
    Full,
    Other,
}

/// What a code means: PostgreSQL's have five characters, SQLite's are numbers with the kind in
/// their last eight bits.
///
/// # Source
/// PostgreSQL's manual, appendix A; SQLite's "Result and Error Codes".
fn kind(code: &str) -> Kind {
    if code.len() == 5 {
        return match code {
            "53100" => Kind::Full,
            // Out of connections or memory, shutting down, starting up, locked for too long.
            _ if ["08", "53", "57P"]
                .iter()
                .any(|class| code.starts_with(class)) =>
            {
                Kind::Unavailable
            }
            "55P03" | "40001" | "40P01" | "25P03" => Kind::Unavailable,
            _ => Kind::Other,
        };
    }
    match code.parse::<i64>().map(|number| number & 0xff) {
        // FULL.
        Ok(13) => Kind::Full,
        // BUSY, LOCKED, IOERR, CANTOPEN.
        Ok(5 | 6 | 10 | 14) => Kind::Unavailable,
        _ => Kind::Other,
    }
}
