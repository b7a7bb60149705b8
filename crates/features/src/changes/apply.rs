//! The application's columns as changes leave them, at many points of the grid at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch, RecordBatchOptions, UInt32Array,
};
use limpide_engine::arrow::compute::take;
use limpide_engine::arrow::datatypes::{
    DataType, Field, Float64Type, Schema as ArrowSchema, SchemaRef,
};
use limpide_engine::{Engine, Handed, KeptQuery};
use limpide_portfolio::{ClientTables, Schema};

use crate::changes::axes::Now;
use crate::changes::{Axis, Change, Variants};
use crate::error::{Error, Result};
use crate::online::Online;
use crate::spec::{Input, RecipeSpec};

/// The table that the changes' SQL reads: the application, and a new value for each change.
const POINTS: &str = "points";

/// A recipe's changes, their SQL planned once. It holds no rows: many requests may share it.
#[derive(Debug)]
pub struct Changes {
    changes: Vec<Change>,
    application: String,
    /// The columns that changes set, in order of name.
    columns: Vec<String>,
    now: KeptQuery,
    follow: KeptQuery,
    variants: Variants,
}

/// The columns that follow from the changes of each point.
#[derive(Debug, Clone)]
pub struct Points {
    /// How many points there are.
    pub n: usize,
    /// Columns of the application, `(n)` each: as they are where nothing sets them.
    pub columns: Vec<(String, Float64Array)>,
    /// Whether the lender offers what a point asks for: every column that is set is a number, and
    /// the recipe's conditions hold.
    pub offered: Vec<bool>,
}

impl Changes {
    /// Plans the changes over the application's columns, and the features that follow.
    ///
    /// # Errors
    /// SQL cannot be planned.
    pub async fn new(
        engine: &Engine,
        schema: &Schema,
        spec: &RecipeSpec,
        online: &Online,
    ) -> Result<Self> {
        let changes = spec.changes.clone();
        let of_input = |name: &String| spec.inputs.iter().find(|input| input.name == *name);
        let set = changes.iter().flat_map(|change| change.sets.keys());
        let columns: BTreeSet<&String> = set
            .map(|name| of_input(name).map_or(name, |input| &input.sets))
            .collect();
        let columns: Vec<String> = columns.into_iter().cloned().collect();
        let session = engine.keeping_session();
        session.register_handed(POINTS, points_schema(schema, &changes))?;
        let now = session.prepare("changes", &now_sql(&changes)).await?;
        let follow = follow_sql(&changes, &spec.inputs, &columns);
        let follow = session.prepare("changes", &follow).await?;
        Ok(Self {
            variants: Variants::new(engine, schema, online, &columns).await?,
            application: schema.application().name.clone(),
            changes,
            columns,
            now,
            follow,
        })
    }

    /// What the recipe says, in its order.
    pub fn all(&self) -> &[Change] {
        &self.changes
    }

    /// The features that follow from the columns that changes set.
    pub fn variants(&self) -> &Variants {
        &self.variants
    }

    /// The columns of the application that the changes' SQL reads.
    pub fn reads(&self) -> Vec<String> {
        let own: Vec<&String> = self.changes.iter().map(|change| &change.name).collect();
        let both = [self.now.reads(), self.follow.reads()];
        let read = both
            .into_iter()
            .filter_map(|mut reads| reads.remove(POINTS));
        let names: BTreeSet<String> = read
            .flatten()
            .filter(|name| !own.contains(&name))
            .chain(self.columns.iter().cloned())
            .collect();
        names.into_iter().collect()
    }

    /// What one client may change each field to, in the recipe's order.
    ///
    /// # Errors
    /// The application is not there, or a query fails.
    pub async fn axes(&self, rows: &ClientTables) -> Result<Vec<Axis>> {
        let nothing = vec![vec![None]; self.changes.len()];
        let answer = self.ask(&self.now, rows, &nothing, 1).await?;
        let number = |column: usize| {
            let column = answer.column(column).as_primitive::<Float64Type>();
            let known = column.iter().next().flatten();
            known.filter(|value| value.is_finite())
        };
        let axes = self.changes.iter().enumerate().map(|(place, change)| {
            let applies = answer.column(3 * place + 2).as_boolean();
            let now = Now {
                value: number(3 * place),
                whole: number(3 * place + 1),
                applies: applies.is_valid(0) && applies.value(0),
            };
            Axis::new(place, change, now)
        });
        Ok(axes.collect())
    }

    /// The columns that follow from new values: `asked` holds those of each change at each of `n`
    /// points, `None` where it stays.
    ///
    /// # Errors
    /// The application is not there, or a query fails.
    pub async fn points(
        &self,
        rows: &ClientTables,
        asked: &[Vec<Option<f64>>],
        n: usize,
    ) -> Result<Points> {
        let answer = self.ask(&self.follow, rows, asked, n).await?;
        let (offered, numbers) = answer
            .columns()
            .split_last()
            .ok_or_else(|| failed("no columns".to_owned()))?;
        let offered = offered.as_boolean();
        let mut offered: Vec<bool> = (0..n)
            .map(|point| offered.is_valid(point) && offered.value(point))
            .collect();
        let before = self.application(rows)?;
        let mut columns = Vec::with_capacity(self.columns.len());
        for (name, column) in self.columns.iter().zip(numbers) {
            let column = column.as_primitive::<Float64Type>();
            let was_missing = before
                .column_by_name(name)
                .is_some_and(|column| column.is_null(0));
            for (point, offered) in offered.iter_mut().enumerate() {
                let is_number = column.is_valid(point) && column.value(point).is_finite();
                *offered &= is_number || (was_missing && column.is_null(point));
            }
            columns.push((name.clone(), column.clone()));
        }
        Ok(Points {
            n,
            columns,
            offered,
        })
    }

    fn application<'r>(&self, rows: &'r ClientTables) -> Result<&'r RecordBatch> {
        rows.rows(&self.application)
            .filter(|application| application.num_rows() == 1)
            .ok_or_else(|| failed("no application was handed in".to_owned()))
    }

    /// Runs a query over the application, repeated `n` times beside the new values.
    async fn ask(
        &self,
        query: &KeptQuery,
        rows: &ClientTables,
        asked: &[Vec<Option<f64>>],
        n: usize,
    ) -> Result<RecordBatch> {
        let application = self.application(rows)?;
        let reads = query.reads().remove(POINTS).unwrap_or_default();
        let (mut fields, mut arrays) = (Vec::new(), Vec::<ArrayRef>::new());
        for name in &reads {
            let of = self.changes.iter().position(|change| change.name == *name);
            let array: ArrayRef = match of.and_then(|place| asked.get(place)) {
                Some(values) => Arc::new(Float64Array::from(values.clone())),
                None => {
                    let column = application.column_by_name(name);
                    let column = column.ok_or_else(|| failed(format!("no column {name}")))?;
                    repeated(column, n)?
                }
            };
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n));
        let schema = Arc::new(ArrowSchema::new(fields));
        let points = RecordBatch::try_new_with_options(schema, arrays, &options)
            .map_err(|error| failed(error.to_string()))?;
        let handed = Handed::default();
        handed.insert(POINTS, points);
        let answer = query.run(&Arc::new(handed)).await?;
        limpide_engine::arrow::compute::concat_batches(&query.schema(), &answer)
            .ok()
            .filter(|answer| answer.num_rows() == n)
            .ok_or_else(|| failed(format!("not as many rows as the {n} points")))
    }
}

/// A column of one row, `n` times.
pub(crate) fn repeated(column: &ArrayRef, n: usize) -> Result<ArrayRef> {
    let first = UInt32Array::from(vec![0; n]);
    take(column, &first, None).map_err(|error| failed(error.to_string()))
}

pub(crate) fn failed(reason: String) -> Error {
    let name = "changes".to_owned();
    limpide_engine::Error::Query { name, reason }.into()
}

fn points_schema(schema: &Schema, changes: &[Change]) -> SchemaRef {
    let stored = schema.stored(schema.application());
    let mut fields: Vec<_> = stored.fields().iter().cloned().collect();
    let own = |change: &Change| Arc::new(Field::new(&change.name, DataType::Float64, true));
    fields.extend(changes.iter().map(own));
    Arc::new(ArrowSchema::new(fields))
}

/// Of each change the value as it is, the whole of its shares, and whether there is such a field.
fn now_sql(changes: &[Change]) -> String {
    let mut selected = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let of = change.shares.as_ref().and_then(|shares| shares.of.as_ref());
        let of = of.unwrap_or(&change.now);
        let applies = change.condition.as_deref().unwrap_or("TRUE");
        selected.push(format!("CAST({} AS DOUBLE) AS now_{place}", change.now));
        selected.push(format!("CAST({of} AS DOUBLE) AS whole_{place}"));
        selected.push(format!("CAST({applies} AS BOOLEAN) AS applies_{place}"));
    }
    selected.push("TRUE AS is_there".to_owned());
    format!("SELECT {} FROM {POINTS}", selected.join(", "))
}

/// One SELECT around the other, a change each: where it has no new value, everything stays.
fn follow_sql(changes: &[Change], inputs: &[Input], columns: &[String]) -> String {
    let mut from = format!("SELECT * FROM {POINTS}");
    for change in changes {
        let mut replaced = Vec::new();
        let mut with_inputs = Vec::new();
        for (name, sql) in &change.sets {
            let input = inputs.iter().find(|input| input.name == *name);
            let (column, sql) = match input {
                Some(input) => {
                    with_inputs.push(format!(", CAST({sql} AS DOUBLE) AS \"{name}\""));
                    (&input.sets, &input.sql)
                }
                None => (name, sql),
            };
            replaced.push(format!(
                "CASE WHEN \"{}\" IS NULL THEN \"{column}\" ELSE CAST({sql} AS DOUBLE) END AS \"{column}\"",
                change.name
            ));
        }
        if !with_inputs.is_empty() {
            from = format!("SELECT *{} FROM ({from}) AS there", with_inputs.concat());
        }
        let input_names = change
            .sets
            .keys()
            .filter(|name| inputs.iter().any(|input| input.name == **name));
        let left_out: Vec<String> = input_names.map(|name| format!("\"{name}\"")).collect();
        let replaced = replaced.join(", ");
        from = format!("SELECT * REPLACE ({replaced}) FROM ({from}) AS before");
        if !left_out.is_empty() {
            from = format!(
                "SELECT * EXCEPT ({}) FROM ({from}) AS after",
                left_out.join(", ")
            );
        }
    }
    let mut selected: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let mut offered = vec!["TRUE".to_owned()];
    for change in changes {
        if let Some(condition) = &change.offered {
            offered.push(format!("(\"{}\" IS NULL OR ({condition}))", change.name));
        }
    }
    selected.push(format!("({}) AS is_offered", offered.join(" AND ")));
    format!("SELECT {} FROM ({from}) AS asked", selected.join(", "))
}
