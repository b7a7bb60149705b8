//! Forgetting a client, as the GDPR's article 17 asks, without breaking the chain: the entries
//! stay, what they told and its salt go.

use sqlx::Row;
use sqlx::any::AnyRow;
use time::OffsetDateTime;

use super::case::check_words;
use super::entry::{Entry, milliseconds};
use super::event::Actor;
use super::forget::{Erasure, What};
use crate::database::{Dialect, Store};
use crate::error::{Error, Result};

/// How long the write-ahead log waits for those who read, in milliseconds; then as every statement.
const WAIT_A_LITTLE: &str = "PRAGMA busy_timeout = 3000";
const WAIT_AS_USUAL: &str = "PRAGMA busy_timeout = 10000";

/// What was forgotten of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Erased {
    /// Entries of the log that say so, one a case.
    pub entries: Vec<Entry>,
    /// Predictions that were removed.
    pub predictions: u64,
    /// Accounts of the client's, now without name and password.
    pub accounts: u64,
    /// Advisers who had the client in their portfolio.
    pub assignments: u64,
    /// Whether old pages of the database may still be on the disk.
    pub write_ahead_log: WriteAheadLog,
}

/// What became of the log in which a database keeps pages before and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteAheadLog {
    /// It was emptied: nothing of what was removed is in the database's files.
    Emptied,
    /// Somebody was reading all the time: what was removed may stand in it until it is emptied,
    /// which [`Store::empty_write_ahead_log`] tries again.
    Busy,
    /// It is the server's, as PostgreSQL's is, and goes by the server's own settings.
    TheServers,
}

impl Store {
    /// Forgets everything about a client: what the log tells, predictions, the client's account,
    /// who had the client in their portfolio. What remains says when it was done and by whom.
    /// Backups of the database are not reached.
    ///
    /// # Errors
    /// No reason is given, or the database fails.
    pub async fn erase_client(
        &self,
        client: i64,
        actor: Actor,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<Erased> {
        check_words(reason)?;
        let erasure = Erasure {
            what: What::Client(client),
            actor,
            at,
            reason: reason.to_owned(),
        };
        let done = self.append_erasures(erasure).await?;
        Ok(Erased {
            entries: done.entries,
            predictions: done.predictions,
            accounts: done.accounts,
            assignments: done.assignments,
            // It is done, whatever becomes of the old pages now.
            write_ahead_log: self
                .empty_write_ahead_log()
                .await
                .unwrap_or(WriteAheadLog::Busy),
        })
    }

    /// When a client was forgotten, and by whom; `None`: never.
    ///
    /// # Errors
    /// The database fails.
    pub async fn erasure_of(&self, client: i64) -> Result<Option<(OffsetDateTime, Actor)>> {
        let row = sqlx::query("SELECT at_ms, actor FROM erasures WHERE client = $1")
            .bind(client)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let actor = row.try_get::<&str, _>("actor")?.parse()?;
        Ok(Some((erased_at(&row)?, actor)))
    }

    /// Clients who were forgotten at a moment or since, to the millisecond, with when.
    ///
    /// # Errors
    /// The database fails.
    pub async fn erased_since(&self, moment: OffsetDateTime) -> Result<Vec<(i64, OffsetDateTime)>> {
        let rows = sqlx::query("SELECT client, at_ms FROM erasures WHERE at_ms >= $1")
            .bind(milliseconds(moment))
            .fetch_all(&self.pool)
            .await?;
        let erased = rows
            .iter()
            .map(|row| Ok((row.try_get("client")?, erased_at(row)?)));
        erased.collect()
    }

    /// Writes the pages of an SQLite file's write-ahead log home and empties it; waits for those
    /// who read, for some seconds.
    ///
    /// # Errors
    /// The database fails.
    pub async fn empty_write_ahead_log(&self) -> Result<WriteAheadLog> {
        if self.dialect == Dialect::Postgres {
            return Ok(WriteAheadLog::TheServers);
        }
        let mut connection = self.pool.acquire().await?;
        // SQLite waits by itself for those who read, as long as for any lock.
        sqlx::raw_sql(WAIT_A_LITTLE)
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut *connection)
            .await;
        sqlx::raw_sql(WAIT_AS_USUAL)
            .execute(&mut *connection)
            .await?;
        match row.map_err(Error::from) {
            Ok(row) if row.try_get::<i64, _>(0)? == 0 => Ok(WriteAheadLog::Emptied),
            Ok(_) | Err(Error::Unavailable { .. }) => Ok(WriteAheadLog::Busy),
            Err(error) => Err(error),
        }
    }
}

fn erased_at(row: &AnyRow) -> Result<OffsetDateTime> {
    let nanoseconds = i128::from(row.try_get::<i64, _>("at_ms")?) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .map_err(|_| Error::Damaged("the time of an erasure".to_owned()))
}
