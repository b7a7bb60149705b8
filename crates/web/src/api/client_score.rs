//! `GET /api/v1/clients/{id}/score`: one client's risk and decision.

use axum::Json;
use axum::extract::State;
use limpide_store::PredictionKind;

use super::WireScore;
use super::recording::{StoredAnswered, keep, stored_prediction};
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
    let known = state.service.known(client)?;
    let known = known.ok_or(Error::UnknownClient { client })?;
    let score = state.service.bundle.score_margin(known.margin);
    let answered = StoredAnswered {
        kind: PredictionKind::Score,
        client,
        row_hash: known.row_hash,
        score: &score,
        role: caller.role(),
    };
    keep(&state, &stored_prediction(&state, &answered)).await?;
    Ok(Json(WireScore::new(&state, Some(client), &score)))
}
