//! Reading the prediction log, and removing what is old.

use sqlx::Row;
use sqlx::any::AnyRow;
use time::OffsetDateTime;

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
        sqlx::query(
            "SELECT journal, place, at_ms, kind, client, hash, row_hash, inputs, probability,
                 low, high, decision, role
             FROM predictions JOIN prediction_bundles ON number = bundle
             WHERE client = $1 ORDER BY at_ms, journal, place",
        )
        .bind(client)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(prediction)
        .collect()
    }

    /// Forgets predictions older than this and returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn purge_predictions(&self, before: OffsetDateTime) -> Result<u64> {
        let done = sqlx::query("DELETE FROM predictions WHERE at_ms < $1")
            .bind(milliseconds(before))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
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
