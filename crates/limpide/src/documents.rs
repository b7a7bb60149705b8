//! The published model's documents as the service gives them: its card, its history, the catalogue of
//! features with what values may be.

use std::path::Path;
use std::sync::Arc;

use limpide_features::{Catalogue, FeatureInfo, Role};
use limpide_model::{Bundle, Lang, Value};
use limpide_portfolio::quality::{Range, RowChecks, expected, number_shown, one_of};
use limpide_web::{
    Allowed, CatalogueEntry, ModelDocuments, ModelHistory, RowsError, SourceColumn, SourceRole,
    UnfitValue,
};

use crate::registry::{Registry, Stage};
use crate::report::{Document, Subject};
use crate::rows;

/// What is known of the published model.
pub struct PublishedDocuments {
    registry: Registry,
    bundle: Arc<Bundle>,
    hash: String,
    catalogue: Vec<CatalogueEntry>,
    /// What each of the model's features may be, in their order.
    demands: Vec<Demand>,
}

/// What a feature may be.
#[derive(Clone, Default)]
struct Demand {
    range: Range,
    /// The only texts; empty: any.
    texts: Vec<String>,
}

impl PublishedDocuments {
    /// Joins a model, the catalogue of the matrix that it scores, and the recipe's demands; without
    /// them, a value may be whatever is of its kind.
    pub fn new(
        workspace: &Path,
        bundle: &Arc<Bundle>,
        catalogue: &Catalogue,
        checks: Option<&RowChecks>,
    ) -> anyhow::Result<Self> {
        let features = catalogue
            .features
            .iter()
            .chain(catalogue.learned_features());
        let mut entries = Vec::with_capacity(catalogue.features.len());
        let mut demands = vec![Demand::default(); bundle.features.len()];
        for info in features {
            let demand = checks
                .map(|checks| demand(info, checks))
                .unwrap_or_default();
            entries.push(entry(info, &demand)?);
            if let Some(place) = bundle.feature(&info.name) {
                demands[place] = demand;
            }
        }
        Ok(Self {
            registry: Registry::new(workspace),
            hash: bundle.hash()?,
            bundle: Arc::clone(bundle),
            catalogue: entries,
            demands,
        })
    }
}

impl ModelDocuments for PublishedDocuments {
    fn card(&self, lang: Lang) -> Result<String, RowsError> {
        let card = || {
            let selection = self.registry.selection(&self.hash)?;
            let subject = Subject {
                bundle: &self.bundle,
                hash: &self.hash,
                published: true,
                selection: selection.as_ref(),
                contact: None,
            };
            Document::ModelCard.render(&subject, lang)
        };
        card().map_err(|error: anyhow::Error| RowsError(format!("{error:#}")))
    }

    fn history(&self) -> Result<ModelHistory, RowsError> {
        let events = self.registry.events();
        let events = events.map_err(|error| RowsError(format!("{error:#}")))?;
        let mut events = events.into_iter().filter(|event| event.bundle == self.hash);
        let first = events.next();
        let published = events
            .chain(first.clone())
            .filter(|event| event.stage == Stage::Published);
        Ok(ModelHistory {
            published_at: published.map(|event| event.when).max(),
            trained_at: first.map(|event| event.when),
        })
    }

    fn catalogue(&self) -> &[CatalogueEntry] {
        &self.catalogue
    }

    fn unfit(&self, row: &[Value]) -> Vec<UnfitValue> {
        let values = self.bundle.features.iter().zip(row).zip(&self.demands);
        let unfit = values.filter_map(|((feature, value), demand)| {
            let (found, expected) = demand.refuses(value)?;
            Some(UnfitValue {
                field: feature.name.clone(),
                found,
                expected,
            })
        });
        unfit.collect()
    }
}

impl Demand {
    /// What was found and what was expected, of a value that may not be.
    fn refuses(&self, value: &Value) -> Option<(String, String)> {
        match value {
            Value::Number(number) if !self.range.holds(*number) => {
                Some((number_shown(*number), expected(self.range, *number)))
            }
            Value::Category(text) if !self.texts.is_empty() && !self.texts.contains(text) => {
                let shown: String = text.chars().take(40).collect();
                Some((format!("{shown:?}"), one_of(text, &self.texts)))
            }
            _ => None,
        }
    }
}

/// What a feature may be: as the column that it is, or as the recipe says.
fn demand(info: &FeatureInfo, checks: &RowChecks) -> Demand {
    let mut demand = Demand::default();
    let source = info.lineage.as_slice();
    if let [source] = source
        && source.role == Role::Value
        && info.computed.is_empty()
        && is_column(&info.sql, &source.column)
    {
        demand.range = checks
            .range(&source.table, &source.column)
            .unwrap_or_default();
        let texts = checks.texts(&source.table, &source.column);
        demand.texts = texts.unwrap_or_default().to_vec();
    }
    if let Some(range) = checks.features().get(&info.name) {
        demand.range = demand.range.within(*range);
    }
    demand
}

/// Whether SQL gives a column as it is, be it as another type.
fn is_column(sql: &str, column: &str) -> bool {
    let quoted = format!("\"{column}\"");
    let cast = sql
        .strip_prefix("CAST(")
        .and_then(|sql| sql.strip_suffix(')'));
    let inner = cast.and_then(|cast| cast.split_once(" AS "));
    let plain = inner.map_or(sql, |(inner, _)| inner);
    plain == column || plain == quoted
}

fn entry(info: &FeatureInfo, demand: &Demand) -> anyhow::Result<CatalogueEntry> {
    let Range {
        from,
        above,
        to,
        below,
    } = demand.range;
    let lineage = info.lineage.iter().map(|source| SourceColumn {
        table: source.table.clone(),
        column: source.column.clone(),
        role: match source.role {
            Role::Value => SourceRole::Value,
            Role::Rows => SourceRole::Rows,
        },
    });
    Ok(CatalogueEntry {
        feature: rows::feature(info)?,
        family: info.family.clone(),
        sql: info.sql.clone(),
        tables: info.tables.clone(),
        lineage: lineage.collect(),
        missing_share: info.missing_share,
        quantiles: info.quantiles.clone(),
        categories: info
            .categories
            .iter()
            .map(|category| (category.value.clone(), category.share))
            .collect(),
        allowed: Allowed {
            from,
            above,
            to,
            below,
            texts: demand.texts.clone(),
        },
    })
}
