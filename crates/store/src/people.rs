//! Who may sign in, and as what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::database::Store;
use crate::error::{Error, Result};
use crate::keys::is_taken;
use crate::password;
use crate::sign_in::off_thread;

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Relationship manager: sees and scores any client, or those assigned only.
    Adviser,
    /// The person whom the data concern: sees one client's data, their own.
    Client,
    /// Builds and publishes models; sees and scores any client.
    Analyst,
    /// Reads any decision, changes nothing.
    Auditor,
    /// Manages people and keys; sees no client.
    Admin,
}

impl Role {
    /// Every role, in the order shown to people.
    pub const ALL: [Self; 5] = [
        Self::Adviser,
        Self::Client,
        Self::Analyst,
        Self::Auditor,
        Self::Admin,
    ];

    /// Name of the role as stored and as typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adviser => "adviser",
            Self::Client => "client",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
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

/// Which clients an adviser sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Portfolio {
    /// Every client.
    All,
    /// Those assigned to the adviser.
    Assigned,
}

impl Portfolio {
    /// Name of the portfolio as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Assigned => "assigned",
        }
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
    /// Which clients an adviser sees; all for every other role, which does not mean that they may.
    pub portfolio: Portfolio,
    /// When the person last signed in, in seconds since 1970; `None`: never.
    pub last_sign_in_at: Option<i64>,
    /// Grows with each new password and when disabled: sessions of an older generation are over.
    pub generation: i64,
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
        let mut transaction = self.begin().await?;
        let inserted = sqlx::query_scalar(
            "INSERT INTO people (username, full_name, title, role, client, password_hash)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(&new.username)
        .bind(new.full_name.trim())
        .bind(new.title.trim())
        .bind(new.role.as_str())
        .bind(new.client)
        .bind(hash)
        .fetch_one(&mut *transaction)
        .await;
        let id = match inserted {
            Ok(id) => id,
            Err(error) if is_taken(&error) => {
                drop(transaction);
                return self.tell_taken(new).await;
            }
            Err(error) => return Err(error.into()),
        };
        // What a full disk says to the end of an INSERT that RETURNs would be lost without it.
        transaction.commit().await?;
        Ok(Person {
            id,
            username: new.username,
            full_name: new.full_name.trim().to_owned(),
            title: new.title.trim().to_owned(),
            role: new.role,
            client: new.client,
            disabled: false,
            portfolio: Portfolio::All,
            last_sign_in_at: None,
            generation: 0,
        })
    }

    /// Whether name or client number is another person's.
    async fn tell_taken(&self, new: NewPerson) -> Result<Person> {
        match (self.find(&new.username).await, new.client) {
            (Err(Error::UnknownUsername(_)), Some(client)) => Err(Error::ClientTaken { client }),
            _ => Err(Error::UsernameTaken(new.username)),
        }
    }

    /// The person with that username, disabled or not.
    ///
    /// # Errors
    /// Nobody has that username.
    pub async fn find(&self, username: &str) -> Result<Person> {
        sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation
             FROM people WHERE lower(username) = lower($1)",
        )
        .bind(username)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(person)
        .transpose()?
        .ok_or_else(|| Error::UnknownUsername(username.to_owned()))
    }

    /// Everyone, by username.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list(&self) -> Result<Vec<Person>> {
        let rows = sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation
             FROM people",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
        // The two databases order letters differently.
        people.sort_by_cached_key(|person| person.username.to_lowercase());
        Ok(people)
    }

    /// The person of that number, unless disabled.
    ///
    /// # Errors
    /// The database fails.
    pub async fn active_person(&self, id: i64) -> Result<Option<Person>> {
        let person = self.person(id).await?;
        Ok(person.filter(|person| !person.disabled))
    }

    /// The person of that number, disabled or not.
    ///
    /// # Errors
    /// The database fails.
    pub async fn person(&self, id: i64) -> Result<Option<Person>> {
        sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation
             FROM people WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(person)
        .transpose()
    }

    /// The account of a client, the active one if there are several; `None`: there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn account_of(&self, client: i64) -> Result<Option<Person>> {
        sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation
             FROM people WHERE client = $1 ORDER BY disabled, id DESC LIMIT 1",
        )
        .bind(client)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(person)
        .transpose()
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

pub(crate) fn person(row: &AnyRow) -> Result<Person> {
    let role: String = row.try_get("role")?;
    Ok(Person {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        full_name: row.try_get("full_name")?,
        title: row.try_get("title")?,
        role: role.parse()?,
        client: row.try_get("client")?,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        portfolio: match row.try_get("portfolio")? {
            "assigned" => Portfolio::Assigned,
            _ => Portfolio::All,
        },
        last_sign_in_at: row.try_get("last_sign_in_at")?,
        generation: row.try_get("generation")?,
    })
}
