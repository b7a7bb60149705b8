//! For how long things are kept.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::event::Actor;
use super::forget::{Erasure, What};
use crate::database::Store;
use crate::error::Result;

/// Days of a year and of a month, as lengths of time that need no calendar.
const YEAR_DAYS: i64 = 365;
const MONTH_DAYS: i64 = 30;

/// For how long what is kept is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Years after the last entry of a case until what it tells is erased; the chain stays.
    /// `None`: for ever.
    pub decision_years: Option<u16>,
    /// Months that predictions are kept; `None`: for ever.
    pub prediction_months: Option<u16>,
    /// Days that a write which is sent again under its idempotency key is known for what it is.
    pub idempotency_days: u16,
}

impl Default for Retention {
    /// Five years after the last entry, 24 months of predictions, a week of idempotency keys.
    fn default() -> Self {
        Self {
            decision_years: Some(5),
            prediction_months: Some(24),
            idempotency_days: 7,
        }
    }
}

/// What was removed because it was old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Cases whose words were erased.
    pub cases: u64,
    /// Predictions.
    pub predictions: u64,
    /// Idempotency keys.
    pub idempotency_keys: u64,
}

impl Retention {
    /// Why old cases are erased, in the log's words.
    pub const REASON: &str = "retention";

    fn ago(now: OffsetDateTime, days: i64) -> OffsetDateTime {
        now.checked_sub(Duration::days(days))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl Store {
    /// Removes what is older than it should be. Cases that somebody must act on stay.
    ///
    /// # Errors
    /// The database fails; what was removed before stays removed.
    pub async fn retain(&self, retention: &Retention, now: OffsetDateTime) -> Result<Removed> {
        let mut removed = Removed::default();
        let ago = |days: i64| Retention::ago(now, days);
        let keys = ago(retention.idempotency_days.into());
        removed.idempotency_keys = self.purge_idempotency_keys(keys).await?;
        if let Some(months) = retention.prediction_months {
            let before = ago(i64::from(months) * MONTH_DAYS);
            removed.predictions = self.purge_predictions(before).await?;
        }
        if let Some(years) = retention.decision_years {
            let before = ago(i64::from(years) * YEAR_DAYS);
            removed.cases = self.erase_cases_before(before, now).await?;
        }
        if removed.cases + removed.predictions > 0 {
            self.empty_write_ahead_log().await?;
        }
        Ok(removed)
    }

    /// Some at a time, so that decisions are written in between.
    async fn erase_cases_before(&self, before: OffsetDateTime, at: OffsetDateTime) -> Result<u64> {
        let mut cases = 0;
        loop {
            let erasure = Erasure {
                what: What::Before(before),
                actor: Actor::Program,
                at,
                reason: Retention::REASON.to_owned(),
            };
            let done = self.append_erasures(erasure).await?;
            if done.entries.is_empty() {
                return Ok(cases);
            }
            cases += done.entries.len() as u64;
        }
    }
}
