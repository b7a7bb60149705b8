//! SQL conditions that are asked of batches as they pass by, and fingerprints of their rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::DataFusionError;
use datafusion::physical_expr::PhysicalExpr;

use crate::error::Result;
use crate::session::{Session, query_error};

/// Conditions over the columns of one schema, planned once.
pub struct Conditions {
    planned: Vec<(String, Arc<dyn PhysicalExpr>)>,
}

impl Session {
    /// Plans conditions, each with the name that an error calls it by, over the columns of `schema`.
    ///
    /// # Errors
    /// [`crate::Error::Query`] if one cannot be parsed, names an unknown column or is no condition.
    pub fn conditions(
        &self,
        schema: &SchemaRef,
        conditions: &[(&str, &str)],
    ) -> Result<Conditions> {
        let mut planned = Vec::new();
        for (name, sql) in conditions {
            let plan = || {
                let columns = DFSchema::try_from(schema.as_ref().clone())?;
                let parsed = self.context().parse_sql_expr(sql, &columns)?;
                let expression = self.context().create_physical_expr(parsed, &columns)?;
                match expression.data_type(schema)? {
                    DataType::Boolean => Ok(expression),
                    other => Err(DataFusionError::Plan(format!(
                        "gives {other}, a condition was expected"
                    ))),
                }
            };
            let expression = plan().map_err(|error| query_error(name, &error))?;
            planned.push(((*name).to_owned(), expression));
        }
        Ok(Conditions { planned })
    }
}

impl Conditions {
    /// For each condition, on which rows of a batch it holds; where it is neither true nor false it does not.
    ///
    /// # Errors
    /// [`crate::Error::Query`] if a value cannot be computed, for instance on overflow.
    pub fn hold(&self, batch: &RecordBatch) -> Result<Vec<BooleanArray>> {
        let mut all = Vec::with_capacity(self.planned.len());
        for (name, expression) in &self.planned {
            let values = expression
                .evaluate(batch)
                .and_then(|values| values.into_array(batch.num_rows()))
                .map_err(|error| query_error(name, &error))?;
            let truth = values.as_boolean();
            let truth = match truth.nulls() {
                Some(known) => BooleanArray::new(truth.values() & known.inner(), None),
                None => truth.clone(),
            };
            all.push(truth);
        }
        Ok(all)
    }
}

/// A fingerprint of each row over all columns of a batch; the same row has the same on every machine.
///
/// # Errors
/// [`crate::Error::Query`] if a column's type has no fingerprint.
pub fn row_fingerprints(batch: &RecordBatch) -> Result<Vec<u64>> {
    let mut fingerprints = vec![0; batch.num_rows()];
    create_hashes(
        batch.columns(),
        &RandomState::with_seed(0),
        &mut fingerprints,
    )
    .map_err(|error| query_error("row fingerprints", &error))?;
    Ok(fingerprints)
}
