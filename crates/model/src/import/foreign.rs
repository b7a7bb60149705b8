//! A model trained elsewhere, and the features that its columns are.
//!
//! Its file names its columns. A number's column has the feature's name; a category's is
//! `FEATURE=value`, or whatever other programs make of it (`FEATURE_value`): signs and spaces
//! count as one. Columns that no tree reads may have any name.

use std::collections::BTreeSet;

use super::{lightgbm, xgboost};
use crate::dataset::{Column, Dataset};
use crate::encoder::{EncodedColumn, Encoder, Source};
use crate::error::{Error, Result};
use crate::feature::Kind;
use crate::trees::Ensemble;

/// Holds a model trained elsewhere, as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// Its trees.
    pub ensemble: Ensemble,
    /// The names of its columns, in order; none where the file names none.
    pub columns: Vec<String>,
}

/// Holds a model trained elsewhere over the features of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The columns that its trees read.
    pub encoder: Encoder,
    /// Its trees over those columns.
    pub ensemble: Ensemble,
}

impl Foreign {
    /// Reads a LightGBM text or an XGBoost JSON, told apart by how they begin.
    ///
    /// # Errors
    /// [`Error::Import`] where it is neither, or holds what cannot be taken over.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        match (first, std::str::from_utf8(bytes)) {
            (Some(b'{'), Ok(_)) => {
                let (ensemble, columns) = xgboost::read_named(bytes)?;
                Ok(Self { ensemble, columns })
            }
            (Some(b'{'), Err(_)) => Err(refused(
                "it is XGBoost's binary form: save it under a name that ends with .json",
            )),
            (_, Ok(text)) if text.starts_with("tree") => {
                let (ensemble, columns) = lightgbm::read_named(text)?;
                Ok(Self { ensemble, columns })
            }
            _ => Err(refused(
                "it begins neither as XGBoost's JSON (a brace) nor as LightGBM's text (\"tree\")",
            )),
        }
    }

    /// Finds the features that the trees read.
    ///
    /// # Errors
    /// [`Error::ForeignColumn`] for the first name that is none, [`Error::Import`] where the file
    /// has no names.
    pub fn bind(mut self, dataset: &Dataset) -> Result<Bound> {
        let used = self.ensemble.columns();
        let mut columns = Vec::with_capacity(used.len());
        let mut places = vec![0; used.last().map_or(0, |last| last + 1)];
        for column in used {
            let Some(name) = self.columns.get(column) else {
                return Err(refused(&format!(
                    "its trees read column {column}, but it names {} columns: train it on named \
                     columns, or put a file columns.txt beside it, one name a line",
                    self.columns.len()
                )));
            };
            places[column] = columns.len();
            columns.push(find(name, dataset)?);
        }
        self.ensemble.renumber(&places);
        Ok(Bound {
            encoder: Encoder { columns },
            ensemble: self.ensemble,
        })
    }
}

impl Bound {
    /// Gives the margins of the given rows.
    pub fn margins(&self, dataset: &Dataset, rows: &[usize]) -> Vec<f64> {
        let columns: Vec<&Column> = dataset.columns.iter().collect();
        let width = self.encoder.width();
        if width == 0 {
            return vec![self.ensemble.margin(&[]); rows.len()];
        }
        let encoded = self.encoder.encode(&columns, rows);
        let rows = encoded.chunks_exact(width);
        rows.map(|row| self.ensemble.margin(row)).collect()
    }
}

/// Names all columns that a foreign model may read of a data set.
pub fn known_columns(dataset: &Dataset) -> Vec<String> {
    let mut names = Vec::new();
    for (feature, column) in dataset.features.iter().zip(&dataset.columns) {
        match column {
            Column::Numbers(_) => names.push(feature.name.clone()),
            Column::Categories(_) => {
                let values = vocabulary(column).into_iter();
                names.extend(values.map(|value| format!("{}={value}", feature.name)));
            }
        }
    }
    names
}

fn find(name: &str, dataset: &Dataset) -> Result<EncodedColumn> {
    let plain = letters(name);
    let unknown = |reason: &'static str| Error::ForeignColumn {
        column: name.to_owned(),
        reason,
    };
    for (feature, known) in dataset.features.iter().enumerate() {
        if letters(&known.name) != plain {
            continue;
        }
        return match known.kind {
            Kind::Number => Ok(EncodedColumn {
                feature,
                source: Source::Number,
            }),
            Kind::Category => Err(unknown(
                "it is a category here, of which only columns FEATURE=value can be read",
            )),
        };
    }
    for (feature, known) in dataset.features.iter().enumerate() {
        let head = letters(&known.name);
        let is_category = known.kind == Kind::Category;
        if !is_category || !plain.starts_with(&format!("{head}_")) {
            continue;
        }
        let values = vocabulary(&dataset.columns[feature]);
        let exact = name.get(known.name.len() + 1..).unwrap_or_default();
        let same = |value: &&str| letters(&format!("{}_{value}", known.name)) == plain;
        let value = match values.get(exact) {
            Some(value) => Some(*value),
            None => values.iter().copied().find(same),
        };
        // A category that no client here has is told by its sign.
        let unseen = name
            .strip_prefix(&known.name)
            .and_then(|rest| rest.strip_prefix('='));
        if let Some(value) = value.or(unseen) {
            return Ok(EncodedColumn {
                feature,
                source: Source::Equals(value.to_owned()),
            });
        }
    }
    Err(unknown("no feature has this name"))
}

/// A name with every sign and space as an underscore: other programs do not keep them.
fn letters(name: &str) -> String {
    let letter = |letter: char| match letter.is_alphanumeric() {
        true => letter,
        false => '_',
    };
    name.chars().map(letter).collect()
}

fn vocabulary(column: &Column) -> BTreeSet<&str> {
    match column {
        Column::Numbers(_) => BTreeSet::new(),
        Column::Categories(values) => values.iter().filter_map(Option::as_deref).collect(),
    }
}

fn refused(reason: &str) -> Error {
    Error::Import {
        program: "foreign",
        reason: reason.to_owned(),
    }
}
