//! A file of rows, made of the matrix beside it.

use std::io::{BufWriter, Write};
use std::path::Path;

use limpide_engine::arrow::array::{Array, AsArray, Float64Array, RecordBatch, StringArray};
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Int64Type};
use limpide_engine::{ParquetColumns, parquet_batches};
use limpide_portfolio::portfolio::Aside;

use super::cells::{Texts, encode};
use super::{Head, MARK, ROWS, record_hash};
use crate::catalogue::Catalogue;
use crate::detail_rows::DetailRows;
use crate::error::{Error, Result};
use crate::matrix::Cell;

/// Clients of the matrix decoded at once: some tens of megabytes.
const CLIENTS_AT_ONCE: usize = 4_096;

/// Bytes written at once.
const BUFFER: usize = 1 << 20;

/// Columns of the matrix before the features: the client and the outcome.
const BEFORE: usize = 2;

/// Makes the file of rows in a matrix's folder, aside and renamed; `hash` is the matrix's.
///
/// # Errors
/// The matrix is not what its catalogue says, or the disk is full; a file that stood there stays.
pub fn make(folder: &Path, hash: &str, catalogue: &Catalogue) -> Result<()> {
    let matrix = folder.join("matrix.parquet");
    let wrong = |reason: String| Error::Matrix {
        path: matrix.clone(),
        reason,
    };
    let (clients, outcomes) = clients(&matrix)?;
    let mut details = Vec::with_capacity(catalogue.details.len());
    for (name, columns) in &catalogue.details {
        details.push(DetailRows::read(folder, name, columns, &clients)?);
    }
    let path = folder.join(ROWS);
    let io = |source| Error::Io {
        path: path.clone(),
        source,
    };
    let mut out = BufWriter::with_capacity(BUFFER, Aside::create(&path)?);
    out.write_all(MARK).map_err(io)?;
    let mut place = MARK.len() as u64;
    let (mut starts, mut texts, mut record) = (vec![place], Texts::default(), Vec::new());
    let grown = || "it was changed while it was read".to_owned();
    let (_, batches) = parquet_batches(&matrix, CLIENTS_AT_ONCE)?;
    for batch in batches {
        let batch = batch?;
        let columns = columns(&batch, catalogue).map_err(wrong)?;
        for row in 0..batch.num_rows() {
            let number = starts.len() - 1;
            let client = clients.get(number).ok_or_else(|| wrong(grown()))?;
            record.clear();
            record.extend(client.to_le_bytes());
            let cells = columns.iter().map(|column| column.cell(row));
            encode(cells, &mut texts, &mut record);
            for table in &details {
                append_details(table, number, &mut record);
            }
            let hash = record_hash(&record);
            record.extend(hash);
            out.write_all(&record).map_err(io)?;
            place += record.len() as u64;
            starts.push(place);
        }
    }
    if starts.len() != clients.len() + 1 {
        return Err(wrong(grown()));
    }
    let head = Head {
        matrix: hash.to_owned(),
        clients: clients.len(),
        features: catalogue.features.len(),
        widths: details.iter().map(|table| table.columns.len()).collect(),
        texts: texts.into_known(),
    };
    let mut end: Vec<u8> = Vec::with_capacity(head.index_bytes());
    end.extend(clients.iter().flat_map(|client| client.to_le_bytes()));
    end.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
    end.extend(&outcomes);
    let head = serde_json::to_vec(&head).map_err(|error| wrong(error.to_string()))?;
    end.extend(&head);
    end.extend((head.len() as u64).to_le_bytes());
    let hash = blake3::hash(&end);
    end.extend(hash.as_bytes());
    out.write_all(&end).map_err(io)?;
    let aside = out.into_inner().map_err(|error| io(error.into_error()))?;
    Ok(aside.commit()?)
}

/// The matrix's clients and their outcomes: 0, 1, or [`super::read::NOT_KNOWN`].
fn clients(matrix: &Path) -> Result<(Vec<i64>, Vec<u8>)> {
    let (mut clients, mut outcomes): (Vec<i64>, Vec<u8>) = (Vec::new(), Vec::new());
    for batch in ParquetColumns::open(matrix)?.read(&[0, 1])? {
        let numbers = batch.column(0).as_primitive_opt::<Int64Type>();
        let labels = batch.column(1).as_primitive_opt::<Float64Type>();
        let (Some(numbers), Some(labels)) = (numbers, labels) else {
            return Err(Error::Matrix {
                path: matrix.to_owned(),
                reason: "it does not begin with clients and outcomes".to_owned(),
            });
        };
        clients.extend(numbers.values());
        let outcome = |label: Option<f64>| match label {
            Some(label) => u8::from(label > 0.5),
            None => super::read::NOT_KNOWN,
        };
        outcomes.extend(labels.iter().map(outcome));
    }
    if !clients.is_sorted_by(|one, next| one < next) {
        return Err(Error::Matrix {
            path: matrix.to_owned(),
            reason: "its clients do not rise".to_owned(),
        });
    }
    Ok((clients, outcomes))
}

/// A column of features.
enum Column<'a> {
    Numbers(&'a Float64Array),
    Texts(&'a StringArray),
}

impl<'a> Column<'a> {
    fn cell(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Numbers(numbers) if numbers.is_valid(row) => Cell::Number(numbers.value(row)),
            Self::Texts(texts) if texts.is_valid(row) => Cell::Text(texts.value(row)),
            _ => Cell::Missing,
        }
    }
}

fn columns<'a>(
    batch: &'a RecordBatch,
    catalogue: &Catalogue,
) -> std::result::Result<Vec<Column<'a>>, String> {
    let expected = catalogue.features.len();
    if batch.num_columns() != expected + BEFORE {
        return Err(format!(
            "{} columns found, the client, the outcome and {expected} features expected",
            batch.num_columns()
        ));
    }
    let features = catalogue.features.iter().zip(&batch.columns()[BEFORE..]);
    features
        .map(|(feature, column)| match column.data_type() {
            DataType::Float64 => Ok(Column::Numbers(column.as_primitive())),
            DataType::Utf8 => Ok(Column::Texts(column.as_string())),
            other => Err(format!("{} is of {other}, no number or text", feature.name)),
        })
        .collect()
}

/// Appends the rows of the client at a place: how many, then their numbers.
fn append_details(table: &DetailRows, client: usize, record: &mut Vec<u8>) {
    let width = table.columns.len();
    let (from, to) = (table.offsets[client], table.offsets[client + 1]);
    record.extend((to as u64 - from as u64).to_le_bytes());
    let values = &table.values[from * width..to * width];
    record.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}
