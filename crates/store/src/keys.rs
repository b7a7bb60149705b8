//! API keys: what a program shows in a person's place. A key is 256 random bits that only its
//! holder has; a row stands under its BLAKE3 hash, so a copy of the database lets nobody in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;
use time::OffsetDateTime;

use crate::database::Store;
use crate::error::{Error, Result};

/// How keys begin, so that one is known for what it is wherever it turns up.
const PREFIX: &str = "lmp_";

/// The last use is written down at most this often, in seconds: not every request should write.
const USE_NOTED_EVERY_SECONDS: i64 = 60;

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Clients, scores, explanations.
    Read,
    /// Scoring of posted and of changed values.
    Score,
    /// Proposing and deciding.
    Decide,
    /// The decision log.
    Audit,
}

impl Scope {
    /// Every scope, in the order shown to people.
    pub const ALL: [Self; 4] = [Self::Read, Self::Score, Self::Decide, Self::Audit];

    /// Name of the scope as stored and as typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Score => "score",
            Self::Decide => "decide",
            Self::Audit => "audit",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| Error::UnknownScope(text.to_owned()))
    }
}

/// A key as stored, without its secret or hash. Moments are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Number of the key in this store.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What it opens.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: i64,
    /// From when on it opens nothing; `None`: never.
    pub expires_at: Option<i64>,
    /// When it was last used, to the minute; `None`: not yet.
    pub last_used_at: Option<i64>,
    /// When it was revoked; `None`: it was not.
    pub revoked_at: Option<i64>,
}

/// Whether a key opens anything. Moments are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does, for ever.
    Active,
    /// It does, until then.
    Until(i64),
    /// It did, until then.
    Expired(i64),
    /// It does no more: it was revoked then.
    Revoked(i64),
}

impl Key {
    /// Whether the key opens anything at this moment.
    pub fn state(&self, now: OffsetDateTime) -> KeyState {
        match (self.revoked_at, self.expires_at) {
            (Some(at), _) => KeyState::Revoked(at),
            (None, Some(end)) if end <= now.unix_timestamp() => KeyState::Expired(end),
            (None, Some(end)) => KeyState::Until(end),
            (None, None) => KeyState::Active,
        }
    }
}

/// A key to make.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// 1 to 64 letters, digits or any of `. _ - @ +`.
    pub name: String,
    /// What it opens; at least one.
    pub scopes: BTreeSet<Scope>,
    /// From when on it opens nothing; `None`: never.
    pub expires_at: Option<OffsetDateTime>,
}

impl Store {
    /// Makes a key and returns it with its secret, which cannot be had again.
    ///
    /// # Errors
    /// The name is taken or malformed, no scope is given, or the key would have expired already.
    pub async fn add_key(&self, new: NewKey, now: OffsetDateTime) -> Result<(Key, String)> {
        check(&new, now)?;
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        let secret = format!("{PREFIX}{}", blake3::Hash::from_bytes(bytes).to_hex());
        let mut key = Key {
            id: 0,
            name: new.name,
            scopes: new.scopes,
            created_at: now.unix_timestamp(),
            expires_at: new.expires_at.map(OffsetDateTime::unix_timestamp),
            last_used_at: None,
            revoked_at: None,
        };
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let mut transaction = self.begin().await?;
        let inserted = sqlx::query_scalar(
            "INSERT INTO api_keys (name, hash, scopes, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(&key.name)
        .bind(hash(&secret))
        .bind(scopes.join(" "))
        .bind(key.created_at)
        .bind(key.expires_at)
        .fetch_one(&mut *transaction)
        .await;
        match inserted {
            Ok(id) => key.id = id,
            Err(error) if is_taken(&error) => return Err(Error::KeyNameTaken(key.name)),
            Err(error) => return Err(error.into()),
        }
        // What a full disk says to the end of an INSERT that RETURNs would be lost without it.
        transaction.commit().await?;
        Ok((key, secret))
    }

    /// Every key, revoked and expired ones too, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keys(&self) -> Result<Vec<Key>> {
        sqlx::query(
            "SELECT id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys ORDER BY id",
        )
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(key)
        .collect()
    }

    /// Revokes a key: it opens nothing from the next request on. Its name is free again.
    ///
    /// # Errors
    /// No key that is not revoked has that name.
    pub async fn revoke_key(&self, name: &str, now: OffsetDateTime) -> Result<()> {
        let done = sqlx::query(
            "UPDATE api_keys SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL",
        )
        .bind(now.unix_timestamp())
        .bind(name)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::UnknownKey(name.to_owned()));
        }
        Ok(())
    }

    /// The key with this secret, unless revoked or expired; notes that it was used.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open_key(&self, secret: &str, now: OffsetDateTime) -> Result<Option<Key>> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let now = now.unix_timestamp();
        // Found by its hash: what a stranger could time are comparisons of hashes, not of keys.
        let row = sqlx::query(
            "SELECT id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(hash(secret))
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let key = key(&row)?;
        if key
            .last_used_at
            .is_none_or(|last| last <= now - USE_NOTED_EVERY_SECONDS)
        {
            // Reads go on when nothing can be written: on a full disk, or a database that may only
            // be read.
            let _ = sqlx::query("UPDATE api_keys SET last_used_at = $1 WHERE id = $2")
                .bind(now)
                .bind(key.id)
                .execute(&self.pool)
                .await;
        }
        Ok(Some(key))
    }
}

fn check(new: &NewKey, now: OffsetDateTime) -> Result<()> {
    let allowed = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    let length = new.name.chars().count();
    if !(1..=64).contains(&length) || !new.name.chars().all(allowed) {
        return Err(Error::InvalidKeyName(new.name.clone()));
    }
    if new.scopes.is_empty() {
        return Err(Error::NoScope);
    }
    match new.expires_at {
        Some(expires_at) if expires_at <= now => Err(Error::ExpiredKey),
        _ => Ok(()),
    }
}

fn hash(secret: &str) -> Vec<u8> {
    blake3::hash(secret.as_bytes()).as_bytes().to_vec()
}

fn key(row: &AnyRow) -> Result<Key> {
    let scopes: String = row.try_get("scopes")?;
    Ok(Key {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: scopes
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_>>()?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

/// Whether a row was refused because another one has its name.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_unique_violation())
}
