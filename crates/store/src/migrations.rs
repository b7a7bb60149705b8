//! The schema, as numbered SQL files applied in order, each once.
//!
//! `schema_versions` holds what was applied, with the BLAKE3 hash of each file. A database with
//! tables but without it is a stranger's; one with more versions is a newer program's; one whose
//! hashes differ was made by other files than this program's. All are refused and left alone.

use sqlx::{AnyConnection, Connection, Row};

use crate::database::Dialect;
use crate::decisions::rebuild;
use crate::error::{Error, Result};
use crate::location::Location;

/// Newest version of the schema that this program writes and reads.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// "LMPD" in SQLite's `application_id`: tells our files from any other program's.
const APPLICATION_ID: i64 = 0x4c4d_5044;

/// The version from which on the table `cases` follows the decision log.
const CASES_SINCE: i64 = 4;

/// One step of the schema; the first is version 1.
struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// In order; never edited once released, for their hashes are in every database.
const MIGRATIONS: &[Migration] = &[
    migration!("0001_people_and_sessions"),
    migration!("0002_roles_and_keys"),
    migration!("0003_decision_log"),
    migration!("0004_predictions_and_cases"),
    migration!("0005_provider_subjects"),
    migration!("0006_smaller_predictions"),
    migration!("0007_predictions_by_minute"),
];

impl Migration {
    fn sql(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn hash(&self, dialect: Dialect) -> String {
        blake3::hash(self.sql(dialect).as_bytes())
            .to_hex()
            .to_string()
    }
}

/// Brings a database to [`SCHEMA_VERSION`], in one transaction.
pub(crate) async fn migrate(
    connection: &mut AnyConnection,
    dialect: Dialect,
    location: &Location,
) -> Result<()> {
    // Two programs that start at once must not both find an old schema.
    let mut transaction = connection.begin_with(dialect.begin_to_write()).await?;
    if dialect == Dialect::Postgres {
        sqlx::query("SELECT count(*) FROM pg_advisory_xact_lock($1)")
            .bind(APPLICATION_ID)
            .execute(&mut *transaction)
            .await?;
    }
    let found = found(&mut transaction, dialect, location).await?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    for (version, migration) in (1..)
        .zip(MIGRATIONS)
        .skip_while(|(version, _)| *version <= found)
    {
        sqlx::raw_sql(migration.sql(dialect))
            .execute(&mut *transaction)
            .await?;
        record(&mut transaction, dialect, version, migration).await?;
    }
    if found < CASES_SINCE {
        rebuild(&mut transaction).await?;
    }
    if dialect == Dialect::Sqlite {
        // PRAGMA takes no bound values; older programs look at this number.
        let pragma = format!("PRAGMA user_version = {SCHEMA_VERSION}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(pragma))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The version found; makes `schema_versions` where it may.
async fn found(
    connection: &mut AnyConnection,
    dialect: Dialect,
    location: &Location,
) -> Result<i64> {
    let tables: i64 = sqlx::query_scalar(match dialect {
        Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema",
        Dialect::Postgres => {
            "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
             WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm')"
        }
    })
    .fetch_one(&mut *connection)
    .await?;
    let ours: i64 = sqlx::query_scalar(match dialect {
        Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_versions'",
        Dialect::Postgres => {
            "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
             WHERE nspname = current_schema() AND relname = 'schema_versions'"
        }
    })
    .fetch_one(&mut *connection)
    .await?;
    if dialect == Dialect::Sqlite {
        let stamped = stamped(connection, tables > 0, location).await?;
        if ours == 0 && stamped {
            return adopt_first(connection).await;
        }
    }
    if ours > 0 {
        return applied(connection, dialect, location).await;
    }
    if tables > 0 {
        return Err(Error::Stranger {
            location: location.clone(),
            found: format!("{tables} tables that are not Limpide's"),
        });
    }
    make_versions(connection).await?;
    Ok(0)
}

/// Whether an SQLite file carries our mark; a new file gets it.
async fn stamped(connection: &mut AnyConnection, used: bool, location: &Location) -> Result<bool> {
    if !used {
        sqlx::raw_sql("PRAGMA application_id = 0x4c4d5044")
            .execute(&mut *connection)
            .await?;
        return Ok(false);
    }
    let application: i64 = pragma(connection, "PRAGMA application_id").await?;
    if application != APPLICATION_ID {
        return Err(Error::Stranger {
            location: location.clone(),
            found: format!("application id {application}, expected {APPLICATION_ID}"),
        });
    }
    let version = pragma(connection, "PRAGMA user_version").await?;
    check_version(version, location)?;
    Ok(true)
}

/// Files of version 1 told their version in `user_version` alone.
async fn adopt_first(connection: &mut AnyConnection) -> Result<i64> {
    make_versions(connection).await?;
    record(connection, Dialect::Sqlite, 1, &MIGRATIONS[0]).await?;
    Ok(1)
}

async fn make_versions(connection: &mut AnyConnection) -> Result<()> {
    sqlx::raw_sql(
        "CREATE TABLE schema_versions (
             version BIGINT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL)",
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn record(
    connection: &mut AnyConnection,
    dialect: Dialect,
    version: i64,
    migration: &Migration,
) -> Result<()> {
    sqlx::query("INSERT INTO schema_versions (version, name, hash) VALUES ($1, $2, $3)")
        .bind(version)
        .bind(migration.name)
        .bind(migration.hash(dialect))
        .execute(connection)
        .await?;
    Ok(())
}

/// The newest version applied; every one applied must be this program's.
async fn applied(
    connection: &mut AnyConnection,
    dialect: Dialect,
    location: &Location,
) -> Result<i64> {
    let rows = sqlx::query("SELECT version, name, hash FROM schema_versions ORDER BY version")
        .fetch_all(connection)
        .await?;
    let newest = rows.last().map_or(Ok(0), |row| row.try_get("version"))?;
    check_version(newest, location)?;
    for (row, (expected, migration)) in rows.iter().zip((1_i64..).zip(MIGRATIONS)) {
        let version: i64 = row.try_get("version")?;
        let hash: String = row.try_get("hash")?;
        if version != expected || hash != migration.hash(dialect) {
            return Err(Error::Migration {
                location: location.clone(),
                version,
                name: row.try_get("name")?,
            });
        }
    }
    Ok(newest)
}

fn check_version(found: i64, location: &Location) -> Result<()> {
    if found > SCHEMA_VERSION {
        return Err(Error::Newer {
            location: location.clone(),
            found,
            expected: SCHEMA_VERSION,
        });
    }
    Ok(())
}

/// SQLite answers some pragmas as 32-bit numbers.
async fn pragma(connection: &mut AnyConnection, query: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(query).fetch_one(connection).await?)
}
