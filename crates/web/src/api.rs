//! The JSON API: what programs ask of the published model. One file a question.
//!
//! Types here are the wire's; what they hold comes from the model and its explanations.

// The OpenAPI macro writes query types with a path that these files do not need.
#[allow(unused_qualifications)]
pub(crate) mod agreement;
pub(crate) mod audit;
mod batch_file;
pub(crate) mod batch_line;
#[allow(unused_qualifications)]
pub(crate) mod batches;
#[allow(unused_qualifications)]
pub(crate) mod case;
mod certainty;
#[allow(unused_qualifications)]
pub(crate) mod client_comparison;
#[allow(unused_qualifications)]
pub(crate) mod client_explanation;
#[allow(unused_qualifications)]
pub(crate) mod client_reasons;
#[allow(unused_qualifications)]
pub(crate) mod client_rows;
pub(crate) mod client_score;
pub(crate) mod client_similar;
#[allow(unused_qualifications)]
pub(crate) mod clients;
pub(crate) mod comparing;
mod computing;
pub(crate) mod erasure;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod letter;
pub(crate) mod metrics;
#[allow(unused_qualifications)]
pub(crate) mod model_card;
#[allow(unused_qualifications)]
pub(crate) mod model_explanation;
#[allow(unused_qualifications)]
pub(crate) mod model_features;
#[allow(unused_qualifications)]
pub(crate) mod model_versions;
pub(crate) mod openapi;
mod paging;
#[allow(unused_qualifications)]
pub(crate) mod posted_rows;
#[allow(unused_qualifications)]
pub(crate) mod posted_score;
pub(crate) mod ready;
pub(crate) mod recording;
#[allow(unused_qualifications)]
pub(crate) mod reviews;
mod strict_bodies;
mod telling;
mod unique_names;
pub(crate) mod ways;
#[allow(unused_qualifications)]
pub(crate) mod what_if;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use limpide_explain::{
    ConceptContribution, Contributions, Explainer, Explanation, FeatureContribution, Reason,
};
use limpide_model::{Decision, Lang, Score, Value};
use limpide_store::PredictionKind;
use serde::de::{DeserializeOwned, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Map;
use tracing::{Instrument as _, info_span};
use utoipa::ToSchema;

pub(crate) use self::computing::{compute, off_thread, on_a_core};

use self::certainty::{WireSecondOpinion, WireStability};
use self::recording::{StoredAnswered, keep, stored_prediction};
use self::unique_names::UniqueNames;
use crate::auth::Caller;
use crate::error::Error;
use crate::observe::SPANS;
use crate::router::AppState;
use crate::service::{ComputeError, Service};

/// The largest number of things that a JSON number holds to the unit.
const MOST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// What the policy says.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Decision)]
pub(crate) enum WireDecision {
    /// The credit is granted.
    Granted,
    /// The credit is refused.
    Refused,
    /// A human must look.
    Review,
}

/// A decision as it is written.
fn written(decision: Decision) -> &'static str {
    match decision {
        Decision::Granted => "granted",
        Decision::Refused => "refused",
        Decision::Review => "review",
    }
}

impl From<Decision> for WireDecision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Granted => Self::Granted,
            Decision::Refused => Self::Refused,
            Decision::Review => Self::Review,
        }
    }
}

/// A feature's value: a number or a text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Value)]
#[allow(dead_code)] // For the document only: values travel as the model's own type.
pub(crate) enum WireValue {
    Number(f64),
    Text(String),
}

/// A result: risk, decision and the threshold it was taken at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Score)]
pub(crate) struct WireScore {
    /// Client number; `null` for values that were posted.
    client: Option<i64>,
    /// Probability of not repaying, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// Lower end of the probability's interval.
    #[schema(minimum = 0, maximum = 1)]
    low: f64,
    /// Upper end of the probability's interval.
    #[schema(minimum = 0, maximum = 1)]
    high: f64,
    /// What the policy says.
    decision: WireDecision,
    /// Probability that divides granted from refused; close to it a person may have to decide.
    threshold: f64,
    /// `probability` − `threshold`: 0 or more where refused, below 0 where granted.
    distance: f64,
    /// Hash of the model that scored.
    model: String,
    /// Whether the model was trained on an invented portfolio.
    synthetic: bool,
}

/// What one feature adds to the margin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contribution)]
pub(crate) struct WireContribution {
    /// Name of the feature.
    feature: String,
    /// What people call it.
    label: String,
    /// Value: a number, a text or `null`.
    #[schema(value_type = Option<WireValue>)]
    value: Value,
    /// Value as people read it.
    value_text: String,
    /// Concept that the feature belongs to.
    concept: String,
    /// Contribution in log-odds; above 0 it raises the risk.
    contribution: f64,
}

/// What one concept adds to the margin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Concept)]
pub(crate) struct WireConcept {
    /// Id of the concept.
    concept: String,
    /// Theme that the concept belongs to.
    theme: String,
    /// What people call it.
    label: String,
    /// Contribution in log-odds.
    contribution: f64,
    /// What it moves the probability by: 0.052 for 5.2 points.
    points: f64,
}

/// A principal reason, as a sentence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct WireReason {
    /// Id of the concept.
    concept: String,
    /// Ids of smaller concepts that would have told the same fact, and count in this reason.
    also: Vec<String>,
    /// What people call it.
    label: String,
    /// Contribution in log-odds; above 0 against the client, below 0 in favour.
    contribution: f64,
    /// What it moves the probability by: 0.052 for 5.2 points.
    points: f64,
    /// The reason in the language asked for.
    sentence: String,
    /// Whether a characteristic protected by law is part of it.
    protected: bool,
}

/// Everything that explains a result. `base` plus all contributions is `margin`, to 1e-9.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct WireExplanation {
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
    /// Every feature, the largest contribution first.
    contributions: Vec<WireContribution>,
    /// Every concept, the largest contribution first.
    concepts: Vec<WireConcept>,
    /// Principal reasons that raise the risk, the largest first.
    reasons: Vec<WireReason>,
    /// Principal reasons that lower the risk, the largest first.
    strengths: Vec<WireReason>,
    /// How far the decision is from another.
    stability: WireStability,
    /// What a second model makes of the client; `null` where there is none.
    second: Option<WireSecondOpinion>,
}

impl WireScore {
    fn new(state: &AppState, client: Option<i64>, score: &Score) -> Self {
        state
            .service
            .shared
            .hosting
            .metrics
            .predicted(written(score.decision));
        Self {
            client,
            probability: score.probability,
            low: score.interval[0],
            high: score.interval[1],
            decision: score.decision.into(),
            threshold: score.threshold,
            distance: score.distance,
            model: state.service.model.to_string(),
            synthetic: state.service.bundle.synthetic,
        }
    }
}

impl WireExplanation {
    pub(crate) fn new(state: &AppState, client: Option<i64>, explanation: Explanation) -> Self {
        Self {
            score: WireScore::new(state, client, &explanation.score),
            lang: explanation.lang.to_string(),
            base: explanation.base,
            margin: explanation.margin,
            summary: explanation.summary.risk,
            contributions: explanation
                .contributions
                .into_iter()
                .map(WireContribution::from)
                .collect(),
            concepts: explanation
                .concepts
                .into_iter()
                .map(WireConcept::from)
                .collect(),
            reasons: explanation
                .reasons
                .into_iter()
                .map(WireReason::from)
                .collect(),
            strengths: explanation
                .strengths
                .into_iter()
                .map(WireReason::from)
                .collect(),
            stability: WireStability::new(explanation.stability, explanation.summary.stability),
            second: explanation.second.map(WireSecondOpinion::from),
        }
    }
}

impl From<FeatureContribution> for WireContribution {
    fn from(from: FeatureContribution) -> Self {
        Self {
            feature: from.feature,
            label: from.label,
            value: from.value,
            value_text: from.value_text,
            concept: from.concept,
            contribution: from.contribution,
        }
    }
}

impl From<ConceptContribution> for WireConcept {
    fn from(from: ConceptContribution) -> Self {
        Self {
            concept: from.concept,
            theme: from.theme,
            label: from.label,
            contribution: from.contribution,
            points: from.points,
        }
    }
}

impl From<Reason> for WireReason {
    fn from(from: Reason) -> Self {
        Self {
            concept: from.concept,
            also: from.also,
            label: from.label,
            contribution: from.contribution,
            points: from.points,
            sentence: from.sentence,
            protected: from.protected,
        }
    }
}

/// The row of a client who is known to the portfolio.
pub(crate) fn known_row(state: &AppState, client: i64) -> Result<Vec<Value>, Error> {
    let _stage = tracing::info_span!(target: SPANS, "features").entered();
    state
        .service
        .clients
        .row(client)?
        .ok_or(Error::UnknownClient { client })
}

/// What is told of a client by the contributions of the client's row, as JSON, made where threads may
/// work; what was scored goes into the prediction log first.
async fn explained<T: Serialize>(
    state: &AppState,
    caller: &Caller,
    client: i64,
    tell: impl FnOnce(
        &AppState,
        &Explainer,
        &[Value],
        &Contributions,
    ) -> limpide_explain::Result<(T, Score)>
    + Send
    + 'static,
) -> Result<Response, Error> {
    let row = known_row(state, client)?;
    let role = caller.role();
    let (service, telling) = (&state.service, state.clone());
    let margin = service.known_margin(client);
    let cores = &service.shared.computing;
    let told = service
        .explaining
        .explain(cores, row, margin, move |explainer, row, found| {
            let (told, score) = tell(&telling, explainer, row, found)?;
            let answered = StoredAnswered {
                kind: PredictionKind::Explanation,
                client,
                row_hash: telling.service.known_by(client, score.margin, row).row_hash,
                score: &score,
                role,
            };
            let prediction = stored_prediction(&telling, &answered);
            Ok((serde_json::to_vec(&told), prediction))
        });
    let told = told.instrument(info_span!(target: SPANS, "explain"));
    let (json, prediction) = told.await?;
    let json = json.map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Error::Internal
    })?;
    keep(state, &prediction).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// The row of values that were handed over by feature name, once the model knows them all and the
/// recipe allows each.
pub(crate) fn checked_row(
    service: &Service,
    values: &Map<String, serde_json::Value>,
) -> Result<Vec<Value>, Error> {
    let row = service.bundle.row_from_json(values)?;
    let mut unfit = match &service.documents {
        Some(documents) => documents.unfit(&row),
        None => Vec::new(),
    };
    // What the model learns from the others is its own affair.
    unfit.retain(|problem| values.contains_key(&problem.field));
    match unfit.is_empty() {
        true => Ok(row),
        false => Err(ComputeError::Unfit(unfit).into()),
    }
}

/// The language asked for by name, or the one the request prefers.
pub(crate) fn language(asked: Option<String>, preferred: Lang) -> Result<Lang, Error> {
    match asked {
        Some(found) => found.parse().map_err(|_| Error::Language { found }),
        None => Ok(preferred),
    }
}

/// A body that is one JSON object, in which no name stands twice.
pub(crate) fn json_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    limit: usize,
) -> Result<T, Error> {
    let body = body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Error::TooLarge { limit }
        } else {
            Error::Body {
                reason: rejection.body_text(),
            }
        }
    })?;
    let found = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = found.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Error::MediaType {
            found: found.to_owned(),
            expected: "application/json",
        });
    }
    // An array would pass for an object, its items in the order of the fields.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|byte| *byte != b'{') {
        return Err(Error::Json {
            reason: "expected an object, in braces".to_owned(),
        });
    }
    let unreadable = |error: serde_json::Error| Error::Json {
        reason: error.to_string(),
    };
    serde_json::from_slice::<UniqueNames>(&body).map_err(unreadable)?;
    serde_json::from_slice(&body).map_err(unreadable)
}

/// A number of things in a body, where there is one: 3 and 3.0 are the same number in JSON.
pub(crate) fn whole_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(from)? else {
        return Ok(None);
    };
    match whole(number) {
        Some(number) => Ok(Some(number as usize)),
        None => {
            let found = Unexpected::Float(number);
            let expected = &"a whole number from 0";
            Err(serde::de::Error::invalid_value(found, expected))
        }
    }
}

/// A JSON number as the whole number from 0 that it is, however it is written.
pub(crate) fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..=MOST_WHOLE).contains(&number);
    is_whole.then_some(number as u64)
}
