//! `POST /api/v1/clients/{id}/case/review`: a second reviewer answers a contest.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use limpide_store::{Event, Verdict};
use utoipa::ToSchema;

use super::fields::Fields;
use super::wire::{WireRecorded, WireVerdict};
use super::{Asked, latest};
use crate::api::posted_score::MOST_BYTES;
use crate::auth::{Act, Acting};
use crate::error::{Error, Problem};
use crate::router::AppState;

/// A second review.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
pub(crate) struct ReviewBody {
    /// What is decided.
    verdict: WireVerdict,
    /// Why.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// Answers a contest: the same verdict upholds the decision, another one reverses it.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/case/review",
    operation_id = "case_review",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = ReviewBody,
    responses(
        (status = 201, description = "The entry that was added, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An adviser who may see the client reviews.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was proposed on this client, or the caller may not see the client.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The decision is not contested, the reviewer is the one who decided, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn review(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Review)?;
    let (mut fields, sent) = Fields::of(&headers, body, MOST_BYTES)?;
    let verdict = fields.choice::<Verdict>("verdict", "granted or refused");
    let reason = fields.words("reason");
    let (verdict, reason) = fields.end(verdict.zip(reason))?;
    let (case, standing) = latest(&state, acting.client).await?;
    let event = if standing.verdict == Some(verdict) {
        Event::Upheld { reason }
    } else {
        Event::Reversed { verdict, reason }
    };
    let asked = Asked {
        acting: &acting,
        act: Act::Review,
        headers: &headers,
        body: sent,
    };
    asked.record(&state, Some(case), event).await
}
