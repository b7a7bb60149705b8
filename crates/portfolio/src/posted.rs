//! Rows that were posted as JSON, typed and checked as ingest does with a file's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use limpide_engine::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use limpide_engine::arrow::datatypes::{DataType, SchemaRef};
use serde_json::{Map, Value};

use crate::client_tables::{ClientTables, no_rows};
use crate::error::{Error, Result};
use crate::json_value::{Column, Unfit, said, whole};
use crate::nearest::{nearest, perhaps};
use crate::read_csv::stored_schema;
use crate::schema::{ColumnKind, Parent, Schema, Table};

/// The client's number where the rows name none. No feature depends on it.
const NOBODY: i64 = 0;

/// Problems told at once; the rest would only repeat them.
pub(crate) const MOST_PROBLEMS: usize = 20;

/// Rows of one application, ready to be computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// The rows by table.
    pub tables: ClientTables,
    /// The client's number, if a row names it.
    pub client: Option<i64>,
    /// Tables of the schema without rows, posted empty or not at all.
    pub empty_tables: Vec<String>,
    /// Rows left out because their parent was not posted, by table.
    pub orphans: BTreeMap<String, usize>,
    /// Where the rows stood among those posted, for tables of which some were left out.
    places: BTreeMap<String, Vec<usize>>,
}

impl Posted {
    /// Where a row of a table, from 0, stood among those posted.
    pub fn place(&self, table: &str, row: usize) -> usize {
        let places = self.places.get(table);
        places
            .and_then(|places| places.get(row))
            .copied()
            .unwrap_or(row)
    }
}

/// Types and checks posted rows: a list of rows by table, each an object of values by column.
/// What is left out is missing.
///
/// # Errors
/// [`Error::Unfit`] names the tables, columns and values that do not fit the schema, the first 20 of them.
pub fn posted(schema: &Schema, tables: &Map<String, Value>) -> Result<Posted> {
    let mut reading = Reading {
        schema,
        unfit: Vec::new(),
        client: None,
    };
    let rows = reading.rows_by_table(tables);
    let application = &schema.application().name;
    let applications = rows.get(application.as_str()).map_or(0, Vec::len);
    if reading.unfit.is_empty() && applications != 1 {
        reading.wrong(
            application.clone(),
            format!("{applications} rows"),
            "one row: the application".to_owned(),
        );
    }
    reading.find_client(&rows);
    let mut batches = no_rows(schema);
    let mut orphans = BTreeMap::new();
    let mut places = BTreeMap::new();
    for table in &schema.tables {
        let Some(rows) = rows.get(table.name.as_str()) else {
            continue;
        };
        let (kept, strays): (Vec<_>, Vec<_>) = match &table.parent {
            None => (rows.iter().copied().enumerate().collect(), Vec::new()),
            Some(parent) => reading.with_parent(table, parent, rows, tables),
        };
        reading.check_unique(table, rows);
        if !strays.is_empty() {
            orphans.insert(table.name.clone(), strays.len());
            let left: Vec<usize> = kept.iter().map(|(place, _)| *place).collect();
            places.insert(table.name.clone(), left);
            // They are left out, and checked all the same.
            reading.batch(table, &strays);
        }
        if let Some(batch) = reading.batch(table, &kept) {
            batches.insert(table.name.clone(), batch);
        }
    }
    if !reading.unfit.is_empty() {
        let problems = reading.unfit;
        return Err(Error::Unfit { problems });
    }
    let empty = batches.iter().filter(|(_, rows)| rows.num_rows() == 0);
    let empty: HashSet<&String> = empty.map(|(name, _)| name).collect();
    let names = schema.tables.iter().map(|table| &table.name);
    Ok(Posted {
        empty_tables: names.filter(|name| empty.contains(name)).cloned().collect(),
        tables: ClientTables::new(batches),
        client: reading.client,
        orphans,
        places,
    })
}

type Row<'a> = &'a Map<String, Value>;
/// Rows with their places among those posted.
type Placed<'a> = Vec<(usize, Row<'a>)>;

struct Reading<'a> {
    schema: &'a Schema,
    unfit: Vec<Unfit>,
    client: Option<i64>,
}

impl<'a> Reading<'a> {
    fn wrong(&mut self, field: String, found: String, expected: String) {
        if self.is_enough() {
            return;
        }
        self.unfit.push(Unfit {
            field,
            found,
            expected,
        });
    }

    /// As many problems are known as are told.
    fn is_enough(&self) -> bool {
        self.unfit.len() >= MOST_PROBLEMS
    }

    fn rows_by_table(&mut self, tables: &'a Map<String, Value>) -> HashMap<&'a str, Vec<Row<'a>>> {
        let mut by_table = HashMap::new();
        for (name, value) in tables {
            if self.is_enough() {
                break;
            }
            let known = self.schema.tables.iter().map(|table| table.name.as_str());
            if !known.clone().any(|table| table == name) {
                self.wrong(
                    name.clone(),
                    "a table that the recipe does not have".to_owned(),
                    perhaps("one of its tables", nearest(name, known)),
                );
                continue;
            }
            let Value::Array(values) = value else {
                self.wrong(name.clone(), said(Some(value)), "a list of rows".to_owned());
                continue;
            };
            let mut rows = Vec::with_capacity(values.len());
            for (place, value) in values.iter().enumerate() {
                if self.is_enough() {
                    break;
                }
                match value {
                    Value::Object(row) => rows.push(row),
                    other => self.wrong(
                        format!("{name}[{place}]"),
                        said(Some(other)),
                        "an object of values by column".to_owned(),
                    ),
                }
            }
            by_table.insert(name.as_str(), rows);
        }
        by_table
    }

    /// The number that the rows name; a row that names another is wrong.
    fn find_client(&mut self, rows: &HashMap<&str, Vec<Row<'_>>>) {
        let key = self.schema.client.clone();
        for table in &self.schema.tables {
            let rows = rows.get(table.name.as_str()).into_iter().flatten();
            for (place, row) in rows.enumerate() {
                if self.is_enough() {
                    return;
                }
                // What is no whole number is told when the column is read.
                let Some(named) = row.get(&key).and_then(whole) else {
                    continue;
                };
                match self.client {
                    None => self.client = Some(named),
                    Some(client) if client != named => self.wrong(
                        format!("{}[{place}].{key}", table.name),
                        format!("client {named}"),
                        format!("client {client}, whom the other rows name"),
                    ),
                    Some(_) => {}
                }
            }
        }
    }

    /// The rows whose parent was posted, and those whose was not, with their places.
    fn with_parent(
        &self,
        table: &Table,
        parent: &Parent,
        rows: &[Row<'a>],
        tables: &Map<String, Value>,
    ) -> (Placed<'a>, Placed<'a>) {
        let key = |row: &Map<String, Value>| row.get(&parent.key).and_then(whole);
        let parents = tables.get(&parent.table).and_then(Value::as_array);
        let parents = parents.into_iter().flatten().filter_map(Value::as_object);
        let known: HashSet<i64> = parents.filter_map(key).collect();
        let rows = rows.iter().copied().enumerate();
        debug_assert!(table.keys.contains(&parent.key));
        // A row without a key is told of when its column is read.
        rows.partition(|(_, row)| key(row).is_none_or(|key| known.contains(&key)))
    }

    fn check_unique(&mut self, table: &Table, rows: &[Row<'_>]) {
        let Some(unique) = &table.unique else {
            return;
        };
        let mut seen = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            if self.is_enough() {
                return;
            }
            let Some(key) = row.get(unique).and_then(whole) else {
                continue;
            };
            if let Some(first) = seen.insert(key, place) {
                self.wrong(
                    format!("{}[{place}].{unique}", table.name),
                    format!("{key}, as in row {first}"),
                    "a number of its own".to_owned(),
                );
            }
        }
    }

    /// The rows as a batch; `None` once anything is wrong.
    fn batch(&mut self, table: &Table, rows: &[(usize, Row<'_>)]) -> Option<RecordBatch> {
        let stored = stored_schema(self.schema, table);
        let client = self.schema.client.clone();
        for (place, row) in rows {
            self.check_names(table, &stored, *place, row);
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(stored.fields().len());
        for field in stored.fields() {
            if field.name() == &client && table.parent.is_some() {
                for (place, row) in rows {
                    let value = row.get(&client).filter(|value| !value.is_null());
                    if value.is_some_and(|value| whole(value).is_none()) {
                        let place = format!("{}[{place}].{client}", table.name);
                        self.wrong(place, said(value), "a whole number".to_owned());
                    }
                    if self.is_enough() {
                        return None;
                    }
                }
                let number = self.client.unwrap_or(NOBODY);
                arrays.push(Arc::new(Int64Array::from(vec![number; rows.len()])));
                continue;
            }
            let kind = match field.data_type() {
                DataType::Int64 => ColumnKind::Key,
                DataType::Utf8 => ColumnKind::Text,
                _ => ColumnKind::Number,
            };
            let mut column = Column::new(self.schema, field.name(), kind);
            for (place, row) in rows {
                let value = row.get(field.name());
                if field.name() == &client && value.is_none_or(Value::is_null) {
                    column.append_key(self.client.unwrap_or(NOBODY));
                } else if let Err((found, expected)) = column.append(value) {
                    let place = format!("{}[{place}].{}", table.name, field.name());
                    self.wrong(place, found, expected);
                }
                if self.is_enough() {
                    return None;
                }
            }
            arrays.push(column.finish());
        }
        if !self.unfit.is_empty() {
            return None;
        }
        let batch = RecordBatch::try_new(stored, arrays);
        Some(batch.expect("every column has a value for each row"))
    }

    fn check_names(&mut self, table: &Table, stored: &SchemaRef, place: usize, row: Row<'_>) {
        for name in row.keys() {
            if self.is_enough() {
                return;
            }
            if stored.column_with_name(name).is_some() {
                continue;
            }
            let columns = stored.fields().iter().map(|field| field.name().as_str());
            self.wrong(
                format!("{}[{place}].{name}", table.name),
                format!("a name that table {} does not have", table.name),
                perhaps("one of its columns", nearest(name, columns)),
            );
        }
    }
}
