//! The scorecard as one SQL expression over the features' names, for databases to compute.
//!
//! Encoded numbers are f32, a database's are doubles. Bounds are therefore written as the double
//! at which rounding to f32 reaches them, so that a value falls into the same bin here and there.

use std::fmt::Write;

use super::table::{Names, Values};
use super::{Characteristic, Scorecard, Split};
use crate::encoder::Encoder;
use crate::error::Result;
use crate::feature::Feature;

/// Says what the expression computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The margin, in log-odds of not repaying.
    Margin,
    /// The points, not rounded.
    Points,
}

impl Scorecard {
    /// Writes the margin or the points of a row as an expression of standard SQL: a sum of
    /// `CASE WHEN`, one a characteristic. Features are quoted identifiers; missing is `NULL`.
    /// A learned feature is a column like any other: whoever runs the expression must have it.
    ///
    /// The margin's terms are summed in the order of [`Scorecard::margin`], so that a database that
    /// computes in doubles gives the same bits.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] where encoder and features are not those that it was fitted on.
    pub fn sql(&self, encoder: &Encoder, features: &[Feature], measure: Measure) -> Result<String> {
        let start = match measure {
            Measure::Margin => self.intercept,
            Measure::Points if self.characteristics.is_empty() => {
                self.scaling.score(self.intercept)
            }
            Measure::Points => 0.0,
        };
        let mut text = number(start);
        for characteristic in &self.characteristics {
            let names = Names::new(&characteristic.split, encoder, features)?;
            let worth: Vec<String> = characteristic
                .bins
                .iter()
                .map(|bin| match measure {
                    Measure::Margin => number(characteristic.contribution_of(bin)),
                    Measure::Points => number(self.points(characteristic, bin)),
                })
                .collect();
            text.push_str("\n+ ");
            case(&mut text, characteristic, &names, &worth);
        }
        Ok(text)
    }
}

/// Writes one characteristic's worth by bin.
fn case(text: &mut String, characteristic: &Characteristic, names: &Names, worth: &[String]) {
    let name = format!("\"{}\"", names.feature.replace('"', "\"\""));
    let split = &characteristic.split;
    let mut whens: Vec<(String, usize)> = Vec::with_capacity(worth.len());
    let last = match split {
        Split::Numbers {
            bounds, special, ..
        } => {
            let n_known = split.n_known();
            whens.push((format!("{name} IS NULL"), n_known + special.len()));
            for (place, &value) in special.iter().enumerate() {
                let (below, above) = (below(&name, value), below(&name, value.next_up()));
                whens.push((format!("NOT {below} AND {above}"), n_known + place));
            }
            for (bin, &bound) in bounds.iter().enumerate() {
                whens.push((below(&name, bound), bin));
            }
            n_known - 1
        }
        Split::Categories { .. } => {
            for (bin, values) in names.values(split).into_iter().enumerate() {
                if let Values::Categories(categories) = values {
                    let quote = |category: &String| format!("'{}'", category.replace('\'', "''"));
                    let listed: Vec<String> = categories.iter().map(quote).collect();
                    whens.push((format!("{name} IN ({})", listed.join(", ")), bin));
                }
            }
            split.n_known()
        }
    };
    text.push_str("CASE");
    for (condition, bin) in whens {
        let _ = write!(text, "\n    WHEN {condition} THEN {}", worth[bin]);
    }
    let _ = write!(text, "\n    ELSE {}\n  END", worth[last]);
}

/// Writes that a double, rounded to f32 as the encoder does, is below a bound: that it is below the
/// middle between the bound and the f32 before it, or there where ties go to the f32 before it.
fn below(name: &str, bound: f32) -> String {
    let middle = (f64::from(bound.next_down()) + f64::from(bound)) / 2.0;
    let goes_up = bound.to_bits().is_multiple_of(2);
    let sign = if goes_up { "<" } else { "<=" };
    format!("{name} {sign} {}", number(middle))
}

/// Writes a number with all its digits, and with an exponent: else some databases take it for a
/// decimal and round it once more.
fn number(number: f64) -> String {
    format!("{number:e}")
}
