//! Query results put together to one batch, a row a client.

use std::sync::Arc;

use limpide_engine::Session;
use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use limpide_engine::arrow::buffer::NullBuffer;
use limpide_engine::arrow::datatypes::{
    DataType, Field, Float64Type, Int64Type, Schema as ArrowSchema,
};

use crate::catalogue::Kind;
use crate::error::Result;
use crate::plan::{Plan, Query};

/// The batch as it grows, one query after the other.
pub(crate) struct Assembly {
    clients: Vec<i64>,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Assembly {
    /// Starts with the clients of the session's application table, in rising order, and their
    /// outcomes.
    ///
    /// # Errors
    /// The table cannot be read.
    pub(crate) async fn new(session: &Session, plan: &Plan) -> Result<Self> {
        let sql = format!(
            "SELECT \"{}\", \"{}\" FROM \"{}\"",
            plan.client, plan.label, plan.application
        );
        let mut clients = Vec::new();
        let mut labels = Vec::new();
        for batch in session.collect("clients", &sql).await? {
            clients.extend(batch.column(0).as_primitive::<Int64Type>().values());
            labels.extend(batch.column(1).as_primitive::<Float64Type>().iter());
        }
        Ok(Self::of(plan, clients, labels))
    }

    /// Starts with these clients, in rising order, and their outcomes.
    pub(crate) fn of(plan: &Plan, clients: Vec<i64>, labels: Vec<Option<f64>>) -> Self {
        Self {
            fields: vec![
                Field::new(&plan.client, DataType::Int64, false),
                Field::new(&plan.label, DataType::Float64, true),
            ],
            columns: vec![
                Arc::new(Int64Array::from(clients.clone())),
                Arc::new(Float64Array::from(labels)),
            ],
            clients,
        }
    }

    /// Adds a query's features. Rows of clients that are not there are left out.
    pub(crate) fn add(&mut self, query: &Query, batches: &[RecordBatch]) {
        let places: Vec<Vec<Option<usize>>> = batches
            .iter()
            .map(|batch| self.places(batch.column(0).as_primitive::<Int64Type>().values()))
            .collect();
        let rows = self.clients.len();
        for (index, feature) in query.features.iter().enumerate() {
            let parts = batches.iter().map(|batch| batch.column(index + 1));
            let parts = parts.zip(places.iter().map(Vec::as_slice));
            let column: ArrayRef = match feature.info.kind {
                Kind::Number => Arc::new(numbers(parts, rows, feature.zero_without_rows)),
                Kind::Category => Arc::new(texts(parts, rows)),
            };
            let kind = column.data_type().clone();
            self.fields.push(Field::new(&feature.info.name, kind, true));
            self.columns.push(column);
        }
    }

    /// What is there so far; shares its memory.
    ///
    /// # Errors
    /// Two columns of unlike length, which no table gives.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        let schema = Arc::new(ArrowSchema::new(self.fields.clone()));
        RecordBatch::try_new(schema, self.columns.clone()).map_err(|error| {
            limpide_engine::Error::Query {
                name: "features".to_owned(),
                reason: error.to_string(),
            }
            .into()
        })
    }

    /// The place of each of these clients; quick where they come in rising order.
    fn places(&self, clients: &[i64]) -> Vec<Option<usize>> {
        let mut next = 0;
        let place = |client: &i64| {
            while next < self.clients.len() && self.clients[next] < *client {
                next += 1;
            }
            if self.clients.get(next) != Some(client) {
                next = self.clients.partition_point(|known| known < client);
            }
            (self.clients.get(next) == Some(client)).then_some(next)
        };
        clients.iter().map(place).collect()
    }
}

/// Numbers at their clients' places; what is not finite is missing.
fn numbers<'a>(
    parts: impl Iterator<Item = (&'a ArrayRef, &'a [Option<usize>])>,
    rows: usize,
    zero_without_rows: bool,
) -> Float64Array {
    let empty = if zero_without_rows { 0.0 } else { f64::NAN };
    let mut values = vec![empty; rows];
    for (column, places) in parts {
        let column = column.as_primitive::<Float64Type>();
        for (row, place) in places.iter().enumerate() {
            if let Some(place) = place
                && column.is_valid(row)
            {
                values[*place] = column.value(row);
            }
        }
    }
    let known: NullBuffer = values.iter().map(|value| value.is_finite()).collect();
    for value in values.iter_mut().filter(|value| !value.is_finite()) {
        *value = 0.0;
    }
    Float64Array::new(values.into(), Some(known))
}

/// Texts at their clients' places.
fn texts<'a>(
    parts: impl Iterator<Item = (&'a ArrayRef, &'a [Option<usize>])>,
    rows: usize,
) -> StringArray {
    let mut values = vec![None; rows];
    for (column, places) in parts {
        let column = column.as_string::<i32>();
        for (row, place) in places.iter().enumerate() {
            if let Some(place) = place
                && column.is_valid(row)
            {
                values[*place] = Some(column.value(row));
            }
        }
    }
    StringArray::from(values)
}
