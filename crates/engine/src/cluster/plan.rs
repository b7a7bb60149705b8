//! A query as a plan of one task.
//!
//! The scheduler sees a leaf with one partition, so it never splits a query. The executor that
//! gets the task plans the SQL as this crate plans it in process, and streams its rows.

use std::fmt;
use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning,
    PhysicalExpr, PlanProperties, ReplaceChildrenOptions,
};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use futures::TryStreamExt;

use crate::cluster::kept::Kept;
use crate::cluster::query::{self, Query};
use crate::session::Session;

/// A whole query, run where the task runs.
#[derive(Debug)]
pub(crate) struct QueryExec {
    query: Arc<Query>,
    kept: Arc<Kept>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl QueryExec {
    pub(crate) fn new(query: Query, schema: SchemaRef, kept: Arc<Kept>) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            query: Arc::new(query),
            kept,
            schema,
            properties: Arc::new(properties),
        }
    }
}

impl DisplayAs for QueryExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "QueryExec: {}", self.query.name)
    }
}

impl ExecutionPlan for QueryExec {
    fn name(&self) -> &'static str {
        "QueryExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (query, kept) = (Arc::clone(&self.query), Arc::clone(&self.kept));
        let rows = futures::stream::once(async move {
            let session = Session::over(1, context.runtime_env());
            session.define(&query.definitions, &kept).await?;
            session.stream(&query.name, &query.sql).await
        })
        .map_err(|error| DataFusionError::Execution(error.to_string()))
        .try_flatten();
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// Reads and writes [`QueryExec`], and leaves Ballista's own nodes to Ballista.
#[derive(Debug, Default)]
pub(crate) struct Codec {
    ballista: BallistaPhysicalExtensionCodec,
    kept: Arc<Kept>,
}

impl Codec {
    /// For an executor that may keep so many bytes of results.
    pub(crate) fn keeping(bytes: usize) -> Self {
        Self {
            kept: Arc::new(Kept::new(bytes)),
            ..Self::default()
        }
    }
}

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        message: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !query::is_query(message) {
            return self
                .ballista
                .try_decode(message, inputs, context, converter);
        }
        let (query, schema) = query::decode(message)?;
        let kept = Arc::clone(&self.kept);
        Ok(Arc::new(QueryExec::new(query, schema, kept)))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        message: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        match node.downcast_ref::<QueryExec>() {
            Some(exec) => {
                message.extend(query::encode(&exec.query, &exec.schema)?);
                Ok(())
            }
            None => self.ballista.try_encode(node, message, converter),
        }
    }
}
