//! What is seen of every request: its name, one line in the log, what is counted, and a span.
//!
//! Nothing of a person is in any of it: a route is told by its template, and who asks is not told.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tracing::{Span, field};

use crate::metrics::Counted;
use crate::request_id::{self, RequestId};
use crate::router::AppState;
use crate::service::Service;
use crate::trace_context::TraceParent;

/// The target of the spans that go to a collector of traces; no log shows them.
pub const SPANS: &str = "limpide_spans";

/// The target of the log's lines of requests, of which there may be thousands a second.
pub const REQUESTS: &str = module_path!();

/// Characters of a model's hash that tell it from others.
const MODEL_CHARACTERS: usize = 12;

/// The status of a request whose client did not wait for the answer.
const LEFT: u16 = 499;

/// Requests that look at the server itself; they come every few seconds.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// A request that is seen: named, timed, counted and logged. Told of when it is dropped, also where
/// the client has gone.
pub(crate) struct Seen {
    method: &'static str,
    route: Option<MatchedPath>,
    id: RequestId,
    /// The trace that the caller says it belongs to.
    parent: Option<TraceParent>,
    service: Arc<Service>,
    start: Instant,
    status: u16,
    _in_flight: Counted,
}

impl Seen {
    /// A request that has just come.
    pub(crate) fn new(state: &AppState, request: &mut Request) -> Self {
        let service = Arc::clone(&state.service);
        let id = RequestId::of(request.headers());
        request.extensions_mut().insert(id.clone());
        Self {
            method: known(request.method()),
            parent: TraceParent::of(request.headers()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            start: Instant::now(),
            status: LEFT,
            _in_flight: Counted::new(&service.shared.hosting.metrics.in_flight),
            service,
            id,
        }
    }

    /// The request's answer, which bears its name.
    pub(crate) fn answered(mut self, span: &Span, mut response: Response) -> Response {
        let status = response.status();
        span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        let headers = response.headers_mut();
        headers.insert(request_id::HEADER, self.id.header());
        self.status = status.as_u16();
        response
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or("(none)", MatchedPath::as_str)
    }

    /// The request as a span, for a collector of traces.
    pub(crate) fn span(&self) -> Span {
        let span = tracing::info_span!(
            target: SPANS,
            "request",
            otel.name = field::display(format_args!("{} {}", self.method, self.route())),
            otel.kind = "server",
            otel.status_code = field::Empty,
            http.request.method = self.method,
            http.route = self.route(),
            http.response.status_code = field::Empty,
            limpide.request_id = self.id.as_str(),
            limpide.model = self.model(),
        );
        if let Some(parent) = &self.parent {
            parent.adopt(&span);
        }
        span
    }

    fn model(&self) -> &str {
        let model = self.service.model();
        model.get(..MODEL_CHARACTERS).unwrap_or(model)
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        let (route, status) = (self.route(), self.status);
        let metrics = &self.service.shared.hosting.metrics;
        metrics.answered(self.method, route, status, took);
        let ms = took.as_micros() as f64 / 1000.0;
        let (request_id, model) = (self.id.as_str(), self.model());
        let trace_id = self.parent.as_ref().map(TraceParent::trace_id);
        let trace_id = trace_id.as_deref();
        if PROBES.contains(&route) && status == StatusCode::OK.as_u16() {
            tracing::debug!(
                method = self.method,
                route,
                status,
                ms,
                request_id,
                trace_id,
                model,
                "request"
            );
        } else {
            tracing::info!(
                method = self.method,
                route,
                status,
                ms,
                request_id,
                trace_id,
                model,
                "request"
            );
        }
    }
}

/// A method by its name; those that clients invent are one.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
