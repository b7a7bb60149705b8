//! Values to the numbers that scorers read: numbers as f32, one column a frequent category.
//!
//! An encoder is fitted on the rows of one training fold and sees no other; its vocabularies
//! are frozen with it, so a category it never met simply matches no column.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dataset::Column;
use crate::feature::Feature;
use crate::value::Value;

/// Rows that a category must be seen in, on large data.
const ROWS_ENOUGH: usize = 20;
/// Share of rows that a category must be seen in, on small data.
const SHARE_ENOUGH: f64 = 0.005;
/// Categories kept of one feature.
const MOST_CATEGORIES: usize = 60;
/// Larger numbers are taken as this one, so that every encoded number is a finite f32.
const LARGEST: f64 = 1e38;

/// Holds how values become the columns that scorers read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    /// The encoded columns, in order.
    pub columns: Vec<EncodedColumn>,
}

/// Tells where one encoded column comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncodedColumn {
    /// The number of the feature it is made of.
    pub feature: usize,
    /// How it is made.
    pub source: Source,
}

/// Tells how an encoded column is made of its feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The number itself; NaN where missing.
    Number,
    /// 1 where the category is this one, else 0, also where missing.
    Equals(String),
}

impl Encoder {
    /// Fits the vocabularies on the given rows only.
    ///
    /// A category is kept where it is seen in 20 rows, or in 0.5 % of them where that is less;
    /// of one feature the 60 most frequent, most frequent first, ties by name.
    pub fn fit(columns: &[&Column], rows: &[usize]) -> Self {
        let share = (rows.len() as f64 * SHARE_ENOUGH).ceil() as usize;
        let enough = share.clamp(2, ROWS_ENOUGH);
        let mut encoded = Vec::new();
        for (feature, &column) in columns.iter().enumerate() {
            match column {
                Column::Numbers(_) => encoded.push(EncodedColumn {
                    feature,
                    source: Source::Number,
                }),
                Column::Categories(categories) => {
                    for category in frequent(categories, rows, enough) {
                        encoded.push(EncodedColumn {
                            feature,
                            source: Source::Equals(category),
                        });
                    }
                }
            }
        }
        Self { columns: encoded }
    }

    /// Counts the encoded columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Names the encoded columns: a number by its feature, a category `FEATURE=value`.
    pub fn names(&self, features: &[Feature]) -> Vec<String> {
        let name = |column: &EncodedColumn| {
            let feature = &features[column.feature].name;
            match &column.source {
                Source::Number => feature.clone(),
                Source::Equals(category) => format!("{feature}={category}"),
            }
        };
        self.columns.iter().map(name).collect()
    }

    /// Encodes one row, aligned with the features.
    pub fn encode_row(&self, row: &[Value]) -> Vec<f32> {
        let encode = |column: &EncodedColumn| match (&column.source, &row[column.feature]) {
            (Source::Number, value) => value.number().map_or(f32::NAN, encode_number),
            (Source::Equals(wanted), Value::Category(found)) => flag(wanted == found),
            (Source::Equals(_), _) => 0.0,
        };
        self.columns.iter().map(encode).collect()
    }

    /// Encodes the given rows of columns aligned with the features, row after row,
    /// `(n_rows, width)`.
    pub fn encode(&self, columns: &[&Column], rows: &[usize]) -> Vec<f32> {
        let width = self.width();
        let mut encoded = vec![0.0; rows.len() * width];
        for (place, column) in self.columns.iter().enumerate() {
            let cells = encoded.iter_mut().skip(place).step_by(width);
            match (&column.source, columns[column.feature]) {
                (Source::Number, Column::Numbers(numbers)) => {
                    for (cell, &row) in cells.zip(rows) {
                        *cell = encode_number(numbers[row]);
                    }
                }
                (Source::Equals(wanted), Column::Categories(categories)) => {
                    for (cell, &row) in cells.zip(rows) {
                        *cell = flag(categories[row].as_ref() == Some(wanted));
                    }
                }
                (Source::Number, Column::Categories(_)) => cells.for_each(|cell| *cell = f32::NAN),
                (Source::Equals(_), Column::Numbers(_)) => {}
            }
        }
        encoded
    }
}

pub(crate) fn encode_number(number: f64) -> f32 {
    number.clamp(-LARGEST, LARGEST) as f32
}

pub(crate) fn flag(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

fn frequent(categories: &[Option<String>], rows: &[usize], enough: usize) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for &row in rows {
        if let Some(category) = &categories[row] {
            *counts.entry(category).or_default() += 1;
        }
    }
    let mut kept: Vec<(&str, usize)> = counts
        .into_iter()
        .filter(|&(_, count)| count >= enough)
        .collect();
    kept.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    kept.truncate(MOST_CATEGORIES);
    kept.into_iter()
        .map(|(category, _)| category.to_owned())
        .collect()
}
