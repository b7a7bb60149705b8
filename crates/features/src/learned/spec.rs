//! Learned features as they stand in TOML.

use serde::{Deserialize, Serialize};

use crate::spec::{Direction, Text};

/// All that a recipe asks to be learned.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedSpec {
    /// Default rates of the nearest clients.
    #[serde(default)]
    pub neighbours: Vec<Neighbours>,
    /// Comparisons with clients of the same kind.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    /// Models of single rows.
    #[serde(default)]
    pub rows: Vec<RowModel>,
}

/// The default rate of the nearest clients.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbours {
    /// The feature's name.
    pub name: String,
    /// The features that say who is near: numbers, each of equal weight.
    pub inputs: Vec<String>,
    /// How many neighbours count; fewer where there are few clients.
    pub k: usize,
    /// Its words; `{k}` stands for the number of neighbours.
    pub label: Text,
    /// Its concept.
    pub concept: String,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

/// Comparisons with clients of the same kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The beginning of its features' names.
    pub name: String,
    /// What makes a group, the widest first: a group that is too small counts as the one
    /// without the last key.
    pub by: Vec<Key>,
    /// Clients that a group must have to speak for itself.
    pub least: usize,
    /// Who the others are, as it follows "of": "ceux du même métier".
    pub label: Text,
    /// What is compared.
    #[serde(rename = "number")]
    pub numbers: Vec<Number>,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

/// One of the features that make a group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// A category, or a number with bands.
    pub feature: String,
    /// Where the bands of a number begin, rising.
    #[serde(default)]
    pub bands: Vec<f64>,
}

/// A number that is compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The feature.
    pub feature: String,
    /// What is told of it.
    pub relations: Vec<Relation>,
}

/// How a client and a group are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The group's median.
    Median,
    /// The group's standard deviation.
    Deviation,
    /// The client's number less the median.
    Difference,
    /// The client's number over the median.
    Ratio,
    /// The difference in standard deviations.
    Z,
}

/// A model of single rows against their clients' outcome.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowModel {
    /// What the rows are called.
    pub name: String,
    /// The tables that they are read from; if one is absent, so is the model.
    pub tables: Vec<String>,
    /// The rows: a table's name, or a SELECT in parentheses with the client's column.
    pub rows: String,
    /// Which rows, as SQL; all if absent.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The column whose greatest value marks the latest row.
    pub latest: Option<String>,
    /// The concept that its features belong to.
    pub concept: String,
    /// What the model reads of a row.
    #[serde(rename = "column")]
    pub columns: Vec<RowColumn>,
    /// What is told of a client's rows.
    #[serde(rename = "output")]
    pub outputs: Vec<Output>,
    /// With fewer clients it is not learned.
    #[serde(default)]
    pub from_clients: usize,
}

/// A number of a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowColumn {
    /// Its name: of a column of the rows, or what `sql` is called.
    pub name: String,
    /// How it is computed from a row; a category becomes numbers by CASE.
    pub sql: Option<String>,
}

/// A feature that sums up the risks of a client's rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// How they become one.
    pub summary: Summary,
    /// The feature's name.
    pub name: String,
    /// Its words.
    pub label: Text,
    /// The field's direction.
    #[serde(default = "up")]
    pub direction: Direction,
}

/// How the risks of a client's rows become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Summary {
    /// Their mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum.
    Sum,
    /// That of the latest row.
    Latest,
}

impl Relation {
    /// The end of a feature's name.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Median => "MEDIAN",
            Self::Deviation => "DEVIATION",
            Self::Difference => "DIFFERENCE",
            Self::Ratio => "RATIO",
            Self::Z => "Z",
        }
    }
}

impl Group {
    /// The name of a feature.
    pub(crate) fn feature(&self, number: &Number, relation: Relation) -> String {
        format!("{}_{}_{}", self.name, number.feature, relation.ending())
    }
}

impl LearnedSpec {
    /// The names of all features that it can give, with the keys that lead to each.
    pub(crate) fn names(&self) -> Vec<(String, Vec<String>)> {
        let mut names = Vec::new();
        let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        for (place, neighbours) in self.neighbours.iter().enumerate() {
            let place = place.to_string();
            names.push((
                neighbours.name.clone(),
                path(&["neighbours", &place, "name"]),
            ));
        }
        for (place, group) in self.groups.iter().enumerate() {
            let place = place.to_string();
            for (number_place, number) in group.numbers.iter().enumerate() {
                let number_place = number_place.to_string();
                for &relation in &number.relations {
                    let keys = ["group", &place, "number", &number_place, "relations"];
                    names.push((group.feature(number, relation), path(&keys)));
                }
            }
        }
        for (place, rows) in self.rows.iter().enumerate() {
            let place = place.to_string();
            for (output_place, output) in rows.outputs.iter().enumerate() {
                let output_place = output_place.to_string();
                let keys = ["rows", &place, "output", &output_place, "name"];
                names.push((output.name.clone(), path(&keys)));
            }
        }
        names
    }
}

const fn up() -> Direction {
    Direction::Up
}
