//! `POST /api/v1/score/rows`: the risk of an application whose raw rows are handed over.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use limpide_store::PredictionKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ArrayItems, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use super::posted_score::{Wanted, values_by_name};
use super::recording::{Answered, record};
use super::telling::WireListener;
use super::{WireExplanation, WireScore, compute, json_body, language};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;
use crate::service::FromRows;

/// Largest body read, in bytes: thousands of rows.
pub(crate) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The rows of one application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostedRows {
    /// Lists of rows by table of the recipe, as the lender's files have them: exactly one row of
    /// applications; a table that is left out is scored as empty; a value that is left out or
    /// `null` is missing.
    #[schema(schema_with = rows_by_table, example = json!({"application": [{"a_number": 0.5, "a_category": "Owner"}], "loans": [{"loan": 1, "debt": 200}]}))]
    tables: Map<String, Value>,
}

/// The score of posted rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowsScore {
    #[serde(flatten)]
    score: WireScore,
    #[serde(flatten)]
    rows: RowsFound,
}

/// The explained score of posted rows.
#[derive(Debug, Serialize)]
struct RowsExplanation {
    #[serde(flatten)]
    explanation: WireExplanation,
    #[serde(flatten)]
    rows: RowsFound,
}

/// What the rows did not hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowsFound {
    /// Tables of the recipe without a row: they were scored as empty.
    pub(super) empty_tables: Vec<String>,
    /// Rows left out because the row that names their client was not posted, by table.
    pub(super) orphans: BTreeMap<String, usize>,
}

/// Scores posted raw rows.
///
/// Features are computed from the rows by the SQL that made the training's.
#[utoipa::path(
    post,
    path = "/api/v1/score/rows",
    operation_id = "score_rows",
    tag = "score",
    params(Wanted),
    request_body = PostedRows,
    responses(
        (status = 200, description = "Risk and decision, and which tables were empty; with `explain=true` everything of an `Explanation`.", body = RowsScore),
        (status = 400, description = "The body is not the JSON object expected.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Clients and auditors do not score.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Unknown tables or columns, wrong types, values that the recipe does not allow, rows of several clients, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The model's recipe is not at hand, or the answer can be recorded neither in a file nor in the database now.", body = Problem, content_type = "application/problem+json"),
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
    let posted: PostedRows = json_body(&headers, body, MOST_BYTES)?;
    let lang = language(wanted.lang, preferred)?;
    let reader = WireListener::reader(wanted.listener, &caller, lang);
    let FromRows {
        row,
        client,
        empty_tables,
        orphans,
    } = compute(&state, move |rows| rows.posted(&posted.tables)).await?;
    let rows = RowsFound {
        empty_tables,
        orphans,
    };
    let answered = |score| Answered {
        kind: PredictionKind::PostedRows,
        client,
        row: &row,
        score,
        role: caller.role(),
    };
    if wanted.explain {
        let explanation = state.service.explain(&row, reader)?;
        record(&state, answered(&explanation.score)).await?;
        let explanation = WireExplanation::new(&state, client, explanation);
        return Ok(Json(RowsExplanation { explanation, rows }).into_response());
    }
    let score = state.service.score(&row)?;
    record(&state, answered(&score)).await?;
    let score = WireScore::new(&state, client, &score);
    Ok(Json(RowsScore { score, rows }).into_response())
}

/// Lists of rows by table, each row an object of values.
pub(crate) fn rows_by_table() -> Schema {
    let rows = ArrayBuilder::new().items(ArrayItems::RefOrSchema(Box::new(RefOr::T(
        values_by_name(),
    ))));
    let tables = AdditionalProperties::RefOr(RefOr::T(Schema::Array(rows.build())));
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .additional_properties(Some(tables))
            .build(),
    )
}
