//! What each feature of a matrix is: its name, SQL, words, concept, and how its values spread.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::filters::Filter;
use crate::learned::Declared;
use crate::spec::{Concept, Direction, Text, Theme, Unit};

/// The catalogue's file beside its matrix.
pub const CATALOGUE: &str = "catalogue.json";

/// Whether a feature's values are numbers or categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Doubles.
    Number,
    /// Texts.
    Category,
}

/// A column of the lender's tables that a feature is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What it does for the feature.
    pub role: Role,
}

/// What a column does for a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Its values go into the feature.
    Value,
    /// It decides which rows count.
    Rows,
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
    /// The computed columns that `sql` names, with how each is computed from a row.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub computed: BTreeMap<String, String>,
    /// The columns that it is made of.
    pub lineage: Vec<Source>,
    /// Its words.
    pub label: Text,
    /// What its categories are called, of those that the recipe names; empty for numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
    /// Its concept.
    pub concept: String,
    /// Its concept's theme.
    pub theme: String,
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
    /// Quantiles of the known values by their per cent; empty for categories.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quantiles: BTreeMap<u8, f64>,
    /// How the known values spread; none for categories and where all values are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Histogram>,
    /// The most frequent categories; empty for numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryShare>,
}

/// How many clients have a value in each of equal parts of a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Where the range begins; smaller values are counted in its first part.
    pub from: f64,
    /// Where it ends; larger values are counted in its last part.
    pub to: f64,
    /// Clients, part by part.
    pub counts: Vec<u64>,
}

/// A category and how often it is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryShare {
    /// The category's text.
    pub value: String,
    /// The share of all clients that have it, in [0, 1].
    pub share: f64,
}

/// All features of a matrix, in the order of its columns, and all that it takes to read of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// What the lender is called.
    pub title: Text,
    /// Groups of concepts.
    pub themes: Vec<Theme>,
    /// Groups of features.
    pub concepts: Vec<Concept>,
    /// The features.
    pub features: Vec<FeatureInfo>,
    /// What a person may narrow clients by, of features that are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// What a model learns beside them, inside each fold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<Declared>,
    /// The rows that stand beside the matrix: their name and their columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, Vec<String>)>,
}

impl Catalogue {
    /// Reads the catalogue of a folder of features.
    ///
    /// # Errors
    /// It is absent, damaged, or of another version of the program.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(CATALOGUE);
        let text = fs::read_to_string(&path).map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&text).map_err(|error| Error::Matrix {
            path,
            reason: error.to_string(),
        })
    }

    /// The features that models learn inside each fold: they are not in the matrix.
    pub fn learned_features(&self) -> impl Iterator<Item = &FeatureInfo> {
        self.learned.iter().flat_map(Declared::features)
    }

    /// The place of a feature by its name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.features
            .iter()
            .position(|feature| feature.name == name)
    }
}
