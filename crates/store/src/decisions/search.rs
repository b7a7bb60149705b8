//! Searching the log: what happened to a client, by somebody, of a kind, in some days.

use time::OffsetDateTime;

use super::entry::{Entry, milliseconds};
use super::event::{Actor, Event};
use super::read::entry;
use crate::database::Store;
use crate::error::Result;

/// Which entries are looked for; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Those of a client's cases that still tell of the client: what was forgotten is not found so.
    pub client: Option<i64>,
    /// Those of somebody.
    pub actor: Option<Actor>,
    /// Those of a kind: one of [`Event::NAMES`].
    pub event: Option<&'static str>,
    /// Those from this moment on.
    pub since: Option<OffsetDateTime>,
    /// Those before this moment.
    pub before: Option<OffsetDateTime>,
}

/// Where a page of the log begins, and which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPlace {
    /// After this sequence number, oldest first.
    After(i64),
    /// Before this sequence number, newest first.
    Before(i64),
}

impl Event {
    /// Names of all kinds of events, in the order in which they may happen to a case.
    pub const NAMES: [&'static str; 11] = [
        "proposed",
        "decided",
        "overridden",
        "commented",
        "contested",
        "upheld",
        "reversed",
        "outcome_known",
        "correction_requested",
        "correction_answered",
        "erased",
    ];
}

impl Store {
    /// Entries that are looked for, at most `limit`: a page of the log.
    ///
    /// # Errors
    /// The database fails.
    pub async fn search_log(
        &self,
        sought: &Sought,
        place: LogPlace,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let (query, sequence) = match place {
            LogPlace::After(sequence) => (
                "SELECT decision_log.sequence, decision_log.case_id, event, at_ms, actor, payload,
                     previous, hash, body
                 FROM decision_log
                 LEFT JOIN decision_payloads
                     ON decision_payloads.sequence = decision_log.sequence
                 WHERE decision_log.sequence > $1 AND at_ms >= $2 AND at_ms < $3
                     AND ($4 = '' OR actor = $4) AND ($5 = '' OR event = $5)
                     AND ($6 = 0 OR decision_log.case_id IN
                         (SELECT case_id FROM decision_payloads WHERE client = $7))
                 ORDER BY decision_log.sequence LIMIT $8",
                sequence,
            ),
            LogPlace::Before(sequence) => (
                "SELECT decision_log.sequence, decision_log.case_id, event, at_ms, actor, payload,
                     previous, hash, body
                 FROM decision_log
                 LEFT JOIN decision_payloads
                     ON decision_payloads.sequence = decision_log.sequence
                 WHERE decision_log.sequence < $1 AND at_ms >= $2 AND at_ms < $3
                     AND ($4 = '' OR actor = $4) AND ($5 = '' OR event = $5)
                     AND ($6 = 0 OR decision_log.case_id IN
                         (SELECT case_id FROM decision_payloads WHERE client = $7))
                 ORDER BY decision_log.sequence DESC LIMIT $8",
                sequence,
            ),
        };
        let actor = sought.actor.map(|actor| actor.to_string());
        let rows = sqlx::query(query)
            .bind(sequence)
            .bind(sought.since.map_or(i64::MIN, milliseconds))
            .bind(sought.before.map_or(i64::MAX, milliseconds))
            .bind(actor.unwrap_or_default())
            .bind(sought.event.unwrap_or_default())
            .bind(i64::from(sought.client.is_some()))
            .bind(sought.client.unwrap_or_default())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(entry).collect()
    }
}
