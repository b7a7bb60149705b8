//! The features of one client at once: the batch's SQL with plans that are kept.
//!
//! Serving, changed applications and posted rows all go through [`Online::compute`]. It runs the
//! plan's own queries in the batch's order over rows that are handed in, so that a feature has the
//! same bits here as in the matrix.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use limpide_engine::arrow::array::{AsArray, RecordBatch};
use limpide_engine::arrow::compute::concat_batches;
use limpide_engine::arrow::datatypes::{
    DataType, Field, Float64Type, Int64Type, Schema as ArrowSchema, SchemaRef,
};
use limpide_engine::{Engine, Handed, KeptQuery};
use limpide_portfolio::as_of::known_rows;
use limpide_portfolio::{ClientTables, Schema};
use serde_json::{Map, Value};

use crate::assembly::Assembly;
use crate::catalogue::Kind;
use crate::changes::variants::stored_name;
use crate::compute::Computed;
use crate::edit::Inputs;
use crate::error::{Error, Result};
use crate::plan::{Plan, Query};
use crate::spec::RecipeSpec;

/// A plan whose queries are planned once. It holds no rows: many requests may share it.
#[derive(Debug)]
pub struct Online {
    plan: Plan,
    /// The names under which tables are handed in, by table.
    stored: BTreeMap<String, String>,
    steps: Vec<Arc<KeptStep>>,
    derived: Vec<KeptQuery>,
    details: Vec<KeptQuery>,
    inputs: Inputs,
}

#[derive(Debug)]
struct KeptStep {
    family: String,
    /// The query that makes the family's rows, and what they are called.
    rows: Option<(KeptQuery, String)>,
    queries: Vec<KeptQuery>,
}

/// A query's rows and what they took.
struct Answer {
    batches: Vec<RecordBatch>,
    time: Duration,
}

impl Online {
    /// Plans all queries over the tables of the recipe's schema.
    ///
    /// # Errors
    /// A query cannot be planned.
    pub async fn new(
        engine: &Engine,
        schema: &Schema,
        spec: &RecipeSpec,
        plan: Plan,
    ) -> Result<Self> {
        let session = engine.keeping_session();
        let mut stored = BTreeMap::new();
        for table in &schema.tables {
            let name = stored_name(&table.name);
            session.register_handed(&name, schema.stored(table))?;
            session
                .register_view(&table.name, &known_rows(table, &name))
                .await?;
            stored.insert(table.name.clone(), name);
        }
        let mut steps = Vec::with_capacity(plan.steps.len());
        for step in &plan.steps {
            let mut rows = None;
            if let Some(made) = &step.rows {
                let kept = session.prepare(&step.family, &made.sql).await?;
                session.register_handed(&made.table, kept.schema())?;
                rows = Some((kept, made.table.clone()));
            }
            let mut queries = Vec::with_capacity(step.queries.len());
            for query in &step.queries {
                queries.push(session.prepare(&query.prefix, &query.sql).await?);
            }
            steps.push(Arc::new(KeptStep {
                family: step.family.clone(),
                rows,
                queries,
            }));
        }
        let mut details = Vec::with_capacity(plan.details.len());
        for detail in &plan.details {
            details.push(session.prepare(&detail.name, &detail.sql).await?);
        }
        let mut derived = Vec::with_capacity(plan.derived.len());
        for place in 0..plan.derived.len() {
            let query = &plan.derived[place];
            let session = engine.keeping_session();
            session.register_handed(FEATURES, features_before(&plan, place))?;
            derived.push(session.prepare(&query.prefix, &query.sql).await?);
        }
        Ok(Self {
            inputs: Inputs::new(engine, schema, &spec.inputs).await?,
            plan,
            stored,
            steps,
            derived,
            details,
        })
    }

    /// The plan that is kept.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The columns that the queries read, by table: what a look-up has to bring.
    pub fn reads(&self) -> BTreeMap<String, Vec<String>> {
        let over_tables = self.steps.iter().flat_map(|step| {
            let rows = step.rows.iter().map(|(query, _)| query);
            rows.chain(&step.queries).map(KeptQuery::reads)
        });
        let mut reads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in over_tables.chain(self.details.iter().map(KeptQuery::reads)) {
            for (table, stored) in &self.stored {
                for column in one.get(stored).into_iter().flatten() {
                    add(reads.entry(table.clone()).or_default(), column);
                }
            }
        }
        let application = reads.entry(self.plan.application.clone()).or_default();
        add(application, &self.plan.client);
        add(application, &self.plan.label);
        for column in self.inputs.reads() {
            add(application, &column);
        }
        reads
    }

    /// Whether rows of which a client has several, or rows of several tables, follow from these
    /// columns of the application.
    pub(crate) fn needs_whole(&self, columns: &[String]) -> bool {
        let application = self.stored.get(&self.plan.application);
        let follows = |query: &KeptQuery| {
            let reads = query.reads();
            let of_application = application.and_then(|stored| reads.get(stored));
            let mut read = of_application.into_iter().flatten();
            read.any(|column| columns.contains(column))
        };
        let is_of_more = |step: &KeptStep, tables: &[String]| {
            step.rows.is_some() || *tables != [self.plan.application.clone()]
        };
        let steps = self.plan.steps.iter().zip(&self.steps);
        let mut of_more = steps.filter(|(step, kept)| is_of_more(kept, &step.tables));
        of_more.any(|(_, kept)| {
            let rows = kept.rows.iter().map(|(query, _)| query);
            rows.chain(&kept.queries).any(follows)
        }) || self.details.iter().any(follows)
    }

    /// The same rows with other values in columns of the application, or in the recipe's inputs.
    ///
    /// # Errors
    /// [`limpide_portfolio::Error::Unfit`] names every edit that does not fit.
    pub async fn edited(
        &self,
        schema: &Schema,
        rows: &ClientTables,
        edits: &Map<String, Value>,
    ) -> Result<ClientTables> {
        self.inputs.apply(schema, rows, edits).await
    }

    /// Computes the features of the client whose rows these are.
    ///
    /// # Errors
    /// The application is absent, a table lacks a column that a query reads, or a query fails.
    pub async fn compute(&self, rows: &ClientTables) -> Result<Computed> {
        let handed = Arc::new(Handed::default());
        for (table, batch) in rows.iter() {
            if let Some(stored) = self.stored.get(table) {
                handed.insert(stored, batch.clone());
            }
        }
        let mut assembly = self.start(rows)?;
        // Families need nothing of each other: they run side by side where there are threads.
        let mut running = Vec::with_capacity(self.steps.len());
        for (step, kept) in self.plan.steps.iter().zip(&self.steps) {
            let mut found = step.tables.iter().filter_map(|table| rows.rows(table));
            // A client's number comes from a row: over empty tables no query has an answer.
            let is_empty = !step.tables.is_empty() && found.all(|rows| rows.num_rows() == 0);
            running.push((!is_empty).then(|| {
                let (kept, handed) = (Arc::clone(kept), Arc::clone(&handed));
                tokio::spawn(async move { kept.run(&handed).await })
            }));
        }
        let mut times = Vec::new();
        for (step, task) in self.plan.steps.iter().zip(running) {
            let mut answers = match task {
                None => Vec::new(),
                Some(task) => task.await.map_err(|error| limpide_engine::Error::Query {
                    name: step.family.clone(),
                    reason: error.to_string(),
                })??,
            }
            .into_iter();
            for query in &step.queries {
                let answer = answers.next();
                let batches = answer.as_ref().map_or(&[][..], |answer| &answer.batches);
                assembly.add(query, batches);
                times.push(answer.map_or(Duration::ZERO, |answer| answer.time));
            }
        }
        let mut details = Vec::with_capacity(self.details.len());
        for (detail, kept) in self.plan.details.iter().zip(&self.details) {
            details.push(joined(&detail.name, kept, &handed).await?);
        }
        for (query, kept) in self.plan.derived.iter().zip(&self.derived) {
            let start = Instant::now();
            handed.insert(FEATURES, assembly.batch()?);
            assembly.add(query, &kept.run(&handed).await?);
            times.push(start.elapsed());
        }
        Ok(Computed {
            batch: assembly.batch()?,
            details,
            times,
        })
    }

    /// The batch before its first feature: the application's client and, where known, outcome.
    fn start(&self, rows: &ClientTables) -> Result<Assembly> {
        let Plan {
            client,
            label,
            application,
            ..
        } = &self.plan;
        let absent = |what: &str| limpide_engine::Error::Query {
            name: "clients".to_owned(),
            reason: format!("no {what} was handed in"),
        };
        let found = rows.rows(application).ok_or_else(|| absent(application))?;
        let clients = found
            .column_by_name(client)
            .and_then(|column| column.as_primitive_opt::<Int64Type>())
            .ok_or_else(|| absent(client))?;
        let labels = found
            .column_by_name(label)
            .and_then(|column| column.as_primitive_opt::<Float64Type>())
            .map_or_else(
                || vec![None; clients.len()],
                |labels| labels.iter().collect(),
            );
        Ok(Assembly::of(&self.plan, clients.values().to_vec(), labels))
    }
}

impl KeptStep {
    /// Makes the family's rows and asks its queries; no answers if there are no rows.
    async fn run(&self, handed: &Arc<Handed>) -> Result<Vec<Answer>> {
        let start = Instant::now();
        if let Some((query, table)) = &self.rows {
            let rows = joined(&self.family, query, handed).await?;
            if rows.num_rows() == 0 {
                return Ok(Vec::new());
            }
            handed.insert(table, rows);
        }
        let share = start.elapsed() / u32::try_from(self.queries.len()).unwrap_or(1).max(1);
        let mut answers = Vec::with_capacity(self.queries.len());
        for query in &self.queries {
            let start = Instant::now();
            let batches = query.run(handed).await?;
            let time = start.elapsed() + share;
            answers.push(Answer { batches, time });
        }
        Ok(answers)
    }
}

/// The table over which derived features are computed.
pub(crate) const FEATURES: &str = "features";

/// The columns that the derived query at `place` sees: the client, the outcome, and all features
/// before it.
pub(crate) fn features_before(plan: &Plan, place: usize) -> SchemaRef {
    let over_tables = plan.steps.iter().flat_map(|step| &step.queries);
    let features = |query: &Query| {
        let fields = query.features.iter().map(|feature| {
            let kind = match feature.info.kind {
                Kind::Number => DataType::Float64,
                Kind::Category => DataType::Utf8,
            };
            Field::new(&feature.info.name, kind, true)
        });
        fields.collect::<Vec<_>>()
    };
    let mut fields = vec![
        Field::new(&plan.client, DataType::Int64, false),
        Field::new(&plan.label, DataType::Float64, true),
    ];
    fields.extend(over_tables.chain(&plan.derived[..place]).flat_map(features));
    Arc::new(ArrowSchema::new(fields))
}

fn add(columns: &mut Vec<String>, column: &str) {
    if !columns.iter().any(|known| known == column) {
        columns.push(column.to_owned());
    }
}

/// A query's rows as one batch, also when there are none.
async fn joined(name: &str, kept: &KeptQuery, handed: &Arc<Handed>) -> Result<RecordBatch> {
    let batches = kept.run(handed).await?;
    if let [batch] = batches.as_slice() {
        return Ok(batch.clone());
    }
    concat_batches(&kept.schema(), &batches).map_err(|error| {
        let error = limpide_engine::Error::Query {
            name: name.to_owned(),
            reason: error.to_string(),
        };
        Error::Engine(error)
    })
}
