//! The databases that the tests run on.

use limpide_store::{Location, Store};
use tempfile::TempDir;

use crate::server::Server;

/// An empty database of a test's own.
pub enum Database {
    Sqlite(TempDir),
    Postgres(Server),
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// `None` where PostgreSQL cannot be had; in CI it must be.
    pub fn postgres() -> Option<Self> {
        match Server::start() {
            Ok(server) => Some(Self::Postgres(server)),
            Err(reason) if std::env::var_os("CI").is_none() => {
                eprintln!("not tried on PostgreSQL: {reason}");
                None
            }
            Err(reason) => panic!("{reason}: in CI the tests must run on PostgreSQL too"),
        }
    }

    pub fn location(&self) -> Location {
        self.address().parse().unwrap()
    }

    /// What `--database` would be given.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => folder.path().join("limpide.db").display().to_string(),
            Self::Postgres(server) => server.url(),
        }
    }

    pub async fn open(&self) -> Store {
        Store::connect(&self.location()).await.unwrap()
    }
}

/// Runs a test on each database, empty at first.
pub async fn on_both(test: impl AsyncFn(&Database)) {
    test(&Database::sqlite()).await;
    if let Some(postgres) = Database::postgres() {
        test(&postgres).await;
    }
}
