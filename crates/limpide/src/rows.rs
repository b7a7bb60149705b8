//! From the feature matrix to what the model reads: values, rows, training data.

use anyhow::{Context as _, bail};
use limpide_features::{Cell, FeatureInfo, Matrix, RecipeSpec};
use limpide_model::{Bundle, Column, Concept, Dataset, Feature, Kind, Theme, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The clients whose outcome is known, with their features.
pub fn dataset(matrix: &Matrix) -> anyhow::Result<Dataset> {
    let rows: Vec<usize> = (0..matrix.clients().len())
        .filter(|&row| matrix.label(row).is_some())
        .collect();
    if rows.is_empty() {
        bail!(
            "no client of the portfolio has a known outcome: training needs the table with the \
             outcome's column"
        );
    }
    let features: Vec<Feature> = matrix
        .catalogue
        .features
        .iter()
        .map(feature)
        .collect::<anyhow::Result<_>>()?;
    let columns = features
        .iter()
        .enumerate()
        .map(|(index, feature)| match feature.kind {
            Kind::Number => Column::Numbers(
                rows.iter()
                    .map(|&row| match matrix.cell(row, index) {
                        Cell::Number(number) => number,
                        _ => f64::NAN,
                    })
                    .collect(),
            ),
            Kind::Category => Column::Categories(
                rows.iter()
                    .map(|&row| match matrix.cell(row, index) {
                        Cell::Text(text) => Some(text.to_owned()),
                        _ => None,
                    })
                    .collect(),
            ),
        });
    Ok(Dataset {
        clients: rows.iter().map(|&row| matrix.clients()[row]).collect(),
        columns: columns.collect(),
        labels: rows.iter().filter_map(|&row| matrix.label(row)).collect(),
        features,
    })
}

/// The recipe's concepts and themes, in the model's words.
pub fn vocabulary(spec: &RecipeSpec) -> anyhow::Result<(Vec<Concept>, Vec<Theme>)> {
    Ok((same(&spec.concepts)?, same(&spec.themes)?))
}

fn feature(info: &FeatureInfo) -> anyhow::Result<Feature> {
    same(info).with_context(|| format!("the catalogue's entry {}", info.name))
}

/// The two crates know nothing of each other; what they say is the same JSON.
fn same<A: Serialize, B: DeserializeOwned>(value: &A) -> anyhow::Result<B> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}

/// Where a bundle's features stand in a matrix.
pub struct RowReader {
    places: Vec<usize>,
}

impl RowReader {
    /// Finds each of the bundle's features in the matrix.
    pub fn new(bundle: &Bundle, matrix: &Matrix) -> anyhow::Result<Self> {
        let places = bundle.features.iter().map(|feature| {
            matrix.catalogue.position(&feature.name).with_context(|| {
                format!(
                    "the model reads {}, which the workspace's features do not have; run \
                     'limpide features' with the model's recipe, or train again",
                    feature.name
                )
            })
        });
        Ok(Self {
            places: places.collect::<anyhow::Result<_>>()?,
        })
    }

    /// The row that the model reads.
    pub fn row(&self, matrix: &Matrix, row: usize) -> Vec<Value> {
        self.places
            .iter()
            .map(|&place| value(matrix.cell(row, place)))
            .collect()
    }
}

/// A cell as the model's value.
pub fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Number(number) => Value::Number(number),
        Cell::Text(text) => Value::Category(text.to_owned()),
        Cell::Missing => Value::Missing,
    }
}
