//! `POST /api/v1/clients/{id}/erasure`: a client is forgotten (GDPR, article 17).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use limpide_store::{Actor, WriteAheadLog};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::case::{Fields, moment};
use super::off_thread;
use crate::api::posted_score::MOST_BYTES;
use crate::auth::Administering;
use crate::error::{Error, Problem};
use crate::router::AppState;

/// Why.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
pub(crate) struct ErasureBody {
    /// On which ground; it stays in the decision log, so it must name nobody.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// What was forgotten.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct WireErasure {
    /// Client number.
    client: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Cases whose words were erased; their entries stay, so that the chain can be verified.
    cases: usize,
    /// Predictions that were removed.
    predictions: u64,
    /// Accounts of the client's, now without name and password.
    accounts: u64,
    /// Advisers who had the client in their portfolio.
    assignments: u64,
    /// Batches that told of the client, forgotten whole: whoever posted them posts the others again.
    batches: usize,
    /// `emptied`: nothing is left in the database's files; `busy`: somebody was reading, and what
    /// was removed may stand in its write-ahead log until the server empties it within the hour;
    /// `the_servers`: it is PostgreSQL's, and goes by its settings.
    #[schema(example = "emptied")]
    write_ahead_log: &'static str,
    /// Whether the client is still among the portfolio's raw tables, which are the lender's: take
    /// the client out there, ingest, and compute features anew.
    in_portfolio: bool,
}

/// Forgets everything that the database holds of a client.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/erasure",
    operation_id = "erase_client",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number")),
    request_body = ErasureBody,
    responses(
        (status = 200, description = "What was forgotten; nothing, if nothing was there.", body = WireErasure),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only an administrator erases, and no program.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn erase(
    State(state): State<AppState>,
    administering: Administering,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<WireErasure>, Error> {
    let (mut fields, _) = Fields::of(&headers, body, MOST_BYTES)?;
    let reason = fields.words("reason");
    let reason = fields.end(reason)?;
    let service = &state.service;
    let Administering { person, client } = administering;
    // First, so that no batch records anything of the client after the moment that the database keeps.
    let batches = service.shared.batches.clone();
    let forget = move || {
        batches.map_or(0, |batches| {
            batches.forget(client, OffsetDateTime::now_utc())
        })
    };
    let batches = off_thread("batches", forget).await?;
    let now = OffsetDateTime::now_utc();
    let actor = Actor::Person(person.id);
    let erased = service
        .shared
        .store
        .erase_client(client, actor, &reason, now)
        .await?;
    Ok(Json(WireErasure {
        client,
        batches,
        at: moment(now)?,
        cases: erased.entries.len(),
        predictions: erased.predictions,
        accounts: erased.accounts,
        assignments: erased.assignments,
        write_ahead_log: match erased.write_ahead_log {
            WriteAheadLog::Emptied => "emptied",
            WriteAheadLog::Busy => "busy",
            WriteAheadLog::TheServers => "the_servers",
        },
        in_portfolio: service.clients.row(client)?.is_some(),
    }))
}
