//! Families to SQL.
//!
//! Each subset becomes one query of at most [`MOST_AGGREGATES`] features, because planning
//! grows faster than linearly with their number.

use std::collections::BTreeMap;

use limpide_portfolio::{Schema, Table};

use crate::aggregates::{AggregateFeature, AggregateSource, aggregates_of};
use crate::catalogue::{FeatureInfo, Kind};
use crate::check::{check, wrong};
use crate::error::Result;
use crate::label;
use crate::spec::{
    Aggregate, Column, Direction, Family, FamilyKind, RecipeSpec, Subset, Text, Unit,
};

/// Aggregates a query.
const MOST_AGGREGATES: usize = 100;

/// The queries of a recipe over the tables that a portfolio has.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The column that identifies the client.
    pub client: String,
    /// The column of outcomes.
    pub label: String,
    /// The table with one row a client.
    pub application: String,
    /// The recipe's tables, which say what was known at the application.
    pub tables: Vec<Table>,
    /// Queries over tables.
    pub queries: Vec<Query>,
    /// Queries over the features before them, in order.
    pub derived: Vec<Query>,
}

/// One SELECT: the client, then its features.
#[derive(Debug, Clone)]
pub struct Query {
    /// The family's name.
    pub family: String,
    /// The prefix that its features share, or the family's name.
    pub prefix: String,
    /// The SQL text.
    pub sql: String,
    /// The tables that it reads.
    pub tables: Vec<String>,
    /// What its columns after the client are, with the value of a client without rows.
    pub features: Vec<QueryFeature>,
}

/// A feature of a query.
#[derive(Debug, Clone)]
pub struct QueryFeature {
    /// What the catalogue says of it (missing share and quartiles still empty).
    pub info: FeatureInfo,
    /// Whether a client without rows has 0 instead of a missing value.
    pub zero_without_rows: bool,
}

impl Plan {
    /// All features in the order of the matrix.
    pub fn features(&self) -> impl Iterator<Item = &QueryFeature> {
        self.queries
            .iter()
            .chain(&self.derived)
            .flat_map(|query| &query.features)
    }
}

/// Compiles a recipe for the tables that `has_table` knows.
///
/// # Errors
/// [`Error::Spec`] if a family names an unknown table, concept or subset, or a feature's name
/// stands twice.
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
        queries: Vec::new(),
        derived: Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    for family in &spec.parsed {
        let compiler = Compiler { schema, family };
        check(spec, schema, family)?;
        if !family.tables.iter().all(|table| has_table(table)) {
            continue;
        }
        match family.kind {
            FamilyKind::Row => {
                let columns = family.columns.iter();
                plan.queries.push(compiler.row_query(&family.rows, columns));
            }
            FamilyKind::Aggregate => {
                for subset in &family.subsets {
                    plan.queries.extend(compiler.aggregate_queries(subset));
                }
            }
            FamilyKind::Derived => {
                let all = all_names(spec);
                let columns = family.columns.iter();
                let computable = columns.filter(|column| is_computable(column, &names, &all));
                plan.derived
                    .push(compiler.row_query("features", computable));
            }
        }
        let latest = match family.kind {
            FamilyKind::Derived => &plan.derived,
            _ => &plan.queries,
        };
        for query in latest.iter().filter(|query| query.family == family.name) {
            for feature in &query.features {
                if names.contains(&feature.info.name) {
                    let reason = format!("the feature {} stands twice", feature.info.name);
                    return Err(wrong(family, reason));
                }
                names.push(feature.info.name.clone());
            }
        }
    }
    Ok(plan)
}

/// Whether a derived column reads nothing but features that are there.
fn is_computable(column: &Column, known: &[String], all: &[String]) -> bool {
    let sql = column.sql.as_deref().unwrap_or(&column.name);
    let mut words = sql.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.all(|word| known.iter().any(|name| name == word) || !all.iter().any(|name| name == word))
}

/// The names of the features of all table families, whether their tables are there or not.
fn all_names(spec: &RecipeSpec) -> Vec<String> {
    let mut names = Vec::new();
    for family in &spec.parsed {
        match family.kind {
            FamilyKind::Aggregate => {
                for subset in &family.subsets {
                    names.extend(aggregates_of(family, subset).into_iter().map(|a| a.name));
                }
            }
            _ => names.extend(family.columns.iter().map(|column| column.name.clone())),
        }
    }
    names
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

    fn aggregate_queries(&self, subset: &Subset) -> Vec<Query> {
        let aggregates = aggregates_of(self.family, subset);
        let source = self.subset_rows(subset);
        let client = &self.schema.client;
        let queries = aggregates.chunks(MOST_AGGREGATES).map(|chunk| {
            let selected: Vec<String> = chunk
                .iter()
                .map(|feature| format!("CAST({} AS DOUBLE) AS \"{}\"", feature.sql, feature.name))
                .collect();
            Query {
                family: self.family.name.clone(),
                prefix: subset.prefix.clone(),
                sql: format!(
                    "SELECT \"{client}\",\n  {}\nFROM {source}\nGROUP BY \"{client}\"",
                    selected.join(",\n  ")
                ),
                tables: self.family.tables.clone(),
                features: chunk
                    .iter()
                    .map(|feature| self.describe(feature, subset))
                    .collect(),
            }
        });
        queries.collect()
    }

    /// The subset's rows with the family's computed columns.
    fn subset_rows(&self, subset: &Subset) -> String {
        let mut selected = vec![format!("\"{}\"", self.schema.client)];
        for column in &self.family.columns {
            selected.push(match &column.sql {
                Some(sql) => format!("{sql} AS \"{}\"", column.name),
                None => format!("\"{}\"", column.name),
            });
        }
        let condition = match &subset.condition {
            Some(condition) => format!(" WHERE {condition}"),
            None => String::new(),
        };
        let selected = selected.join(", ");
        let rows = &self.family.rows;
        let Some(last) = &subset.last else {
            return format!("(SELECT {selected} FROM {rows}{condition}) AS rows");
        };
        format!(
            "(SELECT * FROM (SELECT {selected}, row_number() OVER (PARTITION BY \"{}\" ORDER BY {}) AS \"__rank\" FROM {rows}{condition}) AS ranked WHERE \"__rank\" <= {}) AS rows",
            self.schema.client, last.order, last.rows
        )
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
                let label = label::aggregate(*aggregate, column, subset);
                let mut info = self.info(name, Kind::Number, over, label, column);
                match aggregate {
                    Aggregate::Count => info.unit = Unit::Count,
                    Aggregate::Std => {
                        info.direction = Direction::None;
                        if info.unit == Unit::Date {
                            info.unit = Unit::Days;
                        }
                    }
                    Aggregate::Mean if info.unit == Unit::Flag => info.unit = Unit::Share,
                    Aggregate::Sum if info.unit == Unit::Flag => info.unit = Unit::Count,
                    _ => {}
                }
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
            label,
            values: BTreeMap::new(),
            concept: String::new(),
            unit: Unit::None,
            direction: Direction::None,
            actionable: false,
            protected: false,
            missing_share: 0.0,
            quartiles: Vec::new(),
        }
    }
}
