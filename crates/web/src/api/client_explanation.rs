//! `GET /api/v1/clients/{id}/explanation`: why one client got this result.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::telling::Telling;
use super::{WireExplanation, explained};
use crate::asked::Asked;
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// Language of an explanation.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Language of labels and sentences; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline, example = "fr")]
    pub(crate) lang: Option<String>,
}

/// Explains a client's result.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/explanation",
    operation_id = "client_explanation",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Telling),
    responses(
        (status = 200, description = "Contributions that add up to the margin, and reasons in words.", body = WireExplanation),
        (status = 400, description = "The client number or the language is not one.", body = Problem, content_type = "application/problem+json"),
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
    Language(preferred): Language,
    Asked(telling): Asked<Telling>,
) -> Result<Response, Error> {
    let reader = telling.reader(&caller, preferred)?;
    explained(
        &state,
        &caller,
        client,
        move |state, explainer, row, contributions| {
            let explanation = explainer.explain_with(row, contributions, reader)?;
            let score = explanation.score;
            Ok((
                WireExplanation::new(state, Some(client), explanation),
                score,
            ))
        },
    )
    .await
}
