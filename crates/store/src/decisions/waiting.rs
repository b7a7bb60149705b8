//! Which clients wait for a person: for a decision, or for the answer to a contest.

use std::collections::BTreeSet;

use sqlx::Row;

use super::case::Case;
use super::read::entry;
use crate::database::Store;
use crate::error::Result;

impl Store {
    /// Clients with a case that waits for a decision or for a second review, by number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting_clients(&self) -> Result<BTreeSet<i64>> {
        let rows = sqlx::query(
            "SELECT last.sequence, last.case_id, last.event, at_ms, actor, payload, previous,
                 hash, body, client
             FROM decision_log AS last
             JOIN decision_payloads ON decision_payloads.sequence = last.sequence
             WHERE last.event IN ('proposed', 'contested') AND client IS NOT NULL
             AND NOT EXISTS (
                 SELECT 1 FROM decision_log AS later
                 WHERE later.case_id = last.case_id AND later.sequence > last.sequence
                 AND later.event IN ('decided', 'overridden', 'contested', 'upheld', 'reversed',
                     'erased'))",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut clients = BTreeSet::new();
        for row in &rows {
            let is_contested = row.try_get::<&str, _>("event")? == "contested";
            // Of those proposed, only some need a person.
            let waits = || -> Result<bool> {
                Ok(Case::of(&[entry(row)?]).is_some_and(|case| case.is_waiting()))
            };
            if is_contested || waits()? {
                clients.insert(row.try_get("client")?);
            }
        }
        Ok(clients)
    }
}
