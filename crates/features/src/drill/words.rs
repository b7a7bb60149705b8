//! What the columns of shown rows are called, and what they are measured in.

use std::collections::BTreeMap;

use crate::label::without_article;
use crate::row_columns::RowColumns;
use crate::spec::{Column, Family, FamilyKind, RecipeSpec, Text, Unit};
use crate::table_words::{ColumnWords, Words};

/// What is said of a column.
pub(super) struct Said {
    pub(super) label: Text,
    pub(super) unit: Unit,
    pub(super) values: BTreeMap<String, Text>,
}

impl Said {
    fn of_words(words: &ColumnWords) -> Self {
        Self {
            label: words.label(),
            unit: words.unit,
            values: words.values.clone(),
        }
    }

    /// A name in place of words.
    pub(super) fn bare(name: &str) -> Self {
        Self {
            label: bare(name),
            unit: Unit::None,
            values: BTreeMap::new(),
        }
    }
}

/// Finds words for columns of one family's rows, or of a model's of rows.
pub(super) struct Wordbook<'a> {
    pub(super) spec: &'a RecipeSpec,
    /// The tables that the rows are read from.
    pub(super) tables: &'a [String],
    /// Words of the rows' own columns.
    pub(super) own: Option<&'a Words>,
    /// Whether the rows hold the family's computed columns, as those of aggregates do.
    pub(super) kind: FamilyKind,
    /// The family's columns; none for a model of rows.
    pub(super) family: &'a [Column],
    /// The columns of the rows, with those of tables that they are.
    pub(super) rows: &'a RowColumns,
}

impl Wordbook<'_> {
    /// What a column is called and measured in; its name if nothing is said.
    pub(super) fn of(&self, name: &str) -> Said {
        let computed = |column: &&Column| column.name == name && column.sql.is_some();
        let column = self.family.iter().find(computed);
        if let Some(column) = column.filter(|_| self.kind == FamilyKind::Aggregate) {
            return of_column(column);
        }
        let own = self.own.and_then(|words| words.columns.get(name));
        if let Some(words) = own {
            return Said::of_words(words);
        }
        let plain = self.rows.get(name).and_then(Option::as_ref);
        if let Some(words) = plain.and_then(|s| of_table(self.spec, &s.table, &s.column)) {
            return words;
        }
        // What a SELECT makes, named by a column of the family: "LATE_SHARE AS …".
        let named = |column: &&Column| match &column.sql {
            Some(sql) => sql == name,
            None => column.name == name,
        };
        if let Some(column) = self.family.iter().find(named) {
            return of_column(column);
        }
        // The largest of a column, or their sum, under the column's own name.
        let mut alike = self.tables.iter();
        if let Some(words) = alike.find_map(|table| of_table(self.spec, table, name)) {
            return words;
        }
        // A model of rows computes what a family over the same tables computes too.
        let same_tables = |family: &&Family| family.tables == self.tables;
        let mut elsewhere = self.spec.parsed.iter().filter(same_tables);
        let elsewhere = elsewhere.find_map(|family| {
            let mut columns = family.columns.iter();
            columns.find(|column| column.name == name)
        });
        match elsewhere {
            Some(column) => of_column(column),
            None => Said::bare(name),
        }
    }
}

/// What a table's column is called and measured in: as `tables.toml` says, else as a family over the
/// table says of the column itself.
pub(super) fn of_table(spec: &RecipeSpec, table: &str, column: &str) -> Option<Said> {
    let words = spec.table_words.tables.get(table);
    if let Some(words) = words.and_then(|words| words.columns.get(column)) {
        return Some(Said::of_words(words));
    }
    let over_table = |family: &&Family| family.rows.trim().trim_matches('"') == table;
    let mut families = spec.parsed.iter().filter(over_table);
    families.find_map(|family| {
        let itself = |found: &&Column| found.name == column && found.sql.is_none();
        family.columns.iter().find(itself).map(of_column)
    })
}

/// What a table's rows are called; its name if nothing is said.
pub(super) fn table_label(tables: &BTreeMap<String, Words>, table: &str) -> Text {
    match tables.get(table).map(|words| &words.label) {
        Some(label) if !label.fr.is_empty() => label.clone(),
        _ => bare(table),
    }
}

/// A name in place of words.
fn bare(name: &str) -> Text {
    Text {
        fr: name.to_owned(),
        en: name.to_owned(),
    }
}

fn of_column(column: &Column) -> Said {
    Said {
        label: Text {
            fr: without_article(&column.label.fr),
            en: column.label.en.clone(),
        },
        unit: column.unit,
        values: BTreeMap::new(),
    }
}
