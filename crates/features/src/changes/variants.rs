//! The features that follow from other values in the application, for many applications at once.
//!
//! Most features of a client do not follow from what it may change. Of the plan's own queries only
//! the features that do are kept; the application stands in as many rows as there are variants,
//! and all other rows are the client's own. A variant's features have the bits that
//! [`Online::compute`] gives for it alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use limpide_engine::arrow::datatypes::{Field, Schema as ArrowSchema};
use limpide_engine::{Engine, Handed, KeptQuery};
use limpide_portfolio::as_of::known_rows;
use limpide_portfolio::{ClientTables, Schema};

use crate::assembly::Assembly;
use crate::changes::apply::{Points, failed, repeated};
use crate::compute::Computed;
use crate::error::Result;
use crate::online::{FEATURES, Online, features_before};
use crate::plan::{Plan, Query, QueryFeature};

/// The queries of a plan of which some features follow from columns of the application.
#[derive(Debug)]
pub struct Variants {
    schema: Schema,
    /// Over the application's rows alone.
    over_application: Vec<Kept>,
    /// Over other features, in order.
    derived: Vec<Kept>,
    /// Other rows follow as well: nothing less than the whole plan, variant by variant, is right.
    is_whole: bool,
}

/// Variants computed together: enough that starting the queries counts for little.
const AT_ONCE: usize = 2048;
/// Where each takes milliseconds, a search is to hear soon that its time is up.
const WHOLE_AT_ONCE: usize = 16;

/// The part of a query whose features follow.
#[derive(Debug)]
struct Kept {
    query: Query,
    kept: KeptQuery,
}

/// What many variants of one client's application make of its features.
#[derive(Debug)]
pub enum Varied {
    /// Features by their places in the plan, `(n)` each; all others are as they were.
    Columns(Vec<(usize, ArrayRef)>),
    /// Everything, a variant each.
    Whole(Vec<Computed>),
}

impl Variants {
    /// Plans what follows from these columns of the application.
    ///
    /// # Errors
    /// A query cannot be planned.
    pub async fn new(
        engine: &Engine,
        schema: &Schema,
        online: &Online,
        columns: &[String],
    ) -> Result<Self> {
        let plan = online.plan();
        let mut variants = Self {
            schema: schema.clone(),
            over_application: Vec::new(),
            derived: Vec::new(),
            is_whole: online.needs_whole(columns),
        };
        let application = schema.application();
        let session = engine.keeping_session();
        let stored = stored_name(&plan.application);
        session.register_handed(&stored, schema.stored(application))?;
        session
            .register_view(&plan.application, &known_rows(application, &stored))
            .await?;
        let is_of_one_row = |tables: &[String]| *tables == [plan.application.clone()];
        for step in plan.steps.iter().filter(|step| is_of_one_row(&step.tables)) {
            for query in &step.queries {
                if let Some(query) = following(plan, query, columns) {
                    let kept = session.prepare(&query.prefix, &query.sql).await?;
                    variants.over_application.push(Kept { query, kept });
                }
            }
        }
        for (place, query) in plan.derived.iter().enumerate() {
            if let Some(query) = following(plan, query, columns) {
                let session = engine.keeping_session();
                session.register_handed(FEATURES, features_before(plan, place))?;
                let kept = session.prepare(&query.prefix, &query.sql).await?;
                variants.derived.push(Kept { query, kept });
            }
        }
        Ok(variants)
    }

    /// How many variants are best computed together.
    pub fn at_once(&self) -> usize {
        if self.is_whole {
            WHOLE_AT_ONCE
        } else {
            AT_ONCE
        }
    }

    /// The features of a client's application with the columns of each point in place.
    /// `before` is what [`Online::compute`] gave for the rows as they are.
    ///
    /// # Errors
    /// A column is not there, or a query fails.
    pub async fn compute(
        &self,
        online: &Online,
        rows: &ClientTables,
        before: &RecordBatch,
        points: &Points,
    ) -> Result<Varied> {
        if self.is_whole {
            return self.compute_whole(online, rows, points).await;
        }
        let plan = online.plan();
        let handed = Arc::new(Handed::default());
        let stored = stored_name(&plan.application);
        handed.insert(&stored, self.applications(plan, rows, points)?);
        let clients: Vec<i64> = (0..points.n as i64).collect();
        let mut assembly = Assembly::of(plan, clients, vec![None; points.n]);
        for Kept { query, kept } in &self.over_application {
            assembly.add(query, &kept.run(&handed).await?);
        }
        for Kept { query, kept } in &self.derived {
            let so_far = assembly.batch()?;
            let reads = kept.reads().remove(FEATURES).unwrap_or_default();
            handed.insert(FEATURES, broadcast(&so_far, before, &reads, points.n)?);
            assembly.add(query, &kept.run(&handed).await?);
        }
        let batch = assembly.batch()?;
        let places: BTreeMap<&str, usize> = plan
            .features()
            .enumerate()
            .map(|(place, feature)| (feature.info.name.as_str(), place))
            .collect();
        let schema = batch.schema();
        let varied = schema.fields().iter().zip(batch.columns()).skip(2);
        let varied = varied.filter_map(|(field, column)| {
            let place = places.get(field.name().as_str())?;
            Some((*place, Arc::clone(column)))
        });
        Ok(Varied::Columns(varied.collect()))
    }

    /// One application after the other through the whole plan.
    async fn compute_whole(
        &self,
        online: &Online,
        rows: &ClientTables,
        points: &Points,
    ) -> Result<Varied> {
        let mut computed = Vec::with_capacity(points.n);
        for point in 0..points.n {
            computed.push(
                online
                    .compute(&points.rows(&self.schema, rows, point)?)
                    .await?,
            );
        }
        Ok(Varied::Whole(computed))
    }

    /// The application once for each point, under a client number of its own: only columns that
    /// queries read.
    fn applications(
        &self,
        plan: &Plan,
        rows: &ClientTables,
        points: &Points,
    ) -> Result<RecordBatch> {
        let application = rows.rows(&plan.application);
        let application = application.ok_or_else(|| failed("no application".to_owned()))?;
        let stored = stored_name(&plan.application);
        let mut names = vec![plan.client.clone()];
        for Kept { kept, .. } in &self.over_application {
            for name in kept.reads().remove(&stored).unwrap_or_default() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let mut columns: Vec<(String, ArrayRef)> = Vec::with_capacity(names.len());
        for name in names {
            let changed = points.columns.iter().find(|(column, _)| *column == name);
            let column: ArrayRef = match (changed, application.column_by_name(&name)) {
                _ if name == plan.client => {
                    Arc::new(Int64Array::from_iter_values(0..points.n as i64))
                }
                (Some((_, changed)), _) => Arc::new(changed.clone()),
                (None, Some(column)) => repeated(column, points.n)?,
                (None, None) => return Err(failed(format!("no column {name}"))),
            };
            columns.push((name, column));
        }
        batch_of(columns)
    }
}

impl Points {
    /// A client's rows with the columns of one point in place.
    ///
    /// # Errors
    /// The application is not there.
    pub fn rows(&self, schema: &Schema, rows: &ClientTables, point: usize) -> Result<ClientTables> {
        let name = &schema.application().name;
        let mut tables: BTreeMap<String, RecordBatch> = rows
            .iter()
            .map(|(name, rows)| (name.to_owned(), rows.clone()))
            .collect();
        let application = tables.get_mut(name);
        let application = application.ok_or_else(|| failed("no application".to_owned()))?;
        let found = application.schema();
        let columns = found.fields().iter().zip(application.columns());
        let columns = columns.map(|(field, old)| {
            let mut changed = self.columns.iter();
            match changed.find(|(column, _)| column == field.name()) {
                Some((_, changed)) => Arc::new(changed.slice(point, 1)),
                None => Arc::clone(old),
            }
        });
        let columns = columns.collect();
        *application = RecordBatch::try_new(Arc::clone(&found), columns)
            .map_err(|error| failed(error.to_string()))?;
        Ok(ClientTables::new(tables))
    }

    /// The value of a column at a point; `None` where it is missing.
    pub fn value(&self, column: &str, point: usize) -> Option<f64> {
        let mut columns = self.columns.iter();
        let (_, values) = columns.find(|(name, _)| name == column)?;
        known(values, point)
    }
}

fn known(values: &Float64Array, row: usize) -> Option<f64> {
    values.is_valid(row).then(|| values.value(row))
}

/// The name under which a table is handed in.
pub(crate) fn stored_name(table: &str) -> String {
    format!("stored_{table}")
}

/// The part of a query that follows from columns of the application, if any does.
fn following(plan: &Plan, query: &Query, columns: &[String]) -> Option<Query> {
    let follows = |feature: &&QueryFeature| {
        let mut lineage = feature.info.lineage.iter();
        lineage.any(|source| source.table == plan.application && columns.contains(&source.column))
    };
    let features: Vec<QueryFeature> = query.features.iter().filter(follows).cloned().collect();
    if features.is_empty() {
        return None;
    }
    let names = features
        .iter()
        .map(|feature| format!("\"{}\"", feature.info.name));
    let names: Vec<String> = names.collect();
    Some(Query {
        sql: format!(
            "SELECT \"{}\", {} FROM ({}) AS everything",
            plan.client,
            names.join(", "),
            query.sql
        ),
        features,
        ..query.clone()
    })
}

/// The columns that a derived query reads: varied ones as they are, all others repeated.
fn broadcast(
    varied: &RecordBatch,
    before: &RecordBatch,
    reads: &[String],
    n: usize,
) -> Result<RecordBatch> {
    let mut columns: Vec<(String, ArrayRef)> = Vec::with_capacity(reads.len());
    for name in reads {
        let column = match (varied.column_by_name(name), before.column_by_name(name)) {
            (Some(column), _) => Arc::clone(column),
            (None, Some(column)) => repeated(column, n)?,
            (None, None) => return Err(failed(format!("no feature {name}"))),
        };
        columns.push((name.clone(), column));
    }
    batch_of(columns)
}

fn batch_of(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(name, column.data_type().clone(), true))
        .collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), columns)
        .map_err(|error| failed(error.to_string()))
}
