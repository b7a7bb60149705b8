//! `GET /api/v1/clients/{id}/reasons`: one client's risk and decision with the principal reasons, and
//! nothing of all that an explanation holds besides.

use axum::extract::State;
use axum::response::Response;
use limpide_explain::Principal;
use serde::Serialize;
use utoipa::ToSchema;

use super::certainty::WireStability;
use super::telling::Telling;
use super::{WireReason, WireScore, explained};
use crate::asked::Asked;
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;

/// A result with its principal reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reasons)]
pub(crate) struct WireReasons {
    #[serde(flatten)]
    score: WireScore,
    /// Language of labels and sentences.
    #[schema(example = "fr")]
    lang: String,
    /// Expected margin over the training rows, in log-odds.
    base: f64,
    /// Margin of this result, in log-odds.
    margin: f64,
    /// The result in words.
    summary: String,
    /// Principal reasons that raise the risk, the largest first.
    reasons: Vec<WireReason>,
    /// Principal reasons that lower the risk, the largest first.
    strengths: Vec<WireReason>,
    /// How far the decision is from another.
    stability: WireStability,
}

impl WireReasons {
    fn new(state: &AppState, client: i64, principal: Principal) -> Self {
        let wire = |reasons: Vec<limpide_explain::Reason>| {
            reasons.into_iter().map(WireReason::from).collect()
        };
        Self {
            lang: principal.lang.to_string(),
            base: principal.base,
            margin: principal.score.margin,
            summary: principal.risk,
            reasons: wire(principal.reasons),
            strengths: wire(principal.strengths),
            stability: WireStability::new(principal.stability, principal.stability_words),
            score: WireScore::new(state, Some(client), &principal.score),
        }
    }
}

/// Scores a client of the portfolio and tells the principal reasons.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/reasons",
    operation_id = "client_reasons",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Telling),
    responses(
        (status = 200, description = "Risk, decision and principal reasons: those of the explanation.", body = WireReasons),
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
            let principal = explainer.principal(row, contributions, reader);
            let score = principal.score;
            Ok((WireReasons::new(state, client, principal), score))
        },
    )
    .await
}
