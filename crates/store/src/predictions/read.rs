//! Reading the prediction log, and removing what is old.

use std::ops::Range;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::moving::MINUTE_MS;
use super::stored::word;
use super::{Prediction, PredictionKind};
use crate::database::Store;
use crate::decisions::{Advice, milliseconds};
use crate::error::{Error, Result};
use crate::people::Role;

/// Predictions of a page.
const PAGE: i64 = 1000;

/// Predictions of a span of time, a page after the other: no connection is held in between.
#[derive(Clone, Debug)]
pub struct PredictionPages {
    store: Store,
    /// The last one told: when, journal, place.
    after: (i64, i64, i64),
    before: i64,
}

impl PredictionPages {
    /// The next page, oldest first; empty after the last one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn next(&mut self) -> Result<Vec<Prediction>> {
        let (at_ms, journal, place) = self.after;
        let rows = sqlx::query(
            "SELECT journal, place, at_ms, kind, client, hash, row_hash, inputs, probability,
                 low, high, decision, role
             FROM predictions JOIN prediction_bundles ON number = bundle
             WHERE at_ms >= $1 AND at_ms < $2 AND (at_ms, journal, place) > ($3, $4, $5)
             ORDER BY at_ms, journal, place LIMIT $6",
        )
        .bind(at_ms)
        .bind(self.before)
        .bind(at_ms)
        .bind(journal)
        .bind(place)
        .bind(PAGE)
        .fetch_all(&self.store.pool)
        .await?;
        if let Some(last) = rows.last() {
            self.after = (
                last.try_get("at_ms")?,
                last.try_get("journal")?,
                last.try_get("place")?,
            );
        }
        rows.iter().map(prediction).collect()
    }
}

impl Store {
    /// Predictions from one moment on and before another, to the millisecond.
    pub fn predictions_between(
        &self,
        from: OffsetDateTime,
        before: OffsetDateTime,
    ) -> PredictionPages {
        PredictionPages {
            store: self.clone(),
            after: (milliseconds(from), i64::MIN, i64::MIN),
            before: milliseconds(before),
        }
    }

    /// Predictions on a client, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn client_predictions(&self, client: i64) -> Result<Vec<Prediction>> {
        let mut connection = self.pool.acquire().await?;
        let mut found = Vec::new();
        for span in spans(&mut connection, client).await? {
            let rows = sqlx::query(
                "SELECT journal, place, at_ms, kind, client, hash, row_hash, inputs, probability,
                     low, high, decision, role
                 FROM predictions JOIN prediction_bundles ON number = bundle
                 WHERE at_ms >= $1 AND at_ms < $2 AND client = $3
                 ORDER BY at_ms, journal, place",
            )
            .bind(span.start)
            .bind(span.end)
            .bind(client)
            .fetch_all(&mut *connection)
            .await?;
            for row in &rows {
                found.push(prediction(row)?);
            }
        }
        Ok(found)
    }

    /// Forgets predictions older than this and returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn purge_predictions(&self, before: OffsetDateTime) -> Result<u64> {
        let before = milliseconds(before);
        let mut transaction = self.begin().await?;
        let done = sqlx::query("DELETE FROM predictions WHERE at_ms < $1")
            .bind(before)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM prediction_minutes WHERE minute < $1")
            .bind(before.div_euclid(MINUTE_MS))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Forgets the predictions on a client and returns how many there were.
pub(crate) async fn forget_predictions(connection: &mut AnyConnection, client: i64) -> Result<u64> {
    let mut forgotten = 0;
    for span in spans(connection, client).await? {
        let done =
            sqlx::query("DELETE FROM predictions WHERE at_ms >= $1 AND at_ms < $2 AND client = $3")
                .bind(span.start)
                .bind(span.end)
                .bind(client)
                .execute(&mut *connection)
                .await?;
        forgotten += done.rows_affected();
    }
    sqlx::query("DELETE FROM prediction_minutes WHERE client = $1")
        .bind(client)
        .execute(&mut *connection)
        .await?;
    Ok(forgotten)
}

/// The milliseconds in which there are predictions on a client, in rising order.
async fn spans(connection: &mut AnyConnection, client: i64) -> Result<Vec<Range<i64>>> {
    let minutes = "SELECT minute FROM prediction_minutes WHERE client = $1 ORDER BY minute";
    let minutes: Vec<i64> = sqlx::query_scalar(minutes)
        .bind(client)
        .fetch_all(&mut *connection)
        .await?;
    let mut spans: Vec<Range<i64>> = Vec::new();
    for minute in minutes {
        let span = minute * MINUTE_MS..(minute + 1) * MINUTE_MS;
        match spans.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => spans.push(span),
        }
    }
    Ok(spans)
}

fn prediction(row: &AnyRow) -> Result<Prediction> {
    let role: Option<i64> = row.try_get("role")?;
    let row_hash: &[u8] = row.try_get("row_hash")?;
    Ok(Prediction {
        at_ms: row.try_get("at_ms")?,
        kind: word(&PredictionKind::ALL, row.try_get("kind")?)?,
        client: row.try_get("client")?,
        bundle: row.try_get::<&str, _>("hash")?.into(),
        row_hash: row_hash
            .try_into()
            .map_err(|_| Error::Damaged(format!("a row's hash of {} bytes", row_hash.len())))?,
        inputs: row.try_get("inputs")?,
        probability: row.try_get("probability")?,
        interval: [row.try_get("low")?, row.try_get("high")?],
        decision: word(&Advice::ALL, row.try_get("decision")?)?,
        role: role.map(|role| word(&Role::ALL, role)).transpose()?,
    })
}
