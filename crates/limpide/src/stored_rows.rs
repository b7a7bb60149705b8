//! A workspace's clients as they are served: one row at a time from the disk, and columns when they
//! are compared by. Nothing but the clients' numbers, outcomes and places stays in memory.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use limpide_engine::ParquetColumns;
use limpide_engine::arrow::array::ArrayRef;
use limpide_features::row_file::make;
use limpide_features::{Catalogue, Error, FeatureSet, RowFile, StoredRow};
use limpide_model::{Bundle, DetailTable, Details, Learned, Value};
use limpide_web::{ClientNumbers, ClientRows, RowsError};

use crate::rows;

/// A workspace's clients as rows that one model reads, on disk.
pub struct StoredRows {
    /// What the features are.
    pub catalogue: Catalogue,
    /// The matrix's hash, as it was when it was opened.
    pub matrix_hash: String,
    file: RowFile,
    columns: ParquetColumns,
    places: Vec<usize>,
    learned: Learned,
}

impl StoredRows {
    /// Opens the workspace's features for a model; the file of rows is made where it is not there or
    /// cannot be used.
    pub fn open(workspace: &Path, bundle: &Bundle) -> anyhow::Result<Self> {
        let set = FeatureSet::open(workspace)?;
        let folder = set.folder(workspace);
        let catalogue = Catalogue::open(&folder)?;
        let places = rows::places(workspace, &set, &catalogue, bundle)?;
        Ok(Self {
            file: open_rows(&folder, &set.hash, &catalogue)?,
            columns: ParquetColumns::open(&folder.join("matrix.parquet"))?,
            learned: bundle.learned.clone(),
            matrix_hash: set.hash,
            catalogue,
            places,
        })
    }

    /// The clients' numbers, in rising order.
    pub fn clients(&self) -> &[i64] {
        self.file.clients()
    }

    /// Whether the client at a place defaulted (1) or repaid (0); `None` if that is not known.
    pub fn outcome(&self, place: usize) -> Option<u8> {
        self.file.outcome(place)
    }

    /// The row that the model reads, of the client at a place.
    pub fn row_at(&self, place: usize) -> Result<Vec<Value>, RowsError> {
        let StoredRow { cells, details } = self.read(place)?;
        let places = self.places.iter();
        let base: Vec<Value> = places.map(|&place| rows::value(cells[place])).collect();
        if self.learned.is_empty() {
            return Ok(base);
        }
        let named = self.catalogue.details.iter().zip(details);
        let tables: Vec<DetailTable> = named
            .map(|((name, columns), values)| DetailTable::of_one(name, columns, values))
            .collect();
        Ok(self.learned.complete(&base, Details::of(&tables, 0)))
    }

    /// One feature's values of all clients, by the feature's place in the catalogue.
    pub fn column(&self, place: usize) -> anyhow::Result<Vec<ArrayRef>> {
        // The client and the outcome stand before the features.
        let batches = self.columns.read(&[place + 2])?;
        Ok(batches
            .iter()
            .map(|batch| batch.column(0).clone())
            .collect())
    }

    fn read(&self, place: usize) -> Result<StoredRow<'_>, RowsError> {
        self.file.row(place).map_err(|error| {
            if let Error::Rows { path, .. } = &error {
                // Whoever watches over the workspace makes it anew; so does the next start.
                let _ = fs::remove_file(path);
            }
            RowsError(error.to_string())
        })
    }
}

fn open_rows(folder: &Path, hash: &str, catalogue: &Catalogue) -> anyhow::Result<RowFile> {
    match RowFile::open(folder, hash, catalogue) {
        Ok(file) => return Ok(file),
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::warn!("{error}: it is made anew"),
    }
    let start = Instant::now();
    make(folder, hash, catalogue).context("the clients' rows cannot be kept to be looked up")?;
    let file = RowFile::open(folder, hash, catalogue)?;
    tracing::info!(
        clients = file.clients().len(),
        seconds = start.elapsed().as_secs_f64(),
        "clients' rows can be looked up"
    );
    Ok(file)
}

impl ClientNumbers for StoredRows {
    fn numbers(&self) -> &[i64] {
        self.clients()
    }
}

impl ClientRows for StoredRows {
    fn row(&self, client: i64) -> Result<Option<Vec<Value>>, RowsError> {
        let place = self.file.place(client);
        place.map(|place| self.row_at(place)).transpose()
    }

    fn named(&self, client: i64, features: &[&str]) -> Result<Option<Vec<Value>>, RowsError> {
        let Some(place) = self.file.place(client) else {
            return Ok(None);
        };
        let row = self.read(place)?;
        let values = features
            .iter()
            .map(|name| match self.catalogue.position(name) {
                Some(place) => rows::value(row.cells[place]),
                None => Value::Missing,
            });
        Ok(Some(values.collect()))
    }

    fn search(&self, prefix: &str, limit: usize) -> Vec<i64> {
        let clients = self.clients().iter();
        let found = clients.filter(|client| client.to_string().starts_with(prefix));
        found.take(limit).copied().collect()
    }

    fn count(&self) -> usize {
        self.clients().len()
    }

    fn matrix(&self) -> Option<String> {
        Some(self.matrix_hash.clone())
    }
}
