//! The table's rows behind rows that a family's SELECT put together: those that agree with one of
//! them in every column that the SELECT passes on unchanged. Where rows are grouped, these are the
//! keys of the groups, so a row's group is found whole and alone.

use std::collections::BTreeSet;

use limpide_engine::arrow::array::{BooleanArray, RecordBatch};
use limpide_engine::arrow::compute::filter_record_batch;
use limpide_engine::arrow::error::ArrowError;
use limpide_engine::arrow::row::{RowConverter, SortField};

use super::{ShownColumn, ShownRows, shown};
use crate::error::{Error, Result};
use crate::spec::Text;

/// Rows behind others that are told at most; how many there are is told as well.
const MOST: usize = 2_000;

/// What is told of the rows of a table behind others.
#[derive(Debug, Clone)]
pub(super) struct Behind {
    /// The table.
    pub(super) table: String,
    /// What its rows are called.
    pub(super) label: Text,
    /// The columns that are told.
    pub(super) columns: Vec<ShownColumn>,
    /// What must agree: the column of the family's rows, and that of the table.
    pub(super) keys: Vec<(String, String)>,
}

/// The name of the query over a table.
pub(super) fn query(table: &str) -> String {
    format!("table {table}")
}

/// Those of a table's rows that stand behind some rows.
///
/// # Errors
/// A column is absent or of another type.
pub(super) fn rows(
    of: &RecordBatch,
    candidates: &RecordBatch,
    behind: &Behind,
) -> Result<ShownRows> {
    let kept = agreeing(of, candidates, behind).map_err(|error| {
        Error::Engine(limpide_engine::Error::Query {
            name: query(&behind.table),
            reason: error.to_string(),
        })
    })?;
    let total = kept.num_rows();
    Ok(ShownRows {
        label: behind.label.clone(),
        batch: shown(&kept.slice(0, total.min(MOST)), &behind.columns)?,
        columns: behind.columns.clone(),
        total,
        offset: 0,
    })
}

fn agreeing(
    of: &RecordBatch,
    candidates: &RecordBatch,
    behind: &Behind,
) -> std::result::Result<RecordBatch, ArrowError> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (family, table) in &behind.keys {
        left.push(of.column(of.schema().index_of(family)?).clone());
        right.push(
            candidates
                .column(candidates.schema().index_of(table)?)
                .clone(),
        );
    }
    let fields = left
        .iter()
        .map(|array| SortField::new(array.data_type().clone()));
    let converter = RowConverter::new(fields.collect())?;
    let wanted = converter.convert_columns(&left)?;
    let wanted: BTreeSet<_> = wanted.iter().map(|row| row.data().to_vec()).collect();
    let found = converter.convert_columns(&right)?;
    let mask: BooleanArray = found
        .iter()
        .map(|row| Some(wanted.contains(row.data())))
        .collect();
    filter_record_batch(candidates, &mask)
}
