//! From the feature matrix to what the model reads: values, rows, training data.

use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_features::{Cell, FeatureInfo, Matrix, RecipeSpec};
use limpide_model::{
    Bundle, Column, Concept, Dataset, Details, Feature, Kind, Learned, Theme, Value,
};
use limpide_portfolio::Portfolio;
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
        ..Dataset::default()
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

/// A workspace's clients as rows that one model reads.
pub struct PortfolioRows {
    pub matrix: Matrix,
    places: Vec<usize>,
    learned: Learned,
}

impl PortfolioRows {
    /// Reads the workspace's features for a model.
    ///
    /// They must be of the portfolio in force and of the recipe that the model was trained with:
    /// a feature that is computed otherwise would be scored without a word.
    pub fn open(workspace: &Path, bundle: &Bundle) -> anyhow::Result<Self> {
        let (set, matrix) = Matrix::open(workspace)?;
        set.check_portfolio(workspace, &Portfolio::open(workspace)?)?;
        if set.recipe_hash != bundle.recipe.hash {
            bail!(
                "the workspace's features were made with another recipe than the published model \
                 was trained with: run 'limpide train', or 'limpide features' with the model's \
                 recipe"
            );
        }
        let base = &bundle.features[..bundle.n_base()];
        let places = base.iter().map(|feature| {
            matrix.catalogue.position(&feature.name).with_context(|| {
                format!(
                    "the model reads {}, which this portfolio's tables do not give: ingest \
                         the tables that it was trained on, or train again",
                    feature.name
                )
            })
        });
        let places = places.collect::<anyhow::Result<_>>()?;
        Ok(Self {
            matrix,
            places,
            learned: bundle.learned.clone(),
        })
    }

    /// The row that the model reads.
    pub fn row(&self, row: usize) -> Vec<Value> {
        let places = self.places.iter();
        let base: Vec<Value> = places
            .map(|&place| value(self.matrix.cell(row, place)))
            .collect();
        self.learned.complete(&base, Details::none())
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
