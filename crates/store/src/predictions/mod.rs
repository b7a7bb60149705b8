//! The prediction log: every result that was answered, for monitoring and for the client.
//!
//! An answer does not wait for the database. [`Predictions::record`] appends to a file of the
//! workspace ([`journal`]) before the answer goes out, which outlives the end of the program, also
//! by kill -9; a task moves the files into the database, many records a transaction ([`moving`]),
//! and removes them. While the database is away the files grow up to a limit. Where nothing can be
//! written to them, a record goes into the database at once; where it cannot go there either, the
//! answer waits, then fails: nothing is dropped. [`read`] reads the log, [`spread`] counts it.

mod frame;
mod journal;
mod moving;
mod read;
mod spread;
mod stored;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::Instant;

use self::journal::Journal;
pub use self::read::PredictionPages;
pub(crate) use self::read::forget_predictions;
pub use self::spread::WeeklySpread;
use crate::database::Store;
use crate::decisions::Advice;
use crate::error::{Error, Result};
use crate::people::Role;

/// How long an answer waits where its record can be written nowhere.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries of it.
const PAUSE: Duration = Duration::from_millis(200);

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictionKind {
    /// The score of a client of the portfolio.
    Score,
    /// An explained score of a client of the portfolio.
    Explanation,
    /// The score of feature values that were posted.
    PostedValues,
    /// The score of raw rows that were posted.
    PostedRows,
    /// What a client's score would be with other values: no client's result.
    WhatIf,
    /// One of many scores asked for at once.
    Batch,
}

impl PredictionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Score,
        Self::Explanation,
        Self::PostedValues,
        Self::PostedRows,
        Self::WhatIf,
        Self::Batch,
    ];

    /// Name of the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Explanation => "explanation",
            Self::PostedValues => "posted_values",
            Self::PostedRows => "posted_rows",
            Self::WhatIf => "what_if",
            Self::Batch => "batch",
        }
    }
}

/// A result that was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What was asked.
    pub kind: PredictionKind,
    /// The client's number; `None`: values of nobody in the portfolio.
    pub client: Option<i64>,
    /// Hash of the bundle that scored.
    pub bundle: Arc<str>,
    /// Hash of the row that was scored. A row of the portfolio is found
    /// again under the client's number; the hash tells whether it is the one of then.
    pub row_hash: [u8; 16],
    /// The row that was scored, as a JSON list in the order of the bundle's features, where it
    /// stands nowhere else; `None`: it is the portfolio's.
    pub inputs: Option<String>,
    /// Calibrated probability of default, 0 to 1.
    pub probability: f64,
    /// Its interval: low, high.
    pub interval: [f64; 2],
    /// What the policy says.
    pub decision: Advice,
    /// The role of the person who asked; `None`: a program.
    pub role: Option<Role>,
}

/// How far the log is behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PredictionsBehind {
    /// Bytes in files that are not in the database yet.
    pub bytes: u64,
    /// Files that could not be read to their end and were kept aside, since the start.
    pub damaged: u64,
    /// Why nothing could be moved into the database the last time; `None`: it could.
    pub reason: Option<String>,
}

/// The way to the prediction log. Clones share it.
#[derive(Clone, Debug)]
pub struct Predictions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    journal: Mutex<Journal>,
    behind: Mutex<PredictionsBehind>,
    /// One move at a time.
    moving: tokio::sync::Mutex<()>,
    /// Told when a file was moved and removed.
    room: Notify,
    /// Names what goes into the database at once.
    direct: (i64, AtomicI64),
}

impl Predictions {
    /// Most bytes that wait in files, unless another number is given.
    pub const MOST_BYTES: u64 = 1 << 30;

    /// Opens the log over a folder for its files, made when absent, inside a Tokio runtime; what
    /// an ended program left there is moved into the database too. Without a folder what waits is
    /// kept in memory: for a database that is in memory itself.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(store: &Store, folder: Option<PathBuf>, most_bytes: u64) -> Result<Self> {
        let journal = match folder {
            Some(folder) => Journal::open(&folder, most_bytes).map_err(|error| Error::Journal {
                folder,
                reason: error.to_string(),
            })?,
            None => Journal::in_memory(most_bytes),
        };
        let inner = Arc::new(Inner {
            store: store.clone(),
            journal: Mutex::new(journal),
            behind: Mutex::default(),
            moving: tokio::sync::Mutex::default(),
            room: Notify::new(),
            direct: (journal::random_number()?, AtomicI64::new(0)),
        });
        tokio::spawn(moving::keep_moving(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    /// Records a result that is about to be answered; when this returns the record outlives the
    /// end of the program.
    ///
    /// # Errors
    /// It could be written neither to a file nor to the database for some seconds: the answer must
    /// not go out.
    pub async fn record(&self, prediction: &Prediction) -> Result<()> {
        let frame = frame::write(prediction)?;
        // What is usual costs one write into the file system's memory.
        if self.journal(|journal| journal.append(&frame)).is_ok() {
            return Ok(());
        }
        Box::pin(self.insist(prediction, &frame)).await
    }

    /// Records what found no room in a file, for some seconds.
    async fn insist(&self, prediction: &Prediction, frame: &[u8]) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        let (journal, places) = &self.0.direct;
        let at_once = vec![(*journal, places.fetch_add(1, Ordering::Relaxed), prediction)];
        loop {
            let room = self.0.room.notified();
            match moving::insert(&self.0.store, at_once.clone()).await {
                Err(error) if Instant::now() < until => drop(error),
                done => return done,
            }
            // Whichever comes first: a file was moved away, or time passed.
            let _ = tokio::time::timeout(PAUSE, room).await;
            if self.journal(|journal| journal.append(frame)).is_ok() {
                return Ok(());
            }
        }
    }

    /// Moves all that waits into the database.
    ///
    /// # Errors
    /// The database fails; what waits goes on waiting.
    pub async fn flush(&self) -> Result<()> {
        self.0.move_all().await
    }

    /// How far the log is behind.
    pub fn behind(&self) -> PredictionsBehind {
        let mut behind = unpoisoned(&self.0.behind).clone();
        behind.bytes = self.journal(|journal| journal.bytes());
        behind
    }

    fn journal<T>(&self, what: impl FnOnce(&mut Journal) -> T) -> T {
        what(&mut unpoisoned(&self.0.journal))
    }
}

/// What is behind the lock is whole after every statement.
fn unpoisoned<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
