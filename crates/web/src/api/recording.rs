//! Every result that is answered goes through here into the prediction log, before it goes out.

use std::sync::Arc;

use limpide_model::{Score, Value};
use limpide_store::{Prediction, PredictionKind, Role};
use time::OffsetDateTime;

use crate::error::Error;
use crate::known_results::RowHash;
use crate::proposed::advice;
use crate::router::AppState;

/// A result about to be answered.
pub(crate) struct Answered<'a> {
    pub(crate) kind: PredictionKind,
    /// The client's number; `None`: values of nobody in the portfolio.
    pub(crate) client: Option<i64>,
    /// The row that was scored.
    pub(crate) row: &'a [Value],
    pub(crate) score: &'a Score,
    /// The role of the person who asked; `None`: a program.
    pub(crate) role: Option<Role>,
}

/// The result of a client of the portfolio about to be answered.
pub(crate) struct StoredAnswered<'a> {
    pub(crate) kind: PredictionKind,
    pub(crate) client: i64,
    /// The hash of the client's row.
    pub(crate) row_hash: RowHash,
    pub(crate) score: &'a Score,
    /// The role of the person who asked; `None`: a program.
    pub(crate) role: Option<Role>,
}

/// Records a result; it must not be answered where this fails.
pub(crate) async fn record(state: &AppState, answered: Answered<'_>) -> Result<(), Error> {
    keep(state, &prediction(state, answered)?).await
}

/// Keeps what is to be recorded of a result.
pub(crate) async fn keep(state: &AppState, prediction: &Prediction) -> Result<(), Error> {
    Ok(state.service.shared.predictions.record(prediction).await?)
}

/// What is to be recorded of a result.
fn prediction(state: &AppState, answered: Answered<'_>) -> Result<Prediction, Error> {
    Ok(Prediction {
        at_ms: now_ms(),
        kind: answered.kind,
        client: answered.client,
        bundle: Arc::clone(&state.service.model),
        row_hash: RowHash::of(answered.row).0,
        inputs: inputs(answered.kind, answered.row)?,
        probability: answered.score.probability,
        interval: answered.score.interval,
        decision: advice(answered.score.decision),
        role: answered.role,
    })
}

/// What is to be recorded of the result of a client of the portfolio, whose row stands there.
pub(crate) fn stored_prediction(state: &AppState, answered: &StoredAnswered<'_>) -> Prediction {
    Prediction {
        at_ms: now_ms(),
        kind: answered.kind,
        client: Some(answered.client),
        bundle: Arc::clone(&state.service.model),
        row_hash: answered.row_hash.0,
        inputs: None,
        probability: answered.score.probability,
        interval: answered.score.interval,
        decision: advice(answered.score.decision),
        role: answered.role,
    }
}

fn now_ms() -> i64 {
    let now = OffsetDateTime::now_utc();
    now.unix_timestamp() * 1000 + i64::from(now.millisecond())
}

/// The row itself, where it is not the portfolio's.
fn inputs(kind: PredictionKind, row: &[Value]) -> Result<Option<String>, Error> {
    if matches!(kind, PredictionKind::Score | PredictionKind::Explanation) {
        return Ok(None);
    }
    let written = serde_json::to_string(row).map_err(|error| {
        tracing::error!(%error, "inputs");
        Error::Internal
    })?;
    Ok(Some(written))
}
