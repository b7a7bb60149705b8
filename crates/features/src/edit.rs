//! Other values for a client: of columns of the application, or of inputs that no column holds.
//!
//! A recipe may name an input, as the term of a loan, from which a column follows; people change
//! the term, and the features follow from the column as ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{ArrayRef, AsArray, Float64Array, RecordBatch};
use limpide_engine::arrow::datatypes::{DataType, Field, Float64Type, Schema as ArrowSchema};
use limpide_engine::{Engine, Handed, KeptQuery};
use limpide_portfolio::{ClientTables, Schema, Unfit};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::spec::Input;

/// The table that an input's SQL reads: the application and the input.
const EDITED: &str = "edited";

/// A recipe's inputs, their SQL planned once.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<(Input, KeptQuery)>);

impl Inputs {
    /// Plans the inputs over the application's columns.
    ///
    /// # Errors
    /// An input's SQL cannot be planned.
    pub(crate) async fn new(engine: &Engine, schema: &Schema, inputs: &[Input]) -> Result<Self> {
        let mut planned = Vec::with_capacity(inputs.len());
        for input in inputs {
            let session = engine.keeping_session();
            let stored = schema.stored(schema.application());
            let mut fields: Vec<_> = stored.fields().iter().cloned().collect();
            fields.push(Arc::new(Field::new(&input.name, DataType::Float64, true)));
            session.register_handed(EDITED, Arc::new(ArrowSchema::new(fields)))?;
            let sql = format!("SELECT CAST({} AS DOUBLE) FROM {EDITED}", input.sql);
            planned.push((input.clone(), session.prepare(&input.name, &sql).await?));
        }
        Ok(Self(planned))
    }

    /// The columns of the application that the inputs' SQL reads.
    pub(crate) fn reads(&self) -> Vec<String> {
        let mut columns = Vec::new();
        for (input, query) in &self.0 {
            let read = query.reads().remove(EDITED).unwrap_or_default();
            columns.extend(read.into_iter().filter(|column| *column != input.name));
        }
        columns
    }

    /// The rows with these values in place: columns first, then what follows from inputs.
    ///
    /// # Errors
    /// [`limpide_portfolio::Error::Unfit`] names every edit that does not fit.
    pub(crate) async fn apply(
        &self,
        schema: &Schema,
        rows: &ClientTables,
        edits: &Map<String, Value>,
    ) -> Result<ClientTables> {
        let mut columns = edits.clone();
        let mut asked = Vec::new();
        let mut unfit = Vec::new();
        for (input, query) in &self.0 {
            let Some(value) = columns.shift_remove(&input.name) else {
                continue;
            };
            if edits.contains_key(&input.sets) {
                unfit.push(Unfit {
                    field: input.name.clone(),
                    found: format!("a value beside one for {}", input.sets),
                    expected: "one of both: the one follows from the other".to_owned(),
                });
            }
            match value.as_f64().filter(|number| number.is_finite()) {
                Some(number) => asked.push((input, query, number)),
                None => unfit.push(Unfit {
                    field: input.name.clone(),
                    found: value.to_string(),
                    expected: "a number".to_owned(),
                }),
            }
        }
        if !unfit.is_empty() {
            return Err(limpide_portfolio::Error::Unfit { problems: unfit }.into());
        }
        let mut edited = rows.edited(schema, &columns)?;
        for (input, query, number) in asked {
            let follows = value_of(schema, &edited, input, query, number).await?;
            let one = BTreeMap::from([(input.sets.clone(), Value::from(follows))]);
            edited = edited.edited(schema, &one.into_iter().collect())?;
        }
        Ok(edited)
    }
}

/// What an input's column becomes; `None` where nothing follows, as from a term of 0.
async fn value_of(
    schema: &Schema,
    rows: &ClientTables,
    input: &Input,
    query: &KeptQuery,
    number: f64,
) -> Result<Option<f64>> {
    let failed = |reason: String| {
        Error::Engine(limpide_engine::Error::Query {
            name: input.name.clone(),
            reason,
        })
    };
    let application = rows
        .rows(&schema.application().name)
        .ok_or_else(|| failed("no application was handed in".to_owned()))?;
    let mut fields: Vec<_> = application.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(&input.name, DataType::Float64, true)));
    let mut arrays: Vec<ArrayRef> = application.columns().to_vec();
    arrays.push(Arc::new(Float64Array::from(vec![
        number;
        application.num_rows()
    ])));
    let row = RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays)
        .map_err(|error| failed(error.to_string()))?;
    let handed = Handed::default();
    handed.insert(EDITED, row);
    let answer = query.run(&Arc::new(handed)).await?;
    let value = answer.first().and_then(|batch| {
        let column = batch.column(0).as_primitive::<Float64Type>();
        column.iter().next().flatten()
    });
    Ok(value.filter(|value| value.is_finite()))
}
