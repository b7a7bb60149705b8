//! What can go wrong with a request, and how it is said: its HTTP status, a problem document
//! (RFC 9457) for programs, a page in the reader's language for people.
//!
//! Handlers return [`Error`]; it travels in the response's extensions to [`render`], which knows
//! whether a program or a person asks. Nothing of the inside leaves with a 500: it is logged here.

mod conversions;

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_model::Lang;
use serde::Serialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::auth;
use crate::language;
use crate::pages;
use crate::request_id::RequestId;
use crate::router::{AppState, Face};

/// When to send again what the database could not answer.
const RETRY_AFTER_SECONDS: u64 = 2;

/// Why a request is not answered.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("nobody is signed in: sign in, or send an API key as Authorization: Bearer")]
    SignedOut,
    #[error("the API key is not the one this server was given")]
    WrongKey,
    #[error("the API key lacks the scope {needed}")]
    Scope { needed: limpide_store::Scope },
    #[error(
        "a program may not do this: the client contests, and a person reviews, answers, erases or publishes"
    )]
    TakesPerson,
    #[error("the role {role} may not do this")]
    Role { role: limpide_store::Role },
    #[error("found {found:?}, expected a client number (digits)")]
    ClientNumber { found: String },
    /// There is none, or none whom the caller may see: which of both is not told.
    #[error("no client whom you may see has the number {client}")]
    UnknownClient { client: i64 },
    #[error("client {client} has no such case: a proposal opens one")]
    UnknownCase { client: i64 },
    #[error("nothing is proposed on client {client} yet, so that there is nothing to write about")]
    NoLetter { client: i64 },
    #[error("there is no feature {name:?}{}", near(nearest.as_deref()))]
    UnknownFeature {
        name: String,
        nearest: Option<String>,
    },
    #[error("found the language {found:?}, expected fr or en")]
    Language { found: String },
    #[error("the query cannot be read: {reason}")]
    Query { reason: String },
    #[error("found content type {found:?}, expected {expected}")]
    MediaType {
        found: String,
        expected: &'static str,
    },
    #[error("the body cannot be read: {reason}")]
    Body { reason: String },
    #[error("the body is not the JSON object expected: {reason}")]
    Json { reason: String },
    #[error("the body has more than {limit} bytes, the most that is read")]
    TooLarge { limit: usize },
    #[error("{found} than is taken at once: at most {most}")]
    TooMuch { found: String, most: String },
    #[error("you have no batch of this id; what was posted is kept for a day after its end")]
    UnknownBatch,
    #[error(
        "too many batches wait already, at most {most} of one caller: post this one when another is done"
    )]
    TooManyBatches { most: usize },
    #[error("this server scores no batches")]
    NoBatches,
    #[error("{}", sentence(.0))]
    Row(Vec<FieldProblem>),
    #[error(
        "the published model was trained with another recipe than this server has: start it with \
         --recipe and that recipe, or train again"
    )]
    NoCompute,
    #[error(
        "all clients are still being looked at, to list and to compare them: ask again in a moment"
    )]
    NotReady,
    #[error("the model gives all clients the same risk, so that none is more like another")]
    Alike,
    #[error("too few clients pass these filters: at least {least} are needed to tell of them")]
    TooFew { least: usize },
    #[error(
        "what the published model does over all clients was not measured yet: run 'limpide explain \
         model' in the server's workspace"
    )]
    NotMeasured,
    #[error("a form may be sent from this site's own pages only")]
    CrossSite,
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this address does not answer the method {method}")]
    Method { method: Method },
    #[error("{reason}")]
    Conflict { reason: String },
    #[error("the database does not answer now: send the request again in a moment")]
    Unavailable,
    #[error("nothing can be written now, for the database's disk is full; reading goes on")]
    Full,
    #[error("asked too often: send the request again in {seconds} s")]
    TooMany { seconds: u64 },
    #[error("the server has as much to do as it can: send the request again in a moment")]
    Busy,
    #[error("the request's body did not come in time")]
    SlowBody,
    #[error("the answer took too long: send the request again later, or ask for less at once")]
    TooLate,
    #[error(
        "the address has more than {} bytes, the most that is read",
        crate::admission::MOST_URI_BYTES
    )]
    UriTooLong,
    #[error("the server failed; its log says why")]
    Internal,
}

/// One value that does not fit the model, or the lender's tables.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// Name as it was sent.
    pub(crate) field: String,
    /// What was sent.
    pub(crate) found: String,
    /// What the model reads.
    pub(crate) expected: String,
}

impl FieldProblem {
    /// A field of a body, or a header, that does not hold what was expected.
    pub(crate) fn new(field: &str, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem this is; stays the same from one occurrence to the next.
    #[serde(rename = "type")]
    #[schema(example = "urn:limpide:problem:unknown-client")]
    kind: String,
    /// The kind, in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What was found and what was expected this time.
    detail: String,
    /// One entry a value that does not fit; only for `urn:limpide:problem:unfit-values`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// The request's name, as in the answer's header `X-Request-Id` and in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Error {
    pub(crate) fn status(&self) -> StatusCode {
        self.kind().0
    }

    /// The last part of a problem's type; also the key of its words for people.
    pub(crate) fn slug(&self) -> &'static str {
        self.kind().1
    }

    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::SignedOut | Self::WrongKey => {
                (StatusCode::UNAUTHORIZED, "signed-out", "Not signed in")
            }
            Self::Role { .. } | Self::Scope { .. } | Self::TakesPerson => {
                (StatusCode::FORBIDDEN, "forbidden", "Not allowed")
            }
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                "cross-site",
                "Sent from another site",
            ),
            Self::UnknownClient { .. } => {
                (StatusCode::NOT_FOUND, "unknown-client", "Unknown client")
            }
            Self::NoLetter { .. } => (StatusCode::NOT_FOUND, "no-letter", "No letter yet"),
            Self::UnknownCase { .. } => (StatusCode::NOT_FOUND, "unknown-case", "Unknown case"),
            Self::UnknownFeature { .. } => {
                (StatusCode::NOT_FOUND, "unknown-feature", "Unknown feature")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Nothing here"),
            Self::Method { .. } => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                "Method not allowed",
            ),
            Self::ClientNumber { .. }
            | Self::Language { .. }
            | Self::Query { .. }
            | Self::Body { .. }
            | Self::Json { .. } => (StatusCode::BAD_REQUEST, "bad-request", "Bad request"),
            Self::MediaType { .. } => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "Unsupported media type",
            ),
            Self::TooLarge { .. } | Self::TooMuch { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Body too large")
            }
            Self::UnknownBatch => (StatusCode::NOT_FOUND, "unknown-batch", "Unknown batch"),
            Self::TooManyBatches { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-batches",
                "Too many batches",
            ),
            Self::NoBatches => (
                StatusCode::SERVICE_UNAVAILABLE,
                "no-batches",
                "No batches here",
            ),
            Self::Row(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "unfit-values",
                "Values that do not fit",
            ),
            Self::NoCompute => (
                StatusCode::SERVICE_UNAVAILABLE,
                "no-recipe",
                "Features cannot be computed here",
            ),
            Self::Conflict { .. } => (
                StatusCode::CONFLICT,
                "conflict",
                "Not possible as things stand",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not available now",
            ),
            Self::Full => (StatusCode::INSUFFICIENT_STORAGE, "full", "No room to write"),
            Self::NotReady => (
                StatusCode::SERVICE_UNAVAILABLE,
                "not-ready",
                "Not ready yet",
            ),
            Self::Alike => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "no-likeness",
                "No client is more like another",
            ),
            Self::TooFew { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "too-few",
                "Too few clients",
            ),
            Self::NotMeasured => (StatusCode::NOT_FOUND, "not-measured", "Not measured yet"),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many",
                "Too many requests",
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too much to do"),
            Self::SlowBody => (
                StatusCode::REQUEST_TIMEOUT,
                "slow-body",
                "The request came too slowly",
            ),
            Self::TooLate => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too-late",
                "The answer took too long",
            ),
            Self::UriTooLong => (StatusCode::URI_TOO_LONG, "uri-too-long", "Address too long"),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The server failed",
            ),
        }
    }

    /// In how many seconds the request may be sent again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { seconds } => Some(*seconds),
            Self::Unavailable => Some(RETRY_AFTER_SECONDS),
            Self::Busy | Self::NotReady | Self::TooLate | Self::TooManyBatches { .. } => {
                Some(RETRY_AFTER_SECONDS)
            }
            _ => None,
        }
    }

    /// Whether the server has no strength to spare for a page that knows its reader.
    pub(crate) fn is_overload(&self) -> bool {
        matches!(self, Self::TooMany { .. } | Self::Busy | Self::Unavailable)
    }

    fn problem(&self, id: Option<&RequestId>) -> Problem {
        let (status, slug, title) = self.kind();
        Problem {
            kind: format!("urn:limpide:problem:{slug}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            errors: match self {
                Self::Row(problems) => problems.clone(),
                _ => Vec::new(),
            },
            request_id: id.map(ToString::to_string),
        }
    }

    fn problem_response(&self, id: Option<&RequestId>) -> Response {
        let mut response = (self.status(), Json(self.problem(id))).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"limpide\""),
            );
        }
        response
    }
}

fn near(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; the nearest is {nearest:?}"),
        None => String::new(),
    }
}

fn sentence(problems: &[FieldProblem]) -> String {
    let parts: Vec<String> = problems
        .iter()
        .map(|p| format!("{}: found {}, expected {}", p.field, p.found, p.expected))
        .collect();
    parts.join("; ")
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Who asks for what, as far as an error's words depend on it.
pub(crate) struct Asking {
    pub(crate) uri: Uri,
    pub(crate) lang: Lang,
    /// Whether a page is asked for, and nothing is to be done.
    pub(crate) browsing: bool,
    /// Whether a page asks for a part of itself.
    swapping: bool,
    pub(crate) id: Option<RequestId>,
}

impl Asking {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            uri: request.uri().clone(),
            lang: language::of(request.uri(), request.headers()),
            browsing: request.method() == Method::GET,
            swapping: request.headers().contains_key("hx-request"),
            id: request.extensions().get::<RequestId>().cloned(),
        }
    }
}

/// Turns an error on its way out into what its reader can use.
pub(crate) async fn render(
    state: &AppState,
    session: Option<&Session>,
    asking: &Asking,
    response: Response,
) -> Response {
    let Some(error) = response.extensions().get::<Error>().cloned() else {
        return response;
    };
    Box::pin(rendered(state, session, asking, response, error)).await
}

async fn rendered(
    state: &AppState,
    session: Option<&Session>,
    asking: &Asking,
    response: Response,
    error: Error,
) -> Response {
    let path = asking.uri.path();
    let kept = [header::ALLOW, header::CONNECTION].map(|name| {
        let value = response.headers().get(&name).cloned();
        (name, value)
    });
    let program = state.face == Face::Api || path.starts_with("/api/") || is_probe(path);
    let mut rendered = match &error {
        _ if program => error.problem_response(asking.id.as_ref()),
        // Else the form to sign in would stand inside the page: it is loaded anew, and leads there.
        Error::SignedOut if asking.browsing && asking.swapping => {
            let reload = [("hx-refresh", HeaderValue::from_static("true"))];
            (StatusCode::UNAUTHORIZED, reload).into_response()
        }
        Error::SignedOut if asking.browsing => {
            Redirect::to(&pages::login::address(path, asking.uri.query())).into_response()
        }
        _ => {
            let person = match session {
                Some(session) if !error.is_overload() => {
                    auth::person_of(state, session).await.ok().flatten()
                }
                _ => None,
            };
            pages::error_page::page(state, person, &error, asking)
        }
    };
    let wait = error.retry_after().map(HeaderValue::from);
    let kept = kept.into_iter().chain([(header::RETRY_AFTER, wait)]);
    for (name, value) in kept.filter_map(|(name, value)| Some((name, value?))) {
        rendered.headers_mut().insert(name, value);
    }
    rendered
}

/// What balancers and engines ask of the server itself.
fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// Stands in for a handler that panicked.
pub(crate) fn panicked(reason: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = reason
        .downcast_ref::<&str>()
        .map(|&words| words.to_owned())
        .or_else(|| reason.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(words, "a handler panicked");
    Error::Internal.into_response()
}
