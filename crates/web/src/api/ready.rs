//! `GET /readyz`: may requests be sent here? For balancers, which leave out a server that says no.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::router::AppState;
use crate::service::NoComparisons;

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(2);

/// Whether requests may be sent here, and what speaks against it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether requests may be sent here.
    ready: bool,
    /// What speaks against it, in words; empty where nothing does.
    reasons: Vec<String>,
    /// Hash of the model in service.
    model: String,
    /// Why the model that was published last is not the one in service; `null` where it is.
    refused: Option<String>,
    /// Whether the database answers.
    database: bool,
    /// Whether clients can be compared: `ready`, `preparing`, or `unavailable` for this model. The
    /// server is ready without.
    #[schema(example = "ready")]
    comparisons: &'static str,
}

/// Says whether requests may be sent here.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    operation_id = "readiness",
    security(()),
    responses(
        (status = 200, description = "Requests may be sent here.", body = Readiness),
        (status = 503, description = "Not now, for these reasons.", body = Readiness),
    )
)]
pub(crate) async fn show(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let service = &state.service;
    let mut reasons = Vec::new();
    let asked = timeout(DATABASE, service.shared.store.check()).await;
    let database = matches!(asked, Ok(Ok(())));
    if !database {
        reasons.push("the database does not answer".to_owned());
    }
    if service.shared.hosting.is_stopping() {
        reasons.push("the server is stopping".to_owned());
    }
    let status = match reasons.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let readiness = Readiness {
        ready: reasons.is_empty(),
        reasons,
        model: service.model.to_string(),
        refused: service.refused().map(|reason| reason.to_string()),
        database,
        comparisons: match service.comparisons.get() {
            Some(Ok(_)) => "ready",
            Some(Err(NoComparisons::Alike | NoComparisons::Failed)) => "unavailable",
            None => "preparing",
        },
    };
    (status, Json(readiness))
}
