//! Whom a provider vouches for: a person who signed in with it once stays bound to the subject that it named then. A
//! name that the provider gives to somebody else later opens nothing.

use time::OffsetDateTime;

use crate::database::Store;
use crate::error::Result;

/// What came of binding a person to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The person is bound to this subject, from now on or since before.
    Same,
    /// The person is bound to another subject, or the subject to another person.
    Other,
}

impl Store {
    /// Binds a person to what a provider calls them, if neither is bound otherwise.
    ///
    /// # Errors
    /// The database fails.
    pub async fn bind_subject(
        &self,
        person: i64,
        issuer: &str,
        subject: &str,
        now: OffsetDateTime,
    ) -> Result<Binding> {
        let [issuer, subject] = [issuer, subject].map(hash);
        sqlx::query(
            "INSERT INTO provider_subjects (issuer, subject, person, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(issuer.clone())
        .bind(subject.clone())
        .bind(person)
        .bind(now.unix_timestamp())
        .execute(&self.pool)
        .await?;
        let bound: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM provider_subjects
             WHERE issuer = $1 AND subject = $2 AND person = $3",
        )
        .bind(issuer)
        .bind(subject)
        .bind(person)
        .fetch_one(&self.pool)
        .await?;
        Ok(match bound {
            0 => Binding::Other,
            _ => Binding::Same,
        })
    }

    /// Whether a provider's subject is bound to somebody.
    ///
    /// # Errors
    /// The database fails.
    pub async fn knows_subject(&self, issuer: &str, subject: &str) -> Result<bool> {
        let bound: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM provider_subjects WHERE issuer = $1 AND subject = $2",
        )
        .bind(hash(issuer))
        .bind(hash(subject))
        .fetch_one(&self.pool)
        .await?;
        Ok(bound > 0)
    }

    /// Forgets what providers call a person: the next sign-in with one binds them anew. Whether they were bound.
    ///
    /// # Errors
    /// The database fails.
    pub async fn release_subjects(&self, person: i64) -> Result<bool> {
        let done = sqlx::query("DELETE FROM provider_subjects WHERE person = $1")
            .bind(person)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Whether a person signed in with a provider and is bound to what it called them.
    ///
    /// # Errors
    /// The database fails.
    pub async fn has_subject(&self, person: i64) -> Result<bool> {
        let bound: i64 =
            sqlx::query_scalar("SELECT count(*) FROM provider_subjects WHERE person = $1")
                .bind(person)
                .fetch_one(&self.pool)
                .await?;
        Ok(bound > 0)
    }
}

/// Issuer and subject are looked for and never read back.
fn hash(text: &str) -> Vec<u8> {
    blake3::hash(text.as_bytes()).as_bytes().to_vec()
}
