//! What a client may change in an application, and what follows from it.
//!
//! - [`Change`]: what a recipe's `[[change]]` says of one field;
//! - `check`: what is wrong with it, before any data is read;
//! - [`axes`]: the values that one client may change it to;
//! - [`apply`]: the application's columns at many points of the grid of such values;
//! - [`variants`]: the features that follow, of all points at once.

pub mod apply;
pub mod axes;
pub(crate) mod check;
pub mod variants;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::spec::{Text, Unit};

pub use apply::{Changes, Points};
pub use axes::{Axis, Value};
pub use variants::Variants;

/// A field of the application that a client may change: `[[change]]` in `recipe.toml`.
///
/// Changes take effect in the order of the recipe: the SQL of each reads the application as those
/// before it leave it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What it is asked for by, and what its new value is called in SQL.
    pub name: String,
    /// What the field is, in French with its article ("le montant du prêt"), in English without.
    #[serde(default)]
    pub label: Text,
    /// The change as a request: a verb and the places `{before}` and `{after}`.
    #[serde(default)]
    pub words: Text,
    /// What it is measured in.
    #[serde(default)]
    pub unit: Unit,
    /// The value as it is, as SQL over the application's columns.
    pub now: String,
    /// Which way it may go.
    pub direction: Allowed,
    /// New values as parts of a whole.
    pub shares: Option<Shares>,
    /// New values at equal distances.
    pub range: Option<Range>,
    /// New values one by one.
    #[serde(default)]
    pub values: Vec<f64>,
    /// What follows: numbers of the application, or inputs, each as SQL over the application's
    /// columns and the new value by the change's name.
    pub sets: BTreeMap<String, String>,
    /// Which applications have such a field, as SQL over their columns; all if absent.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// What the lender offers, as SQL over the columns as they would be after all changes.
    pub offered: Option<String>,
    /// How much a step counts beside one of another field.
    #[serde(default = "one")]
    pub weight: f64,
}

/// Which way a client may change a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allowed {
    /// Downwards.
    Lower,
    /// Upwards.
    Higher,
    /// Either way.
    Both,
}

/// New values as parts of a whole: the value less, or plus, 5 %, 10 %, … of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// The distance between two of them, as a part of the whole.
    pub by: f64,
    /// The largest.
    pub to: f64,
    /// The whole, as SQL over the application's columns; the value as it is if absent.
    pub of: Option<String>,
    /// New values are multiples of this, rounded towards the value as it is.
    pub round: Option<f64>,
}

/// New values at equal distances.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The smallest.
    pub from: f64,
    /// The largest.
    pub to: f64,
    /// The distance between two of them.
    pub by: f64,
}

fn one() -> f64 {
    1.0
}
