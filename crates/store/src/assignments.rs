//! Which clients a person may see.

use crate::database::Store;
use crate::error::{Error, Result};
use crate::people::{Person, Portfolio, Role};

impl Store {
    /// Whether a person may see this client: a client themselves, an adviser whom they were
    /// assigned to or who sees all, an analyst or an auditor; an admin sees none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn may_see(&self, person: &Person, client: i64) -> Result<bool> {
        match (person.role, person.portfolio) {
            (Role::Client, _) => Ok(person.client == Some(client)),
            (Role::Admin, _) => Ok(false),
            (Role::Adviser, Portfolio::Assigned) => {
                let found: i64 = sqlx::query_scalar(
                    "SELECT count(*) FROM assignments WHERE person = $1 AND client = $2",
                )
                .bind(person.id)
                .bind(client)
                .fetch_one(&self.pool)
                .await?;
                Ok(found > 0)
            }
            (Role::Adviser | Role::Analyst | Role::Auditor, _) => Ok(true),
        }
    }

    /// Lets an adviser see all clients, or those assigned only.
    ///
    /// # Errors
    /// Nobody has that username, or the person is no adviser.
    pub async fn set_portfolio(&self, username: &str, portfolio: Portfolio) -> Result<()> {
        let adviser = self.adviser(username).await?;
        sqlx::query("UPDATE people SET portfolio = $1 WHERE id = $2")
            .bind(portfolio.as_str())
            .bind(adviser.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Assigns clients to an adviser, who from then on sees assigned clients only.
    ///
    /// # Errors
    /// Nobody has that username, or the person is no adviser.
    pub async fn assign(&self, username: &str, clients: &[i64]) -> Result<()> {
        self.reassign(username, clients, &[]).await
    }

    /// Assigns clients to an adviser and takes others away, both or neither; the adviser sees
    /// assigned clients only from then on.
    ///
    /// # Errors
    /// Nobody has that username, or the person is no adviser.
    pub async fn reassign(&self, username: &str, added: &[i64], removed: &[i64]) -> Result<()> {
        let adviser = self.adviser(username).await?;
        let mut transaction = self.begin().await?;
        for client in added {
            sqlx::query(
                "INSERT INTO assignments (person, client) VALUES ($1, $2)
                 ON CONFLICT (person, client) DO NOTHING",
            )
            .bind(adviser.id)
            .bind(client)
            .execute(&mut *transaction)
            .await?;
        }
        for client in removed {
            sqlx::query("DELETE FROM assignments WHERE person = $1 AND client = $2")
                .bind(adviser.id)
                .bind(client)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("UPDATE people SET portfolio = $1 WHERE id = $2")
            .bind(Portfolio::Assigned.as_str())
            .bind(adviser.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// How many clients are assigned to a person.
    ///
    /// # Errors
    /// The database fails.
    pub async fn assigned_count(&self, person: i64) -> Result<usize> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM assignments WHERE person = $1")
            .bind(person)
            .fetch_one(&self.pool)
            .await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Clients assigned to a person whose numbers start with these digits, smallest first; all for
    /// an empty prefix.
    ///
    /// # Errors
    /// The database fails.
    pub async fn assigned_clients(
        &self,
        person: i64,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<i64>> {
        self.assigned_after(person, prefix, i64::MIN, limit).await
    }

    /// The same, of those whose numbers are larger than `after`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn assigned_after(
        &self,
        person: i64,
        prefix: &str,
        after: i64,
        limit: usize,
    ) -> Result<Vec<i64>> {
        let digits = prefix.chars().all(|letter| letter.is_ascii_digit());
        if !digits {
            return Ok(Vec::new());
        }
        Ok(sqlx::query_scalar(
            "SELECT client FROM assignments
             WHERE person = $1 AND CAST(client AS TEXT) LIKE $2 AND client > $3
             ORDER BY client LIMIT $4",
        )
        .bind(person)
        .bind(format!("{prefix}%"))
        .bind(after)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Full names of the people who have a client assigned, in the order of their numbers.
    ///
    /// # Errors
    /// The database fails.
    pub async fn advisers_of(&self, client: i64) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "SELECT full_name FROM people JOIN assignments ON assignments.person = people.id
             WHERE assignments.client = $1 ORDER BY people.id",
        )
        .bind(client)
        .fetch_all(&self.pool)
        .await?)
    }

    async fn adviser(&self, username: &str) -> Result<Person> {
        let person = self.find(username).await?;
        if person.role != Role::Adviser {
            return Err(Error::NoPortfolio { role: person.role });
        }
        Ok(person)
    }
}
