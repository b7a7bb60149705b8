//! The scheduler: takes jobs, hands their tasks to executors that ask for work.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

use crate::cluster::plan::Codec;
use crate::error::{Error, Result};

/// How a scheduler treats its executors.
#[derive(Debug, Clone)]
pub struct SchedulerSettings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// An executor that was not heard from for so long is lost: its tasks go to others. A busy
    /// executor is heard from every five seconds.
    pub executor_timeout: Duration,
}

/// A scheduler that listens.
pub struct Scheduler {
    listener: TcpListener,
    address: SocketAddr,
    settings: SchedulerSettings,
}

impl Scheduler {
    /// Listens.
    ///
    /// # Errors
    /// [`Error::Listen`], for instance if the port is taken.
    pub async fn bind(settings: SchedulerSettings) -> Result<Self> {
        let cannot = |error: std::io::Error| Error::Listen {
            address: settings.listen.to_string(),
            reason: error.to_string(),
        };
        let listener = TcpListener::bind(settings.listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        Ok(Self {
            listener,
            address,
            settings,
        })
    }

    /// The address, with the port that the system chose if none was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Schedules until `stop` completes. Jobs under way then end with an error.
    ///
    /// # Errors
    /// [`Error::Start`] if the scheduler cannot be set up, [`Error::Listen`] if it ends by itself.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<()> {
        let seconds = self.settings.executor_timeout.as_secs().max(1);
        let config = SchedulerConfig {
            bind_host: self.address.ip().to_string(),
            bind_port: self.address.port(),
            external_host: self.address.ip().to_string(),
            scheduling_policy: TaskSchedulingPolicy::PullStaged,
            executor_timeout_seconds: seconds,
            expire_dead_executor_interval_seconds: (seconds / 5).max(1),
            no_executors_grace_period_seconds: seconds,
            finished_job_data_clean_up_interval_seconds: 60,
            finished_job_state_clean_up_interval_seconds: 600,
            override_physical_codec: Some(Arc::new(Codec::default())),
            ..SchedulerConfig::default()
        };
        let start = |error: ballista_core::error::BallistaError| Error::Start(error.to_string());
        let cluster = BallistaCluster::new_from_config(&config)
            .await
            .map_err(start)?;
        let scheduler =
            create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config))
                .await
                .map_err(start)?;
        let served = start_grpc_service_with_listener(self.listener, scheduler);
        let ended = tokio::select! {
            ended = served => ended,
            () = stop => Ok(()),
        };
        ended.map_err(|error| Error::Listen {
            address: self.address.to_string(),
            reason: error.to_string(),
        })
    }
}
