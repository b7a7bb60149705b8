//! Reading the log.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::case::Case;
use super::entry::{CaseId, Entry, Link};
use super::event::Actor;
use super::search::{LogPlace, Sought};
use crate::database::Store;
use crate::error::Result;

impl Store {
    /// Entries of a case, oldest first; none if there is no such case.
    ///
    /// # Errors
    /// The database fails.
    pub async fn case_entries(&self, case: &CaseId) -> Result<Vec<Entry>> {
        let mut connection = self.pool.acquire().await?;
        case_entries(&mut connection, case).await
    }

    /// A case as it stands; `None` if there is no such case.
    ///
    /// # Errors
    /// The database fails.
    pub async fn case(&self, case: &CaseId) -> Result<Option<Case>> {
        Ok(Case::of(&self.case_entries(case).await?))
    }

    /// Cases of a client, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn client_cases(&self, client: i64) -> Result<Vec<CaseId>> {
        let rows = sqlx::query(
            "SELECT case_id FROM decision_payloads WHERE client = $1
             GROUP BY case_id ORDER BY min(sequence)",
        )
        .bind(client)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| row.try_get::<&str, _>("case_id")?.parse())
            .collect()
    }

    /// The full name of the person, or the name of the key, who did something; `None`: the
    /// server's own key, or somebody unknown.
    ///
    /// # Errors
    /// The database fails.
    pub async fn actor_name(&self, actor: Actor) -> Result<Option<String>> {
        let (query, id) = match actor {
            Actor::Person(id) => ("SELECT full_name FROM people WHERE id = $1", id),
            Actor::Key(id) => ("SELECT name FROM api_keys WHERE id = $1", id),
            Actor::Program => return Ok(None),
        };
        Ok(sqlx::query_scalar(query)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// The entry of that number; `None` if there is no such entry.
    ///
    /// # Errors
    /// The database fails.
    pub async fn entry(&self, sequence: i64) -> Result<Option<Entry>> {
        let entries = self.entries_after(sequence.saturating_sub(1), 1).await?;
        Ok(entries.into_iter().find(|entry| entry.sequence == sequence))
    }

    /// Entries after a sequence number, oldest first, at most `limit`: a page of the log.
    ///
    /// # Errors
    /// The database fails.
    pub async fn entries_after(&self, sequence: i64, limit: usize) -> Result<Vec<Entry>> {
        let place = LogPlace::After(sequence);
        self.search_log(&Sought::default(), place, limit).await
    }
}

pub(super) async fn case_entries(
    connection: &mut AnyConnection,
    case: &CaseId,
) -> Result<Vec<Entry>> {
    let rows = sqlx::query(
        "SELECT decision_log.sequence, decision_log.case_id, event, at_ms, actor, payload,
             previous, hash, body
         FROM decision_log
         LEFT JOIN decision_payloads ON decision_payloads.sequence = decision_log.sequence
         WHERE decision_log.case_id = $1 ORDER BY decision_log.sequence",
    )
    .bind(case.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(entry).collect()
}

pub(super) async fn entry_at(connection: &mut AnyConnection, sequence: i64) -> Result<Entry> {
    let row = sqlx::query(
        "SELECT decision_log.sequence, decision_log.case_id, event, at_ms, actor, payload,
             previous, hash, body
         FROM decision_log
         LEFT JOIN decision_payloads ON decision_payloads.sequence = decision_log.sequence
         WHERE decision_log.sequence = $1",
    )
    .bind(sequence)
    .fetch_one(connection)
    .await?;
    entry(&row)
}

pub(super) fn entry(row: &AnyRow) -> Result<Entry> {
    let body: Option<String> = row.try_get("body")?;
    Link::read(row)?.entry(body.as_deref())
}
