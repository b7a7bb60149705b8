//! Where the engine puts what its memory does not hold: a folder a run, gone when the run ends.
//!
//! A run that was ended by force cannot tidy up: the next one removes what it left.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

const LOCK: &str = "lock";
/// What the folders' names begin with; no other folder is ever removed.
const RUN: &str = "run-";

/// This run's folder.
pub struct Spill {
    folder: TempDir,
    /// Held until the process ends, however it ends: nobody removes the folder before.
    _lock: File,
}

impl Spill {
    /// Makes this run's folder under `all` and removes those whose runs have ended.
    pub fn new(all: &Path) -> io::Result<Self> {
        fs::create_dir_all(all)?;
        let folder = tempfile::Builder::new().prefix(RUN).tempdir_in(all)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        for other in fs::read_dir(all)?.flatten() {
            if !other.file_name().to_string_lossy().starts_with(RUN) {
                continue;
            }
            let lock = File::open(other.path().join(LOCK));
            if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
                // Best effort: what stays is only disk space.
                let _ = fs::remove_dir_all(other.path());
            }
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
