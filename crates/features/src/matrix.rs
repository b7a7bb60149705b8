//! A feature matrix read back into memory.

use std::path::Path;

use limpide_engine::arrow::array::RecordBatch;
use limpide_engine::arrow::array::{Array, ArrayRef, AsArray};
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Int64Type};
use limpide_engine::read_parquet;

use crate::build::FeatureSet;
use crate::catalogue::Catalogue;
use crate::detail_rows::DetailRows;
use crate::error::{Error, Result};

/// All clients with their features.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// What the features are.
    pub catalogue: Catalogue,
    clients: Vec<i64>,
    /// As they were read: putting them together would hold the matrix twice.
    batches: Vec<RecordBatch>,
    /// The row at which each batch starts.
    starts: Vec<usize>,
    /// The rows beside it, client by client, in the catalogue's order.
    pub details: Vec<DetailRows>,
}

/// One value of a matrix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A number.
    Number(f64),
    /// A category.
    Text(&'a str),
    /// No value.
    Missing,
}

impl Matrix {
    /// Reads the workspace's matrix.
    ///
    /// # Errors
    /// It is absent, damaged, or not what its catalogue says.
    pub fn open(workspace: &Path) -> Result<(FeatureSet, Self)> {
        let set = FeatureSet::open(workspace)?;
        let folder = set.folder(workspace);
        let catalogue = Catalogue::open(&folder)?;
        let path = folder.join("matrix.parquet");
        let batches = read_parquet(&path)?;
        let mut matrix =
            Self::of(catalogue, batches).map_err(|reason| Error::Matrix { path, reason })?;
        for (name, columns) in &matrix.catalogue.details {
            let rows = DetailRows::read(&folder, name, columns, matrix.clients())?;
            matrix.details.push(rows);
        }
        Ok((set, matrix))
    }

    /// Wraps a computed batch: client, outcome, then the catalogue's features.
    ///
    /// # Errors
    /// What of the batch does not fit the catalogue, in words.
    pub fn new(catalogue: Catalogue, batch: RecordBatch) -> std::result::Result<Self, String> {
        Self::of(catalogue, vec![batch])
    }

    fn of(catalogue: Catalogue, batches: Vec<RecordBatch>) -> std::result::Result<Self, String> {
        let Some(first) = batches.first() else {
            return Err("no rows found".to_owned());
        };
        if first.num_columns() != catalogue.features.len() + 2 {
            return Err(format!(
                "{} columns found, the client, the outcome and {} features expected",
                first.num_columns(),
                catalogue.features.len()
            ));
        }
        let mut clients = Vec::new();
        let mut starts = Vec::new();
        for batch in &batches {
            starts.push(clients.len());
            clients.extend(batch.column(0).as_primitive::<Int64Type>().values());
        }
        Ok(Self {
            catalogue,
            clients,
            batches,
            starts,
            details: Vec::new(),
        })
    }

    /// The clients' numbers, in rising order.
    pub fn clients(&self) -> &[i64] {
        &self.clients
    }

    /// The row of a client.
    pub fn row_of(&self, client: i64) -> Option<usize> {
        self.clients.binary_search(&client).ok()
    }

    /// Whether the client of a row defaulted (1) or repaid (0); `None` if that is not known.
    pub fn label(&self, row: usize) -> Option<u8> {
        let (batch, row) = self.place(row);
        let labels = batch.column(1).as_primitive::<Float64Type>();
        labels
            .is_valid(row)
            .then(|| u8::from(labels.value(row) > 0.5))
    }

    /// One value.
    pub fn cell(&self, row: usize, feature: usize) -> Cell<'_> {
        let (batch, row) = self.place(row);
        cell(batch.column(feature + 2), row)
    }

    /// One feature's values, client by client; quicker than cell by cell.
    pub fn cells(&self, feature: usize) -> impl Iterator<Item = Cell<'_>> + Clone {
        self.batches.iter().flat_map(move |batch| {
            let column = batch.column(feature + 2);
            (0..column.len()).map(move |row| cell(column, row))
        })
    }

    /// The batch of a row, and the row in it.
    fn place(&self, row: usize) -> (&RecordBatch, usize) {
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        (&self.batches[batch], row - self.starts[batch])
    }
}

/// The numbers of a computed feature's columns; NaN where nothing is known, or a text. Quicker than
/// cell by cell.
pub fn numbers(columns: &[ArrayRef]) -> Vec<f64> {
    let mut numbers = Vec::with_capacity(columns.iter().map(|column| column.len()).sum());
    for column in columns {
        let first = numbers.len();
        let Some(known) = column.as_primitive_opt::<Float64Type>() else {
            numbers.resize(first + column.len(), f64::NAN);
            continue;
        };
        numbers.extend_from_slice(known.values());
        for (number, nulls) in numbers[first..]
            .iter_mut()
            .zip(known.nulls().into_iter().flatten())
        {
            if !nulls {
                *number = f64::NAN;
            }
        }
    }
    numbers
}

/// One value of a computed feature's column.
pub fn cell(column: &ArrayRef, row: usize) -> Cell<'_> {
    if column.is_null(row) {
        return Cell::Missing;
    }
    match column.data_type() {
        DataType::Utf8 => Cell::Text(column.as_string::<i32>().value(row)),
        _ => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
    }
}
