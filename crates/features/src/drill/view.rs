//! The rows of one family, or of one model of rows: what identifies and dates them, in which order
//! they are told, and what is told of each.

use std::collections::{BTreeMap, BTreeSet};

use limpide_engine::columns_of;
use limpide_portfolio::{Schema, Table};

use super::behind::Behind;
use super::words::{Said, Wordbook, of_table, table_label};
use super::{ColumnRole, ShownColumn};
use crate::catalogue::{FeatureInfo, Role};
use crate::spec::{FamilyKind, RecipeSpec, Text};

/// The rows of one family, or of one model of rows, as its recipe declares them.
pub(super) struct View<'a> {
    pub(super) schema: &'a Schema,
    pub(super) spec: &'a RecipeSpec,
    pub(super) infos: &'a BTreeMap<&'a str, &'a FeatureInfo>,
    pub(super) tables: &'a [String],
    /// What stands after FROM.
    pub(super) from: &'a str,
    pub(super) book: Wordbook<'a>,
}

impl View<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.book.rows.contains_key(name)
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = &Table> {
        let tables = self.schema.tables.iter();
        tables.filter(|table| self.tables.contains(&table.name))
    }

    /// The columns of the rows that identify or date one.
    pub(super) fn marked(&self) -> impl Iterator<Item = (String, ColumnRole)> {
        let keys = self.columns_that(|table, column| {
            let is_key = table.keys.iter().any(|key| key == column);
            is_key && column != self.schema.client
        });
        let times = self.columns_that(|table, column| table.time.iter().any(|t| t == column));
        let keys = keys.into_iter().map(|name| (name, ColumnRole::Key));
        keys.chain(times.into_iter().map(|name| (name, ColumnRole::Time)))
    }

    /// The columns of the rows that are there whatever a feature reads.
    pub(super) fn needed(&self) -> BTreeSet<String> {
        let tables = self.put_together().into_iter();
        let passed = tables.flat_map(|(_, keys)| keys.into_iter().map(|(name, _)| name));
        passed.chain(self.marked().map(|(name, _)| name)).collect()
    }

    /// The columns of the rows that are such columns of a table, unchanged.
    fn columns_that(&self, is: impl Fn(&Table, &str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for (name, plain) in self.book.rows {
            let Some(source) = plain else { continue };
            let mut tables = self.tables();
            if tables.any(|table| table.name == source.table && is(table, &source.column)) {
                found.push(name.clone());
            }
        }
        found
    }

    /// The most recent rows first, as ` ORDER BY …`; `last` is how the recipe orders them.
    pub(super) fn order(&self, last: Option<&str>) -> String {
        let marked = |role: ColumnRole| -> Vec<String> {
            let marked = self.marked().filter(|(_, found)| *found == role);
            marked.map(|(name, _)| name).collect()
        };
        match (&marked(ColumnRole::Time)[..], last) {
            ([], Some(last)) => format!("\nORDER BY {last}"),
            (times, _) => ordered(times, &marked(ColumnRole::Key)),
        }
    }

    pub(super) fn label(&self) -> Text {
        let own = self.book.own.map(|words| &words.label);
        match (own.filter(|label| !label.fr.is_empty()), self.tables) {
            (Some(label), _) => label.clone(),
            (None, [table, ..]) => table_label(&self.spec.table_words.tables, table),
            (None, []) => Text::default(),
        }
    }

    /// The tables of which a SELECT puts rows together for these, each with the columns that it
    /// passes on: the name in the rows, and in the table.
    pub(super) fn put_together(&self) -> Vec<(&Table, Vec<(String, String)>)> {
        let from = self.from.trim().trim_matches('"');
        if self.tables().any(|table| table.name == from) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for table in self.tables() {
            let passed = self.book.rows.iter().filter_map(|(name, plain)| {
                let source = plain.as_ref().filter(|s| s.table == table.name)?;
                (source.column != self.schema.client).then(|| (name.clone(), source.column.clone()))
            });
            let keys: Vec<(String, String)> = passed.collect();
            let is_row = |(_, column): &(String, String)| table.unique.as_ref() == Some(column);
            if !keys.is_empty() && !keys.iter().any(is_row) {
                found.push((table, keys));
            }
        }
        found
    }

    /// The table's rows behind these, with what the feature reads of them.
    pub(super) fn behind(&self, info: &FeatureInfo) -> Vec<Behind> {
        let words = &self.spec.table_words.tables;
        let tables = self.put_together().into_iter();
        tables
            .map(|(table, keys)| Behind {
                label: table_label(words, &table.name),
                columns: columns_behind(self.schema, self.spec, table, info),
                table: table.name.clone(),
                keys,
            })
            .collect()
    }
}

/// The columns of a table that a feature reads, with those that identify and date a row.
fn columns_behind(
    schema: &Schema,
    spec: &RecipeSpec,
    table: &Table,
    info: &FeatureInfo,
) -> Vec<ShownColumn> {
    let keys = keys_of(table, &schema.client);
    let mut named: Vec<(&str, ColumnRole)> = Vec::new();
    named.extend(keys.iter().map(|name| (name.as_str(), ColumnRole::Key)));
    named.extend(
        table
            .time
            .iter()
            .map(|name| (name.as_str(), ColumnRole::Time)),
    );
    for source in info
        .lineage
        .iter()
        .filter(|source| source.table == table.name)
    {
        let role = match source.role {
            Role::Value => ColumnRole::Value,
            Role::Rows => ColumnRole::Rows,
        };
        if source.column != schema.client {
            named.push((&source.column, role));
        }
    }
    let mut columns: Vec<ShownColumn> = Vec::new();
    for (name, role) in named {
        if columns.iter().any(|column| column.name == name) {
            continue;
        }
        let said = of_table(spec, &table.name, name);
        let said = said.unwrap_or_else(|| Said::bare(name));
        columns.push(ShownColumn {
            name: name.to_owned(),
            label: said.label,
            unit: said.unit,
            values: said.values,
            role,
            sql: None,
        });
    }
    columns
}

/// Columns to be shown, each once, with what it does most.
#[derive(Clone)]
pub(super) struct Columns {
    columns: Vec<ShownColumn>,
}

impl Columns {
    /// Those that identify and date a row.
    pub(super) fn new(view: &View<'_>) -> Self {
        let mut columns = Self {
            columns: Vec::new(),
        };
        for (name, role) in view.marked() {
            columns.push(&name, role, None, view);
        }
        columns
    }

    /// Adds columns, and before each computed one those that it is computed from.
    pub(super) fn add<'n>(
        &mut self,
        names: impl Iterator<Item = &'n String>,
        role: ColumnRole,
        view: &View<'_>,
    ) {
        for name in names {
            let mut family = view.book.family.iter();
            let computed = family.find(|column| column.name == *name);
            let computed = computed.and_then(|column| column.sql.clone());
            // A row family's expressions read the rows alone.
            let computed = computed.filter(|_| view.book.kind == FamilyKind::Aggregate);
            if let Some(sql) = &computed {
                for input in columns_of(sql).unwrap_or_default() {
                    if view.has(&input) && input != *name {
                        self.push(&input, role, None, view);
                    }
                }
            }
            self.push(name, role, computed, view);
        }
    }

    pub(super) fn push(
        &mut self,
        name: &str,
        role: ColumnRole,
        sql: Option<String>,
        view: &View<'_>,
    ) {
        if name == view.schema.client {
            return;
        }
        if let Some(known) = self.columns.iter_mut().find(|column| column.name == name) {
            if known.role == ColumnRole::Time && role == ColumnRole::Value {
                known.role = role;
            }
            return;
        }
        let said = view.book.of(name);
        self.columns.push(ShownColumn {
            name: name.to_owned(),
            label: said.label,
            unit: said.unit,
            values: said.values,
            role,
            sql,
        });
    }

    pub(super) fn shown(self) -> Vec<ShownColumn> {
        self.columns
    }
}

pub(super) fn keys_of(table: &Table, client: &str) -> Vec<String> {
    let keys = table.keys.iter().filter(|key| *key != client);
    keys.cloned().collect()
}

/// Latest first, then the largest key.
pub(super) fn ordered(times: &[String], keys: &[String]) -> String {
    let times = times
        .iter()
        .map(|name| format!("{} DESC NULLS LAST", quoted(name)));
    let keys = keys.iter().map(|name| format!("{} DESC", quoted(name)));
    let terms: Vec<String> = times.chain(keys).collect();
    match terms.is_empty() {
        true => String::new(),
        false => format!("\nORDER BY {}", terms.join(", ")),
    }
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
