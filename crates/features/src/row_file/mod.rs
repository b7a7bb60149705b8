//! A matrix once more, client by client: whoever serves reads one client's row at a time, and
//! keeps nothing of it in memory but where the rows stand.
//!
//! The file stands beside the matrix that it follows from. Its parts, numbers little-endian:
//!
//! - a line of text, the mark;
//! - the clients' records, by rising client: the client, the [`cells`] of its features in the
//!   catalogue's order, for each table of detail rows how many rows there are and their numbers,
//!   and the first bytes of the BLAKE3 hash of all that;
//! - the index: the clients, where their records start and the last one ends, their outcomes;
//! - the head as JSON: whose rows they are, and the texts that categories are numbered by;
//! - the length of the head, and the BLAKE3 hash of index, head and that length.
//!
//! The index is checked when the file is opened, a record when it is read: opening a file of
//! gigabytes reads a few megabytes of it.

mod cells;
mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use read::{RowFile, StoredRow};
pub use write::make;

/// The file's name in a matrix's folder.
pub const ROWS: &str = "rows.bin";

/// The mark of a file of rows; the version stands in it, for nothing else tells the parts apart.
const MARK: &[u8] = b"limpide-rows 1\n";

/// Bytes of the hash at the end of a record: enough to see that it was changed.
const RECORD_HASH: usize = 8;
/// Bytes of the hash at the end of the file.
const FILE_HASH: usize = 32;

/// Whose rows they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    /// The matrix's hash.
    matrix: String,
    clients: usize,
    features: usize,
    /// Numbers a row of each table of detail rows, in the catalogue's order.
    widths: Vec<usize>,
    /// What the categories' numbers stand for.
    texts: Vec<String>,
}

impl Head {
    /// Bytes of the index.
    fn index_bytes(&self) -> usize {
        let (a_client, the_end) = (8 + 8 + 1, 8);
        self.clients
            .saturating_mul(a_client)
            .saturating_add(the_end)
    }
}

/// The hash that ends a record.
fn record_hash(record: &[u8]) -> [u8; RECORD_HASH] {
    let mut short = [0; RECORD_HASH];
    short.copy_from_slice(&blake3::hash(record).as_bytes()[..RECORD_HASH]);
    short
}
