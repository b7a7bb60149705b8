//! A portfolio on disk: a manifest that names a folder of Parquet files.
//!
//! The manifest is the point of commitment: it is renamed into place after everything that it
//! names is whole, so a portfolio is replaced whole or not at all.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::quality::Quality;
pub use crate::read_csv::FileSummary;
use crate::staging::Staging;

const MANIFEST: &str = "portfolio.json";
const FORMAT: &str = "limpide-portfolio";
const VERSION: u32 = 1;

/// An ingested portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Portfolio {
    format: String,
    version: u32,
    /// Its folder under `portfolio/`, named after its hash.
    pub id: String,
    /// BLAKE3 over the hashes of its tables.
    pub hash: String,
    /// The recipe that it was ingested with.
    pub recipe: String,
    /// Whether its source says that it was made, not observed.
    pub synthetic: bool,
    /// Its tables, sorted by client.
    pub tables: Vec<TableSummary>,
    /// CSV files of the recipe that the source does not have.
    pub absent: Vec<String>,
    #[serde(skip)]
    folder: PathBuf,
}

/// One table of a portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableSummary {
    /// Its name in SQL and, with `.parquet`, on disk.
    pub name: String,
    /// Rows of all its files.
    pub rows: u64,
    /// Rows whose client is unknown because their parent is absent.
    pub orphans: u64,
    /// BLAKE3 of the Parquet file.
    pub hash: String,
    /// The CSV files that it was made from.
    pub files: Vec<FileSummary>,
}

impl Portfolio {
    pub(crate) fn new(
        recipe: &str,
        synthetic: bool,
        tables: Vec<TableSummary>,
        absent: Vec<String>,
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        for table in &tables {
            hasher.update(table.name.as_bytes());
            hasher.update(table.hash.as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            id: hash[..16].to_owned(),
            hash,
            recipe: recipe.to_owned(),
            synthetic,
            tables,
            absent,
            folder: PathBuf::new(),
        }
    }

    /// Opens the workspace's portfolio.
    ///
    /// # Errors
    /// [`Error::NoPortfolio`] if none was ingested, [`Error::Manifest`] if its manifest is not
    /// of this version.
    pub fn open(workspace: &Path) -> Result<Self> {
        let path = workspace.join(MANIFEST);
        if !path.exists() {
            return Err(Error::NoPortfolio(workspace.to_owned()));
        }
        let mut portfolio: Self = read_manifest(&path, FORMAT, VERSION)?;
        portfolio.folder = workspace.join("portfolio").join(&portfolio.id);
        Ok(portfolio)
    }

    /// Makes a finished folder of tables the workspace's portfolio.
    pub(crate) fn commit(mut self, staging: Staging, workspace: &Path) -> Result<Self> {
        let wish = self.id.clone();
        self.folder = staging.commit(&wish, |name| {
            self.id = name.to_owned();
            write_manifest(&workspace.join(MANIFEST), &self)
        })?;
        Ok(self)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was found to be wrong with its rows when they came in.
    ///
    /// # Errors
    /// The report is absent or of another version.
    pub fn quality(&self) -> Result<Quality> {
        Quality::open(&self.folder)
    }

    /// The Parquet file of a table; `None` if the portfolio does not have it.
    pub fn table_path(&self, table: &str) -> Option<PathBuf> {
        let known = self.tables.iter().any(|summary| summary.name == table);
        known.then(|| self.folder.join(format!("{table}.parquet")))
    }
}

/// Takes the workspace for one kind of work, until the file is dropped or the process ends.
///
/// # Errors
/// [`Error::Busy`] if another process is at that work: the later one must not tidy up the other's files.
pub fn take(workspace: &Path, work: &'static str) -> Result<File> {
    let path = workspace.join(format!(".{work}.lock"));
    let file = File::create(&path).map_err(Error::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy {
            path: workspace.to_owned(),
            work,
        }),
        Err(TryLockError::Error(error)) => Err(Error::io(&path)(error)),
    }
}

/// Reads a JSON manifest of a known format and version.
///
/// # Errors
/// [`Error::Manifest`] says what was found and what was expected.
pub fn read_manifest<T: DeserializeOwned>(path: &Path, format: &str, version: u32) -> Result<T> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u32,
    }
    let wrong = |reason: String| Error::Manifest {
        path: path.to_owned(),
        reason,
    };
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    let head: Head = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("not a {format} manifest: {error}")))?;
    if head.format != format || head.version != version {
        return Err(wrong(format!(
            "{} version {} found, {format} version {version} expected; make it again with this version of limpide",
            head.format, head.version
        )));
    }
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// Writes a JSON manifest as [`write_aside`] does.
///
/// # Errors
/// [`Error::Io`]; what stood there before is then unchanged.
pub fn write_manifest<T: Serialize>(path: &Path, manifest: &T) -> Result<()> {
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| Error::Manifest {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    write_aside(path, &text)
}

/// Writes a file aside, flushes it to disk, and renames it into place, readable as the umask says.
///
/// # Errors
/// [`Error::Io`]; what stood there before is then unchanged.
pub fn write_aside(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut aside = Aside::create(path)?;
    aside.write_all(bytes).map_err(Error::io(path))?;
    aside.commit()
}

/// A file that grows aside: it stands under its name when [`Aside::commit`] has returned, and
/// leaves nothing behind when it is dropped before.
pub struct Aside {
    path: PathBuf,
    file: NamedTempFile,
}

impl Aside {
    /// Begins a file beside `path`, readable as the umask says.
    ///
    /// # Errors
    /// [`Error::Io`] if nothing can be written there.
    pub fn create(path: &Path) -> Result<Self> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or_else(|| Path::new("."));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self {
            path: path.to_owned(),
            file: builder
                .tempfile_in(folder)
                .map_err(|error| Error::io(path)(without_name(&error, folder)))?,
        })
    }

    /// Flushes the file to disk and gives it its name.
    ///
    /// # Errors
    /// [`Error::Io`]; what stood there before is then unchanged.
    pub fn commit(self) -> Result<()> {
        let synced = self.file.as_file().sync_all();
        synced.map_err(Error::io(&self.path))?;
        let persisted = self.file.persist(&self.path);
        let persisted = persisted.map_err(|error| error.error);
        persisted.map(drop).map_err(Error::io(&self.path))
    }
}

/// Why no file could be begun in a folder, without the name that it would have had meanwhile.
fn without_name(error: &io::Error, folder: &Path) -> io::Error {
    if !folder.is_dir() {
        return io::Error::new(
            error.kind(),
            format!("there is no folder {}", folder.display()),
        );
    }
    let inner = error.get_ref().and_then(|inner| inner.source());
    let inner = inner.and_then(|inner| inner.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letters").join("one.pdf");
        let error = write_aside(&path, b"%PDF").unwrap_err().to_string();
        let missing = format!("there is no folder {}", path.parent().unwrap().display());
        assert_eq!(error, format!("{}: {missing}", path.display()));
        fs::create_dir(path.parent().unwrap()).unwrap();
        write_aside(&path, b"%PDF").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"%PDF");
    }
}
