//! One Parquet file of a lender to typed Arrow batches.
//!
//! Values go through their text, so that every check and every sentinel is that of a CSV file: a number's text says
//! all of its bits.

use std::fs;
use std::path::Path;

use limpide_engine::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use limpide_engine::arrow::compute::cast;
use limpide_engine::arrow::datatypes::DataType;
use limpide_engine::parquet_batches;

use crate::error::{Error, Result};
use crate::read_csv::{CsvFile, FileSummary, Holds, places};
use crate::rows::{BATCH_ROWS, Rows};

/// Reads a file to its end, handing over batches of the table's schema.
pub(crate) fn read_parquet(
    path: &Path,
    file: &CsvFile<'_>,
    mut emit: impl FnMut(RecordBatch) -> Result<()>,
) -> Result<FileSummary> {
    let damaged = |row: u64, reason: String| Error::Damaged {
        file: file.name.clone(),
        row,
        reason,
    };
    let (schema, batches) =
        parquet_batches(path, BATCH_ROWS).map_err(|error| damaged(0, error.to_string()))?;
    let found: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let expected = file.expected();
    let places = places(&found, file, &expected)?;
    // The texts are ours: how the recipe's text files write decimals is not asked.
    let mut rows = Rows::new(file, &expected, '.');
    for batch in batches {
        let batch = batch.map_err(|error| damaged(rows.rows, error.to_string()))?;
        let mut texts: Vec<Option<StringArray>> = Vec::new();
        for (column, place) in expected.iter().zip(&places) {
            let text = place.map(|place| {
                let values = batch.column(place);
                as_text(values, column.holds)
                    .ok_or_else(|| damaged(rows.rows, unreadable(&column.name, values)))
            });
            texts.push(text.transpose()?);
        }
        for row in 0..batch.num_rows() {
            rows.append(0, |column| {
                let texts = texts[column].as_ref()?;
                Some(if texts.is_null(row) {
                    &[]
                } else {
                    known(texts.value(row), expected[column].holds)
                })
            })?;
            if rows.are_full() {
                emit(rows.batch())?;
            }
        }
    }
    if !rows.are_empty() {
        emit(rows.batch())?;
    }
    rows.summary(fs::metadata(path).map_err(Error::io(path))?.len())
}

fn unreadable(column: &str, values: &dyn Array) -> String {
    format!(
        "column {column} is {}, numbers or texts were expected",
        values.data_type()
    )
}

/// The values' texts; `None` if they have none. Truth values are 1 and 0 where a number is expected.
fn as_text(values: &dyn Array, holds: Holds) -> Option<StringArray> {
    let is_truth = matches!(values.data_type(), DataType::Boolean) && holds != Holds::Text;
    let whole = match is_truth {
        true => cast(values, &DataType::Int8).ok()?,
        false => cast(values, values.data_type()).ok()?,
    };
    let texts = cast(&whole, &DataType::Utf8).ok()?;
    Some(texts.as_string::<i32>().clone())
}

/// What programs write where a number is missing.
fn known(text: &str, holds: Holds) -> &[u8] {
    match holds {
        Holds::Number if text == "NaN" => &[],
        _ => text.as_bytes(),
    }
}
