//! Signing in: the password, and what happens after too many wrong ones.
//!
//! Each name typed, also one that nobody has, may fail four times; from the fifth failure on it is
//! locked, for a time that doubles. While it is locked no password is looked at, not even the
//! right one. So neither answer nor delay tells whether a name exists.

use sqlx::Row;
use time::OffsetDateTime;
use tokio::sync::Semaphore;

use crate::database::Store;
use crate::error::{Error, Result};
use crate::password;
use crate::people::{Person, person};

/// Failures in a row that lock a name.
const FAILURES_THAT_LOCK: i64 = 5;
/// How long the first lock lasts, in seconds; each later one twice as long as the one before.
const FIRST_LOCK_SECONDS: i64 = 30;
const LONGEST_LOCK_SECONDS: i64 = 3600;
/// Failures are forgotten this long after the last one, in seconds.
const FORGOTTEN_AFTER_SECONDS: i64 = 24 * 3600;

/// What came of trying to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Name and password go together.
    Opened(Box<Person>),
    /// They do not, or the account is disabled, or there is none.
    Refused,
    /// The name has failed too often: nothing was looked at.
    Locked {
        /// How long it stays so, in seconds.
        seconds: i64,
    },
}

impl Store {
    /// Tries to sign in. An unknown username takes as long as a wrong password.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        now: OffsetDateTime,
    ) -> Result<SignIn> {
        let now = now.unix_timestamp();
        let username = username.trim();
        let name = name_key(username);
        // Counted before the password is looked at: tries at the same time count as well.
        if let Some(seconds) = self.count_try(&name, now).await? {
            return Ok(SignIn::Locked { seconds });
        }
        let Some(person) = self.verify(username, password).await? else {
            return Ok(SignIn::Refused);
        };
        self.forget_failures(&name).await?;
        sqlx::query("UPDATE people SET last_sign_in_at = $1 WHERE id = $2")
            .bind(now)
            .bind(person.id)
            .execute(&self.pool)
            .await?;
        Ok(SignIn::Opened(Box::new(person)))
    }

    /// Notes that a person signed in by other means than a password; `None`: there is none of that number, or they are
    /// disabled. Failures under the name stay counted.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sign_in_known(&self, id: i64, now: OffsetDateTime) -> Result<Option<Person>> {
        sqlx::query("UPDATE people SET last_sign_in_at = $1 WHERE id = $2 AND disabled = 0")
            .bind(now.unix_timestamp())
            .bind(id)
            .execute(&self.pool)
            .await?;
        self.active_person(id).await
    }

    /// Gives a person a new password. It ends their sessions and any lock of their name.
    ///
    /// # Errors
    /// Nobody has that username, or the password is too short.
    pub async fn set_password(&self, username: &str, password: &str) -> Result<()> {
        password::check_length(password)?;
        let clear = password.to_owned();
        let hash = off_thread(move || password::hash(&clear)).await?;
        let done = sqlx::query(
            "UPDATE people SET password_hash = $1, generation = generation + 1
             WHERE lower(username) = lower($2)",
        )
        .bind(hash)
        .bind(username)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::UnknownUsername(username.to_owned()));
        }
        self.forget_failures(&name_key(username)).await
    }

    /// Removes failures that no longer count and returns of how many names.
    ///
    /// # Errors
    /// The database fails.
    pub async fn purge_failures(&self, now: OffsetDateTime) -> Result<u64> {
        let done = sqlx::query("DELETE FROM sign_in_failures WHERE last_failed_at < $1")
            .bind(now.unix_timestamp() - FORGOTTEN_AFTER_SECONDS)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }

    /// Counts a try as a failure, to be forgotten if it succeeds; how long the name is locked, if
    /// it is.
    async fn count_try(&self, name: &[u8], now: i64) -> Result<Option<i64>> {
        loop {
            let before = sqlx::query(
                "SELECT failures, last_failed_at, locked_until FROM sign_in_failures
                 WHERE name = $1",
            )
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
            let (mut failures, mut last, mut locked_until) = (0_i64, 0_i64, 0_i64);
            if let Some(row) = &before {
                failures = row.try_get("failures")?;
                last = row.try_get("last_failed_at")?;
                locked_until = row.try_get("locked_until")?;
            }
            if locked_until > now {
                return Ok(Some(locked_until - now));
            }
            let forgotten = last < now - FORGOTTEN_AFTER_SECONDS;
            let counted = 1 + if forgotten { 0 } else { failures };
            // Only if no other try was counted in between.
            let done = sqlx::query(
                "INSERT INTO sign_in_failures (name, failures, last_failed_at, locked_until)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (name) DO UPDATE SET failures = excluded.failures,
                     last_failed_at = excluded.last_failed_at, locked_until = excluded.locked_until
                 WHERE sign_in_failures.failures = $5 AND sign_in_failures.last_failed_at = $6",
            )
            .bind(name)
            .bind(counted)
            .bind(now)
            .bind(now + lock_seconds(counted))
            .bind(failures)
            .bind(last)
            .execute(&self.pool)
            .await?;
            if done.rows_affected() == 1 {
                return Ok(None);
            }
        }
    }

    async fn forget_failures(&self, name: &[u8]) -> Result<()> {
        sqlx::query("DELETE FROM sign_in_failures WHERE name = $1")
            .bind(name)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The person, when the password is theirs and they are not disabled.
    async fn verify(&self, username: &str, password: &str) -> Result<Option<Person>> {
        // PostgreSQL takes no text with this character in it; nobody has the empty name.
        let username = if username.contains('\0') {
            ""
        } else {
            username
        };
        let row = sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation, password_hash
             FROM people WHERE lower(username) = lower($1) AND disabled = 0",
        )
        .bind(username)
        .fetch_optional(&self.pool)
        .await?;
        let clear = password.to_owned();
        let Some(row) = row else {
            off_thread(move || password::verify_nobody(&clear)).await?;
            return Ok(None);
        };
        let hash: String = row.try_get("password_hash")?;
        if off_thread(move || password::verify(&clear, &hash)).await? {
            return person(&row).map(Some);
        }
        Ok(None)
    }
}

/// How long a name is locked after so many failures in a row.
fn lock_seconds(failures: i64) -> i64 {
    let doublings = failures - FAILURES_THAT_LOCK;
    if doublings < 0 {
        return 0;
    }
    (FIRST_LOCK_SECONDS << doublings.min(20)).min(LONGEST_LOCK_SECONDS)
}

fn name_key(username: &str) -> Vec<u8> {
    let name = username.trim().to_lowercase();
    blake3::hash(name.as_bytes()).as_bytes().to_vec()
}

/// Password hashes worked out at once: each takes 19 MiB, so many sign-ins wait for each other.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Hashing would hold up every other request of this thread.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let _permit = HASHING
        .acquire()
        .await
        .map_err(|error| Error::Hash(error.to_string()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Hash(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::lock_seconds;

    #[test]
    fn locks_double_from_half_a_minute_to_an_hour() {
        let locks: Vec<i64> = (1..=13).map(lock_seconds).collect();
        let expected = [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600];
        assert_eq!(locks, expected);
        assert_eq!(lock_seconds(i64::MAX), 3600);
    }
}
