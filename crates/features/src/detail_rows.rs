//! Rows that are not aggregated, as models of single rows read them: on disk beside the matrix,
//! and in memory client by client.

use std::path::Path;

use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::{Float64Type, Int64Type};
use limpide_engine::read_parquet;

use crate::error::{Error, Result};

/// Larger numbers are taken as this one, so that every known number is a finite f32.
const LARGEST: f64 = 1e38;

/// The rows of many clients, client after client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetailRows {
    /// What they are called.
    pub name: String,
    /// The names of their numbers.
    pub columns: Vec<String>,
    /// Where each client's rows begin, and where the last one's end.
    pub offsets: Vec<usize>,
    /// Row after row; NaN where nothing is known.
    pub values: Vec<f32>,
}

impl DetailRows {
    /// Takes computed rows — the client, then numbers, clients in rising order — for the given
    /// clients, in rising order too; rows of other clients are left out.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn new(
        name: &str,
        columns: &[String],
        clients: &[i64],
        batches: &[RecordBatch],
    ) -> std::result::Result<Self, String> {
        let mut rows = Self {
            name: name.to_owned(),
            columns: columns.to_vec(),
            offsets: Vec::with_capacity(clients.len() + 1),
            values: Vec::new(),
        };
        rows.offsets.push(0);
        let width = columns.len();
        let mut last = i64::MIN;
        for batch in batches {
            if batch.num_columns() != width + 1 {
                return Err(format!(
                    "{} columns found, the client and {width} numbers expected",
                    batch.num_columns()
                ));
            }
            let numbers = |at: usize| batch.column(at + 1).as_primitive_opt::<Float64Type>();
            let numbers: Option<Vec<_>> = (0..width).map(numbers).collect();
            let ids = batch.column(0).as_primitive_opt::<Int64Type>();
            let (Some(ids), Some(numbers)) = (ids, numbers) else {
                return Err("a column that is no number".to_owned());
            };
            for row in 0..batch.num_rows() {
                let client = ids.value(row);
                if client < last {
                    return Err(format!("client {client} stands after client {last}"));
                }
                last = client;
                let done = rows.offsets.len() - 1;
                let skipped = clients[done..].partition_point(|&known| known < client);
                rows.offsets
                    .extend(vec![rows.values.len() / width.max(1); skipped]);
                if clients.get(done + skipped) != Some(&client) {
                    continue;
                }
                for column in &numbers {
                    let number = match column.is_valid(row) {
                        true => column.value(row),
                        false => f64::NAN,
                    };
                    rows.values.push(rounded(number));
                }
            }
        }
        let end = rows.values.len() / width.max(1);
        rows.offsets.resize(clients.len() + 1, end);
        Ok(rows)
    }

    /// Reads what was written beside a matrix.
    pub(crate) fn read(
        folder: &Path,
        name: &str,
        columns: &[String],
        clients: &[i64],
    ) -> Result<Self> {
        let path = folder.join(file(name));
        let batches = read_parquet(&path)?;
        Self::new(name, columns, clients, &batches).map_err(|reason| Error::Matrix { path, reason })
    }
}

/// The file of rows in a matrix's folder.
pub(crate) fn file(name: &str) -> String {
    format!("details_{name}.parquet")
}

/// A number as the trees read it; what is infinite is not known.
pub fn rounded(number: f64) -> f32 {
    if !number.is_finite() {
        return f32::NAN;
    }
    number.clamp(-LARGEST, LARGEST) as f32
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use limpide_engine::arrow::array::{ArrayRef, Float64Array, Int64Array};

    use super::*;

    fn batch(clients: &[i64], numbers: &[Option<f64>]) -> RecordBatch {
        let clients: ArrayRef = Arc::new(Int64Array::from(clients.to_vec()));
        let numbers: ArrayRef = Arc::new(Float64Array::from(numbers.to_vec()));
        RecordBatch::try_from_iter([("client", clients), ("a", numbers)]).expect("two columns")
    }

    #[test]
    fn each_client_has_its_rows_in_their_order_and_strangers_have_none() {
        let columns = ["a".to_owned()];
        let batches = [
            batch(&[1, 3, 3], &[Some(9.0), Some(2.0), None]),
            batch(&[3, 4, 8], &[Some(f64::INFINITY), Some(5.0), Some(1e300)]),
        ];
        let rows = DetailRows::new("loans", &columns, &[2, 3, 5, 8, 9], &batches);
        let rows = rows.expect("they fit");
        assert_eq!(rows.offsets, [0, 0, 3, 3, 4, 4]);
        assert_eq!(rows.values.len(), 4);
        assert_eq!((rows.values[0], rows.values[3]), (2.0, 1e38));
        assert!(rows.values[1].is_nan() && rows.values[2].is_nan());
        let none = DetailRows::new("loans", &columns, &[2, 3], &[]).expect("no rows are rows");
        assert_eq!(none.offsets, [0, 0, 0]);
        let unordered = [batch(&[3, 1], &[None, None])];
        let refused = DetailRows::new("loans", &columns, &[1, 3], &unordered);
        assert_eq!(refused, Err("client 1 stands after client 3".to_owned()));
    }
}
