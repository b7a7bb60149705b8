//! Jobs: a query submitted, waited for, fetched; and submitted again if it does not end in time.
//!
//! A cluster loses things: an executor that dies with the rows of a finished job, a task that is
//! never reported. Whatever happens to a job, it ends within its timeout, and the query is
//! submitted anew; only the scheduler and one executor must be there in the end.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ballista_core::BALLISTA_VERSION;
use ballista_core::client::BallistaClient;
use ballista_core::extension::BallistaGrpcMetadataInterceptor;
use ballista_core::serde::protobuf::execute_query_params::Query as Payload;
use ballista_core::serde::protobuf::execute_query_result::Result as Submitted;
use ballista_core::serde::protobuf::job_status::Status;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_core::serde::protobuf::{
    CancelJobParams, CleanJobDataParams, ExecuteQueryParams, GetJobStatusParams, PartitionLocation,
};
use ballista_core::utils::{GrpcClientConfig, create_grpc_client_endpoint};
use ballista_core::version::BALLISTA_VERSION_HEADER;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion_proto::physical_plan::AsExecutionPlan;
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::TryStreamExt;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;

use crate::cluster::SchedulerAddress;
use crate::cluster::plan::{Codec, QueryExec};
use crate::cluster::query::Query;
use crate::error::{Error, Result};

/// Jobs under way at once, from one client: enough for the executors to have the next at hand.
pub(crate) const JOBS_AT_ONCE: usize = 16;
/// How long a scheduler or its last executor may be away, for instance to start anew.
const PATIENCE: Duration = Duration::from_secs(5);
/// The pauses between two looks at a job, from the first to the longest.
const LOOKS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));
/// Bytes a message may have.
const MESSAGE: usize = 16 << 20;
/// All clients ask for the same, so all of them share one session of the scheduler's.
const SESSION: &str = "limpide";

type Client = SchedulerGrpcClient<InterceptedService<Channel, BallistaGrpcMetadataInterceptor>>;

/// Which cluster, and how long to bear with it.
#[derive(Clone)]
pub struct ClusterConfig {
    /// Where its scheduler is.
    pub scheduler: SchedulerAddress,
    /// A job is given up when none of the client's jobs was answered for so long: while there are
    /// answers, jobs only wait for their turn.
    pub job_timeout: Duration,
    /// How often a query is submitted at most.
    pub attempts: u32,
    /// Hears how the queries fare.
    pub tell: Arc<dyn Fn(News<'_>) + Send + Sync>,
}

/// What happens to a client's queries.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// A query's rows have arrived.
    Answered {
        /// What the caller calls the query.
        query: &'a str,
        /// How many have been answered, this one included.
        count: u64,
    },
    /// A query is submitted again.
    Again {
        /// What the caller calls the query.
        query: &'a str,
        /// The how-manieth time it is.
        attempt: u32,
        /// Of how many at most.
        attempts: u32,
        /// What happened the last time.
        reason: &'a str,
    },
}

impl fmt::Debug for ClusterConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClusterConfig")
            .field("scheduler", &self.scheduler)
            .field("job_timeout", &self.job_timeout)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A cluster that answers.
#[derive(Clone, Debug)]
pub struct Cluster {
    config: ClusterConfig,
    client: Client,
    turns: Arc<Semaphore>,
    answered: Arc<AtomicU64>,
    last_answer: Arc<Mutex<Instant>>,
}

impl Cluster {
    /// Looks whether the scheduler answers and has an executor.
    ///
    /// # Errors
    /// [`Error::NoScheduler`] or [`Error::NoExecutor`].
    pub async fn connect(config: ClusterConfig) -> Result<Self> {
        ready(&config.scheduler).await?;
        let unreachable = |error: tonic::transport::Error| Error::NoScheduler {
            address: config.scheduler.to_string(),
            reason: error.to_string(),
        };
        let endpoint =
            create_grpc_client_endpoint(config.scheduler.url(), Some(&GrpcClientConfig::default()))
                .map_err(unreachable)?;
        let channel = endpoint.connect().await.map_err(unreachable)?;
        let headers = HashMap::from([(
            BALLISTA_VERSION_HEADER.to_owned(),
            BALLISTA_VERSION.to_owned(),
        )]);
        let client = SchedulerGrpcClient::with_interceptor(
            channel,
            BallistaGrpcMetadataInterceptor::new(headers),
        )
        .max_encoding_message_size(MESSAGE)
        .max_decoding_message_size(MESSAGE);
        Ok(Self {
            config,
            client,
            turns: Arc::new(Semaphore::new(JOBS_AT_ONCE)),
            answered: Arc::default(),
            last_answer: Arc::new(Mutex::new(Instant::now())),
        })
    }

    /// Runs a query to its end and returns its rows.
    pub(crate) async fn run(&self, query: Query, schema: SchemaRef) -> Result<Vec<RecordBatch>> {
        let name = query.name.clone();
        let message = encode(query, schema).map_err(|reason| Error::Query {
            name: name.clone(),
            reason,
        })?;
        let _turn = self.turns.acquire().await;
        let attempts = self.config.attempts.max(1);
        let mut last = String::new();
        for attempt in 1..=attempts {
            if attempt > 1 {
                ready(&self.config.scheduler).await?;
                (self.config.tell)(News::Again {
                    query: &name,
                    attempt,
                    attempts,
                    reason: &last,
                });
            }
            match self.attempt(&name, &message).await {
                Ok(batches) => {
                    *self.lock_last_answer() = Instant::now();
                    let count = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
                    (self.config.tell)(News::Answered {
                        query: &name,
                        count,
                    });
                    return Ok(batches);
                }
                Err(reason) => last = reason,
            }
        }
        ready(&self.config.scheduler).await?;
        Err(Error::Job {
            name,
            address: self.config.scheduler.to_string(),
            attempts,
            reason: last,
        })
    }

    /// One job, from its submission to its rows; or why there are none.
    async fn attempt(
        &self,
        name: &str,
        message: &[u8],
    ) -> std::result::Result<Vec<RecordBatch>, String> {
        let job_id = self.submit(name, message).await?;
        let ended = tokio::select! {
            rows = self.rows(&job_id) => rows,
            () = self.standstill() => Err(format!(
                "nothing was answered for {} s",
                self.config.job_timeout.as_secs()
            )),
            () = self.abandoned() => Err("no executor was left".to_owned()),
        };
        let mut client = self.client.clone();
        let succeeded = ended.is_ok();
        // Nobody waits for the cluster to tidy up.
        tokio::spawn(async move {
            if succeeded {
                let job = CleanJobDataParams {
                    job_id,
                    remove_stage_ids: Vec::new(),
                };
                let _ = client.clean_job_data(job).await;
            } else {
                let _ = client.cancel_job(CancelJobParams { job_id }).await;
            }
        });
        ended
    }

    async fn submit(&self, name: &str, message: &[u8]) -> std::result::Result<String, String> {
        let query = ExecuteQueryParams {
            session_id: SESSION.to_owned(),
            settings: Vec::new(),
            operation_id: name.to_owned(),
            query: Some(Payload::PhysicalPlan(message.to_vec())),
        };
        let answer = self.client.clone().execute_query(query).await;
        match answer.map_err(words)?.into_inner().result {
            Some(Submitted::Success(success)) => Ok(success.job_id),
            Some(Submitted::Failure(failure)) => {
                Err(format!("the scheduler refused it: {failure:?}"))
            }
            None => Err("the scheduler gave no answer".to_owned()),
        }
    }

    async fn rows(&self, job_id: &str) -> std::result::Result<Vec<RecordBatch>, String> {
        let mut client = self.client.clone();
        let mut pause = LOOKS.0;
        let locations = loop {
            let job_id = job_id.to_owned();
            let answer = client.get_job_status(GetJobStatusParams { job_id }).await;
            let status = answer.map_err(words)?.into_inner().status;
            match status.and_then(|status| status.status) {
                Some(Status::Successful(job)) => break job.partition_location,
                Some(Status::Failed(job)) => return Err(job.error),
                Some(Status::Queued(_) | Status::Running(_)) | None => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LOOKS.1);
                }
            }
        };
        let mut batches = Vec::new();
        for location in locations {
            batches.extend(fetch(location).await?);
        }
        Ok(batches)
    }

    /// Completes when from now on nothing was answered for as long as a job may take.
    async fn standstill(&self) {
        let start = Instant::now();
        loop {
            let since = start.max(*self.lock_last_answer());
            let left = self.config.job_timeout.saturating_sub(since.elapsed());
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }

    fn lock_last_answer(&self) -> MutexGuard<'_, Instant> {
        self.last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Completes when the scheduler has no executor, or is itself away.
    async fn abandoned(&self) {
        loop {
            sleep(Duration::from_secs(2)).await;
            if !matches!(self.config.scheduler.executors().await, Ok(1..)) {
                return;
            }
        }
    }
}

/// Waits, not for long, until the scheduler answers and has an executor.
async fn ready(scheduler: &SchedulerAddress) -> Result<()> {
    let start = Instant::now();
    loop {
        let missing = match scheduler.executors().await {
            Ok(1..) => return Ok(()),
            Ok(0) => Error::NoExecutor {
                address: scheduler.to_string(),
            },
            Err(error) => error,
        };
        if start.elapsed() > PATIENCE {
            return Err(missing);
        }
        sleep(Duration::from_millis(250)).await;
    }
}

fn encode(query: Query, schema: SchemaRef) -> std::result::Result<Vec<u8>, String> {
    let plan = Arc::new(QueryExec::new(query, schema, Arc::default()));
    let mut message = Vec::new();
    PhysicalPlanNode::try_from_physical_plan(plan, &Codec::default())
        .and_then(|node| node.try_encode(&mut message))
        .map_err(|error| error.to_string())?;
    Ok(message)
}

/// The rows that wait on an executor.
async fn fetch(location: PartitionLocation) -> std::result::Result<Vec<RecordBatch>, String> {
    let layout = location.layout();
    let (Some(executor), Some(partition)) = (location.executor_meta, location.partition_id) else {
        return Err("the scheduler does not say where the rows are".to_owned());
    };
    let (host, port) = (executor.host.as_str(), executor.port as u16);
    let lost = |error: String| format!("the rows on {host}:{port} could not be fetched: {error}");
    let mut client = BallistaClient::try_new(host, port, MESSAGE, false, None, 1, 0, 0, 0)
        .await
        .map_err(|_| lost("it does not answer".to_owned()))?;
    let partition = partition.into();
    client
        .fetch_partition(&executor.id, &partition, location.file_id, layout, true)
        .await
        .map_err(|error| lost(error.to_string()))?
        .try_collect()
        .await
        .map_err(|error| lost(error.to_string()))
}

fn words(status: tonic::Status) -> String {
    format!("the scheduler says: {}", status.message())
}
