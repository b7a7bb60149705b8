//! What is fitted before any candidate, on the rows that the candidates may see and no other.
//!
//! Every fit of a candidate, in a fold or on all clients, reads its rows from a [`Prepared`]:
//! so whatever is fitted here is fitted inside the fold, and the rows that are judged are
//! encoded by what the others taught.

use limpide_model::{Column, Dataset, Encoder, Feature, Learned};

use crate::crossfit::Setting;
use crate::error::Result;
use crate::learned::{self, FittedFeatures};

/// Holds what some rows taught of learned features and encoding, and those rows encoded.
pub(crate) struct Prepared<'a> {
    dataset: &'a Dataset,
    threads: usize,
    learned: FittedFeatures,
    encoder: Encoder,
    training: Vec<f32>,
}

/// What a bundle keeps of it.
pub(crate) struct Parts {
    pub(crate) learned: Learned,
    /// The learned features, which stand after the dataset's.
    pub(crate) features: Vec<Feature>,
    /// Their values, each from a fit that had not seen the client.
    pub(crate) columns: Vec<Column>,
    pub(crate) encoder: Encoder,
}

impl<'a> Prepared<'a> {
    /// Fits on the given rows only.
    pub(crate) fn fit(setting: &Setting<'a>, rows: &[usize], threads: usize) -> Result<Self> {
        setting.observer.check()?;
        let dataset = setting.dataset;
        let learned = learned::fit(setting, rows, threads)?;
        // The dataset's columns, then the learned ones: from here on they are alike.
        let columns: Vec<&Column> = dataset.columns.iter().chain(&learned.columns).collect();
        let encoder = Encoder::fit(&columns, rows);
        let training = encoder.encode(&columns, rows);
        Ok(Self {
            dataset,
            threads,
            learned,
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
        self.learned.columns = Vec::new();
    }

    /// Encodes rows that it was not fitted on, `(n_rows, width)`.
    pub(crate) fn encode(&self, rows: &[usize]) -> Result<Vec<f32>> {
        let learned = learned::apply(&self.learned.learned, self.dataset, rows, self.threads)?;
        let columns: Vec<&Column> = self.dataset.columns.iter().chain(&learned).collect();
        Ok(self.encoder.encode(&columns, rows))
    }

    /// Gives what a bundle keeps.
    pub(crate) fn into_parts(self) -> Parts {
        let FittedFeatures {
            learned,
            features,
            columns,
        } = self.learned;
        Parts {
            learned,
            features,
            columns,
            encoder: self.encoder,
        }
    }
}
