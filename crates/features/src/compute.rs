//! A plan over a range of clients.
//!
//! A family's rows are made once, in the portfolio's order, and its queries run over them side by
//! side, each as one ordered stream.

use std::sync::Arc;
use std::time::{Duration, Instant};

use limpide_engine::arrow::array::RecordBatch;
use limpide_engine::arrow::compute::concat_batches;
use limpide_engine::{Engine, Session};
use limpide_portfolio::Portfolio;
use limpide_portfolio::as_of::known_rows;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::assembly::Assembly;
use crate::error::{Error, Result};
use crate::plan::{Detail, Plan, Step};

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
    /// The rows of each of the plan's details: the client, then numbers; in rising order of
    /// clients.
    pub details: Vec<RecordBatch>,
    /// The time of each of the plan's queries, in its order; a family's rows count for its
    /// queries in equal parts.
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
    compute_watched(engine, portfolio, plan, clients, &|_| {}).await
}

/// [`compute`], telling how many of the plan's steps are done.
pub(crate) async fn compute_watched(
    engine: &Engine,
    portfolio: &Portfolio,
    plan: &Plan,
    clients: Clients,
    watch: &(dyn Fn(u64) + Sync),
) -> Result<Computed> {
    let session = session_over(engine, portfolio, plan, clients).await?;
    let mut assembly = Assembly::new(&session, plan).await?;
    let at_once = engine.queries_at_once();
    let (families, queries) = (
        Arc::new(Semaphore::new(at_once)),
        Arc::new(Semaphore::new(at_once)),
    );
    let mut running = Vec::new();
    for step in &plan.steps {
        let step = StepRun {
            session: session.clone(),
            step: step.clone(),
            queries: Arc::clone(&queries),
        };
        let families = Arc::clone(&families);
        running.push(spawn(step.step.family.clone(), async move {
            let _permit = families.acquire_owned().await;
            step.run().await
        }));
    }
    let mut times = Vec::new();
    for ((step, task), done) in plan.steps.iter().zip(running).zip(1..) {
        for (query, answer) in step.queries.iter().zip(task.await?) {
            assembly.add(query, &answer.batches);
            times.push(answer.time);
        }
        watch(done);
    }
    let mut details = Vec::new();
    for detail in &plan.details {
        let batches = session.collect(&detail.name, &detail.sql).await?;
        details.push(one_batch(&session, detail, &batches).await?);
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
        details,
        times,
    })
}

/// A query's rows and what they took.
struct Answer {
    batches: Vec<RecordBatch>,
    time: Duration,
}

/// A step about to be run.
struct StepRun {
    session: Session,
    step: Step,
    queries: Arc<Semaphore>,
}

impl StepRun {
    /// Makes the family's rows, asks its queries side by side, and drops the rows.
    async fn run(self) -> Result<Vec<Answer>> {
        let mut rows_time = Duration::ZERO;
        if let Some(rows) = &self.step.rows {
            let _permit = self.queries.acquire().await;
            let start = Instant::now();
            self.session
                .keep_result(&self.step.family, &rows.table, &rows.sql)
                .await?;
            rows_time = start.elapsed();
        }
        let share = rows_time / u32::try_from(self.step.queries.len()).unwrap_or(1).max(1);
        let mut running = Vec::new();
        for query in &self.step.queries {
            let (session, queries) = (self.session.clone(), Arc::clone(&self.queries));
            let (name, sql) = (query.prefix.clone(), query.sql.clone());
            running.push(spawn(query.prefix.clone(), async move {
                let _permit = queries.acquire_owned().await;
                let start = Instant::now();
                let batches = session.collect(&name, &sql).await?;
                let time = start.elapsed() + share;
                Ok(Answer { batches, time })
            }));
        }
        let mut answers = Vec::new();
        for task in running {
            answers.push(task.await?);
        }
        if let Some(rows) = &self.step.rows {
            self.session.forget(&rows.table)?;
        }
        Ok(answers)
    }
}

/// Runs a future on the runtime's threads; dropped, it is stopped.
fn spawn<T, F>(name: String, future: F) -> impl Future<Output = Result<T>> + use<T, F>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    tasks.spawn(future);
    async move {
        match tasks.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(error)) => Err(query_error(name, error.to_string())),
            None => Err(query_error(name, "it did not start".to_owned())),
        }
    }
}

/// A detail's rows as one batch, also when there are none.
async fn one_batch(
    session: &Session,
    detail: &Detail,
    batches: &[RecordBatch],
) -> Result<RecordBatch> {
    let schema = match batches.first() {
        Some(batch) => batch.schema(),
        None => session.schema(&detail.name, &detail.sql).await?,
    };
    concat_batches(&schema, batches)
        .map_err(|error| query_error(detail.name.clone(), error.to_string()))
}

fn query_error(name: String, reason: String) -> Error {
    limpide_engine::Error::Query { name, reason }.into()
}

/// A session in which every table holds the rows of these clients only, as they were known at the application.
async fn session_over(
    engine: &Engine,
    portfolio: &Portfolio,
    plan: &Plan,
    clients: Clients,
) -> Result<Session> {
    let session = engine.stored_session();
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
