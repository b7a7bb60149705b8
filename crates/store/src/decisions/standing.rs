//! Where each case stands, in a table beside the log: for the list of those who wait, and for how
//! often advisers agree with the model. It is written in the transaction of the entry that changes
//! it, and follows from the log alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::case::{Agreement, Case, Status};
use super::entry::{CaseId, Entry, milliseconds};
use super::event::{Actor, Event};
use super::read::case_entries;
use super::tally::Tally;
use crate::database::Store;
use crate::error::{Error, Result};

/// What somebody must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// A person must decide.
    Decision,
    /// A second reviewer must answer a contest.
    Review,
    /// A request for correction must be answered.
    Correction,
}

/// A case for which somebody must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The case.
    pub case: CaseId,
    /// The client's number.
    pub client: i64,
    /// What must be done first.
    pub waits_for: WaitsFor,
    /// Until when, in seconds since 1970; [`i64::MAX`] where no date was set.
    pub act_by: i64,
}

/// Whose cases may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToSee {
    /// Every client's.
    All,
    /// Those of clients assigned to this person.
    AssignedTo(i64),
}

impl WaitsFor {
    fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Review => "review",
            Self::Correction => "correction",
        }
    }

    fn read(found: &str) -> Result<Self> {
        [Self::Decision, Self::Review, Self::Correction]
            .into_iter()
            .find(|one| one.as_str() == found)
            .ok_or_else(|| Error::Damaged(format!("a case that waits for {found:?}")))
    }
}

impl Store {
    /// Cases for which somebody must act, the soonest first, after one of an earlier page: its
    /// `act_by` and its number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting(
        &self,
        whose: ToSee,
        after: Option<&(i64, CaseId)>,
        limit: usize,
    ) -> Result<Vec<Waiting>> {
        let (all, person) = whose.bound();
        let (act_by, case) = match after {
            Some((act_by, case)) => (*act_by, case.as_str()),
            None => (i64::MIN, ""),
        };
        let rows = sqlx::query(
            "SELECT case_id, client, waits_for, act_by FROM cases
             WHERE waits_for IS NOT NULL AND (act_by, case_id) > ($1, $2)
                 AND ($3 = 1 OR client IN (SELECT client FROM assignments WHERE person = $4))
             ORDER BY act_by, case_id LIMIT $5",
        )
        .bind(act_by)
        .bind(case)
        .bind(all)
        .bind(person)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await?;
        let waiting = rows.iter().map(|row| {
            Ok(Waiting {
                case: row.try_get::<&str, _>("case_id")?.parse()?,
                client: row.try_get("client")?,
                waits_for: WaitsFor::read(row.try_get("waits_for")?)?,
                act_by: row.try_get("act_by")?,
            })
        });
        waiting.collect()
    }

    /// Clients with a case that waits for a decision or for a second review, by number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting_clients(&self) -> Result<BTreeSet<i64>> {
        let rows = sqlx::query(
            "SELECT DISTINCT client FROM cases WHERE waits_for IN ('decision', 'review')",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(row.try_get("client")?)).collect()
    }

    /// How many cases wait, and how many of them should have been acted on by now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting_count(&self, whose: ToSee, now: OffsetDateTime) -> Result<(u64, u64)> {
        let (all, person) = whose.bound();
        let row = sqlx::query(
            "SELECT count(*) AS waiting,
                 CAST(coalesce(sum(CASE WHEN act_by < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue
             FROM cases WHERE waits_for IS NOT NULL
                 AND ($2 = 1 OR client IN (SELECT client FROM assignments WHERE person = $3))",
        )
        .bind(now.unix_timestamp())
        .bind(all)
        .bind(person)
        .fetch_one(&self.pool)
        .await?;
        let count = |name| Ok::<_, Error>(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or(0));
        Ok((count("waiting")?, count("overdue")?))
    }

    /// How those who took a first decision from one moment on and before another stand to the
    /// model's advice. Cases that were erased are not counted.
    ///
    /// # Errors
    /// The database fails.
    pub async fn agreement_between(
        &self,
        from: OffsetDateTime,
        before: OffsetDateTime,
    ) -> Result<BTreeMap<Actor, Tally>> {
        let rows = sqlx::query(
            "SELECT decided_by, agreement, count(*) AS cases,
                 CAST(sum(reversed) AS BIGINT) AS reversed
             FROM cases WHERE decided_ms >= $1 AND decided_ms < $2
             GROUP BY decided_by, agreement",
        )
        .bind(milliseconds(from))
        .bind(milliseconds(before))
        .fetch_all(&self.pool)
        .await?;
        let mut tallies = BTreeMap::<Actor, Tally>::new();
        for row in &rows {
            let tally = tallies.entry(row.try_get::<&str, _>("decided_by")?.parse()?);
            let tally = tally.or_default();
            let count =
                |name| Ok::<_, Error>(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or(0));
            let cases = count("cases")?;
            match row.try_get("agreement")? {
                "agreed" => tally.agreed += cases,
                "overridden" => tally.overridden += cases,
                _ => tally.unadvised += cases,
            }
            tally.reversed += count("reversed")?;
        }
        Ok(tallies)
    }
}

impl ToSee {
    fn bound(self) -> (i64, i64) {
        match self {
            Self::All => (1, 0),
            Self::AssignedTo(person) => (0, person),
        }
    }
}

/// Keeps where a case stands after all of its entries.
pub(super) async fn keep(connection: &mut AnyConnection, entries: &[Entry]) -> Result<()> {
    let (Some(case), Some(last)) = (Case::of(entries), entries.last()) else {
        return Ok(());
    };
    if case.status == Status::Erased {
        return Ok(());
    }
    let waits = waits_for(&case, entries);
    let decided = entries.iter().find(|entry| {
        matches!(
            entry.event,
            Some(Event::Decided { .. } | Event::Overridden { .. })
        )
    });
    let agreement = case.first.map(|first| match first.agreement {
        Agreement::Agreed => "agreed",
        Agreement::Overridden => "overridden",
        Agreement::Unadvised => "unadvised",
    });
    let reversed = case.second.is_some() && case.first.map(|first| first.verdict) != case.verdict;
    sqlx::query(
        "INSERT INTO cases (case_id, client, latest_ms, waits_for, act_by, decided_by, decided_ms,
             agreement, reversed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (case_id) DO UPDATE SET latest_ms = excluded.latest_ms,
             waits_for = excluded.waits_for, act_by = excluded.act_by,
             decided_by = excluded.decided_by, decided_ms = excluded.decided_ms,
             agreement = excluded.agreement, reversed = excluded.reversed",
    )
    .bind(last.case.as_str())
    .bind(case.client)
    .bind(milliseconds(last.at))
    .bind(waits.map(|(waits_for, _)| waits_for.as_str()))
    .bind(waits.map(|(_, act_by)| act_by))
    .bind(case.first.map(|first| first.by.to_string()))
    .bind(decided.map(|entry| milliseconds(entry.at)))
    .bind(agreement)
    .bind(i64::from(reversed))
    .execute(connection)
    .await?;
    Ok(())
}

/// What must be done first, and until when.
fn waits_for(case: &Case, entries: &[Entry]) -> Option<(WaitsFor, i64)> {
    let act_by = |due: Option<i64>| due.unwrap_or(i64::MAX);
    let of_case = match case.status {
        Status::AwaitingDecision => Some((WaitsFor::Decision, act_by(case.due))),
        Status::Contested => Some((WaitsFor::Review, act_by(case.due))),
        _ => None,
    };
    let corrections = entries.iter().filter_map(|entry| match &entry.event {
        Some(Event::CorrectionRequested(correction)) => case
            .corrections
            .contains(&entry.sequence)
            .then_some((WaitsFor::Correction, act_by(correction.answer_by))),
        _ => None,
    });
    of_case
        .into_iter()
        .chain(corrections)
        .min_by_key(|(_, act_by)| *act_by)
}

/// Makes the table anew from the log.
pub(crate) async fn rebuild(connection: &mut AnyConnection) -> Result<()> {
    let rows = sqlx::query("SELECT DISTINCT case_id FROM decision_log")
        .fetch_all(&mut *connection)
        .await?;
    for row in &rows {
        let case: CaseId = row.try_get::<&str, _>("case_id")?.parse()?;
        let entries = case_entries(connection, &case).await?;
        keep(connection, &entries).await?;
    }
    Ok(())
}
