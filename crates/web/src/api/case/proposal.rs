//! `POST /api/v1/clients/{id}/case/proposal`: opens a case with what the model proposes.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use limpide_store::{Advice, Event, MadeWith, Proposal};
use serde_json::Map;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::fields::Fields;
use super::wire::WireRecorded;
use super::{Asked, DECIDE_WITHIN};
use crate::api::known_row;
use crate::auth::{Act, Acting};
use crate::error::{Error, Problem};
use crate::proposed::{Proposed, VERSION};
use crate::router::AppState;

/// Nothing: the model proposes by itself.
#[derive(ToSchema)]
pub(crate) struct ProposalBody {}

/// Opens a case: scores the client's row, and keeps row, model, score and reasons in the decision log.
///
/// A person has 15 days to decide what the model does not advise to grant.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/case/proposal",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", max_length = 255),
    ),
    request_body = ProposalBody,
    responses(
        (status = 201, description = "The entry that was added, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An adviser who may see the client proposes, or a program whose key has the scope `decide`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "An older case of the client waits for a decision or a second review, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn propose(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Proposal)?;
    let (fields, sent) = Fields::of(&headers, body)?;
    fields.end(Some(()))?;
    let event = Event::Proposed(Box::new(proposal(&state, acting.client)?));
    let asked = Asked {
        acting: &acting,
        act: Act::Proposal,
        headers: &headers,
        body: sent,
    };
    asked.record(&state, None, event).await
}

/// What the model makes of a client of the portfolio.
fn proposal(state: &AppState, client: i64) -> Result<Proposal, Error> {
    let service = &state.service;
    let row = known_row(state, client)?;
    let Proposed {
        score,
        advice,
        reasons,
    } = Proposed::of(&service.explainer, &row)?;
    let mut inputs = Map::new();
    for (feature, value) in service.bundle.features.iter().zip(&row) {
        let value = serde_json::to_value(value).map_err(|error| {
            tracing::error!(%error, "inputs");
            Error::Internal
        })?;
        inputs.insert(feature.name.clone(), value);
    }
    let due = OffsetDateTime::now_utc() + DECIDE_WITHIN;
    Ok(Proposal {
        client,
        bundle: service.model.clone(),
        inputs,
        score,
        advice,
        reasons,
        decide_by: (advice != Advice::Granted).then(|| due.unix_timestamp()),
        made_with: Some(MadeWith {
            program: VERSION.to_owned(),
            recipe: service.bundle.recipe.hash.clone(),
            matrix: service.clients.matrix(),
        }),
    })
}
