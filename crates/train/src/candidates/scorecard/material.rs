//! Every feature as a characteristic: its bins on all training rows, and its weights of evidence
//! for rows that the bins have not seen.

use std::collections::BTreeMap;

use limpide_model::Direction;
use limpide_model::scorecard::binning::{Trend, quantile_bounds};
use limpide_model::scorecard::{Characteristic, Split, Tally};

use super::super::{ColumnNote, Training};
use super::RULES;
use crate::error::Result;
use crate::folds::stratified;
use crate::parallel;
use crate::random::derive;

/// Cells that a number is cut into before they are joined to bins.
const CELLS: usize = 24;
/// The share of rows below which a category is among the others.
const RARE: f64 = 0.01;
/// Folds that weights of evidence for unseen rows come from.
pub(super) const INNER_FOLDS: usize = 5;
/// Information values that a characteristic may have: below it tells nothing; above it would tell
/// more than the guard against leaks lets one feature tell.
const INFORMATION: std::ops::Range<f64> = 0.02..3.0;

/// Holds all characteristics that may be chosen.
pub(super) struct Material<'a> {
    pub(super) labels: &'a [u8],
    /// The inner fold of each row.
    pub(super) fold_of: Vec<usize>,
    /// In the order of their features.
    pub(super) characteristics: Vec<Candidate>,
}

/// Holds one characteristic that may be chosen.
pub(super) struct Candidate {
    /// Its bins on all training rows; without a coefficient.
    pub(super) published: Characteristic,
    /// The fine cell of each row.
    cells: Vec<u8>,
    /// For each inner fold, the WoE of each cell, fitted without that fold's rows.
    woe: Vec<Vec<f32>>,
}

impl<'a> Material<'a> {
    pub(super) fn new(training: &Training<'a>) -> Result<Self> {
        let labels = training.labels;
        let fold_of = stratified(labels, INNER_FOLDS, derive(training.seed, &[0]));
        let mut features: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (column, note) in training.columns.iter().enumerate() {
            features.entry(note.feature).or_default().push(column);
        }
        let features: Vec<Vec<usize>> = features.into_values().collect();
        let made = parallel::map(training.threads, &features, |columns| {
            training.observer.check()?;
            Ok(cut(training, columns).and_then(|fine| fine.fit(labels, &fold_of)))
        })?;
        Ok(Self {
            labels,
            fold_of,
            characteristics: made.into_iter().flatten().collect(),
        })
    }

    /// Gives each row's WoE from bins that have not seen it.
    pub(super) fn unseen_woe(&self, place: usize) -> impl Iterator<Item = f32> {
        let Candidate { cells, woe, .. } = &self.characteristics[place];
        let of_row = |(&fold, &cell): (&usize, &u8)| woe[fold][usize::from(cell)];
        self.fold_of.iter().zip(cells).map(of_row)
    }
}

/// A feature cut into fine cells.
struct Fine {
    split: Split,
    trend: Trend,
    cells: Vec<u8>,
}

/// Cuts a feature into cells, at most 255; nothing where there is but one.
fn cut(training: &Training<'_>, columns: &[usize]) -> Option<Fine> {
    let n_rows = training.labels.len();
    let values = |column: usize| {
        let cells = training.encoded.iter().skip(column);
        cells.step_by(training.width).copied()
    };
    let &ColumnNote {
        direction,
        is_category,
        ..
    } = &training.columns[*columns.first()?];
    if is_category {
        let enough = (RARE * n_rows as f64).max(RULES.cases as f64 * 2.0);
        let mut frequent = Vec::new();
        let mut cells = vec![u8::MAX; n_rows];
        for &column in columns {
            if values(column).map(f64::from).sum::<f64>() < enough {
                continue;
            }
            for (cell, value) in cells.iter_mut().zip(values(column)) {
                if value == 1.0 {
                    *cell = frequent.len() as u8;
                }
            }
            frequent.push(column);
        }
        let other = frequent.len() as u8;
        cells.iter_mut().for_each(|cell| *cell = (*cell).min(other));
        return (!frequent.is_empty()).then(|| Fine {
            split: Split::Categories {
                bins: (0..frequent.len()).collect(),
                columns: frequent,
            },
            trend: Trend::Unordered,
            cells,
        });
    }
    let column = columns[0];
    let column_values: Vec<f32> = values(column).collect();
    let mut known: Vec<f32> = column_values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    known.sort_unstable_by(f32::total_cmp);
    let bounds = quantile_bounds(&known, CELLS);
    if bounds.is_empty() && (known.is_empty() || known.len() == n_rows) {
        return None;
    }
    // A recipe's special values are missing ones by now.
    let split = Split::Numbers {
        column,
        bounds,
        special: Vec::new(),
    };
    let cells = column_values
        .iter()
        .map(|&value| split.bin_of_number(value) as u8)
        .collect();
    let trend = match direction {
        Direction::Up => Trend::Rising,
        Direction::Down => Trend::Falling,
        Direction::None => Trend::Monotone,
    };
    Some(Fine {
        split,
        trend,
        cells,
    })
}

impl Fine {
    /// Bins all rows, and all but each fold's; nothing where the information value is out of range.
    fn fit(self, labels: &[u8], fold_of: &[usize]) -> Option<Candidate> {
        let mut of_fold = vec![vec![Tally::default(); self.split.n_bins()]; INNER_FOLDS];
        for ((&cell, &label), &fold) in self.cells.iter().zip(labels).zip(fold_of) {
            of_fold[fold][usize::from(cell)].count(label);
        }
        let mut all = vec![Tally::default(); self.split.n_bins()];
        for (sum, cell) in all.iter_mut().zip(0..) {
            *sum = Tally::total(of_fold.iter().map(|tallies: &Vec<Tally>| tallies[cell]));
        }
        let (published, _) = Characteristic::fit(&self.split, &all, &RULES, self.trend);
        if !INFORMATION.contains(&published.iv) {
            return None;
        }
        let without = |tallies: &Vec<Tally>| {
            let rest: Vec<Tally> = all
                .iter()
                .zip(tallies)
                .map(|(all, held)| all.without(*held))
                .collect();
            let (fitted, bin_of) = Characteristic::fit(&self.split, &rest, &RULES, self.trend);
            bin_of
                .into_iter()
                .map(|bin| fitted.bins[bin].woe as f32)
                .collect()
        };
        Some(Candidate {
            woe: of_fold.iter().map(without).collect(),
            published,
            cells: self.cells,
        })
    }
}
