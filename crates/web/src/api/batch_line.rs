//! One row of a batch, and its line of the results.

use limpide_model::Value;
use limpide_store::PredictionKind;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use tokio::runtime::Handle;
use utoipa::ToSchema;

use super::posted_rows::RowsFound;
use super::recording::{Answered, record};
use super::{WireReason, WireScore, checked_row};
use crate::batches::Asked;
use crate::error::{Error, FieldProblem};
use crate::router::AppState;
use crate::service::FromRows;

/// The column of a Parquet file that names clients.
const CLIENT: &str = "client";

/// What a row asks for.
pub(crate) enum Row {
    /// A client of the portfolio.
    Client(i64),
    /// Raw rows by table.
    Tables(Map<String, serde_json::Value>),
    /// Values by feature, perhaps of somebody with a number.
    Features(Option<i64>, Map<String, serde_json::Value>),
    /// Nothing that can be read.
    Unread(FieldProblem),
}

/// A line of a batch: exactly one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchLine {
    /// Number of a client of the portfolio whom the caller may see; beside `features`, a number
    /// that is given back.
    client: Option<i64>,
    /// Lists of raw rows by table, as `POST /api/v1/score/rows` takes them.
    #[schema(value_type = Option<Object>)]
    tables: Option<Map<String, serde_json::Value>>,
    /// Values by feature name, as `POST /api/v1/score` takes them.
    #[schema(value_type = Option<Object>)]
    features: Option<Map<String, serde_json::Value>>,
}

/// A line of the results: the score, or under `errors` what did not fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchResult)]
pub(crate) struct Answer {
    /// Number of the line, or of the row of a Parquet file, from 1.
    line: u64,
    #[serde(flatten)]
    score: Option<WireScore>,
    /// Principal reasons that raise the risk, the largest first; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<WireReason>>,
    /// Principal reasons that lower the risk, the largest first; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    strengths: Option<Vec<WireReason>>,
    #[serde(flatten)]
    rows: Option<RowsFound>,
    /// What did not fit; absent where there is a score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

impl Row {
    /// Reads a line.
    pub(crate) fn of_line(text: &[u8]) -> Self {
        // A list would pass for an object, its items in the order of the fields.
        if !text.trim_ascii_start().starts_with(b"{") {
            return Self::Unread(unread("no object"));
        }
        let line: BatchLine = match serde_json::from_slice(text) {
            Ok(line) => line,
            Err(error) => {
                let reason = error.to_string();
                // Its line is always the first one.
                let reason = reason.split(" at line ").next().unwrap_or_default();
                return Self::Unread(unread(reason));
            }
        };
        match (line.client, line.tables, line.features) {
            (Some(client), None, None) => Self::Client(client),
            (None, Some(tables), None) => Self::Tables(tables),
            (client, None, Some(features)) => Self::Features(client, features),
            _ => Self::Unread(unread("another number of them was found")),
        }
    }

    /// A row of a Parquet file: a column `client` alone names clients of the portfolio.
    pub(crate) fn of_columns(mut values: Map<String, serde_json::Value>) -> Self {
        let client = values.shift_remove(CLIENT);
        let number = client.as_ref().and_then(serde_json::Value::as_i64);
        match (client, number) {
            (Some(_), Some(client)) if values.is_empty() => Self::Client(client),
            (Some(found), None) => {
                let expected = "a client number, or nothing";
                Self::Unread(FieldProblem::new(CLIENT, found.to_string(), expected))
            }
            (_, number) => Self::Features(number, values),
        }
    }
}

fn unread(reason: &str) -> FieldProblem {
    let expected = "a JSON object with exactly one of client, tables and features";
    FieldProblem::new("line", reason, expected)
}

/// Whether a line of the results says what did not fit.
pub(crate) fn is_unscored(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Errors {
        errors: Option<IgnoredAny>,
    }
    let read: Result<Errors, _> = serde_json::from_slice(line);
    read.is_ok_and(|line| line.errors.is_some())
}

impl Answer {
    /// Whether the row has a score.
    pub(crate) fn is_scored(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Scores one row, as it would be alone, and records it; works for milliseconds, on a thread that
/// knows of a runtime.
pub(crate) fn answer(state: &AppState, asked: &Asked, line: u64, row: Row) -> Answer {
    let scored = values_of(state, asked, row).and_then(|values| scored(state, asked, line, values));
    scored.unwrap_or_else(|error| Answer {
        line,
        score: None,
        reasons: None,
        strengths: None,
        rows: None,
        errors: problems(error),
    })
}

/// What the model reads of a row.
struct Values {
    client: Option<i64>,
    row: Vec<Value>,
    found: Option<RowsFound>,
}

fn values_of(state: &AppState, asked: &Asked, row: Row) -> Result<Values, Error> {
    let service = &state.service;
    match row {
        Row::Client(client) => {
            let may_see = |clients: &Vec<i64>| clients.binary_search(&client).is_ok();
            if !asked.clients.as_ref().is_none_or(may_see) {
                return Err(Error::UnknownClient { client });
            }
            Ok(Values {
                client: Some(client),
                row: super::known_row(state, client)?,
                found: None,
            })
        }
        Row::Tables(tables) => {
            let compute = service.compute.as_ref().ok_or(Error::NoCompute)?;
            let FromRows {
                row,
                client,
                empty_tables,
                orphans,
            } = compute.posted(&tables)?;
            Ok(Values {
                client,
                row,
                found: Some(RowsFound {
                    empty_tables,
                    orphans,
                }),
            })
        }
        Row::Features(client, features) => Ok(Values {
            client,
            row: checked_row(service, &features)?,
            found: None,
        }),
        Row::Unread(problem) => Err(Error::Row(vec![problem])),
    }
}

fn scored(state: &AppState, asked: &Asked, line: u64, values: Values) -> Result<Answer, Error> {
    let service = &state.service;
    let (mut reasons, mut strengths) = (None, None);
    let score = match asked.reasons {
        None => service.score(&values.row)?,
        Some(lang) => {
            let explanation = service.explain(&values.row, lang)?;
            let told = |all: Vec<limpide_explain::Reason>| {
                Some(all.into_iter().map(WireReason::from).collect())
            };
            reasons = told(explanation.reasons);
            strengths = told(explanation.strengths);
            explanation.score
        }
    };
    let answered = Answered {
        kind: PredictionKind::Batch,
        client: values.client,
        row: &values.row,
        score: &score,
        role: asked.role,
    };
    Handle::current().block_on(record(state, answered))?;
    Ok(Answer {
        line,
        score: Some(WireScore::new(state, values.client, &score)),
        reasons,
        strengths,
        rows: values.found,
        errors: Vec::new(),
    })
}

/// What did not fit, of whatever went wrong with one row.
fn problems(error: Error) -> Vec<FieldProblem> {
    let one = |field: &str, found: String, expected: &str| {
        vec![FieldProblem::new(field, found, expected)]
    };
    match error {
        Error::Row(problems) => problems,
        Error::UnknownClient { client } => {
            let expected = "the number of a client whom you may see";
            one(CLIENT, client.to_string(), expected)
        }
        Error::NoCompute => one(
            "tables",
            "raw rows".to_owned(),
            "features: the recipe that the model was trained with is not at hand",
        ),
        error => one("line", error.to_string(), "a row that can be scored"),
    }
}
