//! What is fitted before any candidate, on the rows that the candidates may see and no other.
//!
//! Every fit of a candidate, in a fold or on all clients, reads its rows from a [`Prepared`]:
//! so whatever is fitted here is fitted inside the fold, and the rows that are judged are
//! encoded by what the others taught.

use limpide_model::{Dataset, Encoder};

use crate::crossfit::Setting;
use crate::error::Result;

/// Holds what some rows taught of encoding, and those rows encoded.
pub(crate) struct Prepared<'a> {
    dataset: &'a Dataset,
    encoder: Encoder,
    training: Vec<f32>,
}

impl<'a> Prepared<'a> {
    /// Fits on the given rows only.
    pub(crate) fn fit(setting: &Setting<'a>, rows: &[usize]) -> Result<Self> {
        setting.observer.check()?;
        let dataset = setting.dataset;
        let encoder = Encoder::fit(&dataset.features, &dataset.columns, rows);
        let training = encoder.encode(dataset, rows);
        Ok(Self {
            dataset,
            encoder,
            training,
        })
    }

    /// Gives the rows that it was fitted on, encoded, `(n_rows, width)`.
    pub(crate) fn training(&self) -> &[f32] {
        &self.training
    }

    /// Counts the encoded columns.
    pub(crate) fn width(&self) -> usize {
        self.encoder.width()
    }

    /// Frees the encoded rows that it was fitted on: several folds stand in memory at once.
    pub(crate) fn forget_training(&mut self) {
        self.training = Vec::new();
    }

    /// Encodes rows that it was not fitted on, `(n_rows, width)`.
    pub(crate) fn encode(&self, rows: &[usize]) -> Vec<f32> {
        self.encoder.encode(self.dataset, rows)
    }

    /// Gives the encoder, for the bundle.
    pub(crate) fn into_encoder(self) -> Encoder {
        self.encoder
    }
}
