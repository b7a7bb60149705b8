//! From the files into the database: many records a transaction, each exactly once, for a record
//! is known by its file and its place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::{Any, Row, Transaction};

use super::frame::End;
use super::journal::Segment;
use super::stored::code;
use super::{Inner, Prediction, PredictionKind, unpoisoned};
use crate::database::{Dialect, Store};
use crate::decisions::Advice;
use crate::error::{Error, Result};
use crate::people::Role;

/// How often what waits is made to outlive a power cut.
const SYNCED_EVERY: Duration = Duration::from_millis(250);
/// After how many times of that it is moved.
const MOVED_EVERY: usize = 20;
/// After a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Records of a transaction.
const BATCH: usize = 65_536;
/// Rows of a statement.
const ROWS: usize = 64;
/// Milliseconds in which a client's predictions are found together.
pub(super) const MINUTE_MS: i64 = 60_000;

/// Where rows go.
struct Target {
    /// The table with its columns.
    into: &'static str,
    /// How many columns.
    columns: usize,
}

const PREDICTIONS: Target = Target {
    into: "predictions (at_ms, journal, place, kind, client, bundle, row_hash, inputs, \
           probability, low, high, decision, role)",
    columns: 13,
};
const MINUTES: Target = Target {
    into: "prediction_minutes (client, minute)",
    columns: 2,
};

/// A record with its journal and its place there.
pub(super) type Placed<'a> = (i64, i64, &'a Prediction);

/// Moves what waits, until the last handle is gone.
pub(super) async fn keep_moving(log: Weak<Inner>) {
    let mut pause = SYNCED_EVERY;
    // At once what an ended program left.
    let mut turns = 1;
    loop {
        tokio::time::sleep(pause).await;
        let Some(log) = log.upgrade() else { return };
        turns -= 1;
        if turns > 0 {
            log.sync().await;
            continue;
        }
        (turns, pause) = match log.move_all().await {
            Ok(()) => (MOVED_EVERY, SYNCED_EVERY),
            Err(_) => (1, AFTER_FAILURE),
        };
    }
}

impl Inner {
    /// Makes what waits outlive a power cut, where it may wait for the disk.
    async fn sync(&self) {
        let Some(file) = unpoisoned(&self.journal).unsynced() else {
            return;
        };
        // If the disk fails, moving tells.
        let _ = tokio::task::spawn_blocking(move || file.sync_data()).await;
    }

    /// Moves all that waits at the start; what comes meanwhile waits for the next time.
    pub(super) async fn move_all(self: &Arc<Self>) -> Result<()> {
        let _one_at_a_time = self.moving.lock().await;
        // What could not be moved before goes first: while the database is away the file that is
        // written to grows, instead of many small ones.
        self.move_full().await?;
        unpoisoned(&self.journal).end_current();
        self.move_full().await
    }

    async fn move_full(self: &Arc<Self>) -> Result<()> {
        let full = unpoisoned(&self.journal).full();
        for _ in 0..full {
            let taken = Taken {
                segment: unpoisoned(&self.journal).take(),
                log: self,
            };
            let moved = taken.move_on().await;
            let reason = moved.as_ref().err().map(ToString::to_string);
            unpoisoned(&self.behind).reason = reason;
            moved?;
            self.room.notify_waiters();
        }
        Ok(())
    }
}

/// A segment that is given back unless all of it was moved, also if the move is given up half-way.
struct Taken<'a> {
    segment: Option<Segment>,
    log: &'a Arc<Inner>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(segment) = self.segment.take() {
            unpoisoned(&self.log.journal).give_back(segment);
        }
    }
}

impl Taken<'_> {
    async fn move_on(mut self) -> Result<()> {
        let Some(segment) = self.segment.as_ref() else {
            return Ok(());
        };
        // A full file takes a tenth of a second, in which others are to be answered.
        let reader = segment.reader().map_err(|error| unread(&error))?;
        let read = tokio::task::spawn_blocking(move || reader.read()).await;
        let read = read
            .unwrap_or_else(|ended| Err(io::Error::other(ended)))
            .map_err(|error| unread(&error))?;
        let number = read.number.unwrap_or(segment.number());
        let mut places = (0..).zip(&read.records);
        loop {
            let mut rows: Vec<Placed> = places
                .by_ref()
                .take(BATCH)
                .map(|(place, record)| (number, place, record))
                .collect();
            if rows.is_empty() {
                break;
            }
            // In the table's order each goes behind the last; they nearly are.
            rows.sort_by_key(|(_, place, record)| (record.at_ms, *place));
            if let Err(error) = insert(&self.log.store, rows).await {
                // It may wait for long: longer than the power lasts.
                let _ = segment.sync();
                return Err(error);
            }
        }
        let Some(segment) = self.segment.take() else {
            return Ok(());
        };
        unpoisoned(&self.log.journal).count_gone(segment.bytes());
        if read.end == End::Damaged {
            unpoisoned(&self.log.behind).damaged += 1;
            // Nothing more can be done for it.
            let _ = segment.set_aside();
        } else {
            // If it stays, its records are found to be there already at the next start.
            let _ = segment.remove();
        }
        Ok(())
    }
}

fn unread(error: &io::Error) -> Error {
    Error::Unavailable {
        reason: format!("a file of predictions cannot be read: {error}"),
    }
}

/// Adds records, but for those that are there already and those of clients who were forgotten
/// since.
pub(super) async fn insert(store: &Store, mut rows: Vec<Placed<'_>>) -> Result<()> {
    let mut transaction = store.begin().await?;
    if store.dialect == Dialect::Postgres {
        // Waits for an erasure under way, which is then seen below.
        sqlx::query("LOCK TABLE predictions IN ROW EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
    }
    let oldest = rows.iter().map(|(_, _, record)| record.at_ms).min();
    let forgotten = sqlx::query("SELECT client, at_ms FROM erasures WHERE at_ms >= $1")
        .bind(oldest.unwrap_or_default())
        .fetch_all(&mut *transaction)
        .await?;
    let mut erased = Vec::with_capacity(forgotten.len());
    for row in &forgotten {
        let at_ms: i64 = row.try_get("at_ms")?;
        erased.push((row.try_get::<i64, _>("client")?, at_ms));
    }
    let is_erased = |record: &Prediction| {
        erased
            .iter()
            .any(|(client, at_ms)| record.client == Some(*client) && record.at_ms <= *at_ms)
    };
    rows.retain(|(_, _, record)| !is_erased(record));
    let numbers = bundle_numbers(&mut transaction, &rows).await?;
    for rows in rows.chunks(ROWS) {
        insert_some(&mut transaction, store.dialect, rows, &numbers).await?;
    }
    insert_minutes(&mut transaction, store.dialect, &rows).await?;
    transaction.commit().await?;
    Ok(())
}

/// Notes in which minutes there are predictions on which clients.
async fn insert_minutes(
    transaction: &mut Transaction<'_, Any>,
    dialect: Dialect,
    rows: &[Placed<'_>],
) -> Result<()> {
    let of_clients = rows.iter().filter_map(|(_, _, record)| {
        let minute = record.at_ms.div_euclid(MINUTE_MS);
        record.client.map(|client| (client, minute))
    });
    let minutes: Vec<(i64, i64)> = BTreeSet::from_iter(of_clients).into_iter().collect();
    for minutes in minutes.chunks(ROWS) {
        let sql = statement(dialect, &MINUTES, minutes.len());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (client, minute) in minutes {
            query = query.bind(*client).bind(*minute);
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

/// What stands for each bundle's hash in the rows.
async fn bundle_numbers<'a>(
    transaction: &mut Transaction<'_, Any>,
    rows: &[Placed<'a>],
) -> Result<BTreeMap<&'a str, i64>> {
    let mut numbers = BTreeMap::new();
    for (_, _, record) in rows {
        let hash = &*record.bundle;
        if numbers.contains_key(hash) {
            continue;
        }
        sqlx::query(
            "INSERT INTO prediction_bundles (hash) VALUES ($1) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(hash)
        .execute(&mut **transaction)
        .await?;
        let number = sqlx::query_scalar("SELECT number FROM prediction_bundles WHERE hash = $1")
            .bind(hash)
            .fetch_one(&mut **transaction)
            .await?;
        numbers.insert(hash, number);
    }
    Ok(numbers)
}

async fn insert_some(
    transaction: &mut Transaction<'_, Any>,
    dialect: Dialect,
    rows: &[Placed<'_>],
    numbers: &BTreeMap<&str, i64>,
) -> Result<()> {
    let sql = statement(dialect, &PREDICTIONS, rows.len());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for (journal, place, record) in rows {
        let bundle = numbers.get(&*record.bundle);
        let bundle = *bundle.ok_or_else(|| Error::Damaged("a bundle without number".to_owned()))?;
        query = query
            .bind(record.at_ms)
            .bind(*journal)
            .bind(*place)
            .bind(code(&PredictionKind::ALL, record.kind))
            .bind(record.client)
            .bind(bundle)
            .bind(&record.row_hash[..])
            .bind(record.inputs.as_deref())
            .bind(record.probability)
            .bind(record.interval[0])
            .bind(record.interval[1])
            .bind(code(&Advice::ALL, record.decision))
            .bind(record.role.map(|role| code(&Role::ALL, role)));
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

/// The statement that adds so many rows, each unless it is there; it depends on nothing else.
/// SQLite is given values without numbers, for among hundreds it looks for each number's place from
/// the first on; and it is told so that nothing in it can fail, for else it would keep a copy of
/// every page that a statement changes.
fn statement(dialect: Dialect, target: &Target, rows: usize) -> String {
    let (insert, unless_there) = match dialect {
        Dialect::Sqlite => ("INSERT OR IGNORE", ""),
        Dialect::Postgres => ("INSERT", " ON CONFLICT DO NOTHING"),
    };
    let mut sql = format!("{insert} INTO {} VALUES ", target.into);
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..target.columns {
            let separator = if column == 0 { "" } else { ", " };
            sql.push_str(separator);
            // Writing to a String cannot fail.
            let _ = match dialect {
                Dialect::Sqlite => sql.write_char('?'),
                Dialect::Postgres => write!(sql, "${}", row * target.columns + column + 1),
            };
        }
        sql.push(')');
    }
    sql.push_str(unless_there);
    sql
}
