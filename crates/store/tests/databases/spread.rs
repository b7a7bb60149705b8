//! Counting the prediction log by week and by probability.

use limpide_store::{Advice, Prediction, PredictionKind, Predictions};
use time::macros::datetime;

use crate::database::on_both;

const BOUNDS: [f64; 3] = [0.1, 0.2, 0.5];

fn scored(at: time::OffsetDateTime, row: &str, probability: f64) -> Prediction {
    Prediction {
        at_ms: at.unix_timestamp() * 1000,
        kind: PredictionKind::Score,
        client: None,
        bundle: "b".repeat(64).into(),
        row_hash: *blake3::hash(row.as_bytes())
            .as_bytes()
            .first_chunk()
            .unwrap(),
        inputs: None,
        probability,
        interval: [0.0, 1.0],
        decision: Advice::Granted,
        role: None,
    }
}

#[tokio::test]
async fn rows_are_counted_by_week_and_part_once_each() {
    // A Sunday's last second, and the Monday after it.
    let (sunday, monday) = (
        datetime!(2026-11-15 23:59:59 UTC),
        datetime!(2026-11-16 00:00 UTC),
    );
    on_both(async |database| {
        let store = database.open().await;
        let log = Predictions::open(&store, None, Predictions::MOST_BYTES).unwrap();
        let tried = Prediction {
            kind: PredictionKind::WhatIf,
            ..scored(monday, "tried", 0.3)
        };
        let of_another_model = Prediction {
            bundle: "c".repeat(64).into(),
            ..scored(monday, "other", 0.3)
        };
        let made = [
            scored(datetime!(2026-11-01 12:00 UTC), "too old", 0.3),
            scored(sunday, "one", 0.05),
            scored(monday, "one", 0.05),
            // The same row again, and a row on a bound.
            scored(monday, "one", 0.05),
            scored(monday, "two", 0.1),
            scored(monday, "three", 0.15),
            scored(monday, "four", 0.5),
            tried,
            of_another_model,
        ];
        for one in &made {
            log.record(one).await.unwrap();
        }
        log.flush().await.unwrap();
        let since = datetime!(2026-11-09 00:00 UTC);
        let found = store.weekly_spread(&"b".repeat(64), &BOUNDS, since).await;
        let found: Vec<_> = found
            .unwrap()
            .into_iter()
            .map(|week| (week.from, week.counts))
            .collect();
        assert_eq!(
            found,
            [
                (
                    datetime!(2026-11-09 00:00 UTC),
                    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
                ),
                (monday, [1, 2, 0, 1, 0, 0, 0, 0, 0, 0]),
            ]
        );
    })
    .await;
}
