//! Families to SQL.
//!
//! A family becomes a step: its rows, then for each subset a query of at most
//! [`MOST_AGGREGATES`] features, because planning grows faster than linearly with their number.

use std::collections::{BTreeMap, BTreeSet};

use limpide_portfolio::Schema;

use crate::aggregates::{AggregateFeature, AggregateSource, aggregates_of, nature};
use crate::catalogue::{FeatureInfo, Kind};
use crate::error::Result;
use crate::family_rows::FamilyRows;
use crate::label;
use crate::learned::{Declared, declare};
use crate::lineage::complete;
use crate::plan::{Plan, Query, QueryFeature, Rows, Step};
use crate::spec::{
    Aggregate, Column, Direction, Family, FamilyKind, RecipeSpec, Subset, Text, Unit,
};

/// Aggregates a query.
const MOST_AGGREGATES: usize = 100;

/// Compiles a recipe for the tables that `has_table` knows.
///
/// # Errors
/// None of a recipe that [`RecipeSpec::open`] has read.
pub fn compile(
    spec: &RecipeSpec,
    schema: &Schema,
    has_table: impl Fn(&str) -> bool,
) -> Result<Plan> {
    let mut plan = Plan {
        client: schema.client.clone(),
        label: schema.label.clone(),
        application: schema.application().name.clone(),
        tables: schema.tables.clone(),
        steps: Vec::new(),
        derived: Vec::new(),
        details: Vec::new(),
        learned: Vec::new(),
    };
    for family in &spec.parsed {
        if !family.tables.iter().all(|table| has_table(table)) {
            continue;
        }
        let compiler = Compiler { schema, family };
        match family.kind {
            FamilyKind::Row => {
                let query = compiler.row_query(&family.rows, family.columns.iter());
                plan.steps.push(compiler.step(None, vec![query]));
            }
            FamilyKind::Aggregate => {
                plan.steps.push(compiler.aggregate_step()?);
            }
            FamilyKind::Derived => {}
        }
    }
    derive(spec, schema, &mut plan);
    let steps = plan.steps.iter_mut().flat_map(|step| &mut step.queries);
    let queries = steps.chain(&mut plan.derived);
    for feature in queries.flat_map(|query| &mut query.features) {
        complete(spec, &mut feature.info);
    }
    let features: Vec<&FeatureInfo> = plan.features().map(|feature| &feature.info).collect();
    (plan.learned, plan.details) = declare(&spec.learned, schema, &features, has_table);
    for info in plan.learned.iter_mut().flat_map(Declared::features_mut) {
        complete(spec, info);
    }
    Ok(plan)
}

/// Adds the derived features that read nothing but what is there, those that read others last.
fn derive(spec: &RecipeSpec, schema: &Schema, plan: &mut Plan) {
    let features = plan.features();
    let mut there: BTreeSet<String> = features.map(|feature| feature.info.name.clone()).collect();
    let derived = &spec.readings.derived;
    let last = derived.values().map(|derived| derived.level).max();
    for level in 0..=last.unwrap_or(0) {
        for family in &spec.parsed {
            if family.kind != FamilyKind::Derived {
                continue;
            }
            let columns: Vec<&Column> = family
                .columns
                .iter()
                .filter(|column| {
                    let derived = derived.get(&column.name);
                    derived.is_some_and(|d| d.level == level && d.reads.is_subset(&there))
                })
                .collect();
            if columns.is_empty() {
                continue;
            }
            there.extend(columns.iter().map(|column| column.name.clone()));
            let compiler = Compiler { schema, family };
            plan.derived
                .push(compiler.row_query("features", columns.into_iter()));
        }
    }
}

struct Compiler<'a> {
    schema: &'a Schema,
    family: &'a Family,
}

impl Compiler<'_> {
    fn row_query<'c>(&self, rows: &str, columns: impl Iterator<Item = &'c Column>) -> Query {
        let mut selected = Vec::new();
        let mut features = Vec::new();
        for column in columns {
            let expression = column
                .sql
                .clone()
                .unwrap_or_else(|| format!("\"{}\"", column.name));
            let sql = if column.category {
                format!("CAST({expression} AS VARCHAR)")
            } else {
                format!("CAST({expression} AS DOUBLE)")
            };
            selected.push(format!("{sql} AS \"{}\"", column.name));
            let kind = if column.category {
                Kind::Category
            } else {
                Kind::Number
            };
            let label = Text {
                fr: label::without_article(&column.label.fr),
                en: column.label.en.clone(),
            };
            features.push(QueryFeature {
                info: self.info(column.name.clone(), kind, sql, label, column),
                zero_without_rows: false,
            });
        }
        let client = &self.schema.client;
        Query {
            family: self.family.name.clone(),
            prefix: self.family.name.clone(),
            sql: format!(
                "SELECT \"{client}\",\n  {}\nFROM {rows}",
                selected.join(",\n  ")
            ),
            tables: self.family.tables.clone(),
            features,
        }
    }

    fn step(&self, rows: Option<Rows>, queries: Vec<Query>) -> Step {
        Step {
            family: self.family.name.clone(),
            tables: self.family.tables.clone(),
            rows,
            queries,
        }
    }

    /// The family's rows and its subsets' queries. One query alone makes its rows itself.
    fn aggregate_step(&self) -> Result<Step> {
        let family = self.family;
        let family_rows = FamilyRows::new(family, &self.schema.client)?;
        let parts: Vec<(&Subset, Vec<AggregateFeature<'_>>)> = family
            .subsets
            .iter()
            .flat_map(|subset| {
                let mut aggregates = aggregates_of(family, subset).into_iter().peekable();
                std::iter::from_fn(move || {
                    aggregates.peek()?;
                    Some((subset, aggregates.by_ref().take(MOST_AGGREGATES).collect()))
                })
            })
            .collect();
        let rows = (parts.len() > 1).then(|| Rows {
            table: format!("rows_{}", family.name),
            sql: family_rows.sql.clone(),
        });
        let source = match &rows {
            Some(rows) => format!("\"{}\"", rows.table),
            None => format!("(\n{}\n) AS rows", family_rows.sql),
        };
        let queries = parts.iter().map(|(subset, aggregates)| {
            let filter = family_rows.filter(subset);
            self.aggregate_query(subset, aggregates, &format!("{source}{filter}"))
        });
        let queries = queries.collect();
        Ok(self.step(rows, queries))
    }

    fn aggregate_query(
        &self,
        subset: &Subset,
        aggregates: &[AggregateFeature<'_>],
        source: &str,
    ) -> Query {
        let client = &self.schema.client;
        let selected: Vec<String> = aggregates
            .iter()
            .map(|feature| format!("CAST({} AS DOUBLE) AS \"{}\"", feature.sql, feature.name))
            .collect();
        let features = aggregates.iter();
        Query {
            family: self.family.name.clone(),
            prefix: subset.prefix.clone(),
            sql: format!(
                "SELECT \"{client}\",\n  {}\nFROM {source}\nGROUP BY \"{client}\"",
                selected.join(",\n  ")
            ),
            tables: self.family.tables.clone(),
            features: features.map(|f| self.describe(f, subset)).collect(),
        }
    }

    fn describe(&self, feature: &AggregateFeature<'_>, subset: &Subset) -> QueryFeature {
        let name = feature.name.clone();
        let condition = subset.condition.as_ref().map(|c| format!(" WHERE {c}"));
        let last = subset
            .last
            .as_ref()
            .map(|last| format!(" LAST {} BY {}", last.rows, last.order));
        let over = format!(
            "{} OVER {}{}{}",
            feature.sql,
            self.family
                .rows
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            condition.unwrap_or_default(),
            last.unwrap_or_default()
        );
        match &feature.source {
            AggregateSource::Count(count) => QueryFeature {
                info: FeatureInfo {
                    unit: Unit::Count,
                    direction: count.direction,
                    concept: count.concept.clone(),
                    ..self.blank(name, over, label::count(subset))
                },
                zero_without_rows: true,
            },
            AggregateSource::Column(column, aggregate) => {
                let label = label::aggregate(*aggregate, column, subset, self.family.time.as_ref());
                let mut info = self.info(name, Kind::Number, over, label, column);
                (info.unit, info.direction) = nature(*aggregate, column);
                QueryFeature {
                    info,
                    zero_without_rows: *aggregate == Aggregate::Count,
                }
            }
            AggregateSource::Share(column, share) => {
                let label = label::share(share, subset);
                let mut info = self.info(name, Kind::Number, over, label, column);
                info.unit = Unit::Share;
                info.direction = share.direction;
                QueryFeature {
                    info,
                    zero_without_rows: false,
                }
            }
        }
    }

    fn info(
        &self,
        name: String,
        kind: Kind,
        sql: String,
        label: Text,
        column: &Column,
    ) -> FeatureInfo {
        FeatureInfo {
            kind,
            concept: column.concept.clone(),
            unit: column.unit,
            direction: column.direction,
            actionable: column.actionable,
            protected: column.protected,
            ..self.blank(name, sql, label)
        }
    }

    fn blank(&self, name: String, sql: String, label: Text) -> FeatureInfo {
        FeatureInfo {
            name,
            kind: Kind::Number,
            family: self.family.name.clone(),
            tables: self.family.tables.clone(),
            sql,
            computed: BTreeMap::new(),
            lineage: Vec::new(),
            label,
            values: BTreeMap::new(),
            concept: String::new(),
            theme: String::new(),
            unit: Unit::None,
            direction: Direction::None,
            actionable: false,
            protected: false,
            missing_share: 0.0,
            quantiles: BTreeMap::new(),
            histogram: None,
            categories: Vec::new(),
        }
    }
}
