//! Fields of text to typed Arrow batches: the same checks for every kind of file.

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{
    ArrayBuilder, ArrayRef, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use limpide_engine::arrow::datatypes::SchemaRef;

use crate::error::{Error, Result};
use crate::read_csv::{CsvFile, Expected, FileSummary, Holds, ORDER_ROW_BITS, arrow_schema};
use crate::schema::{LabelValues, Schema};

/// Rows of a batch.
pub(crate) const BATCH_ROWS: usize = 32_768;

/// The rows of one file as they grow.
pub(crate) struct Rows<'a> {
    file: &'a CsvFile<'a>,
    schema: SchemaRef,
    columns: Vec<Column>,
    order: Int64Builder,
    /// Rows so far.
    pub rows: u64,
}

impl<'a> Rows<'a> {
    /// No rows yet; `decimal` is what stands before the decimals of the file's numbers.
    pub(crate) fn new(file: &'a CsvFile<'a>, expected: &[Expected], decimal: char) -> Self {
        let columns = expected.iter();
        Self {
            file,
            schema: arrow_schema(file.schema, file.table),
            columns: columns
                .map(|column| Column::new(column, file, decimal))
                .collect(),
            order: Int64Builder::with_capacity(BATCH_ROWS),
            rows: 0,
        }
    }

    /// Appends a row; `field` gives a column's text, nothing for the row's number.
    ///
    /// # Errors
    /// The first field that does not fit, with its place.
    pub(crate) fn append<'f>(
        &mut self,
        line: u64,
        field: impl Fn(usize) -> Option<&'f [u8]>,
    ) -> Result<()> {
        for (index, column) in self.columns.iter_mut().enumerate() {
            match field(index) {
                Some(field) => column.append(field).map_err(|wrong| {
                    wrong.into_error(&self.file.name, self.rows + 1, line, &column.name)
                })?,
                None => column.append_number(self.file.rows_before + self.rows + 1),
            }
        }
        let file = (self.file.index as i64) << ORDER_ROW_BITS;
        self.order.append_value(file | self.rows as i64);
        self.rows += 1;
        Ok(())
    }

    pub(crate) fn are_full(&self) -> bool {
        self.order.len() == BATCH_ROWS
    }

    pub(crate) fn are_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The rows since the last batch.
    pub(crate) fn batch(&mut self) -> RecordBatch {
        let order: ArrayRef = Arc::new(self.order.finish());
        let rows = order.len();
        let mut arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        // Another file of the table has the label.
        if self.schema.fields().len() == arrays.len() + 2 {
            let mut label = Float64Builder::with_capacity(rows);
            label.append_nulls(rows);
            arrays.push(Arc::new(label.finish()));
        }
        arrays.push(order);
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .expect("builders follow the schema that they were made from")
    }

    /// What was read.
    ///
    /// # Errors
    /// [`Error::Empty`] if that is nothing.
    pub(crate) fn summary(&self, bytes: u64) -> Result<FileSummary> {
        if self.rows == 0 {
            return Err(Error::Empty {
                file: self.file.name.clone(),
            });
        }
        let from_file = self.columns.iter().filter(|column| !column.is_row_number);
        let columns = from_file.count();
        let missing: u64 = self.columns.iter().map(|column| column.missing).sum();
        let mut set_to_missing = BTreeMap::new();
        for sentinel in self.columns.iter().flat_map(|column| &column.sentinels) {
            if sentinel.count > 0 {
                *set_to_missing.entry(sentinel.text.clone()).or_default() += sentinel.count;
            }
        }
        Ok(FileSummary {
            name: self.file.table.files[self.file.index].name.clone(),
            rows: self.rows,
            columns,
            bytes,
            missing_share: missing as f64 / (self.rows * columns as u64) as f64,
            set_to_missing,
        })
    }
}

/// A field that does not fit.
enum Wrong {
    Type { found: String, expected: String },
    NotUtf8 { found: String },
}

impl Wrong {
    fn type_of(field: &[u8], expected: &str) -> Self {
        match std::str::from_utf8(field) {
            Ok(found) => Self::Type {
                found: shorten(found),
                expected: expected.to_owned(),
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
pub(crate) fn shorten(text: &str) -> String {
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
    Label(Float64Builder, Option<LabelValues>),
}

struct Column {
    name: String,
    builder: Builder,
    is_row_number: bool,
    decimal: Option<u8>,
    sentinels: Vec<Sentinel>,
    missing: u64,
}

impl Column {
    fn new(expected: &Expected, file: &CsvFile<'_>, decimal: char) -> Self {
        let numbers = || Float64Builder::with_capacity(BATCH_ROWS);
        let builder = match expected.holds {
            Holds::RowNumber | Holds::Key => Builder::Key(Int64Builder::with_capacity(BATCH_ROWS)),
            Holds::Number => Builder::Number(numbers()),
            Holds::Text => Builder::Text(StringBuilder::new()),
            Holds::Label => Builder::Label(numbers(), file.schema.label_values.clone()),
        };
        Self {
            name: expected.name.clone(),
            builder,
            is_row_number: expected.holds == Holds::RowNumber,
            decimal: u8::try_from(decimal).ok().filter(|mark| *mark != b'.'),
            sentinels: sentinels(&expected.name, file.schema),
            missing: 0,
        }
    }

    fn append_number(&mut self, row: u64) {
        if let Builder::Key(keys) = &mut self.builder {
            keys.append_value(row as i64);
        }
    }

    fn append(&mut self, field: &[u8]) -> std::result::Result<(), Wrong> {
        match &mut self.builder {
            Builder::Key(keys) => {
                let key = whole_number(field.trim_ascii())
                    .ok_or_else(|| Wrong::type_of(field, "a whole number"))?;
                keys.append_value(key);
            }
            Builder::Label(labels, values) => {
                let label = label(field.trim_ascii(), values.as_ref())
                    .map_err(|expected| Wrong::type_of(field, &expected))?;
                labels.append_value(label);
            }
            Builder::Number(numbers) => {
                let field = field.trim_ascii();
                if field.is_empty() {
                    self.missing += 1;
                    numbers.append_null();
                    return Ok(());
                }
                let known = number(field, self.decimal);
                let stands_for_missing = |sentinel: &&mut Sentinel| match known {
                    Some(number) => sentinel.number == Some(number),
                    None => sentinel.text.as_bytes() == field,
                };
                if let Some(sentinel) = self.sentinels.iter_mut().find(stands_for_missing) {
                    sentinel.count += 1;
                    self.missing += 1;
                    numbers.append_null();
                } else {
                    let number = known.ok_or_else(|| match self.decimal {
                        Some(mark) if field.contains(&b'.') => {
                            let mark = char::from(mark);
                            let expected = format!("a number with '{mark}' and no '.', or nothing");
                            Wrong::type_of(field, &expected)
                        }
                        _ => Wrong::type_of(field, "a number or nothing"),
                    })?;
                    numbers.append_value(number);
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

    fn finish(&mut self) -> ArrayRef {
        match &mut self.builder {
            Builder::Key(keys) => Arc::new(keys.finish()),
            Builder::Number(numbers) | Builder::Label(numbers, _) => Arc::new(numbers.finish()),
            Builder::Text(texts) => Arc::new(texts.finish()),
        }
    }
}

fn sentinels(column: &str, schema: &Schema) -> Vec<Sentinel> {
    let texts = schema.missing_values(column).into_iter();
    texts
        .map(|text| Sentinel {
            text: text.to_owned(),
            number: text.parse().ok(),
            count: 0,
        })
        .collect()
}

/// An outcome as 1 (defaulted) or 0 (repaid); else what was expected.
fn label(field: &[u8], values: Option<&LabelValues>) -> std::result::Result<f64, String> {
    let Some(values) = values else {
        return match number(field, None) {
            Some(label @ (0.0 | 1.0)) => Ok(label),
            _ => Err("0 (repaid) or 1 (defaulted)".to_owned()),
        };
    };
    // A whole number may be written as 2.0 where another column is missing.
    let found = std::str::from_utf8(field).unwrap_or_default();
    let found = found.strip_suffix(".0").unwrap_or(found);
    if found == values.defaulted {
        Ok(1.0)
    } else if found == values.repaid {
        Ok(0.0)
    } else {
        Err(format!(
            "{} (repaid) or {} (defaulted)",
            values.repaid, values.defaulted
        ))
    }
}

/// A finite number. Where another mark stands before decimals, a point is none: it may part thousands.
fn number(field: &[u8], decimal: Option<u8>) -> Option<f64> {
    let text = std::str::from_utf8(field).ok()?;
    if decimal.is_some() && field.contains(&b'.') {
        return None;
    }
    let number: f64 = match decimal.filter(|mark| field.contains(mark)) {
        Some(mark) => text.replacen(char::from(mark), ".", 1).parse().ok()?,
        None => text.parse().ok()?,
    };
    number.is_finite().then_some(number)
}

/// A whole number, also when it was written as `12.0`.
fn whole_number(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?;
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_point_is_no_decimal_mark_where_another_is_set() {
        assert_eq!(number(b"1,5", Some(b',')), Some(1.5));
        assert_eq!(number(b"15", Some(b',')), Some(15.0));
        assert_eq!(number(b"1.234", Some(b',')), None);
        assert_eq!(number(b"1.234,5", Some(b',')), None);
        assert_eq!(number(b"1.234", None), Some(1.234));
    }
}
