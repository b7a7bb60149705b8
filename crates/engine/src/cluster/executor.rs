//! An executor: asks the scheduler for work, runs it, and keeps the rows until they are fetched.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::health::ExecutorHealth;

use crate::cluster::plan::Codec;
use crate::cluster::{Link, SchedulerAddress};
use crate::error::{Error, Result};

/// How often an executor looks whether its scheduler still answers.
const LOOK: Duration = Duration::from_millis(250);

/// An executor's place and share of its machine.
#[derive(Debug, Clone)]
pub struct ExecutorConfig {
    /// Where the scheduler is.
    pub scheduler: SchedulerAddress,
    /// The address to listen on, from which rows are fetched.
    pub listen: SocketAddr,
    /// The name by which clients reach this machine; the address listened on if absent.
    pub host: Option<String>,
    /// Queries to run at once.
    pub threads: usize,
    /// Bytes that sorts and joins of all queries may hold before they spill.
    pub memory_bytes: usize,
    /// Where rows wait to be fetched, and spilled data goes. The caller removes it.
    pub folder: PathBuf,
}

/// Runs an executor until the process is told to stop (SIGTERM or Ctrl-C); tasks under way are
/// finished. `tell` hears of each change of the link with the scheduler, its first coming up too.
///
/// # Errors
/// [`Error::NoScheduler`], [`Error::Listen`], or [`Error::Start`].
pub async fn run_executor(
    config: ExecutorConfig,
    tell: impl Fn(SocketAddr, Link) + Send + 'static,
) -> Result<()> {
    config.scheduler.executors().await?;
    let address = free_address(config.listen)?;
    let advertised = match config.host {
        Some(host) => Some(host),
        // Nobody can be sent to "any address": the scheduler then takes the one it is called from.
        None if address.ip().is_unspecified() => None,
        None => Some(address.ip().to_string()),
    };
    let health = ExecutorHealth::new();
    let process = ExecutorProcessConfig {
        bind_host: match address {
            SocketAddr::V4(_) => address.ip().to_string(),
            SocketAddr::V6(_) => format!("[{}]", address.ip()),
        },
        external_host: advertised,
        port: address.port(),
        scheduler_host: config.scheduler.host().to_owned(),
        scheduler_port: config.scheduler.port(),
        vcores: config.threads.max(1),
        memory_pool_size: Some(config.memory_bytes as u64),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(config.folder.to_string_lossy().into_owned()),
        job_data_ttl_seconds: 3600,
        job_data_clean_up_interval_seconds: 600,
        override_physical_codec: Some(Arc::new(Codec::keeping(config.memory_bytes / 4))),
        health: health.clone(),
        ..ExecutorProcessConfig::default()
    };
    let watch = tokio::spawn(watch(health, move |link| tell(address, link)));
    let ended = start_executor_process(Arc::new(process)).await;
    watch.abort();
    ended.map_err(|error| Error::Start(error.to_string()))
}

/// The address, with a free port if none was given.
fn free_address(listen: SocketAddr) -> Result<SocketAddr> {
    TcpListener::bind(listen)
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Error::Listen {
            address: listen.to_string(),
            reason: error.to_string(),
        })
}

async fn watch(health: ExecutorHealth, tell: impl Fn(Link)) {
    let mut link = None;
    loop {
        let now = match (health.is_ready(), link) {
            (true, _) => Some(Link::Up),
            // Before the first answer there is nothing to miss.
            (false, None) => None,
            (false, Some(_)) => Some(Link::Down),
        };
        if now != link {
            link = now;
            now.into_iter().for_each(&tell);
        }
        tokio::time::sleep(LOOK).await;
    }
}
