//! One CSV file to typed Arrow batches.
//!
//! Every field is checked; the first wrong one ends the reading with its row, line and column.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use limpide_engine::arrow::array::{
    ArrayBuilder, ArrayRef, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use limpide_engine::arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::schema::{ColumnKind, Schema, Table};

/// The place of a row among all rows of its table's files: file index, then row.
pub(crate) const ORDER_COLUMN: &str = "__order";
/// Bits of [`ORDER_COLUMN`] that hold the row; those above hold the file's index.
pub(crate) const ORDER_ROW_BITS: u32 = 40;

const BATCH_ROWS: usize = 32_768;

/// What was read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// The file's name without `.csv`.
    pub name: String,
    /// Rows without the header.
    pub rows: u64,
    /// Columns of the header.
    pub columns: usize,
    /// Bytes of the CSV text.
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
}

impl CsvFile<'_> {
    fn name(&self) -> String {
        format!("{}.csv", self.table.files[self.index].name)
    }

    /// The columns the file must have, in the order of the batches.
    fn expected(&self) -> Vec<(String, ColumnKind)> {
        let columns = self
            .table
            .columns()
            .map(|(name, kind)| (name.to_owned(), kind));
        let label = self.table.files[self.index].labelled;
        columns
            .chain(label.then(|| (self.schema.label.clone(), ColumnKind::Number)))
            .collect()
    }
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
    let mut reader = ReaderBuilder::new()
        .buffer_capacity(1 << 18)
        .from_reader(input);
    let name = file.name();
    let expected = file.expected();
    let places = header_places(&mut reader, file, &expected)?;
    let mut columns: Vec<Column> = expected
        .iter()
        .map(|(name, kind)| Column::new(name, *kind, file.schema))
        .collect();
    let mut order = Int64Builder::with_capacity(BATCH_ROWS);
    let has_label = columns.len() > file.table.columns().count();
    let schema = arrow_schema(file.schema, file.table);
    let mut record = ByteRecord::new();
    let mut rows = 0u64;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|e| record_error(&name, rows, e))?;
        if more {
            for (column, place) in columns.iter_mut().zip(&places) {
                let line = || record.position().map_or(0, csv::Position::line);
                column
                    .append(&record[*place])
                    .map_err(|wrong| wrong.into_error(&name, rows + 1, line(), &column.name))?;
            }
            if has_label {
                let label = columns.last().expect("a label was expected");
                label
                    .check_label(&record[places[places.len() - 1]])
                    .map_err(|wrong| {
                        let line = record.position().map_or(0, csv::Position::line);
                        wrong.into_error(&name, rows + 1, line, &label.name)
                    })?;
            }
            order.append_value(((file.index as i64) << ORDER_ROW_BITS) | rows as i64);
            rows += 1;
        }
        if order.len() == BATCH_ROWS || (!more && !order.is_empty()) {
            emit(batch(&schema, &mut columns, &mut order, has_label))?;
        }
        if !more {
            break;
        }
    }
    if rows == 0 {
        return Err(Error::Empty { file: name });
    }
    Ok(summary(file, &columns, rows, reader.position().byte()))
}

fn summary(file: &CsvFile<'_>, columns: &[Column], rows: u64, bytes: u64) -> FileSummary {
    let missing: u64 = columns.iter().map(|column| column.missing).sum();
    let mut set_to_missing = BTreeMap::new();
    for column in columns {
        for sentinel in column
            .sentinels
            .iter()
            .filter(|sentinel| sentinel.count > 0)
        {
            *set_to_missing.entry(sentinel.text.clone()).or_default() += sentinel.count;
        }
    }
    FileSummary {
        name: file.table.files[file.index].name.clone(),
        rows,
        columns: columns.len(),
        bytes,
        missing_share: missing as f64 / (rows * columns.len() as u64) as f64,
        set_to_missing,
    }
}

/// For each expected column, its place in the header.
fn header_places<R: Read>(
    reader: &mut Reader<R>,
    file: &CsvFile<'_>,
    expected: &[(String, ColumnKind)],
) -> Result<Vec<usize>> {
    let name = file.name();
    let header = reader
        .byte_headers()
        .map_err(|error| record_error(&name, 0, error))?
        .clone();
    if header.is_empty() {
        return Err(Error::Empty { file: name });
    }
    let found: Vec<String> = header
        .iter()
        .map(|field| String::from_utf8_lossy(field).trim().to_owned())
        .collect();
    let table = || file.table.name.clone();
    if let Some((column, _)) = expected.iter().find(|(column, _)| !found.contains(column)) {
        return Err(Error::MissingColumn {
            file: name,
            column: column.clone(),
            table: table(),
            expected: expected.len(),
        });
    }
    for (place, column) in found.iter().enumerate() {
        let known = expected.iter().any(|(expected, _)| expected == column);
        let twice = found[..place].contains(column);
        if !known || twice {
            return Err(Error::ExtraColumn {
                file: name,
                position: place + 1,
                column: shorten(column),
                problem: if twice {
                    "stands twice"
                } else {
                    "is not in the recipe"
                },
                table: table(),
                expected: expected.len(),
            });
        }
    }
    Ok(expected
        .iter()
        .filter_map(|(column, _)| found.iter().position(|name| name == column))
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

fn batch(
    schema: &SchemaRef,
    columns: &mut [Column],
    order: &mut Int64Builder,
    has_label: bool,
) -> RecordBatch {
    let order: ArrayRef = Arc::new(order.finish());
    let rows = order.len();
    let mut arrays: Vec<ArrayRef> = columns.iter_mut().map(Column::finish).collect();
    if !has_label && schema.fields().len() == arrays.len() + 2 {
        let mut label = Float64Builder::with_capacity(rows);
        label.append_nulls(rows);
        arrays.push(Arc::new(label.finish()));
    }
    arrays.push(order);
    RecordBatch::try_new(Arc::clone(schema), arrays)
        .expect("builders follow the schema that they were made from")
}

/// A field that does not fit.
enum Wrong {
    Type {
        found: String,
        expected: &'static str,
    },
    NotUtf8 {
        found: String,
    },
}

impl Wrong {
    fn type_of(field: &[u8], expected: &'static str) -> Self {
        match std::str::from_utf8(field) {
            Ok(found) => Self::Type {
                found: shorten(found),
                expected,
            },
            Err(_) => Self::NotUtf8 {
                found: shorten(&String::from_utf8_lossy(field)),
            },
        }
    }

    fn into_error(self, file: &str, row: u64, line: u64, column: &str) -> Error {
        let (file, column) = (file.to_owned(), column.to_owned());
        match self {
            Self::Type { found, expected } => Error::WrongType {
                file,
                row,
                line,
                column,
                found,
                expected,
            },
            Self::NotUtf8 { found } => Error::NotUtf8 {
                file,
                row,
                line,
                column,
                found,
            },
        }
    }
}

/// A field's text for a message of one line: no line ends, not too long.
fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

struct Sentinel {
    text: String,
    number: Option<f64>,
    count: u64,
}

enum Builder {
    Key(Int64Builder),
    Number(Float64Builder),
    Text(StringBuilder),
}

struct Column {
    name: String,
    builder: Builder,
    sentinels: Vec<Sentinel>,
    missing: u64,
}

impl Column {
    fn new(name: &str, kind: ColumnKind, schema: &Schema) -> Self {
        let builder = match kind {
            ColumnKind::Key => Builder::Key(Int64Builder::with_capacity(BATCH_ROWS)),
            ColumnKind::Number => Builder::Number(Float64Builder::with_capacity(BATCH_ROWS)),
            ColumnKind::Text => Builder::Text(StringBuilder::new()),
        };
        let sentinels = schema
            .missing_values(name)
            .into_iter()
            .map(|text| Sentinel {
                text: text.to_owned(),
                number: text.parse().ok(),
                count: 0,
            });
        Self {
            name: name.to_owned(),
            builder,
            sentinels: sentinels.collect(),
            missing: 0,
        }
    }

    fn append(&mut self, field: &[u8]) -> std::result::Result<(), Wrong> {
        match &mut self.builder {
            Builder::Key(keys) => {
                let key = whole_number(field.trim_ascii())
                    .ok_or_else(|| Wrong::type_of(field, "a whole number"))?;
                keys.append_value(key);
            }
            Builder::Number(numbers) => {
                let field = field.trim_ascii();
                if field.is_empty() {
                    self.missing += 1;
                    numbers.append_null();
                    return Ok(());
                }
                let number =
                    number(field).ok_or_else(|| Wrong::type_of(field, "a number or nothing"))?;
                match self.sentinels.iter_mut().find(|s| s.number == Some(number)) {
                    Some(sentinel) => {
                        sentinel.count += 1;
                        self.missing += 1;
                        numbers.append_null();
                    }
                    None => numbers.append_value(number),
                }
            }
            Builder::Text(texts) => {
                let text =
                    std::str::from_utf8(field).map_err(|_| Wrong::type_of(field, "UTF-8 text"))?;
                let sentinel = self.sentinels.iter_mut().find(|s| s.text == text);
                if let Some(sentinel) = sentinel {
                    sentinel.count += 1;
                    self.missing += 1;
                    texts.append_null();
                } else if text.is_empty() {
                    self.missing += 1;
                    texts.append_null();
                } else {
                    texts.append_value(text);
                }
            }
        }
        Ok(())
    }

    fn check_label(&self, field: &[u8]) -> std::result::Result<(), Wrong> {
        match number(field.trim_ascii()) {
            Some(0.0 | 1.0) => Ok(()),
            _ => Err(Wrong::type_of(field, "0 (repaid) or 1 (defaulted)")),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match &mut self.builder {
            Builder::Key(keys) => Arc::new(keys.finish()),
            Builder::Number(numbers) => Arc::new(numbers.finish()),
            Builder::Text(texts) => Arc::new(texts.finish()),
        }
    }
}

fn number(field: &[u8]) -> Option<f64> {
    let number: f64 = std::str::from_utf8(field).ok()?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// A whole number, also when it was written as `12.0`.
fn whole_number(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?;
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests;
