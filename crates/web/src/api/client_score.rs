//! `GET /api/v1/clients/{id}/score`: one client's risk and decision.

use axum::Json;
use axum::extract::State;
use limpide_store::PredictionKind;

use super::recording::{Answered, record};
use super::{WireScore, known_row};
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::router::AppState;

/// Scores a client of the portfolio.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/score",
    operation_id = "client_score",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number")),
    responses(
        (status = 200, description = "Risk, decision and threshold.", body = WireScore),
        (status = 400, description = "The client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The answer can be recorded neither in a file nor in the database now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
) -> Result<Json<WireScore>, Error> {
    let row = known_row(&state, client)?;
    let score = state.service.score(&row)?;
    let answered = Answered {
        kind: PredictionKind::Score,
        client: Some(client),
        row: &row,
        score: &score,
        role: caller.role(),
    };
    record(&state, answered).await?;
    Ok(Json(WireScore::new(&state, Some(client), &score)))
}
