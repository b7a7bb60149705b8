//! A lender's table as a whole: every row and every column of one client, for the client themself.

use limpide_engine::arrow::array::RecordBatch;
use limpide_portfolio::{Schema, Table};

use super::words::{Said, of_table, table_label};
use super::{ColumnRole, ShownColumn, ShownRows};
use crate::spec::{RecipeSpec, Text};

/// What a table and all of its columns are called.
#[derive(Debug, Clone)]
pub struct WholeTable {
    /// The table's name.
    pub table: String,
    label: Text,
    columns: Vec<ShownColumn>,
}

impl WholeTable {
    /// Every table of a recipe, in the recipe's order; what has no words goes by its name.
    pub fn all(schema: &Schema, spec: &RecipeSpec) -> Vec<Self> {
        let tables = schema.tables.iter();
        tables
            .map(|table| Self {
                label: table_label(&spec.table_words.tables, &table.name),
                columns: columns(schema, spec, table),
                table: table.name.clone(),
            })
            .collect()
    }

    /// The columns' names, in the order of the rows.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Rows of the table; columns that they do not have are left out.
    pub fn rows(&self, batch: &RecordBatch) -> ShownRows {
        let (mut columns, mut places) = (Vec::new(), Vec::new());
        for column in &self.columns {
            if let Ok(place) = batch.schema().index_of(&column.name) {
                columns.push(column.clone());
                places.push(place);
            }
        }
        ShownRows {
            label: self.label.clone(),
            columns,
            total: batch.num_rows(),
            offset: 0,
            batch: batch.project(&places).expect("the places are the batch's"),
        }
    }
}

fn columns(schema: &Schema, spec: &RecipeSpec, table: &Table) -> Vec<ShownColumn> {
    let stored = schema.stored(table);
    let fields = stored.fields().iter();
    let columns = fields.map(|field| {
        let name = field.name();
        let said = of_table(spec, &table.name, name).unwrap_or_else(|| Said::bare(name));
        let role = if table.keys.contains(name) || *name == schema.client {
            ColumnRole::Key
        } else if table.time.contains(name) {
            ColumnRole::Time
        } else {
            ColumnRole::Value
        };
        ShownColumn {
            name: name.clone(),
            label: said.label,
            unit: said.unit,
            values: said.values,
            role,
            sql: None,
        }
    });
    columns.collect()
}
