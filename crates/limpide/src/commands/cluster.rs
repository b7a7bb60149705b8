//! `limpide cluster`: the processes of a cluster, and how other commands reach one.
//!
//! The commands are always there; without the feature `cluster` they say how to get it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use limpide_engine::Engine;

use crate::context::Context;
use crate::progress::Reporter;

const NO_PASSWORDS: &str = "A cluster knows no passwords: whoever reaches its addresses can run SQL over every file \
    that its executors may read. Listen on other addresses than loopback only inside a network \
    that you trust.";

#[derive(Subcommand)]
pub enum Arguments {
    /// Runs the scheduler of a cluster, until stopped.
    #[command(after_help = NO_PASSWORDS)]
    Scheduler(SchedulerArguments),
    /// Runs an executor of a cluster, until stopped; start one a machine.
    #[command(after_help = NO_PASSWORDS)]
    Executor(ExecutorArguments),
}

#[derive(clap::Args)]
#[cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "the feature reads them")
)]
pub struct SchedulerArguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:50050", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Seconds without a sign of life after which an executor is lost and its work given to others.
    #[arg(long, default_value_t = 15, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(6..))]
    executor_timeout: u64,
}

#[derive(clap::Args)]
#[cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "the feature reads them")
)]
pub struct ExecutorArguments {
    /// The scheduler's address.
    #[arg(long, default_value = "127.0.0.1:50050", value_name = "URL")]
    scheduler: String,
    /// The address to listen on; a free port if it is 0.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The name by which others reach this machine, if it is not the address listened on.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Where rows wait to be fetched; emptied at the end. In the workspace if absent.
    #[arg(long, value_name = "DIR")]
    work_folder: Option<PathBuf>,
}

/// Where a command's queries run.
#[derive(clap::Args)]
#[cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "the feature reads them")
)]
pub struct OnCluster {
    /// Run the queries on the cluster of this scheduler; its executors must reach the workspace by
    /// the same path.
    #[arg(long, value_name = "URL")]
    cluster: Option<String>,
    /// Seconds without an answer to any query after which those on the cluster are given up and
    /// submitted again.
    #[arg(long, default_value_t = 600, value_name = "SECONDS", requires = "cluster", value_parser = clap::value_parser!(u64).range(1..))]
    job_timeout: u64,
    /// How often a query is submitted to the cluster at most.
    #[arg(long, default_value_t = 4, value_name = "N", requires = "cluster", value_parser = clap::value_parser!(u32).range(1..))]
    job_attempts: u32,
}

#[cfg(not(feature = "cluster"))]
const ABSENT: &str = "this limpide was built without clusters: build one with \
    'cargo build --release --workspace --features limpide/cluster'";

#[cfg(not(feature = "cluster"))]
pub fn run(_: &Arguments, _: &Context) -> anyhow::Result<()> {
    anyhow::bail!(ABSENT)
}

#[cfg(not(feature = "cluster"))]
impl OnCluster {
    /// The engine: in process, or on the cluster that was asked for.
    pub async fn engine(&self, context: &Context, _: &Arc<Reporter>) -> anyhow::Result<Engine> {
        anyhow::ensure!(self.cluster.is_none(), ABSENT);
        context.engine()
    }
}

#[cfg(feature = "cluster")]
pub use with_cluster::run;

#[cfg(feature = "cluster")]
mod with_cluster {
    use std::io::{self, Write};
    use std::time::Duration;

    use anyhow::Context as _;
    use limpide_engine::cluster::{
        Cluster, ClusterConfig, ExecutorConfig, Link, News, Scheduler, SchedulerSettings,
        run_executor,
    };
    use serde_json::json;

    use super::*;
    use crate::memory;
    use crate::spill::Spill;
    use crate::stop;

    pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
        match arguments {
            Arguments::Scheduler(arguments) => {
                context.runtime()?.block_on(schedule(arguments, context))
            }
            Arguments::Executor(arguments) => {
                context.runtime()?.block_on(execute(arguments, context))
            }
        }
    }

    async fn schedule(arguments: &SchedulerArguments, context: &Context) -> anyhow::Result<()> {
        let settings = SchedulerSettings {
            listen: arguments.listen,
            executor_timeout: Duration::from_secs(arguments.executor_timeout),
        };
        let scheduler = Scheduler::bind(settings).await?;
        let address = scheduler.address();
        warn_of_strangers(address);
        context.print(
            &json!({"listening": address.to_string()}),
            &format!("scheduler listening on {address}\n"),
        )?;
        scheduler.run(stop::asked()).await?;
        Ok(())
    }

    async fn execute(arguments: &ExecutorArguments, context: &Context) -> anyhow::Result<()> {
        let scheduler = arguments.scheduler.parse()?;
        let all = match &arguments.work_folder {
            Some(folder) => folder.join("limpide-executor"),
            None => context.workspace().join("executor"),
        };
        let folder =
            Spill::new(&all).with_context(|| format!("{} could not be made", all.display()))?;
        warn_of_strangers(arguments.listen);
        let config = ExecutorConfig {
            scheduler,
            listen: arguments.listen,
            host: arguments.host.clone(),
            threads: context.threads(),
            memory_bytes: memory::budget(memory::FOR_FEATURES),
            folder: folder.path().to_owned(),
        };
        let scheduler = arguments.scheduler.clone();
        run_executor(config, move |address, link| {
            let state = match link {
                Link::Up => "connected to",
                Link::Down => "cut off from",
            };
            // Whoever closed stderr does not want to know.
            let _ = writeln!(io::stderr(), "executor {address} {state} {scheduler}");
        })
        .await?;
        Ok(())
    }

    fn warn_of_strangers(address: SocketAddr) {
        if !address.ip().is_loopback() {
            let _ = writeln!(io::stderr(), "{address} is open to others. {NO_PASSWORDS}");
        }
    }

    fn words(news: News<'_>) -> String {
        match news {
            News::Answered { query, count } => format!("cluster: query {count} answered, {query}"),
            News::Again {
                query,
                attempt,
                attempts,
                reason,
            } => format!(
                "cluster: {query} submitted again ({attempt} of at most {attempts} times): {reason}"
            ),
        }
    }

    impl OnCluster {
        /// The engine: in process, or on the cluster that was asked for.
        pub async fn engine(
            &self,
            context: &Context,
            reporter: &Arc<Reporter>,
        ) -> anyhow::Result<Engine> {
            let Some(scheduler) = &self.cluster else {
                return context.engine();
            };
            let reporter = Arc::clone(reporter);
            let config = ClusterConfig {
                scheduler: scheduler.parse()?,
                job_timeout: Duration::from_secs(self.job_timeout),
                attempts: self.job_attempts,
                tell: Arc::new(move |news| reporter.note(&words(news))),
            };
            let cluster = Cluster::connect(config).await?;
            Ok(context.engine()?.on_cluster(cluster))
        }
    }
}
