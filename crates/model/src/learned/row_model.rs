//! A small model of single rows — an earlier loan, a credit elsewhere — and what it says of a
//! client who has many of them, or none.

use serde::{Deserialize, Serialize};

use super::details::Details;
use crate::calibration::sigmoid;
use crate::trees::Ensemble;

/// Holds a model of the rows of one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowModel {
    /// The table of rows.
    pub table: String,
    /// Its columns, as the trees number them.
    pub columns: Vec<String>,
    /// The trees.
    pub trees: Ensemble,
    /// The column whose greatest value marks the latest row.
    pub latest: Option<usize>,
    /// What is told of a client's rows.
    pub summaries: Vec<Summary>,
}

/// Tells how the risks of a client's rows become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Summary {
    /// Their mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum; missing, not 0, where there is no row.
    Sum,
    /// That of the latest row; of several latest the last in the portfolio's order.
    Latest,
}

impl RowModel {
    /// Appends the values of one client; NaN where the client has no row.
    pub fn values(&self, details: Details<'_>, values: &mut Vec<f64>) {
        self.summarise(details.rows(&self.table, &self.columns), values);
    }

    /// Gives the default probability that one row speaks for; NaN in the row where nothing is known.
    pub fn risk(&self, row: &[f32]) -> f64 {
        sigmoid(self.trees.margin(row))
    }

    /// Appends the values of rows, `(n_rows, n_columns)`.
    pub fn summarise(&self, rows: &[f32], values: &mut Vec<f64>) {
        let (mut n, mut sum) = (0, 0.0);
        let (mut max, mut min) = (f64::NAN, f64::NAN);
        let mut latest = (f32::NAN, f64::NAN);
        for row in rows.chunks_exact(self.columns.len().max(1)) {
            let risk = self.risk(row);
            n += 1;
            sum += risk;
            max = max.max(risk);
            min = min.min(risk);
            if let Some(&moment) = self.latest.and_then(|column| row.get(column))
                && !moment.is_nan()
                && (latest.0.is_nan() || moment >= latest.0)
            {
                latest = (moment, risk);
            }
        }
        values.extend(self.summaries.iter().map(|summary| match summary {
            _ if n == 0 => f64::NAN,
            Summary::Mean => sum / f64::from(n),
            Summary::Max => max,
            Summary::Min => min,
            Summary::Sum => sum,
            Summary::Latest => latest.1,
        }));
    }

    /// Says what does not fit, if anything.
    pub(super) fn misfit(&self) -> Option<String> {
        let width = self.columns.len();
        let latest = self.latest.is_none_or(|column| column < width);
        if width > 0 && self.trees.width() <= width && latest {
            return None;
        }
        Some(format!(
            "a model of {} with {width} columns whose trees read {}",
            self.table,
            self.trees.width()
        ))
    }
}
