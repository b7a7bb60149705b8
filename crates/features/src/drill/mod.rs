//! From a feature down to the rows that it was made of.
//!
//! The rows are those of the plan: the SELECT that makes a family's rows and the conditions of its
//! subsets are written by the same code as for the matrix, with the columns that people need to
//! recognise a row beside those that the feature reads. Nothing else of a client is told.
//!
//! - [`shape`]: which rows and columns stand behind a feature;
//! - [`view`]: what identifies and dates them, and what else is told;
//! - [`words`]: what the columns are called;
//! - [`whole`]: all rows of a client, with every column, for the client themself;
//! - [`behind`]: the table's rows behind rows that a SELECT put together;
//! - this file: the rows of one client.
//!
//! A query is planned when it is first asked for, then kept.

mod behind;
mod shape;
mod view;
mod whole;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::compute::concat_batches;
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Int64Type};
use limpide_engine::{Engine, Handed, KeptQuery, Session};
use limpide_portfolio::as_of::known_rows;
use limpide_portfolio::{ClientTables, Schema};
use tokio::sync::OnceCell;

use crate::catalogue::FeatureInfo;
use crate::drill::shape::{Asked, Shapes};
use crate::error::{Error, Result};
use crate::learned::Declared;
use crate::matrix::Cell;
use crate::plan::Plan;
use crate::spec::{RecipeSpec, Text, Unit};

pub use whole::WholeTable;

/// Which of many rows are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The rows before them, the most recent first.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: 200,
        }
    }
}

/// What a feature of a client is made of.
#[derive(Debug, Clone)]
pub struct Drilled<'a> {
    /// What the feature is.
    pub definition: &'a FeatureInfo,
    /// The features that it reads, in the order of their names; none for one that reads rows.
    pub reads: Vec<&'a FeatureInfo>,
    /// What it is learned from, if it is.
    pub learned: Option<&'a Declared>,
    /// The rows that count; none for a feature that reads features.
    pub rows: Option<ShownRows>,
    /// The table's rows behind them, where a SELECT put several together.
    pub behind: Vec<ShownRows>,
}

/// Some rows of one client, the most recent first.
#[derive(Debug, Clone)]
pub struct ShownRows {
    /// What they are, in the plural and without an article.
    pub label: Text,
    /// The columns: those that identify a row, those that date it, then the others.
    pub columns: Vec<ShownColumn>,
    /// How many rows there are.
    pub total: usize,
    /// How many stand before the first one here.
    pub offset: usize,
    batch: RecordBatch,
}

/// A column of rows that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownColumn {
    /// Its name in SQL.
    pub name: String,
    /// What people call it; its name where the recipe does not say.
    pub label: Text,
    /// What it is measured in.
    pub unit: Unit,
    /// What its texts are called, where the recipe says so for this column.
    pub values: BTreeMap<String, Text>,
    /// What it does here.
    pub role: ColumnRole,
    /// How it is computed from the other columns; none if it stands in the rows.
    pub sql: Option<String>,
}

/// What a column of shown rows does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    /// Identifies the row.
    Key,
    /// Dates it.
    Time,
    /// Its values go into the feature.
    Value,
    /// It decides which rows count.
    Rows,
}

impl ShownRows {
    /// How many rows are here.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether no row is here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A value; keys and flags come as numbers.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let array = self.batch.column(column);
        if array.is_null(row) {
            return Cell::Missing;
        }
        match array.data_type() {
            DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row)),
            DataType::Int64 => Cell::Number(array.as_primitive::<Int64Type>().value(row) as f64),
            DataType::Float64 => Cell::Number(array.as_primitive::<Float64Type>().value(row)),
            DataType::Boolean => Cell::Number(f64::from(u8::from(array.as_boolean().value(row)))),
            _ => Cell::Missing,
        }
    }
}

/// A recipe's features over one portfolio's tables, each ready to be followed to a client's rows.
/// It holds no rows: many requests may share it.
pub struct Drill {
    session: Session,
    client: String,
    /// The names under which tables are handed in, by table.
    stored: BTreeMap<String, String>,
    features: BTreeMap<String, FeatureInfo>,
    learned: Vec<Declared>,
    shapes: Shapes,
    kept: BTreeMap<String, OnceCell<KeptQuery>>,
}

impl Drill {
    /// Finds the rows behind every feature of a plan; no query is planned yet.
    ///
    /// # Errors
    /// A table cannot be made known, or an expression of the recipe cannot be read.
    pub async fn new(
        engine: &Engine,
        schema: &Schema,
        spec: &RecipeSpec,
        plan: &Plan,
    ) -> Result<Self> {
        let session = engine.keeping_session();
        let mut stored = BTreeMap::new();
        for table in &schema.tables {
            let name = format!("stored_{}", table.name);
            session.register_handed(&name, schema.stored(table))?;
            session
                .register_view(&table.name, &known_rows(table, &name))
                .await?;
            stored.insert(table.name.clone(), name);
        }
        let mut features = BTreeMap::new();
        let learned = plan.learned.iter().flat_map(Declared::features);
        for info in plan.features().map(|feature| &feature.info).chain(learned) {
            features.insert(info.name.clone(), info.clone());
        }
        let shapes = Shapes::new(schema, spec, plan)?;
        let kept = shapes.queries().map(|name| (name.clone(), OnceCell::new()));
        Ok(Self {
            session,
            client: schema.client.clone(),
            stored,
            kept: kept.collect(),
            features,
            learned: plan.learned.clone(),
            shapes,
        })
    }

    /// The columns that a look-up has to bring, by table.
    pub fn reads(&self) -> BTreeMap<String, Vec<String>> {
        let mut reads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, columns) in self.shapes.reads() {
            let mut columns: Vec<String> = columns.iter().cloned().collect();
            if !columns.contains(&self.client) {
                columns.push(self.client.clone());
            }
            reads.insert(table.clone(), columns);
        }
        reads
    }

    /// The features that can be followed, in the order of their names.
    pub fn features(&self) -> impl Iterator<Item = &FeatureInfo> {
        self.features.values()
    }

    /// The columns that are shown of a feature's rows, then those of the rows behind them; none for
    /// a feature that reads features.
    pub fn columns(&self, feature: &str) -> Vec<&ShownColumn> {
        match self.shapes.asked(feature) {
            Some(Asked::Rows(asked)) => {
                let behind = asked.behind.iter().flat_map(|behind| &behind.columns);
                asked.columns.iter().chain(behind).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a feature is made of for the client whose rows these are; `None`: no such feature.
    ///
    /// # Errors
    /// A query cannot be planned or fails, or a table lacks a column that it reads.
    pub async fn of(
        &self,
        rows: &ClientTables,
        feature: &str,
        page: Page,
    ) -> Result<Option<Drilled<'_>>> {
        let Some(definition) = self.features.get(feature) else {
            return Ok(None);
        };
        let mut drilled = Drilled {
            definition,
            reads: Vec::new(),
            learned: self.learned.iter().find(|declared| {
                let mut features = declared.features().into_iter();
                features.any(|info| info.name == feature)
            }),
            rows: None,
            behind: Vec::new(),
        };
        match self.shapes.asked(feature) {
            None => {}
            Some(Asked::Features(names)) => {
                let names = names.iter();
                drilled.reads = names.filter_map(|name| self.features.get(name)).collect();
            }
            Some(Asked::Rows(asked)) => {
                let set = self.shapes.set(&asked.set);
                let all = self.run(&asked.set, &set.sql, rows).await?;
                let total = all.num_rows();
                let offset = page.offset.min(total);
                let all = all.slice(offset, page.limit.min(total - offset));
                for wanted in &asked.behind {
                    let table = &wanted.table;
                    let query = behind::query(table);
                    let sql = self.shapes.behind(table);
                    let candidates = self.run(&query, sql, rows).await?;
                    drilled
                        .behind
                        .push(behind::rows(&all, &candidates, wanted)?);
                }
                drilled.rows = Some(ShownRows {
                    label: set.label.clone(),
                    batch: shown(&all, &asked.columns)?,
                    columns: asked.columns.clone(),
                    total,
                    offset,
                });
            }
        }
        Ok(Some(drilled))
    }

    /// The rows of a query of one client, in its order.
    async fn run(&self, name: &str, sql: &str, rows: &ClientTables) -> Result<RecordBatch> {
        let failed = |reason: String| limpide_engine::Error::Query {
            name: name.to_owned(),
            reason,
        };
        let cell = self.kept.get(name);
        let cell = cell.ok_or_else(|| failed("it was not foreseen".to_owned()))?;
        let query = cell
            .get_or_try_init(|| self.session.prepare(name, sql))
            .await?;
        let handed = Arc::new(Handed::default());
        for (table, batch) in rows.iter() {
            if let Some(stored) = self.stored.get(table) {
                handed.insert(stored, batch.clone());
            }
        }
        let batches = query.run(&handed).await?;
        let joined = concat_batches(&query.schema(), &batches);
        joined.map_err(|error| Error::Engine(failed(error.to_string())))
    }
}

/// The columns of a batch that are shown.
fn shown(batch: &RecordBatch, columns: &[ShownColumn]) -> Result<RecordBatch> {
    let schema = batch.schema();
    let places = columns.iter().map(|column| schema.index_of(&column.name));
    let places = places.collect::<std::result::Result<Vec<_>, _>>();
    let chosen = places.and_then(|places| batch.project(&places));
    chosen.map_err(|error| {
        Error::Engine(limpide_engine::Error::Query {
            name: "rows".to_owned(),
            reason: error.to_string(),
        })
    })
}
