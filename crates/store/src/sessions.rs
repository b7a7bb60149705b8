//! Sessions kept in the database, for tower-sessions.
//!
//! A session's token is 128 random bits that only its cookie holds; a row stands under the
//! token's BLAKE3 hash, so a copy of the database lets nobody in.

use async_trait::async_trait;
use sqlx::{AnyPool, Row};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// The [`SessionStore`] of a [`Store`](crate::Store).
#[derive(Clone, Debug)]
pub struct Sessions {
    pool: AnyPool,
}

impl Sessions {
    pub(crate) fn new(pool: AnyPool) -> Self {
        Self { pool }
    }

    /// Removes sessions that have expired and returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn purge_expired(&self) -> crate::Result<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }

    async fn insert(&self, record: &Record) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO sessions (key, data, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (key) DO NOTHING",
        )
        .bind(key(&record.id))
        .bind(encode(record)?)
        .bind(record.expiry_date.unix_timestamp())
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(done.rows_affected() == 1)
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.insert(record).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // Never made anew: a request under way at sign-out must not bring the session back.
        sqlx::query("UPDATE sessions SET data = $2, expires_at = $3 WHERE key = $1")
            .bind(key(&record.id))
            .bind(encode(record)?)
            .bind(record.expiry_date.unix_timestamp())
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row =
            sqlx::query("SELECT data, expires_at FROM sessions WHERE key = $1 AND expires_at > $2")
                .bind(key(id))
                .bind(now())
                .fetch_optional(&self.pool)
                .await
                .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data: String = row.try_get("data").map_err(backend)?;
        let expires_at: i64 = row.try_get("expires_at").map_err(backend)?;
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(expires_at)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE key = $1")
            .bind(key(id))
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

/// [`SessionStore`] hands no time in.
fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn key(id: &Id) -> Vec<u8> {
    blake3::hash(&id.0.to_le_bytes()).as_bytes().to_vec()
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
