//! `POST /api/v1/clients/{id}/what-if`: what a client's result would be with other values.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use limpide_explain::{Explanation, FeatureContribution};
use limpide_model::Value;
use limpide_store::PredictionKind;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::ToSchema;

use super::posted_score::{MOST_BYTES, values_by_name};
use super::recording::{Answered, record};
use super::telling::Telling;
use super::{WireReason, WireScore, WireValue, compute, json_body, known_row};
use crate::asked::Asked;
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;

/// Other values of an application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edits {
    /// Values by raw column of the application: a number, a text or `null` for missing.
    #[schema(schema_with = values_by_name, example = json!({"a_number": 200000}))]
    edits: Map<String, serde_json::Value>,
}

/// A client's result as it is and as it would be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIf {
    /// Language of labels and sentences.
    #[schema(example = "fr")]
    lang: String,
    /// The result as it is.
    before: Tried,
    /// The result with the edits.
    after: Tried,
    /// Every feature of the model that follows from the edits, the largest effect first.
    changes: Vec<Change>,
}

/// One of both results.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tried {
    #[serde(flatten)]
    score: WireScore,
    /// Margin, in log-odds.
    margin: f64,
    /// The result in words.
    summary: String,
    /// Principal reasons that raise the risk, the largest first.
    reasons: Vec<WireReason>,
    /// Principal reasons that lower the risk, the largest first.
    strengths: Vec<WireReason>,
}

/// A feature before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// Name of the feature.
    feature: String,
    /// What people call it.
    label: String,
    /// Value before: a number, a text or `null`.
    #[schema(value_type = Option<WireValue>)]
    before: Value,
    /// Value after.
    #[schema(value_type = Option<WireValue>)]
    after: Value,
    /// Value before as people read it.
    before_text: String,
    /// Value after as people read it.
    after_text: String,
    /// Contribution before, in log-odds.
    contribution_before: f64,
    /// Contribution after, in log-odds.
    contribution_after: f64,
}

/// Scores a client with other values in the application.
///
/// Every feature that follows from the edited columns is computed anew; nothing is kept.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/what-if",
    operation_id = "client_what_if",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Telling),
    request_body = Edits,
    responses(
        (status = 200, description = "The result before and after, and the features that changed.", body = WhatIf),
        (status = 400, description = "The body is not the JSON object expected, or the client number or the language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor does not score, nor does a key without the scopes `read` and `score`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Unknown columns, wrong types or values that the recipe does not allow, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The model's recipe is not at hand, or the answer can be recorded neither in a file nor in the database now.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[allow(clippy::too_many_arguments, reason = "each is a part of the request")]
pub(crate) async fn compare(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    Asked(telling): Asked<Telling>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<WhatIf>, Error> {
    caller.check_tries(client)?;
    let reader = telling.reader(&caller, preferred)?;
    let Edits { edits } = json_body(&headers, body, MOST_BYTES)?;
    let before = known_row(&state, client)?;
    let edited = compute(&state, move |rows| rows.edited(client, &edits)).await?;
    let edited = edited.ok_or(Error::UnknownClient { client })?;
    let before = state.service.explain(&before, reader)?;
    let after = state.service.explain(&edited, reader)?;
    let answered = Answered {
        kind: PredictionKind::WhatIf,
        client: Some(client),
        row: &edited,
        score: &after.score,
        role: caller.role(),
    };
    record(&state, answered).await?;
    Ok(Json(WhatIf {
        lang: reader.lang.to_string(),
        changes: changes(&before, &after),
        before: Tried::new(&state, client, before),
        after: Tried::new(&state, client, after),
    }))
}

impl Tried {
    fn new(state: &AppState, client: i64, explanation: Explanation) -> Self {
        let reasons = |reasons: Vec<limpide_explain::Reason>| {
            reasons.into_iter().map(WireReason::from).collect()
        };
        Self {
            score: WireScore::new(state, Some(client), &explanation.score),
            margin: explanation.margin,
            summary: explanation.summary.risk,
            reasons: reasons(explanation.reasons),
            strengths: reasons(explanation.strengths),
        }
    }
}

/// The features whose values differ, those whose contributions differ most first.
fn changes(before: &Explanation, after: &Explanation) -> Vec<Change> {
    let old: HashMap<&str, &FeatureContribution> = before
        .contributions
        .iter()
        .map(|one| (one.feature.as_str(), one))
        .collect();
    let mut changes: Vec<Change> = after
        .contributions
        .iter()
        .filter_map(|new| {
            let old = old.get(new.feature.as_str())?;
            (old.value != new.value).then(|| Change {
                feature: new.feature.clone(),
                label: new.label.clone(),
                before: old.value.clone(),
                after: new.value.clone(),
                before_text: old.value_text.clone(),
                after_text: new.value_text.clone(),
                contribution_before: old.contribution,
                contribution_after: new.contribution,
            })
        })
        .collect();
    let effect = |change: &Change| (change.contribution_after - change.contribution_before).abs();
    changes.sort_by(|a, b| {
        let by_effect = effect(b).total_cmp(&effect(a));
        by_effect.then_with(|| a.feature.cmp(&b.feature))
    });
    changes
}
