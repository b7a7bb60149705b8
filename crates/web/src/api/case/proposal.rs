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
use crate::api::posted_rows::{MOST_BYTES, rows_by_table};
use crate::api::{compute, known_row};
use crate::auth::{Act, Acting};
use crate::error::{Error, FieldProblem, Problem};
use crate::proposed::{Proposed, VERSION};
use crate::router::AppState;

/// Nothing for a client of the portfolio; a new application's raw rows else.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
pub(crate) struct ProposalBody {
    /// Lists of rows by table of the recipe, as for a score of raw rows. The row of the application
    /// must have the client number of the address.
    #[schema(schema_with = rows_by_table)]
    tables: Option<Map<String, serde_json::Value>>,
}

/// Opens a case: scores the client's row or the rows that are posted, and keeps what the model read,
/// the model, the score and the reasons in the decision log.
///
/// A person has 15 days to decide what the model does not advise to grant.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/case/proposal",
    operation_id = "case_proposal",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = ProposalBody,
    responses(
        (status = 201, description = "The entry that was added, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An adviser who may see the client proposes, or a program whose key has the scope `decide`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller may not see the client, or the portfolio holds no such client and no rows were posted.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "An older case of the client waits for a decision or a second review, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key; or rows were posted and the model's recipe is not at hand.", body = Problem, content_type = "application/problem+json"),
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
    let (mut fields, sent) = Fields::of(&headers, body, MOST_BYTES)?;
    let tables = fields.object_if_any("tables");
    let tables = fields.end(Some(tables))?;
    let row = match tables {
        Some(tables) => posted_row(&state, acting.client, tables).await?,
        None => known_row(&state, acting.client)?,
    };
    open(&state, &acting, &headers, sent, &row).await
}

/// Opens a case with what the model makes of a row; `sent` is what was asked, by which a repeated
/// request is known.
pub(crate) async fn open(
    state: &AppState,
    acting: &Acting,
    headers: &HeaderMap,
    sent: Map<String, serde_json::Value>,
    row: &[limpide_model::Value],
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Proposal)?;
    let event = Event::Proposed(Box::new(proposal(state, acting.client, row)?));
    let asked = Asked {
        acting,
        act: Act::Proposal,
        headers,
        body: sent,
    };
    asked.record(state, None, event).await
}

/// The row of a new application, which must be this client's.
async fn posted_row(
    state: &AppState,
    client: i64,
    tables: Map<String, serde_json::Value>,
) -> Result<Vec<limpide_model::Value>, Error> {
    let computed = compute(state, move |rows| rows.posted(&tables)).await?;
    if computed.client == Some(client) {
        return Ok(computed.row);
    }
    let found = match computed.client {
        Some(found) => format!("client {found}"),
        None => "no client number".to_owned(),
    };
    let expected = format!("rows of client {client}, as in the address");
    Err(Error::Row(vec![FieldProblem::new(
        "tables", found, expected,
    )]))
}

/// What the model makes of a client's row.
fn proposal(
    state: &AppState,
    client: i64,
    row: &[limpide_model::Value],
) -> Result<Proposal, Error> {
    let service = &state.service;
    let Proposed {
        score,
        advice,
        reasons,
    } = Proposed::of(&service.explainer, row)?;
    let mut inputs = Map::new();
    for (feature, value) in service.bundle.features.iter().zip(row) {
        let value = serde_json::to_value(value).map_err(|error| {
            tracing::error!(%error, "inputs");
            Error::Internal
        })?;
        inputs.insert(feature.name.clone(), value);
    }
    let due = OffsetDateTime::now_utc() + DECIDE_WITHIN;
    Ok(Proposal {
        client,
        bundle: service.model.to_string(),
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
