//! The recipe's rules on a few rows of one table: what a posted application is checked with.

use limpide_engine::Session;
use limpide_engine::arrow::array::RecordBatch;

use super::{Rule, Rules};
use crate::error::Result;
use crate::schema::Table;

/// Which rules a batch of a table's rows breaks, and on which of its rows (from 0), in the rules' order.
///
/// # Errors
/// The batch lacks a column that a rule reads.
pub fn check_rows<'a>(
    session: &Session,
    rules: &'a Rules,
    table: &Table,
    batch: &RecordBatch,
) -> Result<Vec<(&'a Rule, Vec<usize>)>> {
    let rules: Vec<&Rule> = rules.of(table).collect();
    let named: Vec<(&str, &str)> = rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.condition.as_str()))
        .collect();
    let held = session.conditions(&batch.schema(), &named)?.hold(batch)?;
    let broken = rules.into_iter().zip(held).filter_map(|(rule, held)| {
        let rows: Vec<usize> = held.values().set_indices().collect();
        (!rows.is_empty()).then_some((rule, rows))
    });
    Ok(broken.collect())
}
