//! What each feature of a matrix is: its name, SQL, words, concept, and how its values spread.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::learned::Declared;
use crate::spec::{Direction, Text, Unit};

/// Whether a feature's values are numbers or categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Doubles.
    Number,
    /// Texts.
    Category,
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureInfo {
    /// Its column's name in the matrix.
    pub name: String,
    /// Numbers or categories.
    pub kind: Kind,
    /// The family that it belongs to.
    pub family: String,
    /// The tables that it is made from.
    pub tables: Vec<String>,
    /// The expression that defines it, over one client's rows.
    pub sql: String,
    /// Its words.
    pub label: Text,
    /// What its categories are called, of those that the recipe names; empty for numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
    /// Its concept.
    pub concept: String,
    /// What it is measured in.
    pub unit: Unit,
    /// Which way risk goes with it.
    pub direction: Direction,
    /// Whether a client could change it.
    pub actionable: bool,
    /// Whether the law protects it.
    pub protected: bool,
    /// Share of clients without a value, in [0, 1].
    pub missing_share: f64,
    /// Minimum, quartiles and maximum of the known values; empty for categories.
    pub quartiles: Vec<f64>,
}

/// All features of a matrix, in the order of its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The features.
    pub features: Vec<FeatureInfo>,
    /// What a model learns beside them, inside each fold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<Declared>,
    /// The rows that stand beside the matrix: their name and their columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, Vec<String>)>,
}

impl Catalogue {
    /// The place of a feature by its name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.features
            .iter()
            .position(|feature| feature.name == name)
    }
}
