//! What the model in force makes of the portfolio's clients, once somebody asked for it.
//!
//! A client's row and the model stay what they are for as long as they are served together, and so
//! does the client's margin. It is kept, with the hash of the row, so that asking again reads no
//! row and walks no tree. The result made of it is the same to the bit, and is recorded each time.

use std::sync::OnceLock;

use limpide_model::Value;

use crate::error::Error;
use crate::service::Service;

/// What is kept of a client: 24 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The scorer's margin.
    pub(crate) margin: f64,
    /// The hash of the row that was scored.
    pub(crate) row_hash: RowHash,
}

/// What is known, by the client's place among all clients.
pub(crate) struct KnownResults(Vec<OnceLock<Known>>);

impl KnownResults {
    /// Of so many clients nothing is known yet.
    pub(crate) fn new(clients: usize) -> Self {
        Self((0..clients).map(|_| OnceLock::new()).collect())
    }
}

impl Service {
    /// What the model makes of a client of the portfolio; `None`: no such client.
    pub(crate) fn known(&self, client: i64) -> Result<Option<Known>, Error> {
        let kept = self.kept(client);
        if let Some(known) = kept.and_then(OnceLock::get) {
            return Ok(Some(*known));
        }
        let Some(row) = self.clients.row(client)? else {
            return Ok(None);
        };
        let margin = self.score(&row)?.margin;
        Ok(Some(keep(kept, margin, &row)))
    }

    /// The margin of a client who was asked for before.
    pub(crate) fn known_margin(&self, client: i64) -> Option<f64> {
        Some(self.kept(client)?.get()?.margin)
    }

    /// The same of a client whose row was scored for something else.
    pub(crate) fn known_by(&self, client: i64, margin: f64, row: &[Value]) -> Known {
        keep(self.kept(client), margin, row)
    }

    fn kept(&self, client: i64) -> Option<&OnceLock<Known>> {
        let place = self.numbers.numbers().binary_search(&client).ok()?;
        self.known_results.0.get(place)
    }
}

/// Whoever was faster found the same.
fn keep(kept: Option<&OnceLock<Known>>, margin: f64, row: &[Value]) -> Known {
    let found = || Known {
        margin,
        row_hash: RowHash::of(row),
    };
    kept.map_or_else(found, |kept| *kept.get_or_init(found))
}

/// BLAKE3 over a row's values, each with its sort. A missing value and a number that is none are
/// the same, as for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowHash(pub(crate) [u8; 16]);

impl RowHash {
    pub(crate) fn of(row: &[Value]) -> Self {
        let mut bytes = Vec::with_capacity(row.len() * 9);
        for value in row {
            match (value.number(), value.category()) {
                (Some(number), _) => {
                    bytes.push(1);
                    bytes.extend(number.to_le_bytes());
                }
                (None, Some(category)) => {
                    bytes.push(2);
                    bytes.extend((category.len() as u64).to_le_bytes());
                    bytes.extend(category.as_bytes());
                }
                (None, None) => bytes.push(0),
            }
        }
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
        Self(short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_have_other_hashes_and_missing_is_missing() {
        let number = |number| Value::Number(number);
        let text = |text: &str| Value::Category(text.to_owned());
        let rows = [
            vec![],
            vec![Value::Missing],
            vec![number(0.0)],
            vec![number(-0.0)],
            vec![text("")],
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![Value::Missing, number(1.0)],
            vec![number(1.0), Value::Missing],
        ];
        let hashes: std::collections::BTreeSet<RowHash> =
            rows.iter().map(|row| RowHash::of(row)).collect();
        assert_eq!(hashes.len(), rows.len());
        let of = |value| RowHash::of(&[value]);
        assert_eq!(of(number(f64::NAN)), of(Value::Missing));
        assert_eq!(of(Value::Missing).0, blake3::hash(&[0]).as_bytes()[..16]);
    }
}
