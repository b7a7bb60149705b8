//! Labelled clients, column by column: what training reads.

use crate::feature::Feature;
use crate::learned::{Declared, DetailTable};
use crate::value::Value;

/// Holds labelled clients, `(n_clients, n_features)`, column by column.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// The clients' numbers, one a row.
    pub clients: Vec<i64>,
    /// The features, one a column.
    pub features: Vec<Feature>,
    /// The values, aligned with `features`.
    pub columns: Vec<Column>,
    /// 1 where the client did not repay, else 0.
    pub labels: Vec<u8>,
    /// The values of clients without a known outcome, aligned with `features`; empty where there
    /// are no such clients. Only what asks how new clients differ reads them.
    pub unlabelled: Vec<Column>,
    /// What is to be learned beside the features.
    pub learned: Vec<Declared>,
    /// The rows behind the features, that models of single rows read.
    pub details: Vec<DetailTable>,
}

/// Holds one feature's values, one a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; NaN where nothing is known.
    Numbers(Vec<f64>),
    /// Categories; `None` where nothing is known.
    Categories(Vec<Option<String>>),
}

impl Column {
    /// Counts the values, missing ones included.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories(categories) => categories.len(),
        }
    }

    /// Tells whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives one client's value.
    pub fn value(&self, row: usize) -> Value {
        match self {
            Self::Numbers(numbers) if numbers[row].is_nan() => Value::Missing,
            Self::Numbers(numbers) => Value::Number(numbers[row]),
            Self::Categories(categories) => match &categories[row] {
                Some(category) => Value::Category(category.clone()),
                None => Value::Missing,
            },
        }
    }
}

impl Dataset {
    /// Counts the clients.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Tells whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Borrows the columns, so that others can stand beside them.
    pub fn column_refs(&self) -> Vec<&Column> {
        self.columns.iter().collect()
    }

    /// Gives one client's values, aligned with the features.
    pub fn row(&self, row: usize) -> Vec<Value> {
        self.columns
            .iter()
            .map(|column| column.value(row))
            .collect()
    }
}
