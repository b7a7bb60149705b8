//! A feature matrix read back into memory.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use limpide_engine::arrow::array::RecordBatch;
use limpide_engine::arrow::array::{Array, AsArray};
use limpide_engine::arrow::compute::concat_batches;
use limpide_engine::arrow::datatypes::{Float64Type, Int64Type};
use limpide_engine::read_parquet;

use crate::build::FeatureSet;
use crate::catalogue::{Catalogue, Kind};
use crate::error::{Error, Result};

/// All clients with their features.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// What the features are.
    pub catalogue: Catalogue,
    batch: RecordBatch,
    places: HashMap<i64, usize>,
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
        let path = folder.join("catalogue.json");
        let text = fs::read_to_string(&path).map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })?;
        let catalogue: Catalogue = serde_json::from_str(&text).map_err(|error| Error::Matrix {
            path,
            reason: error.to_string(),
        })?;
        let path = folder.join("matrix.parquet");
        let wrong = |reason: String| Error::Matrix {
            path: path.clone(),
            reason,
        };
        let batches = read_parquet(&path)?;
        let first = batches
            .first()
            .ok_or_else(|| wrong("no rows found".to_owned()))?;
        let batch =
            concat_batches(&first.schema(), &batches).map_err(|error| wrong(error.to_string()))?;
        let matrix = Self::new(catalogue, batch).map_err(wrong)?;
        Ok((set, matrix))
    }

    /// Wraps a computed batch: client, outcome, then the catalogue's features.
    ///
    /// # Errors
    /// What of the batch does not fit the catalogue, in words.
    pub fn new(catalogue: Catalogue, batch: RecordBatch) -> std::result::Result<Self, String> {
        if batch.num_columns() != catalogue.features.len() + 2 {
            return Err(format!(
                "{} columns found, the client, the outcome and {} features expected",
                batch.num_columns(),
                catalogue.features.len()
            ));
        }
        let clients = batch.column(0).as_primitive::<Int64Type>();
        let places = clients
            .values()
            .iter()
            .enumerate()
            .map(|(row, id)| (*id, row))
            .collect();
        Ok(Self {
            catalogue,
            places,
            batch,
        })
    }

    /// The clients' numbers, in rising order.
    pub fn clients(&self) -> &[i64] {
        self.batch.column(0).as_primitive::<Int64Type>().values()
    }

    /// The row of a client.
    pub fn row_of(&self, client: i64) -> Option<usize> {
        self.places.get(&client).copied()
    }

    /// Whether the client of a row defaulted (1) or repaid (0); `None` if that is not known.
    pub fn label(&self, row: usize) -> Option<u8> {
        let labels = self.batch.column(1).as_primitive::<Float64Type>();
        labels
            .is_valid(row)
            .then(|| u8::from(labels.value(row) > 0.5))
    }

    /// One value.
    pub fn cell(&self, row: usize, feature: usize) -> Cell<'_> {
        let column = self.batch.column(feature + 2);
        if column.is_null(row) {
            return Cell::Missing;
        }
        match self.catalogue.features[feature].kind {
            Kind::Number => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
            Kind::Category => Cell::Text(column.as_string::<i32>().value(row)),
        }
    }
}
