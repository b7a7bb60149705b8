//! What is counted of a server, for Prometheus. No label holds anything of a person: routes are
//! templates, and what a client invents (a method, an address) is counted together.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::router::AppState;

/// The media type of what is exposed.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the buckets of latencies, in seconds.
const SECONDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    decision: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Model {
    hash: String,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    state: &'static str,
}

#[derive(Clone)]
struct Latencies;

impl MetricConstructor<Histogram> for Latencies {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

/// A server's counters.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Route, Histogram, Latencies>,
    pub(crate) in_flight: Gauge,
    pub(crate) waiting_for_core: Gauge,
    predictions: Family<Decided, Counter>,
    connections: Family<Connections, Gauge>,
    model: Family<Model, Gauge>,
    clients: Gauge,
    free_cores: Gauge,
    comparisons: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("limpide");
        let seconds = Family::<Route, Histogram, Latencies>::new_with_constructor(Latencies);
        let metrics = Self {
            requests: Family::default(),
            in_flight: Gauge::default(),
            waiting_for_core: Gauge::default(),
            predictions: Family::default(),
            connections: Family::default(),
            model: Family::default(),
            clients: Gauge::default(),
            free_cores: Gauge::default(),
            comparisons: Gauge::default(),
            seconds: seconds.clone(),
            registry: Registry::default(),
        };
        let built = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The program", Info::new(built));
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "request",
            "From a request's head to the beginning of its answer",
            Unit::Seconds,
            seconds,
        );
        for (name, help, gauge) in [
            (
                "requests_in_flight",
                "Requests under way",
                &metrics.in_flight,
            ),
            (
                "computations_waiting",
                "Computations that wait for a core",
                &metrics.waiting_for_core,
            ),
            (
                "cores_free",
                "Cores that compute nothing",
                &metrics.free_cores,
            ),
            ("clients", "Clients in the portfolio", &metrics.clients),
            (
                "comparisons_ready",
                "1 once similar clients can be told",
                &metrics.comparisons,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        registry.register(
            "predictions",
            "Scores that were answered, by decision",
            metrics.predictions.clone(),
        );
        registry.register(
            "database_connections",
            "Connections to the database",
            metrics.connections.clone(),
        );
        registry.register("model", "The model in service", metrics.model.clone());
        Self {
            registry,
            ..metrics
        }
    }

    /// Counts an answered request.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let asked = Asked {
            method,
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&asked).inc();
        let route = Route { route: asked.route };
        self.seconds
            .get_or_create(&route)
            .observe(took.as_secs_f64());
    }

    /// Counts a score that is answered.
    pub(crate) fn predicted(&self, decision: &'static str) {
        self.predictions.get_or_create(&Decided { decision }).inc();
    }

    /// All of it as text, with what is so now.
    ///
    /// # Errors
    /// Never in practice: a string takes all that is written to it.
    pub(crate) fn exposed(&self, state: &AppState) -> Result<String, fmt::Error> {
        let service = &state.service;
        let (open, idle) = service.shared.store.connections();
        for (state, count) in [("used", open.saturating_sub(idle)), ("idle", idle)] {
            let gauge = self.connections.get_or_create(&Connections { state });
            gauge.set(count.into());
        }
        self.clients
            .set(i64::try_from(service.clients.count()).unwrap_or(i64::MAX));
        let free = service.shared.computing.available_permits();
        self.free_cores.set(i64::try_from(free).unwrap_or(i64::MAX));
        let ready = matches!(service.comparisons.get(), Some(Ok(_)));
        self.comparisons.set(ready.into());
        self.model.clear();
        let model = Model {
            hash: service.model.to_string(),
            name: service.bundle.name.clone(),
        };
        self.model.get_or_create(&model).set(1);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Counts one as long as it lives.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
