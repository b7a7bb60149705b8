//! What the program knows of the published model beyond its bundle: its card as a page, when it was
//! trained, the catalogue of features, and what values may be.

use std::collections::BTreeMap;

use limpide_model::{Bundle, Feature, FeatureReference, Lang, Value};

use crate::service::{RowsError, UnfitValue};

/// The published model's documents.
pub trait ModelDocuments: Send + Sync {
    /// The model's card as a page that needs no other.
    ///
    /// # Errors
    /// The page cannot be made.
    fn card(&self, lang: Lang) -> Result<String, RowsError>;

    /// When the model was trained and published, as the registry says.
    ///
    /// # Errors
    /// The registry cannot be read.
    fn history(&self) -> Result<ModelHistory, RowsError>;

    /// Every feature that the lender's tables give, also those that the model does not read, in
    /// the order of the matrix; then those that the model learns.
    fn catalogue(&self) -> &[CatalogueEntry];

    /// What values the recipe does not allow, of a row in the order of `Bundle::features`.
    fn unfit(&self, row: &[Value]) -> Vec<UnfitValue>;
}

/// When what became of a model; RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelHistory {
    /// When it was trained or brought here; `None`: no event says.
    pub trained_at: Option<String>,
    /// Since when it decides; `None`: no event says.
    pub published_at: Option<String>,
}

/// A feature of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueEntry {
    /// The feature.
    pub feature: Feature,
    /// The family that it belongs to; empty where it is not known.
    pub family: String,
    /// How it is computed; empty where it is not known.
    pub sql: String,
    /// The tables that it is made from.
    pub tables: Vec<String>,
    /// The columns that it is made from.
    pub lineage: Vec<SourceColumn>,
    /// Share of clients of whom nothing is known, in [0, 1].
    pub missing_share: f64,
    /// Quantiles of the known numbers by their per cent; empty for categories.
    pub quantiles: BTreeMap<u8, f64>,
    /// The most frequent categories and their shares of all clients; empty for numbers.
    pub categories: Vec<(String, f64)>,
    /// What its values may be.
    pub allowed: Allowed,
}

/// A column that a feature is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What it does: its values go into the feature, or it decides which rows count.
    pub role: SourceRole,
}

/// What a column does for a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceRole {
    /// Its values go into the feature.
    Value,
    /// It decides which rows count.
    Rows,
}

/// What values may be; where all is empty, whatever is of the right kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allowed {
    /// The smallest number.
    pub from: Option<f64>,
    /// What every number must be larger than.
    pub above: Option<f64>,
    /// The largest number.
    pub to: Option<f64>,
    /// What every number must be smaller than.
    pub below: Option<f64>,
    /// The only texts; empty: any.
    pub texts: Vec<String>,
}

impl CatalogueEntry {
    /// What a bundle alone tells of its features: no lineage, and nothing of what values may be.
    pub(crate) fn of_bundle(bundle: &Bundle) -> Vec<Self> {
        let features = bundle.features.iter().zip(&bundle.reference.features);
        let entries = features.map(|(feature, reference)| Self {
            feature: feature.clone(),
            family: String::new(),
            sql: String::new(),
            tables: Vec::new(),
            lineage: Vec::new(),
            missing_share: reference.missing_share,
            quantiles: per_cents(reference),
            categories: reference.categories.clone(),
            allowed: Allowed::default(),
        });
        entries.collect()
    }
}

/// The percentiles that people read, of those that a bundle keeps.
fn per_cents(reference: &FeatureReference) -> BTreeMap<u8, f64> {
    const READ: [u8; 9] = [0, 1, 5, 25, 50, 75, 95, 99, 100];
    let quantiles = READ.into_iter().filter_map(|per_cent| {
        let quantile = reference.quantiles.get(usize::from(per_cent))?;
        Some((per_cent, *quantile))
    });
    quantiles.collect()
}
