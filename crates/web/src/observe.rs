//! What is seen of every request: its name, one line in the log, what is counted, and a span.
//!
//! Nothing of a person is in any of it: a route is told by its template, and who asks is not told.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span, field};

use crate::hosting::Hosting;
use crate::metrics::Counted;
use crate::request_id::{self, RequestId};
use crate::router::AppState;

/// The target of the spans that go to a collector of traces; no log shows them.
pub const SPANS: &str = "limpide_spans";

/// Characters of a model's hash that tell it from others.
const MODEL_CHARACTERS: usize = 12;

/// The status of a request whose client did not wait for the answer.
const LEFT: u16 = 499;

/// Requests that look at the server itself; they come every few seconds.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Names, times, counts and logs a request.
pub(crate) async fn observe(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.headers());
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());
    let hosting = Arc::clone(&state.service.shared.hosting);
    let mut seen = Seen {
        method: known(request.method()),
        model: state.service.model.clone(),
        start: Instant::now(),
        status: LEFT,
        _in_flight: Counted::new(&hosting.metrics.in_flight),
        hosting,
        route,
        id,
    };
    let span = seen.span();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Some(value) = seen.id.header() {
        response.headers_mut().insert(request_id::HEADER, value);
    }
    seen.status = status.as_u16();
    response
}

/// A request that is seen; told of when it is dropped, also where the client has gone.
struct Seen {
    method: &'static str,
    route: Option<MatchedPath>,
    id: RequestId,
    model: String,
    start: Instant,
    status: u16,
    hosting: Arc<Hosting>,
    _in_flight: Counted,
}

impl Seen {
    fn route(&self) -> &str {
        self.route.as_ref().map_or("(none)", MatchedPath::as_str)
    }

    fn span(&self) -> Span {
        tracing::info_span!(
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
        )
    }

    fn model(&self) -> &str {
        self.model.get(..MODEL_CHARACTERS).unwrap_or(&self.model)
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        let (route, status) = (self.route(), self.status);
        let metrics = &self.hosting.metrics;
        metrics.answered(self.method, route, status, took);
        let ms = took.as_micros() as f64 / 1000.0;
        let (request_id, model) = (self.id.as_str(), self.model());
        if PROBES.contains(&route) && status == StatusCode::OK.as_u16() {
            tracing::debug!(
                method = self.method,
                route,
                status,
                ms,
                request_id,
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
