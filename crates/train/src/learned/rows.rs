//! A small model of single rows, each with its client's label.

use limpide_model::learned::RowModel;
use limpide_model::learned::declared::DeclaredRows;

use crate::candidates::boosted::{Growth, Samples, grow};
use crate::crossfit::Setting;
use crate::error::Result;

/// Few splits, few trees: a row says little, and its label is the client's, not its own.
const GROWTH: Growth = Growth {
    rounds: 40,
    eta: 0.15,
    depth: 3,
    min_child_weight: 20.0,
    lambda: 50.0,
    subsample: 1.0,
    columns_a_tree: usize::MAX,
    bins: 64,
};

/// Rows that are enough for trees so small: beyond, every so-manieth client is read.
const ROWS_ENOUGH: usize = 150_000;

/// Fits on the rows of the given clients.
pub(super) fn fit(
    setting: &Setting<'_>,
    declared: &DeclaredRows,
    clients: &[usize],
    threads: usize,
) -> Result<RowModel> {
    let dataset = setting.dataset;
    let table = super::table(dataset, &declared.table)?;
    let width = table.columns.len();
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    let n_rows: usize = clients.iter().map(|&client| table.rows(client).len()).sum();
    let every = (n_rows / width).div_ceil(ROWS_ENOUGH).max(1);
    for &client in clients.iter().step_by(every) {
        let rows = table.rows(client);
        values.extend_from_slice(rows);
        labels.extend(rows.chunks_exact(width).map(|_| dataset.labels[client]));
    }
    let samples = Samples {
        values: &values.into(),
        width,
        labels: &labels,
        weights: None,
    };
    let latest = declared.latest.as_deref();
    Ok(RowModel {
        table: table.name.clone(),
        columns: table.columns.clone(),
        trees: grow(&samples, &GROWTH, setting.seed, threads, setting.observer)?,
        latest: latest.and_then(|latest| table.column(latest)),
        summaries: declared
            .outputs
            .iter()
            .map(|&(summary, _)| summary)
            .collect(),
    })
}
