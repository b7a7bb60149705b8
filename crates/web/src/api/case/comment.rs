//! `POST /api/v1/clients/{id}/case/comment`: somebody has something to say.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use limpide_store::Event;
use utoipa::ToSchema;

use super::fields::Fields;
use super::wire::WireRecorded;
use super::{Asked, latest};
use crate::api::posted_score::MOST_BYTES;
use crate::auth::{Act, Acting};
use crate::error::{Error, Problem};
use crate::router::AppState;

/// A comment.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
pub(crate) struct CommentBody {
    /// What is said.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

/// Comments on a client's case.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/case/comment",
    operation_id = "case_comment",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = CommentBody,
    responses(
        (status = 201, description = "The entry that was added, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The client comments, an adviser who may see the client, or a program whose key has the scope `decide`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was proposed on this client, or the caller may not see the client.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn comment(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Comment)?;
    let (mut fields, sent) = Fields::of(&headers, body, MOST_BYTES)?;
    let text = fields.words("text");
    let text = fields.end(text)?;
    let (case, _) = latest(&state, acting.client).await?;
    let event = Event::Commented { text };
    let asked = Asked {
        acting: &acting,
        act: Act::Comment,
        headers: &headers,
        body: sent,
    };
    asked.record(&state, Some(case), event).await
}
