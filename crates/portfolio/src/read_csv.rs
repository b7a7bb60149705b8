//! One CSV file to typed Arrow batches.
//!
//! Every field is checked; the first wrong one ends the reading with its row, line and column.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use limpide_engine::arrow::array::RecordBatch;
use limpide_engine::arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::rows::{Rows, shorten};
use crate::schema::{ColumnKind, Delimiter, Schema, Table};

/// The place of a row among all rows of its table's files: file index, then row.
pub(crate) const ORDER_COLUMN: &str = "__order";
/// Bits of [`ORDER_COLUMN`] that hold the row; those above hold the file's index.
pub(crate) const ORDER_ROW_BITS: u32 = 40;

/// The file and row, from 1, of a row's place.
pub(crate) fn place_of(files: &[String], order: i64) -> (String, u64) {
    let file = files.get((order >> ORDER_ROW_BITS) as usize);
    let row = (order & ((1 << ORDER_ROW_BITS) - 1)) as u64 + 1;
    (file.cloned().unwrap_or_default(), row)
}

/// What was read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// The file's name without its ending.
    pub name: String,
    /// Rows without the header.
    pub rows: u64,
    /// Columns of the header.
    pub columns: usize,
    /// Bytes of the file, unpacked.
    pub bytes: u64,
    /// Share of all fields that are missing, in [0, 1], after sentinels were set to missing.
    pub missing_share: f64,
    /// How many fields held each value that stands for "not known".
    pub set_to_missing: BTreeMap<String, u64>,
}

/// Which file is read, and as what.
pub(crate) struct CsvFile<'a> {
    pub schema: &'a Schema,
    pub table: &'a Table,
    /// Which of the table's files.
    pub index: usize,
    /// What the source calls it.
    pub name: String,
    /// Rows of the table's files before it.
    pub rows_before: u64,
}

impl CsvFile<'_> {
    /// The columns that are read, in the order of the batches; one of them may be the row's number.
    pub(crate) fn expected(&self) -> Vec<Expected> {
        let row_number = self.table.row_number.as_deref();
        let columns = self.table.columns().map(|(name, kind)| Expected {
            name: name.to_owned(),
            holds: match kind {
                ColumnKind::Key if row_number == Some(name) => Holds::RowNumber,
                ColumnKind::Key => Holds::Key,
                ColumnKind::Number => Holds::Number,
                ColumnKind::Text => Holds::Text,
            },
        });
        let label = self.table.files[self.index].labelled.then(|| Expected {
            name: self.schema.label.clone(),
            holds: Holds::Label,
        });
        columns.chain(label).collect()
    }
}

/// A column of a file.
pub(crate) struct Expected {
    pub name: String,
    pub holds: Holds,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    RowNumber,
    Key,
    Number,
    Text,
    Label,
}

/// The Arrow schema of a table's batches: its columns, the label if one of its files has it,
/// and the row's place.
pub(crate) fn arrow_schema(schema: &Schema, table: &Table) -> SchemaRef {
    let mut fields: Vec<Field> = table
        .columns()
        .map(|(name, kind)| match kind {
            ColumnKind::Key => Field::new(name, DataType::Int64, false),
            ColumnKind::Number => Field::new(name, DataType::Float64, true),
            ColumnKind::Text => Field::new(name, DataType::Utf8, true),
        })
        .collect();
    if table.files.iter().any(|file| file.labelled) {
        fields.push(Field::new(&schema.label, DataType::Float64, true));
    }
    fields.push(Field::new(ORDER_COLUMN, DataType::Int64, false));
    Arc::new(ArrowSchema::new(fields))
}

/// The Arrow schema of a stored table: its columns, the client that it found through its parent, the label if one of
/// its files has it.
pub(crate) fn stored_schema(schema: &Schema, table: &Table) -> SchemaRef {
    let read = arrow_schema(schema, table);
    let mut fields: Vec<Field> = match table.parent {
        Some(_) => vec![Field::new(&schema.client, DataType::Int64, true)],
        None => Vec::new(),
    };
    let columns = read
        .fields()
        .iter()
        .filter(|field| field.name() != ORDER_COLUMN);
    fields.extend(columns.map(|field| field.as_ref().clone()));
    Arc::new(ArrowSchema::new(fields))
}

/// Reads a file to its end, handing over batches of [`arrow_schema`].
pub(crate) fn read_csv(
    input: &mut dyn Read,
    file: &CsvFile<'_>,
    mut emit: impl FnMut(RecordBatch) -> Result<()>,
) -> Result<FileSummary> {
    let format = &file.table.format;
    let delimiter = format.delimiter().expect("the schema was checked");
    let mut reader = ReaderBuilder::new()
        .buffer_capacity(1 << 18)
        .has_headers(format.header.is_none())
        .delimiter(match delimiter {
            Delimiter::Byte(byte) => byte,
            Delimiter::Whitespace => b'\t',
        })
        .from_reader(Fields::new(input, delimiter == Delimiter::Whitespace));
    let name = &file.name;
    let expected = file.expected();
    let found = header(&mut reader, file)?;
    let places = places(&found, file, &expected)?;
    let mut rows = Rows::new(file, &expected, format.decimal.unwrap_or('.'));
    let mut record = ByteRecord::new();
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| record_error(name, rows.rows, error))?
    {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != found.len() {
            return Err(Error::FieldCount {
                file: name.clone(),
                row: rows.rows + 1,
                line,
                found: record.len() as u64,
                expected: found.len() as u64,
            });
        }
        rows.append(line, |column| places[column].map(|place| &record[place]))?;
        if rows.are_full() {
            emit(rows.batch())?;
        }
    }
    if !rows.are_empty() {
        emit(rows.batch())?;
    }
    rows.summary(reader.get_ref().bytes)
}

/// The columns of the file in its order.
fn header<R: Read>(reader: &mut Reader<R>, file: &CsvFile<'_>) -> Result<Vec<String>> {
    if let Some(header) = &file.table.format.header {
        return Ok(header.clone());
    }
    let header = reader
        .byte_headers()
        .map_err(|error| record_error(&file.name, 0, error))?;
    if header.is_empty() {
        return Err(Error::Empty {
            file: file.name.clone(),
        });
    }
    let names = header.iter();
    Ok(names
        .map(|field| String::from_utf8_lossy(field).trim().to_owned())
        .collect())
}

/// For each expected column its place among those found; none for the row's number.
pub(crate) fn places(
    found: &[String],
    file: &CsvFile<'_>,
    expected: &[Expected],
) -> Result<Vec<Option<usize>>> {
    let in_file = || {
        let columns = expected.iter();
        columns.filter(|column| column.holds != Holds::RowNumber)
    };
    let table = || file.table.name.clone();
    if let Some(absent) = in_file().find(|column| !found.contains(&column.name)) {
        return Err(Error::MissingColumn {
            file: file.name.clone(),
            column: absent.name.clone(),
            table: table(),
            expected: in_file().count(),
        });
    }
    for (place, column) in found.iter().enumerate() {
        let known = in_file().any(|expected| expected.name == *column);
        let twice = found[..place].contains(column);
        if (!known || twice) && !file.table.ignored.contains(column) {
            return Err(Error::ExtraColumn {
                file: file.name.clone(),
                position: place + 1,
                column: shorten(column),
                problem: if twice {
                    "stands twice"
                } else {
                    "is not in the recipe"
                },
                table: table(),
                expected: in_file().count(),
            });
        }
    }
    let columns = expected.iter();
    Ok(columns
        .map(|column| found.iter().position(|name| *name == column.name))
        .collect())
}

fn record_error(file: &str, rows: u64, error: csv::Error) -> Error {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => Error::FieldCount {
            file: file.to_owned(),
            row: rows + 1,
            line: pos.as_ref().map_or(0, csv::Position::line),
            found: *len,
            expected: *expected_len,
        },
        _ => Error::Damaged {
            file: file.to_owned(),
            row: rows,
            reason: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;
