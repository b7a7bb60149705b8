//! From the feature matrix to what the model reads: values, rows, training data.

use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_engine::arrow::array::{Array, ArrayRef};
use limpide_engine::arrow::datatypes::DataType;
use limpide_features::{Catalogue, Cell, DetailRows, FeatureInfo, FeatureSet, Matrix, RecipeSpec};
use limpide_model::{
    Bundle, Column, Concept, Dataset, DetailTable, Details, Feature, Kind, Learned, Theme, Value,
};
use limpide_portfolio::Portfolio;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Clients without an outcome that are looked at for drift, at least, where there are so many.
const UNLABELLED_CLIENTS: usize = 5_000;

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
    Ok(Dataset {
        clients: rows.iter().map(|&row| matrix.clients()[row]).collect(),
        columns: columns(matrix, &features, &rows),
        unlabelled: columns(matrix, &features, &unlabelled(matrix)),
        labels: rows.iter().filter_map(|&row| matrix.label(row)).collect(),
        learned: matrix
            .catalogue
            .learned
            .iter()
            .map(same)
            .collect::<anyhow::Result<_>>()?,
        details: matrix
            .details
            .iter()
            .map(|table| some_clients(table, &rows))
            .collect(),
        features,
    })
}

/// The rows of the clients at the given places.
fn some_clients(table: &DetailRows, clients: &[usize]) -> DetailTable {
    let width = table.columns.len();
    let (mut offsets, mut values) = (vec![0], Vec::new());
    for &client in clients {
        let (from, to) = (table.offsets[client], table.offsets[client + 1]);
        values.extend_from_slice(&table.values[from * width..to * width]);
        offsets.push(values.len() / width.max(1));
    }
    DetailTable {
        name: table.name.clone(),
        columns: table.columns.clone(),
        offsets,
        values,
    }
}

/// Rows as the model knows them.
pub fn detail_table(rows: DetailRows) -> DetailTable {
    DetailTable {
        name: rows.name,
        columns: rows.columns,
        offsets: rows.offsets,
        values: rows.values,
    }
}

/// Clients without a known outcome: every so many, so that enough are left to see a drift.
fn unlabelled(matrix: &Matrix) -> Vec<usize> {
    let all: Vec<usize> = (0..matrix.clients().len())
        .filter(|&row| matrix.label(row).is_none())
        .collect();
    let step = (all.len() / UNLABELLED_CLIENTS).max(1);
    all.into_iter().step_by(step).collect()
}

fn columns(matrix: &Matrix, features: &[Feature], rows: &[usize]) -> Vec<Column> {
    let columns = features.iter().enumerate();
    let columns = columns.map(|(index, feature)| match feature.kind {
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
    columns.collect()
}

/// The recipe's concepts and themes, in the model's words.
pub fn vocabulary(spec: &RecipeSpec) -> anyhow::Result<(Vec<Concept>, Vec<Theme>)> {
    Ok((same(&spec.concepts)?, same(&spec.themes)?))
}

/// A feature of the catalogue, in the model's words.
pub fn feature(info: &FeatureInfo) -> anyhow::Result<Feature> {
    same(info).with_context(|| format!("the catalogue's entry {}", info.name))
}

/// The two crates know nothing of each other; what they say is the same JSON.
pub fn same<A: Serialize, B: DeserializeOwned>(value: &A) -> anyhow::Result<B> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}

/// The places of a model's features in a workspace's matrix.
///
/// The features must be of the portfolio in force and of the recipe that the model was trained with:
/// a feature that is computed otherwise would be scored without a word.
pub fn places(
    workspace: &Path,
    set: &FeatureSet,
    catalogue: &Catalogue,
    bundle: &Bundle,
) -> anyhow::Result<Vec<usize>> {
    set.check_portfolio(workspace, &Portfolio::open(workspace)?)?;
    if set.recipe_hash != bundle.recipe.hash {
        bail!(
            "the workspace's features were made with another recipe than the published model was \
             trained with: run 'limpide train', or 'limpide features' with the model's recipe"
        );
    }
    for (table, columns) in bundle.learned.tables() {
        let mut details = catalogue.details.iter();
        if !details.any(|(name, known)| name == table && known == columns) {
            bail!(
                "the model reads the rows of {table}, which this portfolio's tables do not give: \
                 ingest the tables that it was trained on, or train again"
            );
        }
    }
    let base = &bundle.features[..bundle.n_base()];
    let places = base.iter().map(|feature| {
        catalogue.position(&feature.name).with_context(|| {
            format!(
                "the model reads {}, which this portfolio's tables do not give: ingest the tables \
                 that it was trained on, or train again",
                feature.name
            )
        })
    });
    places.collect()
}

/// A workspace's clients as rows that one model reads, in memory.
pub struct PortfolioRows {
    pub matrix: Matrix,
    /// The matrix's hash, as it was when it was read.
    pub matrix_hash: String,
    /// The hash of the portfolio that it was made of.
    pub portfolio_hash: String,
    places: Vec<usize>,
    learned: Learned,
    details: Vec<DetailTable>,
}

impl PortfolioRows {
    /// Reads the workspace's features for a model.
    pub fn open(workspace: &Path, bundle: &Bundle) -> anyhow::Result<Self> {
        let (set, mut matrix) = Matrix::open(workspace)?;
        let places = places(workspace, &set, &matrix.catalogue, bundle)?;
        Ok(Self {
            places,
            matrix_hash: set.hash,
            portfolio_hash: set.portfolio_hash,
            learned: bundle.learned.clone(),
            details: std::mem::take(&mut matrix.details)
                .into_iter()
                .map(detail_table)
                .collect(),
            matrix,
        })
    }

    /// The row that the model reads.
    pub fn row(&self, row: usize) -> Vec<Value> {
        let places = self.places.iter();
        let base: Vec<Value> = places
            .map(|&place| value(self.matrix.cell(row, place)))
            .collect();
        self.learned
            .complete(&base, Details::of(&self.details, row))
    }
}

/// Evenly chosen clients of a training set as rows that one model reads, at most so many.
pub fn some_rows<'a>(
    bundle: &'a Bundle,
    dataset: &'a Dataset,
    most: usize,
) -> anyhow::Result<impl Iterator<Item = Vec<Value>> + 'a> {
    let base = &bundle.features[..bundle.n_base()];
    let columns = base.iter().map(|feature| {
        let mut known = dataset.features.iter();
        let place = known.position(|known| known.name == feature.name);
        let place = place.with_context(|| format!("the training data hold no {}", feature.name))?;
        Ok(&dataset.columns[place])
    });
    let columns = columns.collect::<anyhow::Result<Vec<&Column>>>()?;
    let rows = (0..dataset.len()).step_by(dataset.len().div_ceil(most).max(1));
    Ok(rows.map(move |row| {
        let base: Vec<Value> = columns.iter().map(|column| column.value(row)).collect();
        bundle.complete(&base, Details::of(&dataset.details, row))
    }))
}

/// A column of computed features as the model's.
pub fn column(column: &ArrayRef) -> Column {
    let cells = (0..column.len()).map(|row| limpide_features::cell(column, row));
    match column.data_type() {
        DataType::Utf8 => Column::Categories(
            cells
                .map(|cell| match cell {
                    Cell::Text(text) => Some(text.to_owned()),
                    _ => None,
                })
                .collect(),
        ),
        _ => Column::Numbers(
            cells
                .map(|cell| match cell {
                    Cell::Number(number) => number,
                    _ => f64::NAN,
                })
                .collect(),
        ),
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
