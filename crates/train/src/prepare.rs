//! What is fitted before any candidate, on the rows that the candidates may see and no other.
//!
//! Every fit of a candidate, in a fold or on all clients, reads its rows from a [`Prepared`]:
//! so whatever is fitted here is fitted inside the fold, and the rows that are judged are
//! encoded by what the others taught.

use std::borrow::Cow;

use limpide_model::{Column, Dataset, Encoder, Feature, Learned};

use crate::candidates::{ColumnNote, notes};
use crate::crossfit::Setting;
use crate::encoded::EncodedRows;
use crate::error::Result;
use crate::learned::{self, FittedFeatures};
use crate::random::derive;
use crate::selection::{Reason, Run, Selection, Source, select};

/// The seed's series that selection draws from.
const SELECTION: usize = usize::MAX;

/// Holds what some rows taught of learned features, selection and encoding, and those rows
/// encoded.
pub(crate) struct Prepared<'a> {
    dataset: &'a Dataset,
    threads: usize,
    learned: FittedFeatures,
    /// Absent where all features are kept unasked.
    selection: Option<Selection>,
    encoder: Encoder,
    notes: Vec<ColumnNote>,
    training: EncodedRows,
}

/// Says what a fit is for. It does not decide what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be judged on a fold.
    Judged,
    /// To be published, with a report.
    Published,
}

/// What a bundle keeps of it.
pub(crate) struct Parts<'a> {
    /// The features of a row: those kept and those that learned ones follow from, learned last.
    pub(crate) features: Vec<Feature>,
    /// Their values; those of learned features each from a fit that had not seen the client.
    pub(crate) columns: Vec<Cow<'a, Column>>,
    pub(crate) learned: Learned,
    pub(crate) encoder: Encoder,
    pub(crate) selection: Option<Selection>,
}

impl<'a> Prepared<'a> {
    /// Fits on the given rows only.
    pub(crate) fn fit(
        setting: &Setting<'a>,
        rows: &[usize],
        threads: usize,
        purpose: Purpose,
    ) -> Result<Self> {
        setting.observer.check()?;
        let dataset = setting.dataset;
        let learned = learned::fit(setting, rows, threads)?;
        // The dataset's columns, then the learned ones: from here on they are alike.
        let features: Vec<&Feature> = dataset.features.iter().chain(&learned.features).collect();
        let columns: Vec<&Column> = dataset.columns.iter().chain(&learned.columns).collect();
        let mut selection = None;
        if setting.effort.selects() {
            let source = Source {
                features: &features,
                columns: &columns,
                labels: &dataset.labels,
                rows,
                unlabelled: &dataset.unlabelled,
            };
            let run = Run {
                seed: derive(setting.seed, &[SELECTION]),
                threads,
                is_published: purpose == Purpose::Published,
                observer: setting.observer,
            };
            selection = Some(select(source, run)?);
        }
        let kept = match &selection {
            Some(selection) => selection.places(),
            None => (0..columns.len()).collect(),
        };
        let kept_columns: Vec<&Column> = kept.iter().map(|&place| columns[place]).collect();
        let mut encoder = Encoder::fit(&kept_columns, rows);
        for column in &mut encoder.columns {
            column.feature = kept[column.feature];
        }
        let notes = notes(&encoder, &features);
        let training = encoder.encode(&columns, rows).into();
        Ok(Self {
            dataset,
            threads,
            learned,
            selection,
            encoder,
            notes,
            training,
        })
    }

    /// Gives the rows that it was fitted on, encoded, `(n_rows, width)`.
    pub(crate) fn training(&self) -> &EncodedRows {
        &self.training
    }

    /// Counts the encoded columns.
    pub(crate) fn width(&self) -> usize {
        self.encoder.width()
    }

    /// Tells where each encoded column comes from, `(width)`.
    pub(crate) fn columns(&self) -> &[ColumnNote] {
        &self.notes
    }

    /// Frees the encoded rows that it was fitted on: several folds stand in memory at once.
    pub(crate) fn forget_training(&mut self) {
        self.training = EncodedRows::default();
        self.learned.columns = Vec::new();
    }

    /// Encodes rows that it was not fitted on, `(n_rows, width)`.
    pub(crate) fn encode(&self, rows: &[usize]) -> Result<Vec<f32>> {
        let learned = learned::apply(&self.learned.learned, self.dataset, rows, self.threads)?;
        let columns: Vec<&Column> = self.dataset.columns.iter().chain(&learned).collect();
        Ok(self.encoder.encode(&columns, rows))
    }

    /// Gives what a bundle keeps: no feature that neither the scorer nor a learned one reads.
    pub(crate) fn into_parts(self) -> Parts<'a> {
        let FittedFeatures {
            mut learned,
            features,
            columns,
        } = self.learned;
        let n_base = self.dataset.features.len();
        let mut wanted = vec![self.selection.is_none(); n_base + features.len()];
        let mut selection = self.selection;
        for place in selection.iter().flat_map(Selection::places) {
            wanted[place] = true;
        }
        learned.keep(&wanted[n_base..]);
        for (input, _) in learned.inputs() {
            if let Some(selection) = selection.as_mut().filter(|_| !wanted[input]) {
                let verdict = &mut selection.verdicts[input];
                (verdict.kept, verdict.reason) = (true, Reason::Needed);
            }
            wanted[input] = true;
        }
        let mut places = Vec::with_capacity(wanted.len());
        let mut n_wanted = 0;
        for &wanted in &wanted {
            places.push(n_wanted);
            n_wanted += usize::from(wanted);
        }
        learned.renumber(&places);
        let mut encoder = self.encoder;
        for column in &mut encoder.columns {
            column.feature = places[column.feature];
        }
        let all = self.dataset.features.iter().cloned().chain(features);
        let base = self.dataset.columns.iter().map(Cow::Borrowed);
        let columns = base.chain(columns.into_iter().map(Cow::Owned));
        Parts {
            features: chosen(all, &wanted),
            columns: chosen(columns, &wanted),
            learned,
            encoder,
            selection,
        }
    }
}

fn chosen<T>(items: impl Iterator<Item = T>, wanted: &[bool]) -> Vec<T> {
    let chosen = items.zip(wanted).filter(|(_, wanted)| **wanted);
    chosen.map(|(item, _)| item).collect()
}
