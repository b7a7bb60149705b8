//! Changing who may do what: roles, who is let in, sessions. Somebody who administers always stays.

use sqlx::{Any, Transaction};

use crate::database::Store;
use crate::error::{Error, Result};
use crate::keys::is_taken;
use crate::people::{Person, Role};

impl Store {
    /// Disables a person: no sign-in any more, and their sessions stop at the next request.
    ///
    /// # Errors
    /// Nobody has that username, or nobody else administers.
    pub async fn disable(&self, username: &str) -> Result<()> {
        let (mut transaction, person) = self.find_to_change(username).await?;
        check_administered(&mut transaction, &person).await?;
        sqlx::query("UPDATE people SET disabled = 1, generation = generation + 1 WHERE id = $1")
            .bind(person.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Lets a disabled person sign in again, with the password that they had.
    ///
    /// # Errors
    /// Nobody has that username, or another account is the client's by now.
    pub async fn enable(&self, username: &str) -> Result<()> {
        let person = self.find(username).await?;
        let done = sqlx::query("UPDATE people SET disabled = 0 WHERE id = $1")
            .bind(person.id)
            .execute(&self.pool)
            .await;
        match (done, person.client) {
            (Ok(_), _) => Ok(()),
            (Err(error), Some(client)) if is_taken(&error) => Err(Error::ClientTaken { client }),
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Gives a person another role and ends their sessions.
    ///
    /// # Errors
    /// Nobody has that username, nobody else administers, or one of the roles is a client's: an
    /// account is a client's or it is not.
    pub async fn set_role(&self, username: &str, role: Role) -> Result<()> {
        let (mut transaction, person) = self.find_to_change(username).await?;
        if role == person.role {
            return Ok(());
        }
        if role == Role::Client || person.role == Role::Client {
            return Err(Error::ClientRole);
        }
        check_administered(&mut transaction, &person).await?;
        sqlx::query("UPDATE people SET role = $1, generation = generation + 1 WHERE id = $2")
            .bind(role.as_str())
            .bind(person.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a person's sessions: they must sign in again.
    ///
    /// # Errors
    /// Nobody has that username.
    pub async fn end_sessions(&self, username: &str) -> Result<()> {
        let person = self.find(username).await?;
        sqlx::query("UPDATE people SET generation = generation + 1 WHERE id = $1")
            .bind(person.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The person, in a transaction in which nobody else changes who administers.
    async fn find_to_change(&self, username: &str) -> Result<(Transaction<'static, Any>, Person)> {
        let mut transaction = self.begin().await?;
        // Takes the rows of all who administer: two of them cannot disable each other at once.
        sqlx::query("UPDATE people SET disabled = disabled WHERE role = $1")
            .bind(Role::Admin.as_str())
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query(
            "SELECT id, username, full_name, title, role, client, disabled, portfolio,
                 last_sign_in_at, generation
             FROM people WHERE lower(username) = lower($1)",
        )
        .bind(username)
        .fetch_optional(&mut *transaction)
        .await?;
        let person = row.as_ref().map(crate::people::person).transpose()?;
        let person = person.ok_or_else(|| Error::UnknownUsername(username.to_owned()))?;
        Ok((transaction, person))
    }
}

/// Whether somebody administers once this person does not.
async fn check_administered(
    transaction: &mut Transaction<'static, Any>,
    person: &Person,
) -> Result<()> {
    if person.role != Role::Admin || person.disabled {
        return Ok(());
    }
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM people WHERE role = $1 AND disabled = 0 AND id <> $2",
    )
    .bind(Role::Admin.as_str())
    .bind(person.id)
    .fetch_one(&mut **transaction)
    .await?;
    if others == 0 {
        return Err(Error::LastAdmin);
    }
    Ok(())
}
