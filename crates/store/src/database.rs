//! Opening a database and talking to it: the same SQL text on SQLite and PostgreSQL.

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};

use crate::decisions::Writer;
use crate::error::{Error, Result};
use crate::location::{Kind, Location, tls_files};
use crate::migrations::migrate;
use crate::sessions::Sessions;

/// How long a request waits for a connection before it is told that the database is unavailable.
const WAIT: Duration = Duration::from_secs(3);

/// How long a program that starts waits for another one that makes the same file.
const A_MOMENT: Duration = Duration::from_millis(10);

/// What every SQLite connection is set to. What has been acknowledged survives a power cut:
/// write-ahead log, `synchronous = FULL`. What is deleted is overwritten. The log is moved into the
/// file after 16 MB: pages that many transactions write are then moved once.
const SQLITE_SETTINGS: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -8000;";

/// A commit waits for the server's disk, whatever the server's default.
const POSTGRES_SETTINGS: &str = "
    SET synchronous_commit = on;
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s';";

/// Where the two databases differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Begins a transaction that will write. SQLite's could otherwise not turn into one later.
    pub(crate) fn begin_to_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    async fn set_up(self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let settings = match self {
            Self::Sqlite => SQLITE_SETTINGS,
            Self::Postgres => POSTGRES_SETTINGS,
        };
        connection.execute(sqlx::raw_sql(settings)).await?;
        Ok(())
    }
}

/// People, sessions, keys and decisions in one database. Clones share the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) dialect: Dialect,
    pub(crate) writer: Writer,
}

impl Store {
    /// Opens an SQLite file, making it when absent; `:memory:` keeps everything in memory.
    ///
    /// # Errors
    /// As [`Store::connect`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::connect(&path.as_ref().into()).await
    }

    /// Opens a database and brings its schema up to date, inside a Tokio runtime. A file that is absent is made; a
    /// PostgreSQL database must exist.
    ///
    /// # Errors
    /// The database cannot be reached or opened, belongs to another program, or to a newer
    /// version of this one.
    pub async fn connect(location: &Location) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (options, dialect) = connect_options(location)?;
        let open = |error: sqlx::Error| Error::Open {
            location: location.clone(),
            reason: reason(&error),
        };
        let pool = pool_options(location, dialect);
        if matches!(location.0, Kind::Memory) {
            let pool = pool.connect_with(options).await.map_err(open)?;
            let mut connection = pool.acquire().await.map_err(open)?;
            migrate(&mut connection, dialect, location).await?;
            drop(connection);
            return Ok(Self::over(pool, dialect));
        }
        // A connection of its own first: a pool would try a bad file again and again.
        let connecting = async {
            let mut connection = AnyConnection::connect_with(&options).await?;
            // SQLite turns a new file to write-ahead logging without waiting for others who do so.
            while let Err(error) = dialect.set_up(&mut connection).await {
                if !is_locked(&error) {
                    return Err(error);
                }
                tokio::time::sleep(A_MOMENT).await;
            }
            Ok(connection)
        };
        let mut connection = tokio::time::timeout(WAIT, connecting)
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))
            .map_err(open)?;
        check_encoding(&mut connection, dialect, location).await?;
        migrate(&mut connection, dialect, location).await?;
        connection.close().await?;
        let pool = pool.connect_lazy_with(options);
        Ok(Self::over(pool, dialect))
    }

    fn over(pool: AnyPool, dialect: Dialect) -> Self {
        let writer = Writer::start(pool.clone(), dialect);
        Self {
            pool,
            dialect,
            writer,
        }
    }

    /// Sessions of signed-in people, for tower-sessions.
    pub fn session_store(&self) -> Sessions {
        Sessions::new(self.pool.clone())
    }

    /// Finishes pending work and closes the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that will write.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.pool.begin_with(self.dialect.begin_to_write()).await?)
    }
}

/// Whether another connection holds an SQLite file.
fn is_locked(error: &sqlx::Error) -> bool {
    const BUSY: &str = "5";
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == BUSY)
}

/// What the drivers are told. Statements are not logged: their values may be personal.
fn connect_options(location: &Location) -> Result<(AnyConnectOptions, Dialect)> {
    let (options, dialect) = match &location.0 {
        Kind::Memory => ("sqlite::memory:".parse()?, Dialect::Sqlite),
        Kind::File(path) => {
            make_private(location, path)?;
            (file_url(location, path)?.parse()?, Dialect::Sqlite)
        }
        Kind::Postgres(options) => {
            check_files(location, options)?;
            ((**options).clone(), Dialect::Postgres)
        }
    };
    Ok((options.disable_statement_logging(), dialect))
}

/// Names a file that cannot be read, which the driver would not.
fn check_files(location: &Location, options: &AnyConnectOptions) -> Result<()> {
    for (setting, path) in tls_files(options) {
        std::fs::File::open(&path).map_err(|error| Error::Open {
            location: location.clone(),
            reason: format!("{setting} names {}: {error}", path.display()),
        })?;
    }
    Ok(())
}

/// Why a database cannot be reached, and where that is a matter of TLS, what to do.
fn reason(error: &sqlx::Error) -> String {
    // The driver tells of a certificate now as an error of TLS, now as one of the connection.
    let said = error.to_string();
    let advice = if said.contains("UnknownIssuer") {
        "no authority known here has signed the server's certificate: name the one that has with sslrootcert=FILE"
    } else if said.contains("not valid for name") || said.contains("NotValidForName") {
        "the server's certificate is another host's: write the host as the certificate does"
    } else if said.contains("certificate expired") || said.contains("certificate: Expired") {
        "the server's certificate has expired: renew it"
    } else if said.contains("does not support TLS") {
        "the server does not speak TLS: turn it on there, or leave sslmode out"
    } else if matches!(error, sqlx::Error::Tls(_)) {
        "TLS could not be agreed on with the server"
    } else {
        return said;
    };
    format!("{advice} ({said})")
}

/// A database in memory lives as long as its one connection, which must therefore never be dropped.
fn pool_options(location: &Location, dialect: Dialect) -> AnyPoolOptions {
    let options = AnyPoolOptions::new()
        .acquire_timeout(WAIT)
        .after_connect(move |connection, _| Box::pin(dialect.set_up(connection)));
    match (&location.0, dialect) {
        (Kind::Memory, _) => options
            .min_connections(1)
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .idle_timeout(None)
            .max_lifetime(None),
        // A transaction that SQLite ended by itself, as on a full disk, leaves its connection
        // believing that it is inside one: such a connection is not used again.
        (_, Dialect::Sqlite) => options.max_connections(4).before_acquire(|connection, _| {
            let usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        }),
        (_, Dialect::Postgres) => options.max_connections(16),
    }
}

/// Makes the file readable by its owner only: it holds password hashes.
fn make_private(location: &Location, path: &Path) -> Result<()> {
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
            location: location.clone(),
            reason: error.to_string(),
        }),
    }
}

/// The file's URL, with every byte escaped that means something in one.
fn file_url(location: &Location, path: &Path) -> Result<String> {
    let whole = path.canonicalize().map_err(|error| Error::Open {
        location: location.clone(),
        reason: error.to_string(),
    })?;
    let mut url = "sqlite://".to_owned();
    for &byte in whole.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(url)
}

/// Names are written in every script.
async fn check_encoding(
    connection: &mut AnyConnection,
    dialect: Dialect,
    location: &Location,
) -> Result<()> {
    if dialect == Dialect::Sqlite {
        return Ok(());
    }
    let encoding: String = sqlx::query_scalar("SELECT current_setting('server_encoding')")
        .fetch_one(connection)
        .await?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(Error::Open {
        location: location.clone(),
        reason: format!("its encoding is {encoding}, expected UTF8: make it with ENCODING 'UTF8'"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_new_file_carries_application_id_version_and_durable_settings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("limpide 100%?#.db");
        let store = Store::open(&path).await.unwrap();
        for (query, expected) in [
            ("PRAGMA application_id", 0x4c4d_5044),
            ("PRAGMA user_version", crate::SCHEMA_VERSION),
            ("PRAGMA synchronous", 2),
            ("PRAGMA foreign_keys", 1),
            ("PRAGMA secure_delete", 1),
        ] {
            let found: i64 = sqlx::query_scalar(query)
                .fetch_one(&store.pool)
                .await
                .unwrap();
            assert_eq!(found, expected, "{query}");
        }
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&store.pool)
            .await
            .unwrap();
        assert_eq!(journal, "wal");
        assert!(path.exists());
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
    async fn a_newer_programs_file_is_refused_by_its_version_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("limpide.db");
        let store = Store::open(&path).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 70")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        let error = Store::open(&path).await.unwrap_err().to_string();
        assert!(
            error.contains("has schema version 70, this program reads"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_file_with_another_application_id_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let store = Store::open(&path).await.unwrap();
        sqlx::raw_sql("PRAGMA application_id = 12")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        let error = Store::open(&path).await.unwrap_err();
        assert!(matches!(error, Error::Stranger { .. }), "{error}");
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
