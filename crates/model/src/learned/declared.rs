//! What a recipe asks to be learned: which features from which inputs.

use serde::{Deserialize, Serialize};

use super::groups::Relation;
use super::row_model::Summary;
use crate::feature::Feature;

/// Declares one or several features that are fitted together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Declared {
    /// The default rate of the nearest clients.
    Neighbours(DeclaredNeighbours),
    /// The client beside others of the same kind.
    Groups(DeclaredGroups),
    /// A model of single rows.
    Rows(DeclaredRows),
}

/// Declares the default rate of the nearest clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredNeighbours {
    /// What it gives; a place `{k}` in its label becomes the number of neighbours.
    pub feature: Feature,
    /// The features that place a client, by name; numbers all.
    pub inputs: Vec<String>,
    /// Neighbours that count on large data.
    pub neighbours: usize,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

/// Declares comparisons with others of the same kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredGroups {
    /// What makes a group, the widest first.
    pub by: Vec<DeclaredKey>,
    /// Known numbers that a group must have to speak for itself.
    pub least: usize,
    /// What is compared.
    pub numbers: Vec<DeclaredNumber>,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

/// Declares a part of a group's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredKey {
    /// A feature's name: a category, or a number that has bands.
    pub feature: String,
    /// Where its bands begin, rising.
    #[serde(default)]
    pub bands: Vec<f64>,
}

/// Declares the comparisons of one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredNumber {
    /// The feature's name.
    pub input: String,
    /// What is told of it, and what that is called.
    pub outputs: Vec<(Relation, Feature)>,
}

/// Declares a model of single rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredRows {
    /// The table of rows.
    pub table: String,
    /// The column whose greatest value marks the latest row.
    pub latest: Option<String>,
    /// What is told of a client's rows, and what that is called.
    pub outputs: Vec<(Summary, Feature)>,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

impl Declared {
    /// Gives the number of clients that it takes: with fewer it is not learned.
    pub fn from_clients(&self) -> usize {
        match self {
            Self::Neighbours(neighbours) => neighbours.from_clients,
            Self::Groups(groups) => groups.from_clients,
            Self::Rows(rows) => rows.from_clients,
        }
    }

    /// Gives the features in the order of their values.
    pub fn features(&self) -> Vec<&Feature> {
        match self {
            Self::Neighbours(neighbours) => vec![&neighbours.feature],
            Self::Groups(groups) => {
                let outputs = groups.numbers.iter().flat_map(|number| &number.outputs);
                outputs.map(|(_, feature)| feature).collect()
            }
            Self::Rows(rows) => rows.outputs.iter().map(|(_, feature)| feature).collect(),
        }
    }
}
