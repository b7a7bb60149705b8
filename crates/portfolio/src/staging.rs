//! A folder that grows aside and is put in force whole, by a manifest that names it.
//!
//! What the manifest named before stays until the new manifest stands, so a run that is ended
//! at any moment leaves the one or the other, never neither.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A folder `partial-<process>` among those of its kind; it goes away unless it was committed.
pub struct Staging {
    all: PathBuf,
    folder: PathBuf,
}

impl Staging {
    /// Makes the folder in `all`, the folder of its kind.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn new(all: PathBuf) -> Result<Self> {
        let folder = all.join(format!("partial-{}", std::process::id()));
        let staging = Self { all, folder };
        fs::create_dir_all(&staging.folder).map_err(Error::io(&staging.folder))?;
        Ok(staging)
    }

    /// Where the folder grows.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Gives the folder the name `wish`, or that with a number if it is taken, has `put_in_force`
    /// write the manifest that names it, then removes the other folders.
    ///
    /// # Errors
    /// Those of `put_in_force`, or [`Error::Io`]; what was in force before then still is.
    pub fn commit(
        self,
        wish: &str,
        put_in_force: impl FnOnce(&str) -> Result<()>,
    ) -> Result<PathBuf> {
        let name = free_name(&self.all, wish);
        let folder = self.all.join(&name);
        fs::rename(&self.folder, &folder).map_err(Error::io(&folder))?;
        if let Err(error) = put_in_force(&name) {
            // Best effort: without its manifest the folder is only disk space.
            let _ = fs::remove_dir_all(&folder);
            return Err(error);
        }
        for other in fs::read_dir(&self.all)
            .map_err(Error::io(&self.all))?
            .flatten()
        {
            if other.file_name().to_string_lossy() != name.as_str() {
                // Best effort: what stays is only disk space.
                let _ = fs::remove_dir_all(other.path());
            }
        }
        Ok(folder)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After the commit it has moved and there is nothing to remove.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A name that nothing in the folder has: the wished one, or that with a number after it.
fn free_name(folder: &Path, wish: &str) -> String {
    let numbered = (2..).map(|number: u64| format!("{wish}-{number}"));
    let mut names = std::iter::once(wish.to_owned()).chain(numbered);
    names
        .find(|name| !folder.join(name).exists())
        .unwrap_or_else(|| wish.to_owned())
}

/// The BLAKE3 hash of a file.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn hash_file(path: &Path) -> Result<String> {
    let file = fs::File::open(path).map_err(Error::io(path))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(Error::io(path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
