//! The index as bytes, so that it is made once a model and portfolio.
//!
//! A line of JSON says whose index it is; cells and margins follow, little-endian; a BLAKE3 hash of
//! all that ends it.

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use super::index::{Cells, LeafIndex};
use super::{BLOCK, Partitions};
use crate::error::{Error, Result};

/// The mark of an index.
pub const FORMAT: &str = "limpide-leaves";
/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;

/// Bytes of the hash at the end.
const HASH: usize = 32;

/// More bytes than any first line has.
const MOST_HEADER: u64 = 64 << 10;

/// Values that are turned into bytes, or made of them, at once.
const AT_ONCE: usize = 16 << 10;

/// Says whose index it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The bundle's hash.
    pub bundle: String,
    /// The feature matrix's hash.
    pub matrix: String,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    #[serde(flatten)]
    identity: Identity,
    clients: usize,
    partitions: usize,
}

/// Writes an index, part by part: a large one is not held twice.
///
/// # Errors
/// Those of the writer.
pub fn write(index: &LeafIndex, identity: &Identity, to: &mut impl Write) -> io::Result<()> {
    let mut to = Hashing::new(to);
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        identity: identity.clone(),
        clients: index.n_clients,
        partitions: index.n_partitions,
    };
    serde_json::to_writer(&mut to, &header)?;
    to.write_all(b"\n")?;
    match &index.cells {
        Cells::Narrow(cells) => to.write_all(cells)?,
        Cells::Wide(cells) => put(&mut to, cells, |cell| cell.to_le_bytes())?,
    }
    put(&mut to, &index.margins, |margin| margin.to_le_bytes())?;
    let hash = to.hasher.finalize();
    to.inner.write_all(hash.as_bytes())
}

/// Reads an index of these partitions, which must be of this bundle and matrix, from so many bytes.
///
/// # Errors
/// [`Error::StoredIndex`] with what was found: a stranger's file, another version, another bundle
/// or matrix, or bytes that cannot be read or were changed.
pub fn read(
    from: impl Read,
    bytes: u64,
    identity: &Identity,
    partitions: &Partitions,
) -> Result<LeafIndex> {
    let mut from = Hashing::new(BufReader::new(from));
    let mut line = Vec::new();
    let mut first = (&mut from.inner).take(MOST_HEADER);
    first.read_until(b'\n', &mut line).map_err(unread)?;
    from.hasher.update(&line);
    let header: Header = serde_json::from_slice(&line)
        .map_err(|_| stored("it is not a file of similar clients".to_owned()))?;
    if header.format != FORMAT || header.version != VERSION {
        return Err(stored(format!(
            "its format is {:?}, version {}, and {FORMAT:?}, version {VERSION}, is read",
            header.format, header.version
        )));
    }
    if header.identity != *identity {
        return Err(stored("it is of another model or portfolio".to_owned()));
    }
    let width = if partitions.is_wide() { 2 } else { 1 };
    let n_cells = header
        .clients
        .div_ceil(BLOCK)
        .saturating_mul(BLOCK)
        .saturating_mul(header.partitions);
    let expected = n_cells
        .saturating_mul(width)
        .saturating_add(header.clients.saturating_mul(8))
        .saturating_add(HASH);
    let found = bytes.saturating_sub(line.len() as u64);
    if found != expected as u64 || header.partitions != partitions.len() {
        return Err(stored(format!(
            "it has {found} bytes after its first line, {expected} were expected"
        )));
    }
    let cells = match partitions.is_wide() {
        false => {
            let mut cells = vec![0; n_cells];
            from.read_exact(&mut cells).map_err(unread)?;
            Cells::Narrow(cells)
        }
        true => Cells::Wide(get(&mut from, n_cells, u16::from_le_bytes)?),
    };
    let margins = get(&mut from, header.clients, f64::from_le_bytes)?;
    let mut hash = [0; HASH];
    from.inner.read_exact(&mut hash).map_err(unread)?;
    if *from.hasher.finalize().as_bytes() != hash {
        return Err(stored("its bytes were changed".to_owned()));
    }
    Ok(LeafIndex {
        n_clients: header.clients,
        n_partitions: header.partitions,
        cells,
        margins,
    })
}

/// Values as bytes.
fn put<T: Copy, const N: usize>(
    to: &mut impl Write,
    values: &[T],
    bytes: impl Fn(T) -> [u8; N],
) -> io::Result<()> {
    for values in values.chunks(AT_ONCE) {
        let part: Vec<u8> = values.iter().flat_map(|&value| bytes(value)).collect();
        to.write_all(&part)?;
    }
    Ok(())
}

/// So many values from their bytes.
fn get<T, const N: usize>(
    from: &mut impl Read,
    number: usize,
    value: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>> {
    let mut values = Vec::with_capacity(number);
    let mut part = vec![0; AT_ONCE * N];
    while values.len() < number {
        let part = &mut part[..AT_ONCE.min(number - values.len()) * N];
        from.read_exact(part).map_err(unread)?;
        let (found, _) = part.as_chunks::<N>();
        values.extend(found.iter().map(|&bytes| value(bytes)));
    }
    Ok(values)
}

/// What is read or written, with the hash of all that passed.
struct Hashing<T> {
    inner: T,
    hasher: blake3::Hasher,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        let hasher = blake3::Hasher::new();
        Self { inner, hasher }
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hasher.update(&bytes[..read]);
        Ok(read)
    }
}

fn unread(error: io::Error) -> Error {
    stored(format!("it cannot be read to its end: {error}"))
}

fn stored(reason: String) -> Error {
    Error::StoredIndex { reason }
}
