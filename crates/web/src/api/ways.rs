//! `POST /api/v1/clients/{id}/ways`: the smallest changes of a request that it would be granted with.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use limpide_explain::ways::{FieldChange, OpenField, Way, Ways};
use limpide_model::Lang;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::client_explanation::Wanted;
use super::posted_score::MOST_BYTES;
use super::{WireDecision, compute, json_body, language, whole_number};
use crate::asked::Asked;
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;
use crate::trying::WaysAsked;

/// How long is looked; then what was found so far is told.
const TIME: Duration = Duration::from_secs(2);
/// Ways told if nothing is said.
const WAYS: usize = 4;

/// What may change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaysBody {
    /// Fields that may change, by the recipe's names; all of them if left out.
    #[serde(default)]
    #[schema(example = json!(["amount", "term"]))]
    only: Vec<String>,
    /// The most ways, 1 to 10; 4 if left out.
    #[serde(default, deserialize_with = "whole_number")]
    #[schema(minimum = 1, maximum = 10)]
    limit: Option<usize>,
}

/// The ways to a yes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ways)]
pub(crate) struct WireWays {
    /// Client number.
    client: i64,
    /// Language of the words.
    #[schema(example = "fr")]
    lang: String,
    /// The decision as it is.
    decision: WireDecision,
    /// Probability of not repaying as it is, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// Requests of a lower probability are granted.
    limit: f64,
    /// Fields that may change.
    fields: Vec<WireField>,
    /// The ways, the smallest change first.
    ways: Vec<WireWay>,
    /// Possibilities looked at.
    examined: u64,
    /// Possibilities there are.
    of: u64,
    /// Whether nothing smaller exists, and no way at all where none was found; else time was up.
    complete: bool,
    /// What was found, in words.
    summary: String,
    /// That nothing here is a promise.
    note: String,
    /// Hash of the model that scored.
    model: String,
    /// Whether the model was trained on an invented portfolio.
    synthetic: bool,
}

/// A field that may change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeableField)]
struct WireField {
    /// Name of the field.
    field: String,
    /// What people call it.
    label: String,
    /// Value as it is, if the application has one.
    now: Option<f64>,
    /// Value as people read it.
    now_text: Option<String>,
    /// How many other values this client may choose; 0 where nothing may change.
    values: usize,
}

/// One way to a yes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Way)]
struct WireWay {
    /// What the client would change.
    changes: Vec<WireChange>,
    /// What follows from it, in words; empty where nothing does.
    consequence: String,
    /// Raw columns of the application as they would be: what `what-if` takes as `edits`.
    edits: BTreeMap<String, f64>,
    /// Size of the change: its steps, each as a part of what is there now times a weight.
    distance: f64,
    /// Probability of not repaying as it would be.
    probability: f64,
    /// All of it as a sentence.
    sentence: String,
}

/// One field's change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldChange)]
struct WireChange {
    /// Name of the field.
    field: String,
    /// What people call it.
    label: String,
    /// Value as it is.
    before: f64,
    /// Value as it would be.
    after: f64,
    /// Value as it is, as people read it.
    before_text: String,
    /// Value as it would be, as people read it.
    after_text: String,
}

/// Finds the smallest changes of a client's request that it would be granted with.
///
/// Only fields that the recipe lets clients change are changed. Every way was scored afresh.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/ways",
    operation_id = "client_ways",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Wanted),
    request_body = WaysBody,
    responses(
        (status = 200, description = "The ways, or the proof that there is none; where time was up, `complete` is false and `summary` says how far it came.", body = WireWays),
        (status = 400, description = "The body is not the JSON object expected, or the client number or the language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor does not score, nor does a key without the scopes `read` and `score`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field that may not change, or a limit out of range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The model's recipe is not at hand.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[allow(clippy::too_many_arguments, reason = "each is a part of the request")]
pub(crate) async fn find(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<WireWays>, Error> {
    caller.check_tries(client)?;
    let lang = language(wanted.lang, preferred)?;
    let WaysBody { only, limit } = json_body(&headers, body, MOST_BYTES)?;
    let asked = asked(only, limit, lang);
    let ways = compute(&state, move |rows| rows.ways(client, &asked)).await?;
    let ways = ways.ok_or(Error::UnknownClient { client })?;
    Ok(Json(WireWays::new(&state, client, ways)))
}

/// What is asked for: four ways if no other number is wanted, in limited time.
pub(crate) fn asked(only: Vec<String>, limit: Option<usize>, lang: Lang) -> WaysAsked {
    WaysAsked {
        only,
        limit: limit.unwrap_or(WAYS),
        time: TIME,
        lang,
    }
}

impl WireWays {
    fn new(state: &AppState, client: i64, ways: Ways) -> Self {
        Self {
            client,
            lang: ways.lang.to_string(),
            decision: ways.decision.into(),
            probability: ways.probability,
            limit: ways.limit,
            fields: ways.fields.into_iter().map(WireField::from).collect(),
            ways: ways.ways.into_iter().map(WireWay::from).collect(),
            examined: ways.examined,
            of: ways.of,
            complete: ways.is_complete,
            summary: ways.summary,
            note: ways.note,
            model: state.service.model.to_string(),
            synthetic: state.service.bundle.synthetic,
        }
    }
}

impl From<OpenField> for WireField {
    fn from(from: OpenField) -> Self {
        Self {
            field: from.field,
            label: from.label,
            now: from.now,
            now_text: from.now_text,
            values: from.values,
        }
    }
}

impl From<Way> for WireWay {
    fn from(from: Way) -> Self {
        Self {
            changes: from.changes.into_iter().map(WireChange::from).collect(),
            consequence: from.consequence,
            edits: from.edits,
            distance: from.distance,
            probability: from.probability,
            sentence: from.sentence,
        }
    }
}

impl From<FieldChange> for WireChange {
    fn from(from: FieldChange) -> Self {
        Self {
            field: from.field,
            label: from.label,
            before: from.before,
            after: from.after,
            before_text: from.before_text,
            after_text: from.after_text,
        }
    }
}
