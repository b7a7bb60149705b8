//! `POST /api/v1/score`: the risk of values handed over, of nobody in the portfolio.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use limpide_store::PredictionKind;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AdditionalProperties, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::recording::{Answered, record};
use super::telling::WireListener;
use super::{WireExplanation, WireScore, checked_row, json_body, language};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// Largest body read, in bytes.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// Values to score.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostedValues {
    /// Values by feature name: a number, a text or `null`; what is left out is missing.
    #[schema(schema_with = values_by_name, example = json!({"a_number": 0.5, "a_category": "Owner", "unknown": null}))]
    features: Map<String, Value>,
}

/// What to answer beside the score.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Whether contributions and reasons are wanted as well.
    #[serde(default)]
    pub(crate) explain: bool,
    /// Language of labels and sentences; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline)]
    pub(crate) lang: Option<String>,
    /// Whom sentences speak to; without it, staff.
    #[param(inline)]
    pub(crate) listener: Option<WireListener>,
}

/// Scores posted values.
#[utoipa::path(
    post,
    path = "/api/v1/score",
    operation_id = "score",
    tag = "score",
    params(Wanted),
    request_body = PostedValues,
    responses(
        (status = 200, description = "Risk and decision; with `explain=true` everything of an `Explanation`.", body = WireScore),
        (status = 400, description = "The body is not the JSON object expected.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Clients and auditors do not score.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Unknown names, wrong types or values out of the range that `GET /api/v1/model/features` tells, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The answer can be recorded neither in a file nor in the database now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score(
    State(state): State<AppState>,
    caller: Caller,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    caller.check_scores()?;
    let posted: PostedValues = json_body(&headers, body, MOST_BYTES)?;
    let lang = language(wanted.lang, preferred)?;
    let reader = WireListener::reader(wanted.listener, &caller, lang);
    let row = checked_row(&state.service, &posted.features)?;
    let answered = |score| Answered {
        kind: PredictionKind::PostedValues,
        client: None,
        row: &row,
        score,
        role: caller.role(),
    };
    if !wanted.explain {
        let score = state.service.score(&row)?;
        record(&state, answered(&score)).await?;
        return Ok(Json(WireScore::new(&state, None, &score)).into_response());
    }
    let explanation = state.service.explain(&row, reader)?;
    record(&state, answered(&explanation.score)).await?;
    Ok(Json(WireExplanation::new(&state, None, explanation)).into_response())
}

/// An object of values, each a number, a text or `null`.
pub(crate) fn values_by_name() -> Schema {
    let value = OneOfBuilder::new()
        .item(Ref::from_schema_name("Value"))
        .item(ObjectBuilder::new().schema_type(SchemaType::new(Type::Null)));
    let values = AdditionalProperties::RefOr(RefOr::T(Schema::OneOf(value.build())));
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .additional_properties(Some(values))
            .build(),
    )
}
