//! The stages of a scored request, each a span for a collector of traces.

use limpide_explain::Explanation;
use limpide_model::{Reader, Score, Value};
use tracing::info_span;

use crate::error::Error;
use crate::observe::SPANS;
use crate::service::Service;

impl Service {
    /// Scores a row in the order of `Bundle::features`.
    ///
    /// # Errors
    /// The row does not fit the model.
    pub(crate) fn score(&self, row: &[Value]) -> Result<Score, Error> {
        let _stage = info_span!(target: SPANS, "score").entered();
        Ok(self.bundle.score(row)?)
    }

    /// Scores a row and explains the result to a reader.
    ///
    /// # Errors
    /// The row does not fit the model, or its contributions do not add up.
    pub(crate) fn explain(
        &self,
        row: &[Value],
        reader: impl Into<Reader>,
    ) -> Result<Explanation, Error> {
        let _stage = info_span!(target: SPANS, "explain").entered();
        Ok(self.explainer.explain(row, reader)?)
    }
}
