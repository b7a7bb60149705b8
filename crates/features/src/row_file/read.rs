//! A file of rows, open for looking clients up.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use limpide_engine::read_exact_at;

use super::cells::{decode, take};
use super::{FILE_HASH, Head, MARK, RECORD_HASH, ROWS, record_hash};
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::matrix::Cell;

/// The outcome of a client of whom none is known.
pub(super) const NOT_KNOWN: u8 = 2;

/// Bytes of the head's length.
const LENGTH: usize = 8;

/// More bytes than any head has: a length beyond is none.
const MOST_HEAD: u64 = 256 << 20;

/// A portfolio's rows on disk, and where each client's stands.
#[derive(Debug)]
pub struct RowFile {
    path: PathBuf,
    file: File,
    clients: Vec<i64>,
    /// Where each record starts, and where the last one ends.
    starts: Vec<u64>,
    outcomes: Vec<u8>,
    head: Head,
}

/// One client's row, and the rows behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow<'a> {
    /// Its cells, in the catalogue's order.
    pub cells: Vec<Cell<'a>>,
    /// The numbers of its detail rows, row after row, table by table in the catalogue's order; NaN
    /// where nothing is known.
    pub details: Vec<Vec<f32>>,
}

impl RowFile {
    /// Opens the rows of a matrix, by its folder, its hash and its catalogue.
    ///
    /// # Errors
    /// [`Error::Io`] where there is no such file, [`Error::Rows`] where it is a stranger's, of
    /// another matrix, cut short or changed: [`super::make`] makes it anew.
    pub fn open(folder: &Path, hash: &str, catalogue: &Catalogue) -> Result<Self> {
        let path = folder.join(ROWS);
        let file = File::open(&path).map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })?;
        let (index, head) = read_end(&file).map_err(|reason| Error::Rows {
            path: path.clone(),
            reason,
        })?;
        let widths = catalogue.details.iter().map(|(_, columns)| columns.len());
        let is_of_matrix = head.matrix == hash
            && head.features == catalogue.features.len()
            && head.widths.iter().copied().eq(widths);
        if !is_of_matrix {
            return Err(Error::Rows {
                path,
                reason: "it holds the rows of other features".to_owned(),
            });
        }
        let (clients, rest) = index.split_at(8 * head.clients);
        let (starts, outcomes) = rest.split_at(8 * (head.clients + 1));
        Ok(Self {
            clients: words(clients).map(i64::from_le_bytes).collect(),
            starts: words(starts).map(u64::from_le_bytes).collect(),
            outcomes: outcomes.to_vec(),
            path,
            file,
            head,
        })
    }

    /// The clients' numbers, in rising order.
    pub fn clients(&self) -> &[i64] {
        &self.clients
    }

    /// The place of a client.
    pub fn place(&self, client: i64) -> Option<usize> {
        self.clients.binary_search(&client).ok()
    }

    /// Whether the client at a place defaulted (1) or repaid (0); `None` if that is not known.
    pub fn outcome(&self, place: usize) -> Option<u8> {
        let outcome = self.outcomes[place];
        (outcome != NOT_KNOWN).then_some(outcome)
    }

    /// The row of the client at a place.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::Rows`] where it was changed since it was
    /// written.
    pub fn row(&self, place: usize) -> Result<StoredRow<'_>> {
        let (from, to) = (self.starts[place], self.starts[place + 1]);
        let mut bytes = vec![0; to.saturating_sub(from) as usize];
        read_exact_at(&self.file, &mut bytes, from).map_err(|source| Error::Io {
            path: self.path.clone(),
            source,
        })?;
        let client = self.clients[place];
        self.parse(client, &bytes).ok_or_else(|| Error::Rows {
            path: self.path.clone(),
            reason: format!("the row of client {client} was changed since it was written"),
        })
    }

    fn parse(&self, client: i64, bytes: &[u8]) -> Option<StoredRow<'_>> {
        let (record, hash) = bytes.split_at_checked(bytes.len().checked_sub(RECORD_HASH)?)?;
        let mut rest = record;
        if record_hash(record) != hash || i64::from_le_bytes(take(&mut rest)?) != client {
            return None;
        }
        let (cells, mut rest) = decode(self.head.features, rest, &self.head.texts)?;
        let mut details = Vec::with_capacity(self.head.widths.len());
        for width in &self.head.widths {
            let rows = usize::try_from(u64::from_le_bytes(take(&mut rest)?)).ok()?;
            let length = rows.checked_mul(*width)?.checked_mul(4)?;
            let (values, behind) = rest.split_at_checked(length)?;
            let (values, _) = values.as_chunks::<4>();
            details.push(values.iter().copied().map(f32::from_le_bytes).collect());
            rest = behind;
        }
        rest.is_empty().then_some(StoredRow { cells, details })
    }
}

/// Reads and checks what stands behind the records: the index and the head.
fn read_end(file: &File) -> std::result::Result<(Vec<u8>, Head), String> {
    let failed = |error: io::Error| error.to_string();
    let stranger = || "it is not a file of clients' rows".to_owned();
    let bytes = file.metadata().map_err(failed)?.len();
    let mut mark = vec![0; MARK.len()];
    let ending = (LENGTH + FILE_HASH) as u64;
    if bytes < mark.len() as u64 + ending {
        return Err(stranger());
    }
    read_exact_at(file, &mut mark, 0).map_err(failed)?;
    if mark != MARK {
        return Err(stranger());
    }
    // Where the end is not what this program writes, the file was cut or changed.
    let changed = || "it is cut short, or was changed since it was written".to_owned();
    let mut last = [0; LENGTH];
    read_exact_at(file, &mut last, bytes - ending).map_err(failed)?;
    let head_bytes = u64::from_le_bytes(last);
    if head_bytes > MOST_HEAD {
        return Err(changed());
    }
    let head_start = (bytes - ending).checked_sub(head_bytes);
    let head_start = head_start.ok_or_else(changed)?;
    let mut head = vec![0; head_bytes as usize];
    read_exact_at(file, &mut head, head_start).map_err(failed)?;
    let read: Head = serde_json::from_slice(&head).map_err(|_| changed())?;
    let start = head_start.checked_sub(read.index_bytes() as u64);
    let start = start.ok_or_else(changed)?;
    let mut end = vec![0; (bytes - start) as usize];
    read_exact_at(file, &mut end, start).map_err(failed)?;
    let (told, hash) = end.split_at(end.len() - FILE_HASH);
    if blake3::hash(told).as_bytes() != hash {
        return Err(changed());
    }
    end.truncate(read.index_bytes());
    Ok((end, read))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 8]> + '_ {
    bytes.as_chunks::<8>().0.iter().copied()
}
