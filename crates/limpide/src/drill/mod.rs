//! From a feature of a client down to the raw rows, for the faces and the terminal: what the recipe
//! tells of rows, put together with what the model learned.

mod learned;

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::Engine;
use limpide_features::drill::{ColumnRole, Drill, Page, ShownRows, WholeTable};
use limpide_features::{Cell, Drilled, FeatureInfo, Plan, RecipeSpec};
use limpide_model::{Bundle, Feature, Kind, Text, Unit, Value};
use limpide_portfolio::{ClientTables, Schema, nearest};
use limpide_web::{ComputeError, FeatureRows, RawColumn, RawRole, RawRows, RowsPage};

use crate::rows;

/// A recipe's features, for one model, ready to be followed to a client's rows.
pub struct FeatureDrill {
    drill: Drill,
    whole: Vec<WholeTable>,
    bundle: Arc<Bundle>,
    /// What the lender's category texts are called.
    values: BTreeMap<String, Text>,
}

impl FeatureDrill {
    /// Finds the rows behind every feature; no query is planned yet.
    pub async fn open(
        engine: &Engine,
        schema: &Schema,
        spec: &RecipeSpec,
        plan: &Plan,
        bundle: &Arc<Bundle>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            drill: Drill::new(engine, schema, spec, plan).await?,
            whole: WholeTable::all(schema, spec),
            bundle: Arc::clone(bundle),
            values: rows::same(&spec.values)?,
        })
    }

    /// The columns that a look-up has to bring, by table.
    pub fn reads(&self) -> BTreeMap<String, Vec<String>> {
        self.drill.reads()
    }

    /// What a feature was made of for the client whose tables and row these are.
    pub async fn of(
        &self,
        tables: &ClientTables,
        row: &[Value],
        name: &str,
        page: RowsPage,
    ) -> Result<FeatureRows, ComputeError> {
        let page = Page {
            offset: page.offset,
            limit: page.limit,
        };
        let found = self.drill.of(tables, name, page).await.map_err(failed)?;
        let Some(found) = found else {
            let names = self.drill.features().map(|info| info.name.as_str());
            return Err(ComputeError::UnknownFeature {
                name: name.to_owned(),
                nearest: nearest(name, names).map(str::to_owned),
            });
        };
        let Drilled {
            definition, reads, ..
        } = &found;
        let reads = reads.iter().map(|info| self.feature(info));
        let mut told = FeatureRows {
            feature: self.feature(definition)?,
            sql: definition.sql.clone(),
            computed: definition.computed.clone(),
            learned: None,
            reads: reads.collect::<Result<_, _>>()?,
            rows: found.rows.as_ref().map(|rows| self.rows(rows)),
            behind: found.behind.iter().map(|rows| self.rows(rows)).collect(),
        };
        if found.learned.is_some() {
            learned::tell(&self.bundle, row, &found, &mut told);
        }
        Ok(told)
    }

    /// Every column of the lender's tables, by table.
    pub fn every_column(&self) -> BTreeMap<String, Vec<String>> {
        let tables = self.whole.iter();
        tables
            .map(|whole| {
                (
                    whole.table.clone(),
                    whole.columns().map(str::to_owned).collect(),
                )
            })
            .collect()
    }

    /// All rows of a client whose tables these are, in the recipe's order.
    pub fn whole(&self, tables: &ClientTables) -> Vec<RawRows> {
        let found = self.whole.iter().filter_map(|whole| {
            let batch = tables.rows(&whole.table)?;
            Some(self.rows(&whole.rows(batch)))
        });
        found.collect()
    }

    /// A feature with its words: the model's, where the model reads it.
    fn feature(&self, info: &FeatureInfo) -> Result<Feature, ComputeError> {
        if let Some(place) = self.bundle.feature(&info.name) {
            return Ok(self.bundle.features[place].clone());
        }
        let mut feature = rows::feature(info).map_err(failed)?;
        if feature.kind == Kind::Category {
            feature.values.clone_from(&self.values);
        }
        Ok(feature)
    }

    fn rows(&self, shown: &ShownRows) -> RawRows {
        let columns = shown.columns.iter().enumerate();
        let columns = columns.map(|(place, column)| RawColumn {
            name: column.name.clone(),
            label: text(&column.label),
            unit: rows::same(&column.unit).unwrap_or(Unit::None),
            values: self.names(shown, place),
            role: match column.role {
                ColumnRole::Key => RawRole::Key,
                ColumnRole::Time => RawRole::Time,
                ColumnRole::Value => RawRole::Value,
                ColumnRole::Rows => RawRole::Rows,
            },
            sql: column.sql.clone(),
        });
        let cells = (0..shown.len()).map(|row| {
            let columns = 0..shown.columns.len();
            let cells = columns.map(|column| rows::value(shown.cell(row, column)));
            cells.collect()
        });
        RawRows {
            label: text(&shown.label),
            columns: columns.collect(),
            total: shown.total,
            offset: shown.offset,
            rows: cells.collect(),
        }
    }

    /// What the texts of a column are called, of those that are shown.
    fn names(&self, shown: &ShownRows, column: usize) -> BTreeMap<String, Text> {
        let own = &shown.columns[column].values;
        let mut names = BTreeMap::new();
        for row in 0..shown.len() {
            let Cell::Text(found) = shown.cell(row, column) else {
                continue;
            };
            let everywhere = || self.values.get(found).cloned();
            if let Some(name) = own.get(found).map(text).or_else(everywhere) {
                names.insert(found.to_owned(), name);
            }
        }
        names
    }
}

/// The two crates know nothing of each other's words.
fn text(text: &limpide_features::Text) -> Text {
    Text {
        fr: text.fr.clone(),
        en: text.en.clone(),
    }
}

fn failed(error: impl std::fmt::Display) -> ComputeError {
    ComputeError::Failed(error.to_string())
}
