//! `/api/v1/clients/{id}/corrections`: what a client says is wrong in their data (GDPR, article
//! 16), and what was answered.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use limpide_store::{Correction, CorrectionAnswer, Entry, Event};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::fields::Fields;
use super::wire::{Names, WireActor, WireRecorded, moment};
use super::{ANSWER_WITHIN, Asked};
use crate::api::known_row;
use crate::api::posted_score::MOST_BYTES;
use crate::auth::{Act, Acting, VisibleClient};
use crate::error::{Error, Problem};
use crate::router::AppState;

/// What is wrong.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
pub(crate) struct CorrectionBody {
    /// Which item, as the client was shown it.
    #[schema(min_length = 1, max_length = 10000)]
    field: String,
    /// What stands there.
    #[schema(min_length = 1, max_length = 10000)]
    found: Option<String>,
    /// What should stand there.
    #[schema(min_length = 1, max_length = 10000)]
    expected: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// An answer.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only.
pub(crate) struct AnswerBody {
    /// Number of the request: the sequence number of its entry.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    request: i64,
    /// The answer.
    answer: WireAnswer,
    /// Why.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// What is answered to a request for correction.
#[derive(ToSchema)]
#[schema(as = CorrectionAnswer, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only: the store's own type travels.
enum WireAnswer {
    /// The item was wrong and is corrected.
    Corrected,
    /// The item is right as it is.
    Declined,
}

/// Requests for correction of a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Corrections)]
pub(crate) struct WireCorrections {
    /// Client number.
    client: i64,
    /// Requests, oldest first.
    corrections: Vec<WireCorrection>,
}

/// A request for correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Correction)]
pub(crate) struct WireCorrection {
    /// Number of the request.
    #[schema(minimum = 1)]
    request: i64,
    /// Number of the case.
    case: String,
    /// When it was asked for.
    #[schema(format = DateTime)]
    at: String,
    /// Who asked.
    by: WireActor,
    /// Which item.
    field: String,
    /// What stands there; `null`: it was not said.
    found: Option<String>,
    /// What should stand there; `null`: it was not said.
    expected: Option<String>,
    /// Why.
    reason: String,
    /// Until when it should be answered.
    #[schema(format = DateTime)]
    answer_by: Option<String>,
    /// Whether it should have been answered by now.
    overdue: bool,
    /// The answer; `null`: it waits for one.
    answered: Option<WireAnswered>,
}

/// An answer to a request for correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CorrectionAnswered)]
struct WireAnswered {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: WireActor,
    /// The answer.
    #[schema(value_type = WireAnswer)]
    answer: CorrectionAnswer,
    /// Why.
    reason: String,
}

/// Asks to correct an item of a client's data; it is to be answered within 30 days.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/corrections",
    operation_id = "request_correction",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = CorrectionBody,
    responses(
        (status = 201, description = "The entry that was added, whose sequence number is the request's, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The client asks, an adviser who may see the client, or a program whose key has the scope `decide`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn request(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Correction)?;
    let (mut fields, sent) = Fields::of(&headers, body, MOST_BYTES)?;
    let item = fields.words("field");
    let found = fields.words_if_any("found");
    let expected = fields.words_if_any("expected");
    let text = fields.words("reason");
    let (item, text) = fields.end(item.zip(text))?;
    let client = acting.client;
    let latest = state.service.shared.store.client_cases(client).await?.pop();
    if latest.is_none() {
        // A case of nobody is opened for nobody.
        known_row(&state, client)?;
    }
    let event = Event::CorrectionRequested(Box::new(Correction {
        client: latest.is_none().then_some(client),
        item,
        found,
        expected,
        text,
        answer_by: Some((OffsetDateTime::now_utc() + ANSWER_WITHIN).unix_timestamp()),
    }));
    let asked = Asked {
        acting: &acting,
        act: Act::Correction,
        headers: &headers,
        body: sent,
    };
    asked.record(&state, latest, event).await
}

/// Answers a request for correction.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/corrections/answer",
    operation_id = "answer_correction",
    tag = "decisions",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = AnswerBody,
    responses(
        (status = 201, description = "The entry that was added, and the case as it left it.", body = WireRecorded),
        (status = 400, description = "The body is not a JSON object, or the client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An adviser or an analyst who may see the client answers.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No request of this number waits for an answer, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now: send the request again under its key.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn answer(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    acting.caller.check_acts(Act::Answer)?;
    let (mut fields, sent) = Fields::of(&headers, body, MOST_BYTES)?;
    let request = fields.number("request", "the number of a request");
    let answer = fields.choice::<CorrectionAnswer>("answer", "corrected or declined");
    let text = fields.words("reason");
    let ((request, answer), text) = fields.end(request.zip(answer).zip(text))?;
    let store = &state.service.shared.store;
    let cases = store.client_cases(acting.client).await?;
    let entry = store.entry(request).await?;
    if cases.is_empty() {
        known_row(&state, acting.client)?;
    }
    let case = entry
        .map(|entry| entry.case)
        .filter(|case| cases.contains(case));
    let case = case.ok_or_else(|| Error::Conflict {
        reason: "no request for correction with this number waits for an answer".to_owned(),
    })?;
    let event = Event::CorrectionAnswered {
        request,
        answer,
        text,
    };
    let asked = Asked {
        acting: &acting,
        act: Act::Answer,
        headers: &headers,
        body: sent,
    };
    asked.record(&state, Some(case), event).await
}

/// Lists a client's requests for correction.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/corrections",
    operation_id = "client_corrections",
    tag = "decisions",
    params(("id" = i64, Path, description = "Client number")),
    responses(
        (status = 200, description = "Requests and answers.", body = WireCorrections),
        (status = 400, description = "The client number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    VisibleClient(client): VisibleClient,
) -> Result<Json<WireCorrections>, Error> {
    let store = &state.service.shared.store;
    let mut names = Names::default();
    let mut corrections = Vec::new();
    let cases = store.client_cases(client).await?;
    if cases.is_empty() {
        // Who has no case is a client of the portfolio, or nobody.
        known_row(&state, client)?;
    }
    for case in cases {
        let entries = store.case_entries(&case).await?;
        for entry in &entries {
            if let Some(Event::CorrectionRequested(asked)) = &entry.event {
                let told = told(&state, entry, asked, &entries, &mut names).await?;
                corrections.push(told);
            }
        }
    }
    Ok(Json(WireCorrections {
        client,
        corrections,
    }))
}

async fn told(
    state: &AppState,
    entry: &Entry,
    asked: &Correction,
    entries: &[Entry],
    names: &mut Names,
) -> Result<WireCorrection, Error> {
    let mut answered = None;
    for later in entries {
        let Some(Event::CorrectionAnswered {
            request,
            answer,
            text,
        }) = &later.event
        else {
            continue;
        };
        if *request == entry.sequence {
            answered = Some(WireAnswered {
                at: moment(later.at)?,
                by: names.of(state, later.actor).await?,
                answer: *answer,
                reason: text.clone(),
            });
        }
    }
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let answer_by = asked.answer_by.map(OffsetDateTime::from_unix_timestamp);
    let answer_by = answer_by.transpose().map_err(|_| Error::Internal)?;
    Ok(WireCorrection {
        request: entry.sequence,
        case: entry.case.to_string(),
        at: moment(entry.at)?,
        by: names.of(state, entry.actor).await?,
        field: asked.item.clone(),
        found: asked.found.clone(),
        expected: asked.expected.clone(),
        reason: asked.text.clone(),
        overdue: answered.is_none() && asked.answer_by.is_some_and(|answer_by| answer_by < now),
        answer_by: answer_by.map(moment).transpose()?,
        answered,
    })
}
