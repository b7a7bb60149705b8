//! The scorecard as the table that a risk manager reads and signs, and as CSV.

use std::fmt::Write;

use super::{Scorecard, Split};
use crate::encoder::{Encoder, Source};
use crate::error::{Error, Result};
use crate::feature::Feature;

/// Holds one line of the table: one bin of one characteristic.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The feature's name.
    pub feature: String,
    /// Which of its values fall into the bin.
    pub values: Values,
    /// Training rows in the bin.
    pub rows: usize,
    /// Their share of all training rows, 0 to 1.
    pub share: f64,
    /// Those that did not repay.
    pub events: usize,
    /// Their share of the bin, 0 to 1.
    pub event_rate: f64,
    /// The weight of evidence, above 0 where clients repay more often than all.
    pub woe: f64,
    /// What the bin adds to the characteristic's information value.
    pub iv: f64,
    /// The characteristic's coefficient.
    pub coefficient: f64,
    /// The log-odds of not repaying that it adds, measured from the training mean.
    pub contribution: f64,
    /// Its points, not rounded: their sum over the characteristics is a client's score.
    pub points: f64,
}

/// Says which values of a feature fall into a bin.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers from the first, which is in, to the second, which is not; no limit where absent.
    Range(Option<f32>, Option<f32>),
    /// One special number.
    Special(f32),
    /// Nothing is known.
    Missing,
    /// These categories.
    Categories(Vec<String>),
    /// Any other category, and none.
    Other,
}

/// What CSV calls the columns.
const HEADER: &str = "feature,values,rows,share,events,event_rate,woe,iv,coefficient,\
                      contribution,points";

impl Scorecard {
    /// Lists the bins of all characteristics, in their order.
    ///
    /// # Errors
    /// [`Error::Damaged`] where encoder and features are not those that it was fitted on.
    pub fn table(&self, encoder: &Encoder, features: &[Feature]) -> Result<Vec<Line>> {
        let mut lines = Vec::new();
        for characteristic in &self.characteristics {
            let names = Names::new(&characteristic.split, encoder, features)?;
            let total = super::Tally::total(characteristic.bins.iter().map(|bin| bin.tally));
            let values = names.values(&characteristic.split);
            for (bin, values) in characteristic.bins.iter().zip(values) {
                lines.push(Line {
                    feature: names.feature.clone(),
                    values,
                    rows: bin.tally.rows,
                    share: bin.tally.rows as f64 / total.rows.max(1) as f64,
                    events: bin.tally.events,
                    event_rate: bin.tally.event_rate(),
                    woe: bin.woe,
                    iv: bin.tally.iv(total, bin.woe),
                    coefficient: characteristic.coefficient,
                    contribution: characteristic.contribution_of(bin),
                    points: self.points(characteristic, bin),
                });
            }
        }
        Ok(lines)
    }

    /// Writes the table as CSV (RFC 4180, with a header); numbers with all their digits.
    ///
    /// # Errors
    /// As [`Scorecard::table`].
    pub fn csv(&self, encoder: &Encoder, features: &[Feature]) -> Result<String> {
        let mut text = format!("{HEADER}\r\n");
        for line in self.table(encoder, features)? {
            let (feature, values) = (quoted(&line.feature), quoted(&line.values.to_string()));
            let _ = write!(
                text,
                "{feature},{values},{},{},{},{},{},{},{},{},{}\r\n",
                line.rows,
                line.share,
                line.events,
                line.event_rate,
                line.woe,
                line.iv,
                line.coefficient,
                line.contribution,
                line.points,
            );
        }
        Ok(text)
    }
}

/// The names behind a characteristic's encoded columns.
pub(super) struct Names {
    pub(super) feature: String,
    /// The category of each column that the split reads; none for a number.
    categories: Vec<String>,
}

impl Names {
    pub(super) fn new(split: &Split, encoder: &Encoder, features: &[Feature]) -> Result<Self> {
        let damaged = |column: usize| Error::Damaged {
            reason: format!("the scorecard reads encoded column {column}, which does not fit it"),
        };
        let mut found: Option<usize> = None;
        let mut categories = Vec::new();
        for &place in split.columns() {
            let column = encoder.columns.get(place).ok_or_else(|| damaged(place))?;
            if found.is_some_and(|feature| feature != column.feature) {
                return Err(damaged(place));
            }
            found = Some(column.feature);
            match (split, &column.source) {
                (Split::Numbers { .. }, Source::Number) => {}
                (Split::Categories { .. }, Source::Equals(category)) => {
                    categories.push(category.clone());
                }
                _ => return Err(damaged(place)),
            }
        }
        let feature = found.and_then(|feature| features.get(feature));
        Ok(Self {
            feature: feature.ok_or_else(|| damaged(0))?.name.clone(),
            categories,
        })
    }

    /// Says which values fall into each bin.
    pub(super) fn values(&self, split: &Split) -> Vec<Values> {
        let mut values = Vec::with_capacity(split.n_bins());
        match split {
            Split::Numbers {
                bounds, special, ..
            } => {
                let mut low = None;
                for &bound in bounds {
                    values.push(Values::Range(low, Some(bound)));
                    low = Some(bound);
                }
                values.push(Values::Range(low, None));
                values.extend(special.iter().map(|&one| Values::Special(one)));
                values.push(Values::Missing);
            }
            Split::Categories { bins, .. } => {
                for wanted in 0..split.n_known() {
                    let of_bin = self.categories.iter().zip(bins);
                    let of_bin = of_bin.filter(|&(_, &bin)| bin == wanted);
                    values.push(Values::Categories(
                        of_bin.map(|(category, _)| category.clone()).collect(),
                    ));
                }
                values.push(Values::Other);
            }
        }
        values
    }
}

impl std::fmt::Display for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Range(None, None) => f.write_str("any number"),
            Self::Range(None, Some(high)) => write!(f, "below {high}"),
            Self::Range(Some(low), None) => write!(f, "{low} or more"),
            Self::Range(Some(low), Some(high)) => write!(f, "[{low}, {high})"),
            Self::Special(value) => write!(f, "{value}"),
            Self::Missing => f.write_str("missing"),
            Self::Categories(categories) => f.write_str(&categories.join(" | ")),
            Self::Other => f.write_str("other or missing"),
        }
    }
}

/// Quotes a CSV field where its text needs it. A text that a spreadsheet would take for a formula
/// gets an apostrophe before it.
fn quoted(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
