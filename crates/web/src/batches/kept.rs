//! A batch on disk: a folder with its rows, its results, and `batch.json`, which says what it is.
//!
//! `batch.json` is written when the batch is taken on and when it ends; how far it came meanwhile
//! follows from the results, a line a row.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use limpide_model::Lang;
use limpide_store::{Actor, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{KEPT_SECONDS, ParquetFiles};

/// The file that says what a batch is.
const MANIFEST: &str = "batch.json";
const FORMAT: &str = "limpide-batch";
const VERSION: u32 = 1;

/// How rows were posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A JSON object a line.
    Lines,
    /// A Parquet file.
    Parquet,
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = BatchStage)]
pub(crate) enum Stage {
    /// Others are scored before it.
    Waiting,
    /// It is being scored.
    Running,
    /// Every row has its result.
    Done,
    /// The server ended meanwhile and cannot go on with it.
    Interrupted,
    /// It could not be scored to its end.
    Failed,
}

impl Stage {
    /// Whether nothing more happens to it.
    pub(crate) fn is_ended(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// What is asked of a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Who posted it.
    pub(crate) owner: Actor,
    /// The role of the person who posted it; `None`: a program.
    pub(crate) role: Option<Role>,
    /// Hash of the model that scores it.
    pub(crate) model: String,
    /// The language of reasons; `None`: none are wanted.
    pub(crate) reasons: Option<Lang>,
    /// The portfolio's clients who may be scored; `None`: all.
    pub(crate) clients: Option<Vec<i64>>,
    /// Rows that were posted.
    pub(crate) rows: u64,
}

/// What `batch.json` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    id: String,
    form: Form,
    #[serde(flatten)]
    asked: Asked,
    posted_at: i64,
    stage: Stage,
    /// Why it was not scored to its end.
    reason: Option<String>,
    /// Rows that could not be scored, once it has ended.
    failed: u64,
    done: u64,
    ended_at: Option<i64>,
}

/// A batch that was taken on.
pub(crate) struct Batch {
    folder: PathBuf,
    manifest: Mutex<Manifest>,
    id: String,
    pub(crate) form: Form,
    pub(crate) asked: Asked,
    pub(crate) posted_at: i64,
    done: AtomicU64,
    failed: AtomicU64,
    is_cancelled: AtomicBool,
    /// Held while its rows are scored.
    working: Mutex<()>,
    /// Whether it was left unfinished by the server before, and nobody took it up.
    is_left: AtomicBool,
    /// When the work began, and after how many rows.
    begun: Mutex<Option<(Instant, u64)>>,
}

/// How far a batch came.
pub(crate) struct Progress {
    pub(crate) stage: Stage,
    pub(crate) done: u64,
    pub(crate) failed: u64,
    /// Seconds until it will be done, as far as can be told.
    pub(crate) seconds_left: Option<f64>,
    pub(crate) reason: Option<String>,
    /// When it will be forgotten, in seconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

impl Batch {
    /// Takes a batch on whose rows are in its folder.
    pub(super) fn create(
        folder: PathBuf,
        id: String,
        form: Form,
        asked: Asked,
        now: i64,
    ) -> io::Result<Self> {
        let batch = Self::of(
            folder,
            Manifest {
                format: FORMAT.to_owned(),
                version: VERSION,
                id,
                form,
                asked,
                posted_at: now,
                stage: Stage::Waiting,
                reason: None,
                failed: 0,
                done: 0,
                ended_at: None,
            },
        );
        batch.write()?;
        Ok(batch)
    }

    /// Reads a batch back.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let bytes = fs::read(folder.join(MANIFEST))?;
        let manifest: Manifest = serde_json::from_slice(&bytes)?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(io::Error::other("a batch of another version"));
        }
        let batch = Self::of(folder.to_owned(), manifest);
        let is_left = !batch.stage().is_ended();
        batch.is_left.store(is_left, Ordering::Relaxed);
        Ok(batch)
    }

    fn of(folder: PathBuf, manifest: Manifest) -> Self {
        Self {
            folder,
            id: manifest.id.clone(),
            form: manifest.form,
            asked: manifest.asked.clone(),
            posted_at: manifest.posted_at,
            done: AtomicU64::new(manifest.done),
            failed: AtomicU64::new(manifest.failed),
            is_cancelled: AtomicBool::new(false),
            working: Mutex::new(()),
            is_left: AtomicBool::new(false),
            begun: Mutex::new(None),
            manifest: Mutex::new(manifest),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn owner(&self) -> Actor {
        self.asked.owner
    }

    /// Hash of the model that scores it.
    pub(crate) fn model(&self) -> &str {
        &self.asked.model
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of its rows.
    pub(super) fn rows_path(&self) -> PathBuf {
        self.folder.join(ROWS)
    }

    /// The file of its results, once it is done: a JSON object a line.
    pub(crate) fn results_path(&self) -> PathBuf {
        self.folder.join("results.jsonl")
    }

    /// The results so far.
    pub(super) fn partial_path(&self) -> PathBuf {
        self.folder.join("results.jsonl.partial")
    }

    /// Opens the results as a Parquet file, which is made when it is first asked for.
    pub(crate) fn open_parquet(&self, parquet: &dyn ParquetFiles) -> io::Result<File> {
        let path = self.folder.join("results.parquet");
        // Two who ask at once must not write at once.
        let _making = self.manifest();
        if !path.exists() {
            let made = parquet.write(&self.results_path(), &path);
            made.map_err(|error| io::Error::other(error.to_string()))?;
        }
        File::open(path)
    }

    pub(crate) fn stage(&self) -> Stage {
        self.manifest().stage
    }

    pub(crate) fn progress(&self) -> Progress {
        let manifest = self.manifest().clone();
        let done = self.done.load(Ordering::Relaxed);
        let begun = *self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds_left = begun.filter(|_| !manifest.stage.is_ended());
        let seconds_left = seconds_left.and_then(|(at, from)| {
            let made = done.checked_sub(from).filter(|made| *made > 0)?;
            let left = self.asked.rows.saturating_sub(done);
            Some(at.elapsed().as_secs_f64() / made as f64 * left as f64)
        });
        Progress {
            stage: manifest.stage,
            done,
            failed: self.failed.load(Ordering::Relaxed),
            seconds_left,
            reason: manifest.reason,
            expires_at: manifest.ended_at.map(|ended| ended + KEPT_SECONDS),
        }
    }

    /// The work begins, perhaps after rows that have their results already.
    pub(super) fn begin(&self, done: u64, failed: u64) {
        self.manifest().stage = Stage::Running;
        self.done.store(done, Ordering::Relaxed);
        self.failed.store(failed, Ordering::Relaxed);
        let begun = Some((Instant::now(), done));
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = begun;
    }

    /// Another row has its result.
    pub(super) fn count(&self, is_scored: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        if !is_scored {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Nothing more happens to it.
    pub(super) fn end(&self, stage: Stage, reason: Option<&str>, now: i64) {
        {
            let mut manifest = self.manifest();
            manifest.stage = stage;
            manifest.reason = reason.map(str::to_owned);
            manifest.ended_at = Some(now);
            manifest.done = self.done.load(Ordering::Relaxed);
            manifest.failed = self.failed.load(Ordering::Relaxed);
        }
        if let Err(error) = self.write() {
            tracing::warn!(%error, "a batch's end cannot be written down");
        }
        // They are personal, and nobody needs them any more.
        let _ = fs::remove_file(self.rows_path());
    }

    pub(super) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Nobody else works on it while this is held.
    pub(super) fn working(&self) -> MutexGuard<'_, ()> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the server before left it unfinished; true for the first who asks.
    pub(super) fn take_unfinished(&self) -> bool {
        self.is_left.swap(false, Ordering::Relaxed)
    }

    /// Whether it was kept long enough.
    pub(super) fn is_expired(&self, now: i64) -> bool {
        let ended = self.manifest().ended_at;
        ended.is_some_and(|ended| now - ended > KEPT_SECONDS)
    }

    fn manifest(&self) -> MutexGuard<'_, Manifest> {
        self.manifest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> io::Result<()> {
        let bytes = serde_json::to_vec(&*self.manifest())?;
        let aside = self.folder.join("batch.json.partial");
        fs::write(&aside, bytes)?;
        fs::rename(&aside, self.folder.join(MANIFEST))
    }
}

/// The file of a batch's rows in its folder.
pub(super) const ROWS: &str = "rows";

/// The folders in a folder of batches; none where there is no such folder yet.
pub(super) fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    paths.collect()
}
