//! Scoring of many rows at once, off the hot path: what was posted waits in a file, one thread scores
//! it row after row into another, and both outlive the server.
//!
//! - [`kept`]: a batch on disk: its rows, its results, what it is and how far it came;
//! - [`received`]: rows on their way from a request into their file;
//! - [`work`]: rows in, results out.
//!
//! One thread works for all batches, so that single requests keep the other cores. A batch goes on
//! after a restart where the same model still decides; else it says that it was interrupted. Rows are
//! deleted with the end of the work, results [`KEPT_SECONDS`] later.

mod forgotten;
mod kept;
mod received;
mod work;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use limpide_store::Actor;
use serde_json::{Map, Value};
use time::OffsetDateTime;

pub(crate) use self::kept::{Asked, Batch, Form, Stage};
pub(crate) use self::received::{MOST_BYTES, MOST_LINE_BYTES, MOST_ROWS, Received, Refused};
use crate::router::AppState;
use crate::service::RowsError;

/// How long results are kept, in seconds: a day.
pub(crate) const KEPT_SECONDS: i64 = 24 * 60 * 60;
/// Batches of one caller that are not done, at most.
pub(crate) const MOST_OF_ONE: usize = 4;
/// Batches that are not done, of all callers.
pub(crate) const MOST_OF_ALL: usize = 32;
/// How often what is too old is looked for.
const SWEEP: Duration = Duration::from_secs(600);

/// Reads and writes Parquet files.
pub trait ParquetFiles: Send + Sync {
    /// Opens a file of rows: a column a feature, and perhaps one called `client`.
    ///
    /// # Errors
    /// It is no Parquet file, or has columns that are neither numbers nor texts: in words.
    fn open(&self, path: &Path) -> Result<ParquetRows, RowsError>;

    /// Writes results, a JSON object a line, as a Parquet file.
    ///
    /// # Errors
    /// The results cannot be read, or the file cannot be written.
    fn write(&self, results: &Path, out: &Path) -> Result<(), RowsError>;
}

/// The rows of a Parquet file.
pub struct ParquetRows {
    /// Names of its columns.
    pub columns: Vec<String>,
    /// How many rows there are.
    pub rows: u64,
    /// The rows by column; what is missing is left out, and a number that is not finite is a text.
    pub values: Box<dyn Iterator<Item = Result<Map<String, Value>, RowsError>> + Send>,
}

/// The batches of a server; clones share them.
#[derive(Clone)]
pub struct Batches(Arc<Shared>);

struct Shared {
    folder: PathBuf,
    parquet: Arc<dyn ParquetFiles>,
    known: Mutex<BTreeMap<String, Arc<Batch>>>,
    queue: Sender<(Arc<Batch>, AppState)>,
}

impl Batches {
    /// Opens a folder of batches, made with the first one, and starts the thread that works.
    ///
    /// # Errors
    /// The folder cannot be read, or no thread can be started.
    pub fn open(folder: &Path, parquet: Arc<dyn ParquetFiles>) -> io::Result<Self> {
        let mut known = BTreeMap::new();
        let now = now();
        for path in kept::folders(folder)? {
            match Batch::open(&path) {
                Ok(batch) if !batch.is_expired(now) => {
                    known.insert(batch.id().to_owned(), Arc::new(batch));
                }
                // Too old, half received, or of another version: nobody can ask for it.
                _ => remove(&path),
            }
        }
        let (queue, asked) = channel();
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            parquet: Arc::clone(&parquet),
            known: Mutex::new(known),
            queue,
        });
        let weak = Arc::downgrade(&shared);
        std::thread::Builder::new()
            .name("batches".to_owned())
            .spawn(move || serve(&asked, &weak, parquet.as_ref()))?;
        Ok(Self(shared))
    }

    /// Goes on with batches that the end of the server before interrupted, where their model still
    /// decides; tells the others that they were.
    pub(crate) fn resume(&self, state: &AppState) {
        let unfinished: Vec<Arc<Batch>> = {
            let known = self.known();
            let unfinished = known.values().filter(|batch| batch.take_unfinished());
            unfinished.cloned().collect()
        };
        for batch in unfinished {
            if batch.model() == &*state.service.model {
                self.enqueue(batch, state.clone());
            } else {
                let reason = "the server was restarted with another model: post the rows again";
                batch.end(Stage::Interrupted, Some(reason), now());
            }
        }
    }

    /// Whether another batch of a caller is taken on.
    pub(crate) fn has_room(&self, owner: Actor) -> bool {
        let known = self.known();
        let unfinished = || known.values().filter(|batch| !batch.stage().is_ended());
        unfinished().count() < MOST_OF_ALL
            && unfinished().filter(|batch| batch.owner() == owner).count() < MOST_OF_ONE
    }

    /// A new folder, in which a batch is received; removed again unless it is added.
    pub(crate) fn receive(&self, form: Form) -> io::Result<Received> {
        Received::create(&self.0.folder, form)
    }

    /// What reads and writes Parquet files.
    pub(crate) fn parquet(&self) -> Arc<dyn ParquetFiles> {
        Arc::clone(&self.0.parquet)
    }

    /// Takes a batch on.
    pub(crate) fn add(
        &self,
        received: Received,
        asked: Asked,
        state: AppState,
    ) -> io::Result<Arc<Batch>> {
        let batch = Arc::new(received.keep(asked, now())?);
        self.known()
            .insert(batch.id().to_owned(), Arc::clone(&batch));
        self.enqueue(Arc::clone(&batch), state);
        Ok(batch)
    }

    /// A batch of this caller; nobody else is told that it is there.
    pub(crate) fn find(&self, id: &str, owner: Actor) -> Option<Arc<Batch>> {
        self.sweep();
        let known = self.known();
        let batch = known.get(id).filter(|batch| batch.owner() == owner);
        batch.cloned()
    }

    /// Ends a batch and forgets it, with its rows and results.
    pub(crate) fn remove(&self, batch: &Batch) {
        batch.cancel();
        self.known().remove(batch.id());
        remove(batch.folder());
    }

    fn enqueue(&self, batch: Arc<Batch>, state: AppState) {
        // The thread is there as long as this is.
        let _ = self.0.queue.send((batch, state));
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Batch>>> {
        self.0.known()
    }

    fn sweep(&self) {
        self.0.sweep();
    }
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Batch>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was kept long enough.
    fn sweep(&self) {
        let now = now();
        self.known().retain(|_, batch| {
            let is_expired = batch.is_expired(now);
            if is_expired {
                remove(batch.folder());
            }
            !is_expired
        });
    }
}

/// Works on one batch after the other until the server ends.
fn serve(
    asked: &Receiver<(Arc<Batch>, AppState)>,
    shared: &Weak<Shared>,
    parquet: &dyn ParquetFiles,
) {
    // Computing features waits for tasks: they get a thread of their own, beside this one that waits.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("batches")
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "batches cannot be scored");
            return;
        }
    };
    let _entered = runtime.enter();
    loop {
        match asked.recv_timeout(SWEEP) {
            Ok((batch, state)) => work::score(&batch, &state, parquet),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(shared) = shared.upgrade() {
                    shared.sweep();
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a batch's files cannot be removed");
    }
}
