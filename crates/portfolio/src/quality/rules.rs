//! The recipe's `quality.toml`: conditions of rows that cannot be right.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ORPHANS, Range, Severity};
use crate::error::Result;
use crate::recipe::Recipe;
use crate::schema::Table;
use crate::text::Text;

/// The file in a recipe's folder.
pub(crate) const FILE: &str = "quality.toml";

/// The ids of the built-in checks, which no rule has.
const BUILT_IN: [&str; 7] = [
    ORPHANS,
    "repeated",
    "after_application",
    "undated",
    "learned_later",
    "empty",
    "constant",
];

/// A condition of a row that cannot be right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in reports.
    pub id: String,
    /// The table whose rows it looks at.
    pub table: String,
    /// The SQL condition of a bad row, over the columns of the table alone; of a rule with ranges,
    /// that a number is outside.
    #[serde(rename = "where", default)]
    pub condition: String,
    /// What numbers of the table may be, by column, instead of a condition.
    #[serde(default)]
    pub allowed: BTreeMap<String, Range>,
    /// How bad such a row is: `error` or `warning`.
    pub severity: Severity,
    /// What is wrong, in the plural where it may be, without an article.
    pub label: Text,
}

/// All rules of a recipe, in their order; none if it has no `quality.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The rules.
    #[serde(rename = "rule", default)]
    pub rules: Vec<Rule>,
    /// What features that are no columns may be where their values are handed over, by name.
    #[serde(rename = "feature", default)]
    pub features: BTreeMap<String, Range>,
}

impl Rules {
    /// Reads a recipe's rules.
    ///
    /// # Errors
    /// A rule does not parse, stands twice, is called as a built-in check, names an unknown table, lacks a label, or
    /// says neither or both of `where` and `allowed`; a range is none, or of no number of the table.
    pub fn open(recipe: &Recipe) -> Result<Self> {
        if !recipe.has(FILE) {
            return Ok(Self::default());
        }
        let mut rules: Self = recipe.toml(FILE)?;
        for (place, rule) in rules.rules.iter().enumerate() {
            let earlier = &rules.rules[..place];
            if earlier.iter().any(|other| other.id == rule.id) {
                return Err(rules.wrong(recipe, place, "stands twice; rename one".to_owned()));
            }
            if BUILT_IN.contains(&rule.id.as_str()) {
                let reason = "has the name of a built-in check; rename it".to_owned();
                return Err(rules.wrong(recipe, place, reason));
            }
            let tables = recipe.schema.tables.iter().map(|table| table.name.as_str());
            let tables: Vec<&str> = tables.collect();
            if !tables.contains(&rule.table.as_str()) {
                let reason = format!(
                    "names the table {}, expected one of {}",
                    rule.table,
                    tables.join(", ")
                );
                return Err(rules.wrong(recipe, place, reason));
            }
            if rule.label.fr.is_empty() || rule.label.en.is_empty() {
                let reason = "has no label in French or in English".to_owned();
                return Err(rules.wrong(recipe, place, reason));
            }
            if let Some(reason) = ranges_fault(rule, recipe) {
                return Err(rules.wrong(recipe, place, reason));
            }
        }
        for (name, range) in &rules.features {
            if let Some(reason) = range.fault() {
                return Err(recipe.wrong(FILE, format!("the range of feature {name} {reason}")));
            }
        }
        for rule in rules
            .rules
            .iter_mut()
            .filter(|rule| !rule.allowed.is_empty())
        {
            let outside = rule.allowed.iter();
            let outside = outside.map(|(column, range)| range.outside(column));
            rule.condition = outside.collect::<Vec<_>>().join(" OR ");
        }
        Ok(rules)
    }

    /// The rules of one table, in their order.
    pub fn of<'a>(&'a self, table: &Table) -> impl Iterator<Item = &'a Rule> {
        let name = table.name.clone();
        self.rules.iter().filter(move |rule| rule.table == name)
    }

    /// What is wrong with a rule, with the line where it begins.
    fn wrong(&self, recipe: &Recipe, place: usize, reason: String) -> crate::Error {
        let text = recipe.text(FILE).unwrap_or_default();
        let heads = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.trim() == "[[rule]]");
        let line = heads.map(|(line, _)| line + 1).nth(place).unwrap_or(1);
        let id = &self.rules[place].id;
        recipe.wrong(FILE, format!("line {line}: rule {id} {reason}"))
    }

    /// What the engine said of a rule's condition, with the line where the rule begins.
    pub(crate) fn not_a_condition(
        &self,
        recipe: &Recipe,
        rule: &Rule,
        reason: &str,
    ) -> crate::Error {
        let place = self.rules.iter().position(|other| other.id == rule.id);
        self.wrong(
            recipe,
            place.unwrap_or(0),
            format!("({}): {reason}", rule.condition),
        )
    }
}

/// What is wrong with what a rule says of ranges.
fn ranges_fault(rule: &Rule, recipe: &Recipe) -> Option<String> {
    if rule.condition.is_empty() == rule.allowed.is_empty() {
        return Some("needs one of both: where, or allowed".to_owned());
    }
    let mut tables = recipe.schema.tables.iter();
    let table = tables.find(|table| table.name == rule.table)?;
    for (column, range) in &rule.allowed {
        if !table.numbers.contains(column) {
            return Some(format!(
                "gives a range of {column}, which is no number of {}",
                table.name
            ));
        }
        if let Some(reason) = range.fault() {
            return Some(format!("gives a range of {column} that {reason}"));
        }
    }
    None
}
