//! How the probabilities of a model spread, week by week.

use std::collections::BTreeMap;

use sqlx::Row;
use time::OffsetDateTime;

use crate::database::Store;
use crate::decisions::milliseconds;
use crate::error::{Error, Result};

/// Bounds that [`Store::weekly_spread`] can tell apart.
const MOST_BOUNDS: usize = 9;
const WEEK_MS: i64 = 604_800_000;
/// The first Monday after the beginning of 1970.
const FIRST_MONDAY_MS: i64 = 345_600_000;

/// How the probabilities of one week spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklySpread {
    /// Monday, midnight UTC.
    pub from: OffsetDateTime,
    /// Rows below the first bound, then from each bound up to the next one.
    pub counts: [u64; MOST_BOUNDS + 1],
}

impl Store {
    /// Counts the rows that a model scored, by week and by where their probability lies between rising bounds, nine
    /// at most. A row that was scored more than once in a week counts once; values that somebody only tried do not
    /// count. Weeks in which nothing was scored are left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn weekly_spread(
        &self,
        bundle: &str,
        bounds: &[f64],
        since: OffsetDateTime,
    ) -> Result<Vec<WeeklySpread>> {
        let mut query = sqlx::query(
            "SELECT (at_ms - 345600000) / 604800000 AS week,
                 CAST(CASE WHEN probability >= $3 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $4 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $5 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $6 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $7 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $8 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $9 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $10 THEN 1 ELSE 0 END
                 + CASE WHEN probability >= $11 THEN 1 ELSE 0 END AS BIGINT) AS part,
                 COUNT(DISTINCT row_hash) AS n
             FROM predictions
             WHERE at_ms >= $1 AND kind <> 4 -- what-if
                 AND bundle = (SELECT number FROM prediction_bundles WHERE hash = $2)
             GROUP BY week, part ORDER BY week, part",
        )
        .bind(milliseconds(since))
        .bind(bundle);
        for place in 0..MOST_BOUNDS {
            query = query.bind(bounds.get(place).copied().unwrap_or(f64::INFINITY));
        }
        let mut weeks = BTreeMap::<i64, [u64; MOST_BOUNDS + 1]>::new();
        for row in query.fetch_all(&self.pool).await? {
            let (week, part, n): (i64, i64, i64) = (
                row.try_get("week")?,
                row.try_get("part")?,
                row.try_get("n")?,
            );
            let counts = weeks.entry(week).or_default();
            let place = usize::try_from(part).ok();
            let count = place.and_then(|place| counts.get_mut(place));
            let count = count.ok_or_else(|| Error::Damaged(format!("part {part} of a spread")))?;
            *count = n.unsigned_abs();
        }
        weeks.into_iter().map(weekly).collect()
    }
}

fn weekly((week, counts): (i64, [u64; MOST_BOUNDS + 1])) -> Result<WeeklySpread> {
    let seconds = (week * WEEK_MS + FIRST_MONDAY_MS) / 1000;
    let from = OffsetDateTime::from_unix_timestamp(seconds)
        .map_err(|error| Error::Damaged(format!("week {week} of a spread: {error}")))?;
    Ok(WeeklySpread { from, counts })
}
