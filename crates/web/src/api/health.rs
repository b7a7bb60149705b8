//! `GET /healthz`: is the server up, and with which model?

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::router::AppState;

/// What is served.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`: a server that cannot answer does not.
    #[schema(example = "ok")]
    status: &'static str,
    /// Hash of the published model.
    model: String,
    /// Clients in the portfolio.
    clients: usize,
}

/// Says that the server is up, and with which model.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "health",
    tag = "server",
    security(()),
    responses((status = 200, description = "The server is up.", body = Health))
)]
pub(crate) async fn show(State(state): State<AppState>) -> Json<Health> {
    Json(Health {
        status: "ok",
        model: state.service.model.to_string(),
        clients: state.service.clients.count(),
    })
}
