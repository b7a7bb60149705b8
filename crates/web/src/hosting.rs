//! What holds for as long as a server runs, whichever model is in service: limits and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::addresses::Network;
use crate::metrics::Metrics;
use crate::rates::Rates;

/// What a server bears before it says no. Rates are requests a minute; a minute's worth may come at
/// once, and 0 is no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once, from 1; others wait to be taken.
    pub connections: usize,
    /// Requests answered at once, from 1; others are told to come again.
    pub requests: usize,
    /// What a client may take to send a request's head; an idle connection is closed after it too.
    pub header_time: Duration,
    /// What a client may take to send a request's body.
    pub body_time: Duration,
    /// What an answer may take until it begins.
    pub request_time: Duration,
    /// How long a client may take none of what is sent to it.
    pub write_time: Duration,
    /// What requests under way may still take once the server was told to stop.
    pub stop_time: Duration,
    /// Requests that name nobody, or somebody wrongly, an address and minute.
    pub address_per_minute: u32,
    /// Requests a signed-in person and minute.
    pub person_per_minute: u32,
    /// Requests an API key and minute.
    pub key_per_minute: u32,
    /// Attempts to sign in, an address and minute.
    pub sign_in_per_minute: u32,
    /// Proxies that are believed when they say whom they ask for (`X-Forwarded-For`).
    pub trusted_proxies: Vec<Network>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            requests: 256,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            request_time: Duration::from_secs(60),
            write_time: Duration::from_secs(30),
            stop_time: Duration::from_secs(25),
            address_per_minute: 3000,
            person_per_minute: 3000,
            key_per_minute: 0,
            sign_in_per_minute: 60,
            trusted_proxies: Vec::new(),
        }
    }
}

/// The limits in force, what was counted, and whether the server is to stop. Made once a server, and
/// handed from one model in service to the next.
pub struct Hosting {
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    pub(crate) metrics: Metrics,
    /// One permit a request that may be answered now.
    pub(crate) slots: Arc<Semaphore>,
    stopping: AtomicBool,
}

impl Hosting {
    /// A server's beginning: nothing counted yet.
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            rates: Rates::new(&limits),
            metrics: Metrics::new(),
            slots: Arc::new(Semaphore::new(limits.requests)),
            stopping: AtomicBool::new(false),
            limits,
        })
    }

    /// From now on the server is not ready for new requests.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
