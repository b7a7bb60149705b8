//! Queries that are planned once and run many times, each time over rows handed in.
//!
//! Planning a query costs many times what running it over a handful of rows does. Here a session
//! knows a table by its columns only ([`Session::register_handed`]); [`Session::prepare`] plans a
//! query over such tables, and [`KeptQuery::run`] runs it over the [`Handed`] rows of one request.
//! A kept query holds no rows, so any number of requests may run it at the same time.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session as PlanSession, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result as PlanResult, TableReference};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, reset_plan_states};
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning,
    PlanProperties, ReplaceChildrenOptions, collect,
};
use futures::future::BoxFuture;

use crate::error::Result;
use crate::session::{Session, query_error, table_error};

/// The rows of one request by table: what kept queries run over.
#[derive(Debug, Default)]
pub struct Handed {
    tables: RwLock<HashMap<String, RecordBatch>>,
}

impl Handed {
    /// Makes a batch known as `table`, in place of the one before. Columns are found by name; it
    /// may hold more of them than a query reads, and in any order.
    pub fn insert(&self, table: &str, rows: RecordBatch) {
        self.tables
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(table.to_owned(), rows);
    }

    fn get(&self, table: &str) -> Option<RecordBatch> {
        self.tables
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(table)
            .cloned()
    }
}

/// A query that was planned once.
#[derive(Debug, Clone)]
pub struct KeptQuery {
    name: String,
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
}

impl Session {
    /// Makes a table known by its columns; its rows are handed in with every run of a kept query.
    ///
    /// # Errors
    /// [`crate::Error::Table`] if the name is taken.
    pub fn register_handed(&self, table: &str, schema: SchemaRef) -> Result<()> {
        let provider = HandedTable {
            table: table.to_owned(),
            schema,
        };
        self.context()
            .register_table(TableReference::bare(table), Arc::new(provider))
            .map(|_| ())
            .map_err(|error| table_error(table, &error))
    }

    /// Plans a query over tables that are handed in. `name` is what an error calls it.
    ///
    /// # Errors
    /// [`crate::Error::Query`] if the text cannot be planned.
    pub fn prepare<'a>(&'a self, name: &'a str, sql: &'a str) -> BoxFuture<'a, Result<KeptQuery>> {
        Box::pin(async move {
            let frame = self.plan(name, sql).await?;
            let plan = frame
                .create_physical_plan()
                .await
                .map_err(|error| query_error(name, &error))?;
            Ok(KeptQuery {
                name: name.to_owned(),
                plan,
                context: self.context().task_ctx(),
            })
        })
    }
}

impl KeptQuery {
    /// The columns of its result.
    pub fn schema(&self) -> SchemaRef {
        self.plan.schema()
    }

    /// The columns that it reads of each table handed in, in the table's order.
    pub fn reads(&self) -> BTreeMap<String, Vec<String>> {
        let mut reads = BTreeMap::new();
        gather_reads(&self.plan, &mut reads);
        reads
    }

    /// Runs it over the rows handed in, as one ordered stream.
    ///
    /// # Errors
    /// [`crate::Error::Query`] if it fails or reads a table or column that was not handed in.
    pub fn run<'a>(&'a self, rows: &Arc<Handed>) -> BoxFuture<'a, Result<Vec<RecordBatch>>> {
        let config = self.context.session_config().clone();
        let context = TaskContext::new(
            None,
            String::new(),
            config.with_extension(Arc::clone(rows)),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            self.context.runtime_env(),
        );
        Box::pin(async move {
            let failed = |error: DataFusionError| query_error(&self.name, &error);
            // Joins and metrics live in a plan's nodes: every run gets nodes of its own.
            let plan = reset_plan_states(Arc::clone(&self.plan)).map_err(failed)?;
            collect(plan, Arc::new(context)).await.map_err(failed)
        })
    }
}

fn gather_reads(plan: &Arc<dyn ExecutionPlan>, reads: &mut BTreeMap<String, Vec<String>>) {
    let any: &dyn Any = plan.as_ref();
    if let Some(leaf) = any.downcast_ref::<HandedExec>() {
        let known = reads.entry(leaf.table.clone()).or_default();
        for field in leaf.schema.fields() {
            if !known.contains(field.name()) {
                known.push(field.name().clone());
            }
        }
    }
    for child in plan.children() {
        gather_reads(child, reads);
    }
}

/// A table of which only the columns are known while a query is planned.
#[derive(Debug)]
struct HandedTable {
    table: String,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for HandedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn PlanSession,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let places = match projection {
            Some(places) => places.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let schema = Arc::new(self.schema.project(&places)?);
        let leaf = HandedExec::new(self.table.clone(), schema, places);
        Ok(Arc::new(leaf))
    }
}

/// The leaf of a kept plan: hands out the request's rows of one table as one batch.
#[derive(Debug)]
struct HandedExec {
    table: String,
    schema: SchemaRef,
    /// Where the columns stand if a whole table is handed in.
    places: Vec<usize>,
    properties: Arc<PlanProperties>,
}

impl HandedExec {
    fn new(table: String, schema: SchemaRef, places: Vec<usize>) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            table,
            schema,
            places,
            properties: Arc::new(properties),
        }
    }

    /// The columns that the plan reads, in its order.
    fn rows(&self, handed: &Handed) -> PlanResult<RecordBatch> {
        let wrong = |reason: String| DataFusionError::Execution(reason);
        let batch = handed
            .get(&self.table)
            .ok_or_else(|| wrong(format!("no rows of table {} were handed in", self.table)))?;
        let schema = &self.schema;
        let found = batch.schema();
        let mut columns = Vec::with_capacity(schema.fields().len());
        for (field, place) in schema.fields().iter().zip(&self.places) {
            let name = field.name();
            let there = found.fields().get(*place).filter(|at| at.name() == name);
            let place = match there {
                Some(_) => Some(*place),
                None => found.column_with_name(name).map(|(place, _)| place),
            };
            let place = place.ok_or_else(|| {
                wrong(format!(
                    "the rows of table {} have no column {name}",
                    self.table
                ))
            })?;
            columns.push(Arc::clone(batch.column(place)));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            columns,
            &options,
        )?)
    }
}

impl DisplayAs for HandedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandedExec: table={}", self.table)
    }
}

impl ExecutionPlan for HandedExec {
    fn name(&self) -> &'static str {
        "HandedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> PlanResult<TreeNodeRecursion>,
    ) -> PlanResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn execute(
        &self,
        _partition: usize,
        context: Arc<TaskContext>,
    ) -> PlanResult<SendableRecordBatchStream> {
        let handed = context
            .session_config()
            .get_extension::<Handed>()
            .ok_or_else(|| DataFusionError::Execution("no rows were handed in".to_owned()))?;
        let rows = self.rows(&handed)?;
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(MemoryStream::try_new(vec![rows], schema, None)?))
    }
}
