//! SQL on a cluster: a Ballista scheduler, executors, and sessions whose queries run there.
//!
//! A query travels as text with the files and views that it reads, and one executor runs it whole,
//! in one ordered stream, as [`Engine::ordered_session`](crate::Engine::ordered_session) would:
//! what comes back has the same bits. Work is spread by sending many queries, never by splitting one.
//! Files are read, not sent: every executor must reach them by the path that the client names.
//!
//! A cluster knows no passwords. Whoever reaches its addresses can run SQL over any file that its
//! executors may read.
//!
//! - [`address`]: where a scheduler is;
//! - [`query`]: a query as it travels;
//! - [`plan`]: the query as a plan of one task, which only executors run;
//! - [`kept`]: rows that several queries read, kept by an executor;
//! - [`scheduler`], [`executor`]: the two kinds of process;
//! - [`client`]: jobs with a timeout, submitted again until one ends;
//! - [`remote`]: sessions whose queries are such jobs.

mod address;
mod client;
mod executor;
mod kept;
mod plan;
mod query;
mod remote;
mod scheduler;

pub use address::SchedulerAddress;
pub(crate) use client::JOBS_AT_ONCE;
pub use client::{Cluster, ClusterConfig, News};
pub use executor::{ExecutorConfig, run_executor};
pub(crate) use remote::Remote;
pub use scheduler::{Scheduler, SchedulerSettings};

/// Whether the link with the scheduler is up: what an executor tells while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The scheduler answers.
    Up,
    /// The scheduler does not answer; the executor keeps trying.
    Down,
}
