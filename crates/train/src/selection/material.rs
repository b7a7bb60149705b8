//! What every check reads: the training rows that selection may see, and nothing else.

use std::cell::OnceCell;

use limpide_model::{Column, Encoder, Feature};

use super::rules::MOST_ROWS;
use super::{Run, Source};
use crate::encoded::EncodedRows;
use crate::observer::Observer;
use crate::random::{SplitMix, derive};

/// Holds the rows that features are chosen on.
pub(super) struct Material<'a> {
    pub(super) features: &'a [&'a Feature],
    pub(super) columns: &'a [&'a Column],
    /// The features of clients without outcome; empty where there are none.
    pub(super) unlabelled: &'a [Column],
    /// The rows, rising; a sample where there are many.
    pub(super) rows: Vec<usize>,
    /// One label a row.
    pub(super) labels: Vec<u8>,
    /// The seed of everything drawn.
    pub(super) seed: u64,
    /// Threads that one fit may use.
    pub(super) threads: usize,
    /// Whether the selection is for the published model.
    pub(super) is_published: bool,
    /// Who may stop it.
    pub(super) observer: &'a Observer<'a>,
    encoded: OnceCell<Encoded>,
}

/// Holds the rows as a learner reads them, column after column.
struct Encoded {
    columns: Vec<Vec<f32>>,
    /// For each feature, where its columns begin; one more at the end.
    starts: Vec<usize>,
}

/// Holds some features' encoded columns side by side.
pub(super) struct Table {
    /// `(n_rows, width)`, row after row.
    pub(super) cells: EncodedRows,
    pub(super) width: usize,
    /// The feature that each column is made of.
    pub(super) feature_of: Vec<usize>,
}

impl<'a> Material<'a> {
    pub(super) fn new(source: Source<'a>, run: Run<'a>) -> Self {
        let rows = sample(source.rows, MOST_ROWS, derive(run.seed, &[0]));
        Self {
            features: source.features,
            columns: source.columns,
            unlabelled: source.unlabelled,
            labels: rows.iter().map(|&row| source.labels[row]).collect(),
            rows,
            seed: run.seed,
            threads: run.threads,
            is_published: run.is_published,
            observer: run.observer,
            encoded: OnceCell::new(),
        }
    }

    /// Gives a feature's numbers; none for categories.
    pub(super) fn numbers(&self, feature: usize) -> Option<impl Iterator<Item = f64> + '_> {
        match self.columns[feature] {
            Column::Numbers(numbers) => Some(self.rows.iter().map(|&row| numbers[row])),
            Column::Categories(_) => None,
        }
    }

    /// Puts the encoded columns of some features side by side.
    pub(super) fn table(&self, features: &[usize]) -> Table {
        let encoded = self.encoded.get_or_init(|| Encoded::new(self));
        let columns: Vec<usize> = features
            .iter()
            .flat_map(|&feature| encoded.starts[feature]..encoded.starts[feature + 1])
            .collect();
        let width = columns.len();
        let mut cells = vec![0.0; self.rows.len() * width];
        for (place, &column) in columns.iter().enumerate() {
            let values = &encoded.columns[column];
            for (cell, value) in cells
                .iter_mut()
                .skip(place)
                .step_by(width.max(1))
                .zip(values)
            {
                *cell = *value;
            }
        }
        let feature_of = columns
            .iter()
            .map(|&column| encoded.starts.partition_point(|&start| start <= column) - 1)
            .collect();
        Table {
            cells: cells.into(),
            width,
            feature_of,
        }
    }
}

impl Encoded {
    fn new(material: &Material<'_>) -> Self {
        let encoder = Encoder::fit(material.columns, &material.rows);
        let mut starts = vec![0];
        let mut columns = Vec::with_capacity(encoder.width());
        for feature in 0..material.features.len() {
            let of_feature: Vec<_> = encoder
                .columns
                .iter()
                .filter(|column| column.feature == feature)
                .cloned()
                .collect();
            for column in of_feature {
                let one = Encoder {
                    columns: vec![column],
                };
                columns.push(one.encode(material.columns, &material.rows));
            }
            starts.push(columns.len());
        }
        Self { columns, starts }
    }
}

/// Draws at most so many items, in their order.
pub(crate) fn sample(items: &[usize], most: usize, seed: u64) -> Vec<usize> {
    if items.len() <= most {
        return items.to_vec();
    }
    let mut drawn = items.to_vec();
    SplitMix::new(seed).shuffle(&mut drawn);
    drawn.truncate(most);
    drawn.sort_unstable();
    drawn
}
