//! Every result that is answered goes through here into the prediction log, before it goes out.

use limpide_model::{Score, Value};
use limpide_store::{Prediction, PredictionKind, Role};
use time::OffsetDateTime;

use crate::error::Error;
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

/// Records a result; it must not be answered where this fails.
pub(crate) async fn record(state: &AppState, answered: Answered<'_>) -> Result<(), Error> {
    keep(state, &prediction(state, answered)?).await
}

/// Keeps what is to be recorded of a result.
pub(crate) async fn keep(state: &AppState, prediction: &Prediction) -> Result<(), Error> {
    Ok(state.service.shared.predictions.record(prediction).await?)
}

/// What is to be recorded of a result.
pub(crate) fn prediction(state: &AppState, answered: Answered<'_>) -> Result<Prediction, Error> {
    let now = OffsetDateTime::now_utc();
    Ok(Prediction {
        at_ms: now.unix_timestamp() * 1000 + i64::from(now.millisecond()),
        kind: answered.kind,
        client: answered.client,
        bundle: state.service.model.clone(),
        row_hash: row_hash(answered.row),
        inputs: inputs(answered.kind, answered.row)?,
        probability: answered.score.probability,
        interval: answered.score.interval,
        decision: advice(answered.score.decision),
        role: answered.role,
    })
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

/// BLAKE3 over the values, each with its sort: 32 hexadecimal digits. A missing value and a number
/// that is none are the same, as for the model.
fn row_hash(row: &[Value]) -> String {
    let mut bytes = Vec::with_capacity(row.len() * 9);
    for value in row {
        match (value.number(), value.category()) {
            (Some(number), _) => {
                bytes.push(1);
                bytes.extend(number.to_le_bytes());
            }
            (None, Some(category)) => {
                bytes.push(2);
                bytes.extend((category.len() as u64).to_le_bytes());
                bytes.extend(category.as_bytes());
            }
            (None, None) => bytes.push(0),
        }
    }
    blake3::hash(&bytes).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_have_other_hashes_and_missing_is_missing() {
        let number = |number| Value::Number(number);
        let text = |text: &str| Value::Category(text.to_owned());
        let rows = [
            vec![],
            vec![Value::Missing],
            vec![number(0.0)],
            vec![number(-0.0)],
            vec![text("")],
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![Value::Missing, number(1.0)],
            vec![number(1.0), Value::Missing],
        ];
        let hashes: std::collections::BTreeSet<String> =
            rows.iter().map(|row| row_hash(row)).collect();
        assert_eq!(hashes.len(), rows.len());
        assert_eq!(row_hash(&[number(f64::NAN)]), row_hash(&[Value::Missing]));
    }
}
