//! The recipe's `tables.toml`: what people call the lender's tables and columns, and what the
//! columns are measured in. A recipe may go without; its raw names are then shown as they are.

use std::collections::BTreeMap;

use limpide_portfolio::{COLUMN_WORDS as FILE, Recipe, Schema};
use serde::Deserialize;

use crate::faults::{Faults, nearest_of};
use crate::spec::{Family, Text, Unit};

/// What tables, families' rows and their columns are called.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableWords {
    /// The lender's tables, by name.
    #[serde(default, rename = "table")]
    pub tables: BTreeMap<String, Words>,
    /// Columns that a family's own SELECT makes, by the family's name.
    #[serde(default, rename = "family")]
    pub families: BTreeMap<String, Words>,
    /// Columns of the rows that models of rows read, by their name.
    #[serde(default)]
    pub learned: BTreeMap<String, Words>,
}

/// What rows and their columns are called.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What the rows are, in the plural and without an article; empty where it is not said.
    #[serde(default)]
    pub label: Text,
    /// Where a table's rows come from, as a client is told; empty where it is not said.
    #[serde(default)]
    pub source: Text,
    /// The columns.
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnWords>,
}

/// What a column is called and measured in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnWords {
    /// In French, without an article.
    pub fr: String,
    /// In English.
    pub en: String,
    /// What it is measured in.
    #[serde(default)]
    pub unit: Unit,
    /// What its texts are called, where they mean something of their own here.
    #[serde(default)]
    pub values: BTreeMap<String, Text>,
    /// Where its values come from, where that is not where its table's rows do.
    #[serde(default)]
    pub source: Text,
}

impl ColumnWords {
    /// The words without the unit.
    pub(crate) fn label(&self) -> Text {
        Text {
            fr: self.fr.clone(),
            en: self.en.clone(),
        }
    }
}

/// Reads the file and refuses words without a text, and those of what is not there.
pub(crate) fn open(
    recipe: &Recipe,
    families: &[Family],
    learned: &[String],
    faults: &mut Faults,
) -> TableWords {
    if !recipe.has(FILE) {
        return TableWords::default();
    }
    let words: TableWords = faults.take(recipe.toml(FILE)).unwrap_or_default();
    let schema = &recipe.schema;
    check_tables(recipe, schema, &words, faults);
    let names =
        |found: &BTreeMap<String, Words>| -> Vec<String> { found.keys().cloned().collect() };
    let families: Vec<String> = families.iter().map(|family| family.name.clone()).collect();
    for (section, found, known) in [
        ("family", names(&words.families), &families),
        ("learned", names(&words.learned), &learned.to_vec()),
    ] {
        for name in found.iter().filter(|name| !known.contains(name)) {
            let near = nearest_of(name, known.iter().map(String::as_str));
            let place = recipe.place(FILE, &[section, name]);
            faults.add(&place, format!("unknown {section} {name}{near}"));
        }
    }
    for (section, all) in [
        ("table", &words.tables),
        ("family", &words.families),
        ("learned", &words.learned),
    ] {
        for (name, one) in all {
            if is_half(&one.source) {
                let place = recipe.place(FILE, &[section, name, "source"]);
                faults.add(
                    &place,
                    format!("the source of {name} has no words in fr or en"),
                );
            }
            for (column, said) in &one.columns {
                if is_half(&said.source) {
                    let place = recipe.place(FILE, &[section, name, "columns", column]);
                    faults.add(
                        &place,
                        format!("the source of {column} has no words in fr or en"),
                    );
                }
                if said.fr.trim().is_empty() || said.en.trim().is_empty() {
                    let place = recipe.place(FILE, &[section, name, "columns", column]);
                    faults.add(&place, format!("{column} has no words in fr or en"));
                }
            }
        }
    }
    words
}

/// Whether a text stands in one language alone.
fn is_half(text: &Text) -> bool {
    text.fr.trim().is_empty() != text.en.trim().is_empty()
}

/// Tables and their columns are those of the schema.
fn check_tables(recipe: &Recipe, schema: &Schema, words: &TableWords, faults: &mut Faults) {
    for (name, one) in &words.tables {
        let mut tables = schema.tables.iter();
        let Some(table) = tables.find(|table| table.name == *name) else {
            let near = nearest_of(name, schema.tables.iter().map(|table| table.name.as_str()));
            let place = recipe.place(FILE, &["table", name]);
            faults.add(
                &place,
                format!("unknown table {name}, which is not in schema.toml{near}"),
            );
            continue;
        };
        for column in one.columns.keys() {
            if !table.columns().any(|(known, _)| known == column) {
                let near = nearest_of(column, table.columns().map(|(known, _)| known));
                let place = recipe.place(FILE, &["table", name, "columns", column]);
                faults.add(&place, format!("table {name} has no column {column}{near}"));
            }
        }
    }
}
