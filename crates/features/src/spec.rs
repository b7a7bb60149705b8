//! What a recipe says of its features, as it stands in TOML.
//!
//! A family reads one table (or one SQL over several), perhaps in several subsets ("all",
//! "active", "closed"); each of its columns, raw or computed, is aggregated to one value a
//! client. A row family has one row a client already; a derived family reads other features.

use std::collections::BTreeMap;

use limpide_portfolio::Recipe;
pub use limpide_portfolio::Text;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::changes::Change;
use crate::check::check;
use crate::error::Result;
use crate::faults::Faults;
use crate::filters::{self, Filter};
use crate::learned::{self, LearnedSpec};
use crate::lineage::{Readings, readings};
use crate::table_words::{self, TableWords};

/// The recipe's `recipe.toml` (what concerns features) and its families, in order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeSpec {
    /// What the lender is called.
    #[serde(default)]
    pub title: Text,
    /// The symbol of the lender's currency.
    pub currency: String,
    /// What a person would call a group of features.
    #[serde(rename = "concept")]
    pub concepts: Vec<Concept>,
    /// A handful of groups of concepts.
    #[serde(rename = "theme")]
    pub themes: Vec<Theme>,
    /// What the lender's category texts are called.
    #[serde(skip)]
    pub values: BTreeMap<String, Text>,
    /// How concepts are told, by their ids, filled by [`RecipeSpec::open`].
    #[serde(skip)]
    pub(crate) reasons: BTreeMap<String, Reasons>,
    /// What is to be learned from other clients, filled by [`RecipeSpec::open`].
    #[serde(skip)]
    pub learned: LearnedSpec,
    /// What tables and their columns are called, filled by [`RecipeSpec::open`].
    #[serde(skip)]
    pub table_words: TableWords,
    /// What people may change that no column holds.
    #[serde(default, rename = "input")]
    pub inputs: Vec<Input>,
    /// What clients may change to get a yes, in the order in which it takes effect.
    #[serde(default, rename = "change")]
    pub changes: Vec<Change>,
    /// What columns of texts may hold, by table and column.
    #[serde(skip)]
    pub vocabulary: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    families: Vec<String>,
    /// What the client page shows beside the reasons.
    #[serde(default)]
    pub display: Display,
    /// What a person may narrow clients by.
    #[serde(default, rename = "filter")]
    pub filters: Vec<Filter>,
    /// What mistakes cost: read where models are trained.
    #[serde(default, rename = "policy")]
    _policy: IgnoredAny,
    /// By what clients are held out: read where models are trained.
    #[serde(default, rename = "judging")]
    _judging: IgnoredAny,
    /// The families, filled by [`RecipeSpec::open`].
    #[serde(skip)]
    pub parsed: Vec<Family>,
    /// What the features read, filled by [`RecipeSpec::open`].
    #[serde(skip)]
    pub(crate) readings: Readings,
}

/// What the client page shows beside the reasons: features by their names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// The request, in the page's header.
    pub header: Vec<String>,
    /// Groups of features below.
    #[serde(default, rename = "panel")]
    pub panels: Vec<Panel>,
    /// Columns of the application that staff may try other numbers of, beside the changes.
    #[serde(default)]
    pub tries: Vec<String>,
    /// Shorter words for a feature than its own label.
    #[serde(default)]
    pub labels: BTreeMap<String, Text>,
}

/// A group of features on the client page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Its heading.
    #[serde(default)]
    pub label: Text,
    /// The features.
    pub features: Vec<String>,
}

/// A value that people think of and no column holds, and the column that follows from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What an edit calls it.
    pub name: String,
    /// The number of the application that follows from it.
    pub sets: String,
    /// How it follows, as SQL over the application's columns and the input.
    pub sql: String,
}

/// A concept: a name for features that say the same thing about a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its identifier in the recipe.
    pub id: String,
    /// The theme that it belongs to.
    pub theme: String,
    /// Its name.
    #[serde(default)]
    pub label: Text,
    /// The sentence when it raises the risk, told by any of its features.
    #[serde(default)]
    pub raises: Sentence,
    /// The sentence when it lowers the risk, told by any of its features.
    #[serde(default)]
    pub lowers: Sentence,
    /// Its plain features with sentences of their own, in order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_by: Vec<Telling>,
}

impl Concept {
    fn is_told(&self) -> bool {
        let sentences = [&self.raises, &self.lowers];
        !self.told_by.is_empty() || sentences.iter().any(|one| **one != Sentence::default())
    }

    fn tell(&mut self, reasons: &Reasons) {
        self.raises = reasons.raises.clone();
        self.lowers = reasons.lowers.clone();
        self.told_by.clone_from(&reasons.told_by);
    }
}

/// How a concept is told as a reason.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// The sentence when it raises the risk, told by any of its features.
    #[serde(default)]
    pub raises: Sentence,
    /// The sentence when it lowers the risk, told by any of its features.
    #[serde(default)]
    pub lowers: Sentence,
    /// Its plain features with sentences of their own, in order of preference.
    #[serde(default)]
    pub told_by: Vec<Telling>,
}

/// A sentence about a client, in both languages and in the words of whom it is told to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
    /// The same said to the client; `None` where it names nobody, and serves for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub you: Option<Text>,
}

/// Says what a feature's value means; sentences may hold `{value}`, `{label}` and `{comparison}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// The feature's name.
    pub feature: String,
    /// The sentence for any value.
    #[serde(default)]
    pub says: Sentence,
    /// Sentences for a number (`0`), a category or a value that is `missing`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Sentence>,
}

/// A theme: a handful of concepts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its identifier in the recipe.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub label: Text,
}

/// A group of features over the same rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its file's name, filled when read.
    #[serde(skip)]
    pub name: String,
    /// How its rows become features.
    #[serde(default)]
    pub kind: FamilyKind,
    /// The tables that it reads; if one is absent from the portfolio, so is the family.
    #[serde(default)]
    pub tables: Vec<String>,
    /// The rows: a table's name, or a SELECT in parentheses with the client's column.
    #[serde(default)]
    pub rows: String,
    /// When its rows happened; trends need it.
    pub time: Option<Time>,
    /// Subsets of the rows; a row or derived family has none.
    #[serde(default, rename = "subset")]
    pub subsets: Vec<Subset>,
    /// The columns.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// How a family's rows become features.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FamilyKind {
    /// One row a client: a column is a feature.
    Row,
    /// Many rows a client: a column's aggregates are features.
    #[default]
    Aggregate,
    /// Expressions over the features of the families before it.
    Derived,
}

/// When the rows of a family happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The family's column that says it, as a number that rises with time.
    pub column: String,
    /// What one unit of it is ("par mois", "per month").
    pub per: Text,
}

/// Some of a family's rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subset {
    /// The beginning of its features' names.
    pub prefix: String,
    /// Which rows, as SQL; all if absent.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Only the last rows of each client.
    pub last: Option<Last>,
    /// What its rows are, in the plural and without an article.
    #[serde(default)]
    pub label: Text,
    /// The concept of the number of its rows; no count if absent.
    pub count: Option<Count>,
}

/// The last rows of each client in a total order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Last {
    /// How many.
    pub rows: u32,
    /// The order, latest first, as SQL; it must leave no ties.
    pub order: String,
}

/// The number of a subset's rows as a feature.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Its concept.
    pub concept: String,
    /// The field's direction.
    #[serde(default)]
    pub direction: Direction,
}

/// A column of a family.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name: of a column of the rows, or what `sql` is called.
    pub name: String,
    /// How it is computed from a row; the column itself if absent.
    pub sql: Option<String>,
    /// What it is, in French with its article ("la dette"), in English without.
    #[serde(default)]
    pub label: Text,
    /// The concept that its features belong to.
    pub concept: String,
    /// What it is measured in.
    #[serde(default)]
    pub unit: Unit,
    /// Whether risk goes up or down with it, as the field knows.
    #[serde(default)]
    pub direction: Direction,
    /// Whether it holds categories (row families only).
    #[serde(default)]
    pub category: bool,
    /// Whether a client could change it.
    #[serde(default)]
    pub actionable: bool,
    /// Whether the law protects it.
    #[serde(default)]
    pub protected: bool,
    /// Its aggregates (aggregate families only).
    #[serde(default)]
    pub aggregates: Vec<Aggregate>,
    /// Categories whose share among the rows is a feature (aggregate families only).
    #[serde(default)]
    pub shares: Vec<Share>,
    /// The prefixes of the subsets that it is computed for; all if empty.
    #[serde(default)]
    pub subsets: Vec<String>,
    /// Aggregates for some subsets only, beside those above.
    #[serde(default)]
    pub also: Vec<Also>,
}

/// Further aggregates of a column, for some of its family's subsets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The prefixes of the subsets.
    pub subsets: Vec<String>,
    /// The aggregates.
    pub aggregates: Vec<Aggregate>,
}

/// A category whose share among a client's rows is a feature.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The category's text.
    pub value: String,
    /// What such rows are, in the plural without article.
    #[serde(default)]
    pub label: Text,
    /// The field's direction.
    #[serde(default)]
    pub direction: Direction,
}

/// How many values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    /// Mean of the known values.
    Mean,
    /// Sum of the known values; missing if none is known.
    Sum,
    /// Smallest known value.
    Min,
    /// Largest known value.
    Max,
    /// The middle of the known values; the mean of the two in the middle if their number is even.
    Median,
    /// Sample standard deviation; missing below two known values.
    Std,
    /// Slope of the least-squares line over the family's time; missing below two known values at
    /// different times.
    Trend,
    /// Number of known values; 0 if there are none.
    Count,
}

/// What a feature is measured in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Unit {
    #[default]
    None,
    Money,
    Days,
    Date,
    Months,
    Years,
    Ratio,
    Share,
    Count,
    Score,
    Flag,
}

/// Which way risk goes with a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Risk rises with the value.
    Up,
    /// Risk falls with the value.
    Down,
    /// The field does not say.
    #[default]
    None,
}

impl RecipeSpec {
    /// Reads a recipe's features and checks all that can be checked without data.
    ///
    /// # Errors
    /// A file is absent or does not parse, or the recipe contradicts itself or its tables: what
    /// was found, each with its file and line.
    pub fn open(recipe: &Recipe) -> Result<Self> {
        let mut faults = Faults::default();
        let mut spec: Self = recipe.toml("recipe.toml")?;
        spec.values = faults.take(recipe.toml("values.toml")).unwrap_or_default();
        if recipe.text(VOCABULARY).is_ok() {
            spec.vocabulary = faults.take(recipe.toml(VOCABULARY)).unwrap_or_default();
        }
        if recipe.text(REASONS).is_ok() {
            spec.reasons = faults.take(recipe.toml(REASONS)).unwrap_or_default();
        }
        for (index, concept) in spec.concepts.iter_mut().enumerate() {
            if concept.is_told() {
                let place = recipe.place("recipe.toml", &["concept", &index.to_string()]);
                let id = &concept.id;
                let reason =
                    format!("the concept {id}: its sentences belong into {REASONS}, [{id}]");
                faults.add(&place, reason);
            }
            if let Some(reasons) = spec.reasons.get(&concept.id) {
                concept.tell(reasons);
            }
        }
        for name in &spec.families {
            let file = family_file(name);
            if let Some(mut family) = faults.take(recipe.toml::<Family>(&file)) {
                family.name.clone_from(name);
                spec.parsed.push(family);
            }
        }
        // What follows from a file that could not be read would be said twice.
        faults.none(recipe)?;
        spec.learned = learned::open(recipe, &spec, &mut faults);
        let learned: Vec<String> = spec
            .learned
            .rows
            .iter()
            .map(|rows| rows.name.clone())
            .collect();
        spec.table_words = table_words::open(recipe, &spec.parsed, &learned, &mut faults);
        check(recipe, &spec, &mut faults);
        filters::check(recipe, &spec, &mut faults);
        spec.readings = readings(recipe, &spec, &mut faults);
        faults.none(recipe)?;
        Ok(spec)
    }
}

/// The file of what columns of texts may hold; a recipe may go without.
pub(crate) const VOCABULARY: &str = "vocabulary.toml";

/// The file of how concepts are told; a recipe may go without.
pub(crate) const REASONS: &str = "reasons.toml";

/// The file of a family, inside the recipe's folder.
pub(crate) fn family_file(name: &str) -> String {
    format!("features/{name}.toml")
}
