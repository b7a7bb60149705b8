//! Which bin of a characteristic an encoded row falls into.

use serde::{Deserialize, Serialize};

/// Tells how the values of one feature fall into bins, and numbers the bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// A number: the bins between the bounds from low to high, those of the special values, that of
    /// missing values.
    Numbers {
        /// The encoded column.
        column: usize,
        /// Rising; a value below a bound is left of it.
        bounds: Vec<f32>,
        /// Values that have a bin each, whatever the bounds.
        special: Vec<f32>,
    },
    /// A category: the bins of the known categories, then that of all others, which holds missing,
    /// rare and never seen ones alike.
    Categories {
        /// The encoded column of each known category.
        columns: Vec<usize>,
        /// The bin of each known category, from 0 without gaps.
        bins: Vec<usize>,
    },
}

impl Split {
    /// Counts the bins.
    pub fn n_bins(&self) -> usize {
        match self {
            Self::Numbers { special, .. } => self.n_known() + special.len() + 1,
            Self::Categories { .. } => self.n_known() + 1,
        }
    }

    /// Counts the bins of known values: those before the special, missing and other ones.
    pub fn n_known(&self) -> usize {
        match self {
            Self::Numbers { bounds, .. } => bounds.len() + 1,
            Self::Categories { bins, .. } => {
                bins.iter().max().map_or(0, |last| last.saturating_add(1))
            }
        }
    }

    /// Gives the bin that an encoded row falls into, below [`Split::n_bins`].
    pub fn bin(&self, encoded: &[f32]) -> usize {
        match self {
            Self::Numbers { column, .. } => self.bin_of_number(encoded[*column]),
            Self::Categories { columns, bins } => {
                let known = columns.iter().position(|&column| encoded[column] == 1.0);
                known.map_or(self.n_known(), |place| bins[place])
            }
        }
    }

    /// Gives the bin of a number, NaN where missing; that of other values for a category.
    pub fn bin_of_number(&self, value: f32) -> usize {
        let Self::Numbers {
            bounds, special, ..
        } = self
        else {
            return self.n_known();
        };
        if value.is_nan() {
            return self.n_known() + special.len();
        }
        match special.iter().position(|&one| one == value) {
            Some(place) => self.n_known() + place,
            None => bounds.partition_point(|&bound| bound <= value),
        }
    }

    /// Joins its known bins as [`super::binning::join`] says: one number for each of them.
    pub fn joined(&self, joined: &[usize]) -> Self {
        match self {
            Self::Numbers {
                column,
                bounds,
                special,
            } => {
                let parts = |place: &usize| joined[*place] != joined[place + 1];
                let kept = (0..bounds.len()).filter(parts);
                Self::Numbers {
                    column: *column,
                    bounds: kept.map(|place| bounds[place]).collect(),
                    special: special.clone(),
                }
            }
            Self::Categories { columns, bins } => Self::Categories {
                columns: columns.clone(),
                bins: bins.iter().map(|&bin| joined[bin]).collect(),
            },
        }
    }

    /// Gives the encoded columns that it reads, of which there is at least one.
    pub fn columns(&self) -> &[usize] {
        match self {
            Self::Numbers { column, .. } => std::slice::from_ref(column),
            Self::Categories { columns, .. } => columns,
        }
    }

    pub(super) fn misfit(&self) -> Option<String> {
        match self {
            Self::Numbers {
                bounds, special, ..
            } => {
                let rises = bounds.windows(2).all(|pair| pair[0] < pair[1]);
                let is_finite = bounds.iter().chain(special).all(|bound| bound.is_finite());
                (!rises || !is_finite).then(|| format!("bounds that do not rise: {bounds:?}"))
            }
            Self::Categories { columns, bins } => {
                let fits = columns.len() == bins.len() && !columns.is_empty();
                let has_rows = |bin| bins.contains(&bin);
                (!fits || !(0..self.n_known()).all(has_rows))
                    .then(|| format!("{} categories in the bins {bins:?}", columns.len()))
            }
        }
    }
}
