//! Opening the SQLite file: made when absent, refused when a stranger's or another version's.

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// Version of the schema this program writes and reads, kept in SQLite's `user_version`.
pub const SCHEMA_VERSION: i64 = 1;

/// "LMPD" in SQLite's `application_id`: tells our files from any other program's.
const APPLICATION_ID: i64 = 0x4c4d_5044;

const SCHEMA: &str = include_str!("schema.sql");

/// People and sessions in one SQLite file. Clones share the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: SqlitePool,
}

impl Store {
    /// Opens the file, making it when absent; `:memory:` keeps everything in memory.
    ///
    /// What has been acknowledged survives a power cut: write-ahead log, `synchronous = FULL`.
    ///
    /// # Errors
    /// The file cannot be opened, belongs to another program or to another version of this one.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let in_memory = path == Path::new(":memory:");
        if !in_memory {
            make_private(path)?;
        }
        let pool = pool_options(in_memory)
            .connect_with(connect_options(path, in_memory))
            .await
            .map_err(|error| Error::Open {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
        prepare_schema(&pool, path).await?;
        Ok(Self { pool })
    }

    /// Sessions of signed-in people, for tower-sessions.
    pub fn session_store(&self) -> Sessions {
        Sessions::new(self.pool.clone())
    }

    /// Finishes pending work and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn connect_options(path: &Path, in_memory: bool) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    if in_memory {
        return options.in_memory(true);
    }
    options
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
}

/// A database in memory lives as long as its one connection, which must therefore never be dropped.
fn pool_options(in_memory: bool) -> SqlitePoolOptions {
    if in_memory {
        SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
    } else {
        SqlitePoolOptions::new().max_connections(4)
    }
}

/// Makes the file readable by its owner only: it holds password hashes.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Open {
            path: path.to_owned(),
            reason: error.to_string(),
        }),
    }
}

async fn prepare_schema(pool: &SqlitePool, path: &Path) -> Result<()> {
    // Immediate: two programs opening a new file at once must not both find it empty.
    let mut transaction =
        pool.begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|error| Error::Open {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *transaction)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *transaction)
        .await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *transaction)
        .await?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(Error::Stranger {
            path: path.to_owned(),
            found: application,
            expected: APPLICATION_ID,
        });
    }
    if tables > 0 && version != SCHEMA_VERSION {
        return Err(Error::Version {
            path: path.to_owned(),
            found: version,
            expected: SCHEMA_VERSION,
        });
    }
    if tables == 0 {
        sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
        // PRAGMA takes no bound values; the test below holds these to the constants.
        sqlx::raw_sql("PRAGMA application_id = 0x4c4d5044; PRAGMA user_version = 1;")
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn pragma(store: &Store, query: &'static str) -> i64 {
        sqlx::query_scalar(query)
            .fetch_one(&store.pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_new_file_carries_application_id_version_and_durable_settings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("limpide.db");
        let store = Store::open(&path).await.unwrap();
        assert_eq!(
            pragma(&store, "PRAGMA application_id").await,
            APPLICATION_ID
        );
        assert_eq!(pragma(&store, "PRAGMA user_version").await, SCHEMA_VERSION);
        assert_eq!(pragma(&store, "PRAGMA synchronous").await, 2);
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&store.pool)
            .await
            .unwrap();
        assert_eq!(journal, "wal");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_read_a_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("limpide.db");
        Store::open(&path).await.unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn another_version_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("limpide.db");
        let store = Store::open(&path).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 7")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        let error = Store::open(&path).await.unwrap_err().to_string();
        assert!(
            error.contains("schema version 7, this program reads version 1"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_strangers_database_is_refused_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let store = Store::open(&path).await.unwrap();
        sqlx::raw_sql("PRAGMA application_id = 12")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        let error = Store::open(&path).await.unwrap_err();
        assert!(
            matches!(error, Error::Stranger { found: 12, .. }),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "these are notes, not a database\n".repeat(100)).unwrap();
        let error = Store::open(&path).await.unwrap_err().to_string();
        assert!(
            error.contains("notes.txt") && error.contains("cannot open"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_missing_folder_is_named() {
        let error = Store::open("/nowhere/at/all/limpide.db").await.unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all/limpide.db"));
    }
}
