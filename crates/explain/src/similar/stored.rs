//! The index as bytes, so that it is made once a model and portfolio.
//!
//! A line of JSON says whose index it is; cells and margins follow, little-endian; a BLAKE3 hash of
//! all that ends it.

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

/// Writes an index.
///
/// # Errors
/// None that JSON of texts and counts can give.
pub fn to_bytes(index: &LeafIndex, identity: &Identity) -> Result<Vec<u8>> {
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        identity: identity.clone(),
        clients: index.n_clients,
        partitions: index.n_partitions,
    };
    let mut bytes = serde_json::to_vec(&header).map_err(|error| stored(error.to_string()))?;
    bytes.push(b'\n');
    bytes.reserve(index.bytes() + HASH);
    match &index.cells {
        Cells::Narrow(cells) => bytes.extend_from_slice(cells),
        Cells::Wide(cells) => bytes.extend(cells.iter().flat_map(|cell| cell.to_le_bytes())),
    }
    bytes.extend(index.margins.iter().flat_map(|margin| margin.to_le_bytes()));
    let hash = blake3::hash(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    Ok(bytes)
}

/// Reads an index of these partitions, which must be of this bundle and matrix.
///
/// # Errors
/// [`Error::StoredIndex`] with what was found: a stranger's file, another version, another bundle
/// or matrix, or bytes that were changed.
pub fn from_bytes(bytes: &[u8], identity: &Identity, partitions: &Partitions) -> Result<LeafIndex> {
    let line = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let header: Header = serde_json::from_slice(&bytes[..line])
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
    let body = &bytes[line + 1..];
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
    if body.len() != expected || header.partitions != partitions.len() {
        return Err(stored(format!(
            "it has {} bytes after its first line, {expected} were expected",
            body.len()
        )));
    }
    let (told, hash) = bytes.split_at(bytes.len() - HASH);
    if blake3::hash(told).as_bytes() != hash {
        return Err(stored("its bytes were changed".to_owned()));
    }
    let (cells, rest) = body.split_at(n_cells * width);
    let cells = match partitions.is_wide() {
        false => Cells::Narrow(cells.to_vec()),
        true => {
            let (cells, _) = cells.as_chunks::<2>();
            Cells::Wide(cells.iter().map(|&cell| u16::from_le_bytes(cell)).collect())
        }
    };
    let (margins, _) = rest[..rest.len() - HASH].as_chunks::<8>();
    Ok(LeafIndex {
        n_clients: header.clients,
        n_partitions: header.partitions,
        cells,
        margins: margins
            .iter()
            .map(|&margin| f64::from_le_bytes(margin))
            .collect(),
    })
}

fn stored(reason: String) -> Error {
    Error::StoredIndex { reason }
}
