//! Who may sign in, and as what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use tokio::sync::Semaphore;

use crate::database::Store;
use crate::error::{Error, Result};
use crate::password;

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Relationship manager: sees and scores any client.
    Adviser,
    /// The person whom the data concern: sees one client's data, their own.
    Client,
    /// Builds and publishes models; sees and scores any client.
    Analyst,
    /// Reads any decision, changes nothing.
    Auditor,
}

impl Role {
    /// Every role, in the order shown to people.
    pub const ALL: [Self; 4] = [Self::Adviser, Self::Client, Self::Analyst, Self::Auditor];

    /// Name of the role as stored and as typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adviser => "adviser",
            Self::Client => "client",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Error::UnknownRole(text.to_owned()))
    }
}

/// A person as stored, without the password's hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Number of the person in this store.
    pub id: i64,
    /// Name typed to sign in; letters' case does not matter.
    pub username: String,
    /// Name shown to people.
    pub full_name: String,
    /// Job title shown under the name; empty: the role's name is shown.
    pub title: String,
    /// What the person may do.
    pub role: Role,
    /// The only client whom this person may see; set for [`Role::Client`] and for no other role.
    pub client: Option<i64>,
    /// A disabled person cannot sign in and has no session.
    pub disabled: bool,
}

/// A person to add.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// 1 to 64 letters, digits or any of `. _ - @ +`.
    pub username: String,
    /// Name shown to people.
    pub full_name: String,
    /// Job title shown under the name; may be empty.
    pub title: String,
    /// What the person may do.
    pub role: Role,
    /// Client number, for [`Role::Client`] only.
    pub client: Option<i64>,
    /// Password in clear; only its hash is kept.
    pub password: String,
}

impl Store {
    /// Adds a person and returns them as stored.
    ///
    /// # Errors
    /// The username is taken or malformed, the password too short, or role and client number
    /// do not agree.
    pub async fn add_person(&self, new: NewPerson) -> Result<Person> {
        check(&new)?;
        let clear = new.password.clone();
        let hash = off_thread(move || password::hash(&clear)).await?;
        let inserted = sqlx::query(
            "INSERT INTO people (username, full_name, title, role, client, password_hash)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.username)
        .bind(new.full_name.trim())
        .bind(new.title.trim())
        .bind(new.role.as_str())
        .bind(new.client)
        .bind(hash)
        .execute(&self.pool)
        .await;
        let id = match inserted {
            Ok(done) => done.last_insert_rowid(),
            Err(error)
                if error
                    .as_database_error()
                    .is_some_and(|e| e.is_unique_violation()) =>
            {
                return Err(Error::UsernameTaken(new.username));
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Person {
            id,
            username: new.username,
            full_name: new.full_name.trim().to_owned(),
            title: new.title.trim().to_owned(),
            role: new.role,
            client: new.client,
            disabled: false,
        })
    }

    /// Everyone, by username.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list(&self) -> Result<Vec<Person>> {
        sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled
             FROM people ORDER BY username COLLATE NOCASE",
        )
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(person)
        .collect()
    }

    /// The person of that number, unless disabled.
    ///
    /// # Errors
    /// The database fails.
    pub async fn active_person(&self, id: i64) -> Result<Option<Person>> {
        sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled
             FROM people WHERE id = ? AND disabled = 0",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(person)
        .transpose()
    }

    /// Disables a person: no sign-in any more, and their sessions stop at the next request.
    ///
    /// # Errors
    /// Nobody has that username.
    pub async fn disable(&self, username: &str) -> Result<()> {
        let done = sqlx::query("UPDATE people SET disabled = 1 WHERE username = ?")
            .bind(username)
            .execute(&self.pool)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Error::UnknownUsername(username.to_owned()));
        }
        Ok(())
    }

    /// The person, when the password is theirs and they are not disabled.
    ///
    /// An unknown username takes as long as a wrong password.
    ///
    /// # Errors
    /// The database fails.
    pub async fn verify(&self, username: &str, password: &str) -> Result<Option<Person>> {
        let row = sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, password_hash
             FROM people WHERE username = ? AND disabled = 0",
        )
        .bind(username.trim())
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

fn check(new: &NewPerson) -> Result<()> {
    let allowed = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    let length = new.username.chars().count();
    if !(1..=64).contains(&length) || !new.username.chars().all(allowed) {
        return Err(Error::InvalidUsername(new.username.clone()));
    }
    if !(1..=128).contains(&new.full_name.trim().chars().count()) {
        return Err(Error::InvalidFullName);
    }
    if (new.role == Role::Client) != new.client.is_some() {
        return Err(Error::ClientNumber {
            role: new.role,
            client: new.client,
        });
    }
    password::check_length(&new.password)
}

fn person(row: &SqliteRow) -> Result<Person> {
    let role: String = row.try_get("role")?;
    Ok(Person {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        full_name: row.try_get("full_name")?,
        title: row.try_get("title")?,
        role: role.parse()?,
        client: row.try_get("client")?,
        disabled: row.try_get("disabled")?,
    })
}

/// Password hashes worked out at once: each takes 19 MiB, so many sign-ins wait for each other.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Hashing would hold up every other request of this thread.
async fn off_thread<T: Send + 'static>(
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
