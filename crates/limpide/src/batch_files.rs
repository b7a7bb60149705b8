//! Parquet files of batches: rows in, a column a feature; results out.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use limpide_engine::arrow::compute::cast;
use limpide_engine::arrow::datatypes::{
    DataType, Field, Float64Type, Int64Type, Schema, SchemaRef,
};
use limpide_engine::{ParquetColumns, ParquetFile, parquet_batches};
use limpide_web::{ParquetFiles, ParquetRows, RowsError};
use serde_json::{Map, Number, Value};

/// Rows read or written at once.
const ROWS: usize = 1_024;

/// The engine's Parquet files.
pub struct BatchFiles;

impl ParquetFiles for BatchFiles {
    fn open(&self, path: &Path) -> Result<ParquetRows, RowsError> {
        let told = |error: limpide_engine::Error| RowsError(reason(&error));
        let columns = ParquetColumns::open(path).map_err(told)?;
        let mut kinds = Vec::with_capacity(columns.schema().fields().len());
        for field in columns.schema().fields() {
            kinds.push(Column {
                name: field.name().clone(),
                kind: read_as(field).map_err(RowsError)?,
            });
        }
        let (_, batches) = parquet_batches(path, ROWS).map_err(told)?;
        Ok(ParquetRows {
            columns: kinds.iter().map(|column| column.name.clone()).collect(),
            rows: columns.rows(),
            values: Box::new(batches.flat_map(move |batch| {
                let rows = batch.map_err(|error| RowsError(reason(&error)));
                match rows.and_then(|batch| values(&kinds, &batch)) {
                    Ok(rows) => rows.into_iter().map(Ok).collect::<Vec<_>>(),
                    Err(error) => vec![Err(error)],
                }
            })),
        })
    }

    fn write(&self, results: &Path, out: &Path) -> Result<(), RowsError> {
        write(results, out).map_err(|error| RowsError(format!("{error:#}")))
    }
}

/// A column of a posted file, and what it is read as.
struct Column {
    name: String,
    kind: DataType,
}

/// What the engine says of a file, without the file's place, which is the server's own affair.
fn reason(error: &limpide_engine::Error) -> String {
    match error {
        limpide_engine::Error::Read { reason, .. } => reason.clone(),
        _ => "it cannot be read".to_owned(),
    }
}

/// Numbers are read as doubles or, in a column of whole numbers, as they are; all else as texts.
fn read_as(field: &Field) -> Result<DataType, String> {
    match field.data_type() {
        kind if kind.is_integer() => Ok(DataType::Int64),
        kind if kind.is_numeric() => Ok(DataType::Float64),
        DataType::Boolean | DataType::Null => Ok(DataType::Float64),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(DataType::Utf8),
        DataType::Dictionary(_, texts) if texts.is_string() => Ok(DataType::Utf8),
        other => Err(format!("column {} holds {other}", field.name())),
    }
}

/// A batch's rows by column; what is missing is left out.
fn values(columns: &[Column], batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, RowsError> {
    let mut rows = vec![Map::new(); batch.num_rows()];
    for (column, array) in columns.iter().zip(batch.columns()) {
        let array = cast(array, &column.kind).map_err(|error| RowsError(error.to_string()))?;
        for (row, values) in rows.iter_mut().enumerate() {
            if array.is_valid(row) {
                values.insert(column.name.clone(), value(&array, row));
            }
        }
    }
    Ok(rows)
}

fn value(array: &ArrayRef, row: usize) -> Value {
    match array.data_type() {
        DataType::Int64 => Value::from(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => {
            let number = array.as_primitive::<Float64Type>().value(row);
            // JSON has no such number: as a text it is refused with its name.
            Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number)
        }
        _ => Value::from(array.as_string::<i32>().value(row)),
    }
}

/// The columns of results; those that hold more than one value hold JSON.
const RESULTS: [(&str, DataType); 13] = [
    ("line", DataType::Int64),
    ("client", DataType::Int64),
    ("probability", DataType::Float64),
    ("low", DataType::Float64),
    ("high", DataType::Float64),
    ("decision", DataType::Utf8),
    ("threshold", DataType::Float64),
    ("distance", DataType::Float64),
    ("model", DataType::Utf8),
    ("synthetic", DataType::Utf8),
    ("reasons", DataType::Utf8),
    ("strengths", DataType::Utf8),
    ("errors", DataType::Utf8),
];

fn write(results: &Path, out: &Path) -> anyhow::Result<()> {
    let fields = RESULTS.iter();
    let fields = fields.map(|(name, kind)| Field::new(*name, kind.clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let mut file = ParquetFile::create(out, Arc::clone(&schema))?;
    let mut lines = BufReader::new(File::open(results)?).lines();
    loop {
        let mut rows = Vec::with_capacity(ROWS);
        for line in lines.by_ref().take(ROWS) {
            let row: Map<String, Value> = serde_json::from_str(&line?).context("a result")?;
            rows.push(row);
        }
        if rows.is_empty() {
            break;
        }
        file.write(&batch(&schema, &rows)?)?;
    }
    file.finish()?;
    Ok(())
}

fn batch(schema: &SchemaRef, rows: &[Map<String, Value>]) -> anyhow::Result<RecordBatch> {
    let columns = RESULTS.iter().map(|(name, kind)| {
        let values = rows
            .iter()
            .map(|row| row.get(*name).filter(|value| !value.is_null()));
        let column: ArrayRef = match kind {
            DataType::Int64 => {
                let mut column = Int64Builder::new();
                values.for_each(|value| column.append_option(value.and_then(Value::as_i64)));
                Arc::new(column.finish())
            }
            DataType::Float64 => {
                let mut column = Float64Builder::new();
                values.for_each(|value| column.append_option(value.and_then(Value::as_f64)));
                Arc::new(column.finish())
            }
            _ => {
                let mut column = StringBuilder::new();
                values.for_each(|value| {
                    column.append_option(value.map(|value| match value {
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    }));
                });
                Arc::new(column.finish())
            }
        };
        column
    });
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect())?)
}
