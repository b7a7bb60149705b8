//! Where the data of a [`Store`](crate::Store) live: a file, memory, or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::any::AnyConnectOptions;

use crate::error::{Error, Result};

/// A database to open. What it shows of itself never holds a password.
#[derive(Clone)]
pub struct Location(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    /// Gone when the store is dropped.
    Memory,
    File(PathBuf),
    Postgres(Box<AnyConnectOptions>),
}

impl Location {
    /// A database that is gone when its store is dropped.
    pub fn memory() -> Self {
        Self(Kind::Memory)
    }

    /// An SQLite file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        if path == Path::new(":memory:") {
            return Self::memory();
        }
        Self::file(path)
    }
}

impl FromStr for Location {
    type Err = Error;

    /// Reads `postgres://…` as a server, `:memory:` as memory, and what is no URL as a file.
    fn from_str(text: &str) -> Result<Self> {
        let Some((scheme, _)) = text.split_once("://") else {
            return Ok(Path::new(text).into());
        };
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(Error::DatabaseKind(scheme.to_owned()));
        }
        // The text may hold a password: only the reason is told.
        let options: AnyConnectOptions = text
            .parse()
            .map_err(|error: sqlx::Error| Error::DatabaseUrl(error.to_string()))?;
        for (name, value) in options.database_url.query_pairs() {
            check_parameter(&name, &value)?;
        }
        Ok(Self(Kind::Postgres(Box::new(options))))
    }
}

/// What may follow the question mark of a server's URL.
const PARAMETERS: [&str; 13] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// From not encrypted to the server's host name checked.
const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// Refuses what would be passed over: a misspelt `sslmode` must not leave a connection unguarded.
fn check_parameter(name: &str, value: &str) -> Result<()> {
    if !PARAMETERS.contains(&name) {
        let known = PARAMETERS.join(", ");
        return Err(Error::DatabaseUrl(format!(
            "found the setting {name:?}, expected one of {known}"
        )));
    }
    if name == "sslmode" && !SSL_MODES.contains(&value) {
        let known = SSL_MODES.join(", ");
        return Err(Error::DatabaseUrl(format!(
            "found sslmode={value:?}, expected one of {known}"
        )));
    }
    Ok(())
}

/// Files that a server's URL names for TLS, with the settings that name them.
pub(crate) fn tls_files(options: &AnyConnectOptions) -> Vec<(String, PathBuf)> {
    let pairs = options.database_url.query_pairs();
    let files = pairs.filter(|(name, _)| matches!(&**name, "sslcert" | "sslkey" | "sslrootcert"));
    files
        .map(|(name, path)| (name.into_owned(), PathBuf::from(&*path)))
        .collect()
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Memory => formatter.write_str("the database in memory"),
            Kind::File(path) => write!(formatter, "{}", path.display()),
            Kind::Postgres(options) => {
                // Also what follows the question mark may be a password.
                let url = &options.database_url;
                formatter.write_str("postgres://")?;
                if !url.username().is_empty() {
                    write!(formatter, "{}@", url.username())?;
                }
                formatter.write_str(url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(formatter, ":{port}")?;
                }
                formatter.write_str(url.path())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_location_never_shows_a_password() {
        let text =
            "postgres://limpide:s3cret@db.example:5433/credit?password=s3cret&sslmode=prefer";
        let location: Location = text.parse().unwrap();
        assert_eq!(
            location.to_string(),
            "postgres://limpide@db.example:5433/credit"
        );
        assert!(!format!("{location:?}").contains("s3cret"));
        for bad in [
            "postgres://limpide:s3cret@host:port/x",
            "postgres://limpide:s3cret@host/x?passwort=s3cret",
            "postgres://limpide:s3cret@host/x?sslmode=very",
            "postgres://limpide:s3cret@host/x?sslrootcrt=ca.pem",
            "mysql://me:s3cret@host/x",
        ] {
            let error = bad.parse::<Location>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn what_is_no_url_is_a_file() {
        assert_eq!(
            "a/limpide.db".parse::<Location>().unwrap().to_string(),
            "a/limpide.db"
        );
        let error = "mysql://host/x"
            .parse::<Location>()
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("mysql") && error.contains("postgres://"),
            "{error}"
        );
    }
}
