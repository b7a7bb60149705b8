//! Rows on their way from a request into their file: counted and kept small, and gone again unless
//! all of them arrive.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::kept::{Asked, Batch, Form, ROWS};

/// Most bytes of a batch.
pub(crate) const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// Most bytes of a line, as of the rows of one application that are posted alone.
pub(crate) const MOST_LINE_BYTES: usize = 8 * 1024 * 1024;
/// Most rows of a batch.
pub(crate) const MOST_ROWS: u64 = 1_000_000;

/// A batch whose rows arrive.
pub(crate) struct Received {
    folder: PathBuf,
    id: String,
    form: Form,
    file: File,
    bytes: u64,
    /// Rows that have arrived whole.
    rows: u64,
    /// Lines, empty ones too.
    lines: u64,
    line_bytes: usize,
    /// Whether the line holds more than spaces.
    line_counts: bool,
    is_kept: bool,
}

/// Why what arrives is not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// More than [`MOST_BYTES`].
    Bytes,
    /// More than [`MOST_ROWS`].
    Rows,
    /// A line of more than [`MOST_LINE_BYTES`], by its number from 1.
    Line(u64),
    /// It cannot be written.
    Io(io::Error),
}

impl Received {
    pub(super) fn create(batches: &Path, form: Form) -> io::Result<Self> {
        let random = limpide_store::random_password().map_err(io::Error::other)?;
        let id = blake3::hash(random.as_bytes()).to_hex()[..32].to_owned();
        let folder = batches.join(&id);
        private_folder(&folder)?;
        Ok(Self {
            file: File::create(folder.join(ROWS))?,
            folder,
            id,
            form,
            bytes: 0,
            rows: 0,
            lines: 0,
            line_bytes: 0,
            line_counts: false,
            is_kept: false,
        })
    }

    /// Writes what has arrived.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(Refused::Bytes);
        }
        if self.form == Form::Lines {
            for &byte in bytes {
                self.count(byte)?;
            }
        }
        self.file.write_all(bytes).map_err(Refused::Io)
    }

    fn count(&mut self, byte: u8) -> Result<(), Refused> {
        if byte == b'\n' {
            self.end_line();
        } else {
            self.line_bytes += 1;
            self.line_counts |= !byte.is_ascii_whitespace();
        }
        if self.line_bytes > MOST_LINE_BYTES {
            return Err(Refused::Line(self.lines + 1));
        }
        if self.rows > MOST_ROWS {
            return Err(Refused::Rows);
        }
        Ok(())
    }

    fn end_line(&mut self) {
        self.rows += u64::from(self.line_counts);
        self.lines += 1;
        self.line_bytes = 0;
        self.line_counts = false;
    }

    /// All lines have arrived: how many hold a row.
    pub(crate) fn rows(&mut self) -> Result<u64, Refused> {
        if self.line_bytes > 0 {
            self.end_line();
        }
        self.file.flush().map_err(Refused::Io)?;
        match self.rows > MOST_ROWS {
            true => Err(Refused::Rows),
            false => Ok(self.rows),
        }
    }

    /// Whether they come as a Parquet file.
    pub(crate) fn is_parquet(&self) -> bool {
        self.form == Form::Parquet
    }

    /// The file that the rows are in.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(ROWS)
    }

    pub(super) fn keep(mut self, asked: Asked, now: i64) -> io::Result<Batch> {
        let batch = Batch::create(self.folder.clone(), self.id.clone(), self.form, asked, now)?;
        self.is_kept = true;
        Ok(batch)
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes a folder that nobody but the server's own user can look into: rows are personal.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
