//! The rows of one client by table: looked up in a portfolio, posted, or edited.

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use limpide_engine::arrow::datatypes::Int64Type;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::json_value::{Column, Unfit};
use crate::nearest::{nearest, perhaps};
use crate::read_csv::stored_schema;
use crate::schema::{ColumnKind, Schema};

/// One client's rows of every table, typed as a portfolio stores them. A table without rows is
/// there, empty.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientTables {
    tables: BTreeMap<String, RecordBatch>,
}

impl ClientTables {
    /// Wraps the rows of a client.
    pub fn new(tables: BTreeMap<String, RecordBatch>) -> Self {
        Self { tables }
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> Option<&RecordBatch> {
        self.tables.get(table)
    }

    /// All tables with their rows, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RecordBatch)> {
        let tables = self.tables.iter();
        tables.map(|(name, rows)| (name.as_str(), rows))
    }

    /// The number of the client whose rows these are, as the application says.
    pub fn client(&self, schema: &Schema) -> Option<i64> {
        let application = self.tables.get(&schema.application().name)?;
        let column = application.column_by_name(&schema.client)?;
        let clients = column.as_primitive_opt::<Int64Type>()?;
        (!clients.is_empty()).then(|| clients.value(0))
    }

    /// The same rows with other values in columns of the application. Columns that were not
    /// looked up are checked and left out.
    ///
    /// # Errors
    /// [`Error::Unfit`] names every edit that does not fit: of no column of the application, of
    /// one that identifies, or of another type.
    pub fn edited(&self, schema: &Schema, edits: &Map<String, Value>) -> Result<Self> {
        let table = schema.application();
        let mut unfit = Vec::new();
        let mut columns = BTreeMap::new();
        for (name, value) in edits {
            let kind = table.columns().find(|(column, _)| column == name);
            let Some((name, kind)) = kind else {
                unfit.push(unknown_edit(schema, name));
                continue;
            };
            if kind == ColumnKind::Key {
                unfit.push(Unfit {
                    field: name.to_owned(),
                    found: "a column that identifies".to_owned(),
                    expected: "a number or text of the application".to_owned(),
                });
                continue;
            }
            let mut column = Column::new(schema, name, kind);
            match column.append(Some(value)) {
                Ok(()) => {
                    columns.insert(name, column.finish());
                }
                Err((found, expected)) => unfit.push(Unfit {
                    field: name.to_owned(),
                    found,
                    expected,
                }),
            }
        }
        if !unfit.is_empty() {
            return Err(Error::Unfit { problems: unfit });
        }
        let mut edited = self.clone();
        if let Some(application) = edited.tables.get_mut(&table.name) {
            let found = application.schema();
            let fields = found.fields().iter().zip(application.columns());
            let arrays = fields.map(|(field, old)| {
                columns
                    .remove(field.name().as_str())
                    .unwrap_or_else(|| Arc::clone(old))
            });
            let options = RecordBatchOptions::new().with_row_count(Some(application.num_rows()));
            *application =
                RecordBatch::try_new_with_options(Arc::clone(&found), arrays.collect(), &options)
                    .expect("one value of the column's own type replaces one value");
        }
        Ok(edited)
    }
}

fn unknown_edit(schema: &Schema, name: &str) -> Unfit {
    let table = schema.application();
    if name == schema.label {
        return Unfit {
            field: name.to_owned(),
            found: "the outcome, which nobody sets".to_owned(),
            expected: "a number or text of the application".to_owned(),
        };
    }
    let columns = table.columns().filter(|(_, kind)| *kind != ColumnKind::Key);
    let meant = nearest(name, columns.map(|(column, _)| column));
    Unfit {
        field: name.to_owned(),
        found: format!("a name that table {} does not have", table.name),
        expected: perhaps("one of its columns", meant),
    }
}

/// Empty rows of every table of the schema.
pub(crate) fn no_rows(schema: &Schema) -> BTreeMap<String, RecordBatch> {
    let tables = schema.tables.iter();
    tables
        .map(|table| {
            let columns = stored_schema(schema, table);
            (table.name.clone(), RecordBatch::new_empty(columns))
        })
        .collect()
}
