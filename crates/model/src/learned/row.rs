//! Where learned features find the values that they are made of.

use crate::dataset::{Column, Dataset};
use crate::value::Value;

/// Gives one client's values by the feature's number.
pub trait Row {
    /// Gives a number; NaN where nothing is known, or where the feature is a category.
    fn number(&self, feature: usize) -> f64;

    /// Gives a category, if one is known.
    fn category(&self, feature: usize) -> Option<&str>;
}

/// One row of a dataset.
#[derive(Debug, Clone, Copy)]
pub struct DatasetRow<'a> {
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The row's place.
    pub row: usize,
}

impl Row for [Value] {
    fn number(&self, feature: usize) -> f64 {
        let value = self.get(feature).and_then(Value::number);
        value.unwrap_or(f64::NAN)
    }

    fn category(&self, feature: usize) -> Option<&str> {
        self.get(feature).and_then(Value::category)
    }
}

impl Row for DatasetRow<'_> {
    fn number(&self, feature: usize) -> f64 {
        match self.dataset.columns.get(feature) {
            Some(Column::Numbers(numbers)) => numbers[self.row],
            _ => f64::NAN,
        }
    }

    fn category(&self, feature: usize) -> Option<&str> {
        match self.dataset.columns.get(feature) {
            Some(Column::Categories(categories)) => categories[self.row].as_deref(),
            _ => None,
        }
    }
}
