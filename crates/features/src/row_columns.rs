//! The columns of rows that a SELECT makes, and which of them are a table's own.

use std::collections::BTreeMap;

use limpide_engine::{OutlineRows, TableColumn};

/// The columns of some rows, each with the column of a table that it is, unchanged.
pub(crate) type RowColumns = BTreeMap<String, Option<TableColumn>>;

/// The columns of rows, by name.
pub(crate) fn row_columns(rows: &OutlineRows) -> RowColumns {
    let names = rows.names().into_iter();
    names
        .map(|name| {
            let plain = rows.column(&name).and_then(|reading| reading.plain);
            (name, plain)
        })
        .collect()
}
