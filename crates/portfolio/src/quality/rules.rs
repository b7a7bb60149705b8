//! The recipe's `quality.toml`: conditions of rows that cannot be right.

use serde::Deserialize;

use super::{ORPHANS, Severity};
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
    /// The SQL condition of a bad row, over the columns of the table alone.
    #[serde(rename = "where")]
    pub condition: String,
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
}

impl Rules {
    /// Reads a recipe's rules.
    ///
    /// # Errors
    /// A rule does not parse, stands twice, is called as a built-in check, names an unknown table or lacks a label.
    pub fn open(recipe: &Recipe) -> Result<Self> {
        if !recipe.has(FILE) {
            return Ok(Self::default());
        }
        let rules: Self = recipe.toml(FILE)?;
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
