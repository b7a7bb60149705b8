//! `GET /metrics`: what was counted, for Prometheus. On the API's face it takes a key with the scope
//! `audit` or an auditor; on an address of its own (`--metrics-listen`) whoever reaches it may read.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::metrics::MEDIA_TYPE;
use crate::router::AppState;

/// Tells what was counted since the server started, in OpenMetrics' text.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "server",
    operation_id = "metrics",
    responses(
        (status = 200, description = "Counters, gauges and histograms.", body = String, content_type = "application/openmetrics-text"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "It takes the scope audit, or an auditor.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(state): State<AppState>, caller: Caller) -> Result<Response, Error> {
    caller.check_audits()?;
    exposed(&state)
}

/// The same for whoever reaches the address that serves nothing else.
pub(crate) async fn show_openly(State(state): State<AppState>) -> Result<Response, Error> {
    exposed(&state)
}

fn exposed(state: &AppState) -> Result<Response, Error> {
    let text = state.service.shared.hosting.metrics.exposed(state);
    let text = text.map_err(|error| {
        tracing::error!(%error, "metrics");
        Error::Internal
    })?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}
