//! Features that are learned from training clients, and not computed from one client's rows alone.
//!
//! They are fitted beside the encoder, inside each fold, and kept in the bundle. A row holds the
//! recipe's features, then these. Nothing here is random: the same client gives the same bits,
//! alone or among all.
//!
//! - [`declared`]: what a recipe asks for;
//! - [`row`], [`details`]: one client's values, and the rows behind them;
//! - [`neighbours`], [`kd_tree`]: the default rate of those who are most alike;
//! - [`groups`]: what is usual among those of the same kind;
//! - [`row_model`]: a model of single rows, summed up per client.

mod base64;
pub mod declared;
pub mod details;
pub mod groups;
pub mod kd_tree;
mod kept;
pub mod neighbours;
pub mod row;
pub mod row_model;

use serde::{Deserialize, Serialize};

pub use declared::Declared;
pub use details::{DetailTable, Details};
pub use groups::Groups;
pub use neighbours::Neighbours;
pub use row::{DatasetRow, Row};
pub use row_model::RowModel;

use crate::value::Value;

/// Holds the learned features of a bundle, fitted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Learned {
    /// In the order of their features.
    pub parts: Vec<Part>,
}

/// Holds one or several features that are fitted together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The default rate of the nearest clients.
    Neighbours(Neighbours),
    /// The client beside others of the same kind.
    Groups(Groups),
    /// Models of single rows.
    Rows(RowModel),
}

impl Learned {
    /// Counts the features.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Part::len).sum()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Computes one client's values in the order of the features; NaN where nothing is known.
    pub fn values(&self, row: &(impl Row + ?Sized), details: Details<'_>) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.len());
        for part in &self.parts {
            part.values(row, details, &mut values);
        }
        values
    }

    /// Gives a row with the learned values after the others.
    pub fn complete(&self, row: &[Value], details: Details<'_>) -> Vec<Value> {
        let mut complete = Vec::with_capacity(row.len() + self.len());
        complete.extend_from_slice(row);
        let learned = self.values(row, details).into_iter();
        complete.extend(learned.map(|number| match number.is_nan() {
            true => Value::Missing,
            false => Value::Number(number),
        }));
        complete
    }

    /// Gives the numbers of the features that it reads, with whether a category is expected.
    pub fn inputs(&self) -> Vec<(usize, bool)> {
        self.parts.iter().flat_map(Part::inputs).collect()
    }

    /// Gives the tables of rows that it reads, and their columns.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.parts.iter().filter_map(|part| match part {
            Part::Rows(rows) => Some((rows.table.as_str(), rows.columns.as_slice())),
            Part::Neighbours(_) | Part::Groups(_) => None,
        })
    }

    /// Says what does not fit, if anything.
    pub(crate) fn misfit(&self) -> Option<String> {
        self.parts.iter().find_map(|part| match part {
            Part::Neighbours(_) => None,
            Part::Groups(groups) => groups.misfit(),
            Part::Rows(rows) => rows.misfit(),
        })
    }
}

impl Part {
    /// Counts the features that it gives.
    pub fn len(&self) -> usize {
        match self {
            Self::Neighbours(_) => 1,
            Self::Groups(groups) => groups.len(),
            Self::Rows(rows) => rows.summaries.len(),
        }
    }

    /// Tells whether it gives no feature.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the numbers of the features that it reads, with whether a category is expected.
    pub fn inputs(&self) -> Vec<(usize, bool)> {
        match self {
            Self::Neighbours(neighbours) => {
                let axes = neighbours.axes.iter();
                axes.map(|axis| (axis.feature, false)).collect()
            }
            Self::Groups(groups) => {
                let keys = groups.keys.iter();
                let keys = keys.map(|key| (key.feature, key.bands.is_empty()));
                let numbers = groups.numbers.iter();
                keys.chain(numbers.map(|number| (number.feature, false)))
                    .collect()
            }
            Self::Rows(_) => Vec::new(),
        }
    }

    /// Appends one client's values; NaN where nothing is known.
    pub fn values(&self, row: &(impl Row + ?Sized), details: Details<'_>, values: &mut Vec<f64>) {
        match self {
            Self::Neighbours(neighbours) => values.push(neighbours.rate(row)),
            Self::Groups(groups) => groups.values(row, values),
            Self::Rows(rows) => rows.values(details, values),
        }
    }
}
