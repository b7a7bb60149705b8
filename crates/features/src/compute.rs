//! The queries of a plan over a range of clients, put together to one batch.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use limpide_engine::arrow::datatypes::{
    DataType, Field, Float64Type, Int64Type, Schema as ArrowSchema,
};
use limpide_engine::{Engine, Session};
use limpide_portfolio::Portfolio;
use limpide_portfolio::as_of::known_rows;
use tokio::sync::Semaphore;

use crate::catalogue::Kind;
use crate::compile::{Plan, Query};
use crate::error::{Error, Result};

/// Which clients, by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clients {
    /// The first.
    pub from: i64,
    /// The last.
    pub to: i64,
}

impl Clients {
    /// All clients.
    pub const ALL: Self = Self {
        from: i64::MIN,
        to: i64::MAX,
    };

    /// One client.
    pub const fn one(client: i64) -> Self {
        Self {
            from: client,
            to: client,
        }
    }
}

/// A batch of clients with their features, and what each query took.
#[derive(Debug, Clone)]
pub struct Computed {
    /// Client, outcome (missing where unknown), then the plan's features.
    pub batch: RecordBatch,
    /// The time of each of the plan's queries, in its order.
    pub times: Vec<Duration>,
}

/// Computes the features of a range of clients, in the order of their numbers.
///
/// # Errors
/// A table cannot be read or a query fails.
pub async fn compute(
    engine: &Engine,
    portfolio: &Portfolio,
    plan: &Plan,
    clients: Clients,
) -> Result<Computed> {
    let session = session_over(engine, portfolio, plan, clients).await?;
    let mut assembly = Assembly::new(&session, plan).await?;
    let permits = Arc::new(Semaphore::new(engine.threads()));
    let mut running = Vec::new();
    for query in &plan.queries {
        let (session, permits) = (session.clone(), Arc::clone(&permits));
        let (name, sql) = (query.prefix.clone(), query.sql.clone());
        running.push(tokio::spawn(async move {
            let _permit = permits.acquire_owned().await;
            let start = Instant::now();
            let batches = session.collect(&name, &sql).await?;
            Ok::<_, Error>((batches, start.elapsed()))
        }));
    }
    let mut times = Vec::new();
    for (query, task) in plan.queries.iter().zip(running) {
        let (batches, time) = task.await.map_err(|error| limpide_engine::Error::Query {
            name: query.prefix.clone(),
            reason: error.to_string(),
        })??;
        assembly.add(query, &batches);
        times.push(time);
    }
    for query in &plan.derived {
        let start = Instant::now();
        let features = engine.ordered_session();
        let so_far = assembly.batch()?;
        features.register_batches("features", so_far.schema(), vec![so_far])?;
        let batches = features.collect(&query.prefix, &query.sql).await?;
        assembly.add(query, &batches);
        times.push(start.elapsed());
    }
    Ok(Computed {
        batch: assembly.batch()?,
        times,
    })
}

/// A session in which every table holds the rows of these clients only, as they were known at the application.
async fn session_over(
    engine: &Engine,
    portfolio: &Portfolio,
    plan: &Plan,
    clients: Clients,
) -> Result<Session> {
    let session = engine.ordered_session();
    for table in &plan.tables {
        let Some(path) = portfolio.table_path(&table.name) else {
            continue;
        };
        let stored = format!("stored_{}", table.name);
        session.register_parquet(&stored, &path).await?;
        let client = &plan.client;
        let known = known_rows(table, &stored);
        let rows = format!(
            "SELECT * FROM ({known}) AS known WHERE \"{client}\" BETWEEN {} AND {}",
            clients.from, clients.to
        );
        session.register_view(&table.name, &rows).await?;
    }
    Ok(session)
}

enum Values {
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

/// The batch as it grows, one query after the other.
struct Assembly {
    client_name: String,
    label_name: String,
    clients: Vec<i64>,
    labels: Vec<Option<f64>>,
    places: HashMap<i64, usize>,
    columns: Vec<(String, Values)>,
}

impl Assembly {
    async fn new(session: &Session, plan: &Plan) -> Result<Self> {
        let Plan {
            client,
            label,
            application,
            ..
        } = plan;
        let sql = format!("SELECT \"{client}\", \"{label}\" FROM \"{application}\"");
        let mut clients = Vec::new();
        let mut labels = Vec::new();
        for batch in session.collect("clients", &sql).await? {
            clients.extend(batch.column(0).as_primitive::<Int64Type>().values());
            labels.extend(batch.column(1).as_primitive::<Float64Type>().iter());
        }
        let places = clients
            .iter()
            .enumerate()
            .map(|(place, client)| (*client, place))
            .collect();
        Ok(Self {
            client_name: client.clone(),
            label_name: label.clone(),
            clients,
            labels,
            places,
            columns: Vec::new(),
        })
    }

    fn add(&mut self, query: &Query, batches: &[RecordBatch]) {
        for (index, feature) in query.features.iter().enumerate() {
            let values = match feature.info.kind {
                Kind::Number => {
                    let empty = feature.zero_without_rows.then_some(0.0);
                    let mut values = vec![empty; self.clients.len()];
                    self.each(batches, index, |place, column, row| {
                        let number = column.as_primitive::<Float64Type>().value(row);
                        values[place] = number.is_finite().then_some(number);
                    });
                    Values::Numbers(values)
                }
                Kind::Category => {
                    let mut values = vec![None; self.clients.len()];
                    self.each(batches, index, |place, column, row| {
                        values[place] = Some(column.as_string::<i32>().value(row).to_owned());
                    });
                    Values::Texts(values)
                }
            };
            self.columns.push((feature.info.name.clone(), values));
        }
    }

    /// Hands over every known value of a query's feature with the place of its client.
    fn each(
        &self,
        batches: &[RecordBatch],
        index: usize,
        mut known: impl FnMut(usize, &dyn Array, usize),
    ) {
        for batch in batches {
            let clients = batch.column(0).as_primitive::<Int64Type>();
            let column = batch.column(index + 1);
            for row in 0..batch.num_rows() {
                if column.is_valid(row)
                    && let Some(place) = self.places.get(&clients.value(row))
                {
                    known(*place, column, row);
                }
            }
        }
    }

    fn batch(&self) -> Result<RecordBatch> {
        let mut fields = vec![
            Field::new(&self.client_name, DataType::Int64, false),
            Field::new(&self.label_name, DataType::Float64, true),
        ];
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.clients.clone())),
            Arc::new(Float64Array::from(self.labels.clone())),
        ];
        for (name, values) in &self.columns {
            let array: ArrayRef = match values {
                Values::Numbers(numbers) => Arc::new(Float64Array::from(numbers.clone())),
                Values::Texts(texts) => Arc::new(StringArray::from(texts.clone())),
            };
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
        RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays).map_err(|error| {
            limpide_engine::Error::Query {
                name: "features".to_owned(),
                reason: error.to_string(),
            }
            .into()
        })
    }
}
