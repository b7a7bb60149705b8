//! What each feature is made of, down to the columns of the lender's tables; and the refusal of
//! SQL that reads what is not there, before any data is read.
//!
//! The outcome is none of the columns that SQL may read: a feature that knew it would be a leak.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use limpide_engine::arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use limpide_engine::{Outline, OutlineRows, Reading, Sources, SqlFault, TableColumn, columns_of};
use limpide_portfolio::{ColumnKind, Recipe, Schema, nearest};

use crate::aggregates::aggregates_of;
use crate::catalogue::{FeatureInfo, Role, Source};
use crate::check::all_aggregates;
use crate::derived::{Derived, read_derived};
use crate::faults::{Faults, nearest_of, sql_fault};
use crate::learned::reads::read_learned;
use crate::row_columns::{RowColumns, row_columns};
use crate::spec::{
    Aggregate, Column, Family, FamilyKind, RecipeSpec, Subset, VOCABULARY, family_file,
};

/// What the features of a recipe read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Readings {
    /// By the feature's name.
    pub(crate) features: BTreeMap<String, Lineage>,
    /// What derived features read of other features, by their names.
    pub(crate) derived: BTreeMap<String, Derived>,
    /// The columns of each family's rows.
    pub(crate) rows: BTreeMap<String, RowColumns>,
    /// The columns of the rows that each model of rows reads.
    pub(crate) learned_rows: BTreeMap<String, RowColumns>,
}

/// What one feature is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineage {
    /// The columns whose values it is made from.
    pub(crate) values: Sources,
    /// The columns that decide which rows count.
    pub(crate) rows: Sources,
    /// The computed columns that it names, with their SQL.
    pub(crate) computed: BTreeMap<String, String>,
}

impl Lineage {
    /// Both kinds of columns, each once.
    fn sources(&self) -> Vec<Source> {
        let source = |column: &TableColumn, role| Source {
            table: column.table.clone(),
            column: column.column.clone(),
            role,
        };
        let values = self.values.iter().map(|c| source(c, Role::Value));
        let rows = self.rows.difference(&self.values);
        values.chain(rows.map(|c| source(c, Role::Rows))).collect()
    }

    /// Adds what another feature is made of.
    pub(crate) fn add(&mut self, other: &Self) {
        self.values.extend(other.values.iter().cloned());
        self.rows.extend(other.rows.iter().cloned());
    }
}

/// Completes a catalogue's entry with its theme and what it is made of.
pub(crate) fn complete(spec: &RecipeSpec, info: &mut FeatureInfo) {
    let concept = spec.concepts.iter().find(|known| known.id == info.concept);
    info.theme = concept.map(|known| known.theme.clone()).unwrap_or_default();
    if let Some(lineage) = spec.readings.features.get(&info.name) {
        info.lineage = lineage.sources();
        if info.tables.is_empty() {
            let tables: BTreeSet<&String> = info.lineage.iter().map(|s| &s.table).collect();
            info.tables = tables.into_iter().cloned().collect();
        }
        info.computed.clone_from(&lineage.computed);
    }
}

/// Follows every feature of a recipe to the tables.
pub(crate) fn readings(recipe: &Recipe, spec: &RecipeSpec, faults: &mut Faults) -> Readings {
    let outline = outline(&recipe.schema);
    let mut readings = Readings::default();
    for family in &spec.parsed {
        if family.kind != FamilyKind::Derived {
            let file = family_file(&family.name);
            let mut reader = FamilyReader {
                recipe,
                spec,
                outline: &outline,
                family,
                file: &file,
                at: &[],
                faults,
            };
            let (features, rows) = reader.read().unwrap_or_default();
            readings.features.extend(features);
            readings.rows.insert(family.name.clone(), rows);
        }
    }
    read_derived(recipe, spec, &mut readings, faults);
    read_learned(recipe, spec, &outline, &mut readings, faults);
    check_inputs(recipe, spec, &outline, faults);
    readings
}

/// What people may change and no column holds follows into a number of the application.
fn check_inputs(recipe: &Recipe, spec: &RecipeSpec, outline: &Outline, faults: &mut Faults) {
    const FILE: &str = "recipe.toml";
    let application = recipe.schema.application();
    let Ok(rows) = outline.rows(&format!("\"{}\"", application.name)) else {
        return;
    };
    for (index, input) in spec.inputs.iter().enumerate() {
        let index = index.to_string();
        let what = format!("the input {}", input.name);
        if !application.numbers.contains(&input.sets) {
            let near = nearest_of(&input.sets, application.numbers.iter().map(String::as_str));
            let place = recipe.place(FILE, &["input", &index, "sets"]);
            let reason = format!(
                "{what}: {} is no number of {}{near}",
                input.sets, application.name
            );
            faults.add(&place, reason);
        }
        let rows = rows.with(&input.name, &Reading::number());
        if let Err(fault) = outline.expression(&rows, &input.sql) {
            let path = ["input", &index, "sql"];
            let (place, reason) = sql_fault(recipe, FILE, &path, &fault);
            faults.add(&place, format!("{what}: {reason}"));
        }
    }
}

/// The recipe's tables as SQL sees them, without the outcome.
fn outline(schema: &Schema) -> Outline {
    let tables = schema.tables.iter().map(|table| {
        let mut fields: Vec<Field> = Vec::new();
        if table.parent.is_some() {
            fields.push(Field::new(&schema.client, DataType::Int64, true));
        }
        fields.extend(table.columns().map(|(name, kind)| {
            let kind = match kind {
                ColumnKind::Key => DataType::Int64,
                ColumnKind::Number => DataType::Float64,
                ColumnKind::Text => DataType::Utf8,
            };
            Field::new(name, kind, true)
        }));
        (table.name.clone(), Arc::new(ArrowSchema::new(fields)))
    });
    Outline::new(tables)
}

/// Reads the SQL of one family against the tables.
pub(crate) struct FamilyReader<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) spec: &'a RecipeSpec,
    pub(crate) outline: &'a Outline,
    pub(crate) family: &'a Family,
    /// The file that it stands in, and the keys that lead to it there.
    pub(crate) file: &'a str,
    pub(crate) at: &'a [&'a str],
    pub(crate) faults: &'a mut Faults,
}

impl FamilyReader<'_> {
    /// What the family's features read, and the columns of its rows; `None` if they cannot be
    /// understood.
    fn read(&mut self) -> Option<(BTreeMap<String, Lineage>, RowColumns)> {
        let rows = self.rows()?;
        let row_columns = row_columns(&rows);
        let columns: Vec<Option<Reading>> = (0..self.family.columns.len())
            .map(|index| self.column(&rows, index))
            .collect();
        let mut features = BTreeMap::new();
        if self.family.kind == FamilyKind::Row {
            for (column, reading) in self.family.columns.iter().zip(columns) {
                let mut lineage = self.lineage(&rows);
                lineage.values = reading.map(|reading| reading.sources).unwrap_or_default();
                features.insert(column.name.clone(), self.filled(lineage));
            }
            return Some((features, row_columns));
        }
        let mut scope = rows.clone();
        for (column, reading) in self.family.columns.iter().zip(&columns) {
            if let (Some(_), Some(reading)) = (&column.sql, reading) {
                scope = scope.with(&column.name, reading);
            }
        }
        for (index, subset) in self.family.subsets.iter().enumerate() {
            let lineage = self.subset(&scope, &rows, index, subset);
            for feature in aggregates_of(self.family, subset) {
                let mut lineage = lineage.clone();
                for name in columns_of(&feature.sql).unwrap_or_default() {
                    self.compute(&mut lineage, &name);
                    if let Some(reading) = scope.column(&name) {
                        lineage.values.extend(reading.sources);
                    }
                }
                features.insert(feature.name, self.filled(lineage));
            }
        }
        Some((features, row_columns))
    }

    /// The rows, if their tables are there and they name the client.
    pub(crate) fn rows(&mut self) -> Option<OutlineRows> {
        let schema = &self.recipe.schema;
        let known = || schema.tables.iter().map(|table| table.name.as_str());
        let mut all_known = true;
        for (index, table) in self.family.tables.iter().enumerate() {
            if !known().any(|name| name == table) {
                let near = nearest_of(table, known());
                let reason = format!("unknown table {table}, which is not in schema.toml{near}");
                self.fault(&["tables", &index.to_string()], &reason);
                all_known = false;
            }
        }
        if !all_known {
            return None;
        }
        let rows = match self.outline.rows(&self.family.rows) {
            Ok(rows) => rows,
            Err(fault) => {
                self.sql_fault(&["rows"], "the rows", &fault);
                return None;
            }
        };
        self.known_texts(&["rows"], "the rows", &rows.compared);
        for table in &rows.tables {
            if !self.family.tables.contains(table) {
                let path = self.full(&["rows"]);
                let place = self.recipe.place_of_word(self.file, &path, table);
                let reason = format!("the rows read {table}, which is not among tables: add it");
                self.faults.add(&place, reason);
            }
        }
        if !rows.names().contains(&schema.client) {
            let reason = format!("the rows have no column {}, the client's", schema.client);
            self.fault(&["rows"], &reason);
            return None;
        }
        if let Some(reason) = rows.beyond_its_key(&schema.client) {
            self.fault(&["rows"], &format!("the rows: {reason}"));
            return None;
        }
        Some(rows)
    }

    pub(crate) fn column(&mut self, rows: &OutlineRows, index: usize) -> Option<Reading> {
        let column = &self.family.columns[index];
        let index = index.to_string();
        let what = format!("the column {}", column.name);
        let reading = match &column.sql {
            Some(sql) => match self.outline.expression(rows, sql) {
                Ok(reading) => reading,
                Err(fault) => {
                    self.sql_fault(&["column", &index, "sql"], &what, &fault);
                    return None;
                }
            },
            None => match rows.column(&column.name) {
                Some(reading) => reading,
                None => {
                    let fault = SqlFault::UnknownColumn {
                        name: column.name.clone(),
                        known: rows.names(),
                    };
                    self.sql_fault(&["column", &index, "name"], "the rows", &fault);
                    return None;
                }
            },
        };
        self.known_texts(&["column", &index, "sql"], &what, &reading.compared);
        self.known_shares(&index, column, &reading);
        if is_text(&reading.data_type)
            && let Some(reason) = self.text_misused(column)
        {
            let reason = format!("{what} holds texts: {reason}");
            self.fault(&["column", &index], &reason);
        }
        Some(reading)
    }

    /// Every text that a column of a table is compared with is in the column's vocabulary, if it
    /// has one.
    fn known_texts(&mut self, path: &[&str], what: &str, compared: &[(TableColumn, String)]) {
        for (column, text) in compared {
            if let Some(reason) = self.never_seen(column, text) {
                let quoted = text.replace('\'', "''");
                let path = self.full(path);
                let place = self.recipe.place_of_word(self.file, &path, &quoted);
                self.faults.add(&place, format!("{what}: {reason}"));
            }
        }
    }

    /// A share is of a value that the column's vocabulary holds.
    fn known_shares(&mut self, index: &str, column: &Column, reading: &Reading) {
        for (place, share) in column.shares.iter().enumerate() {
            let Some(of) = &reading.plain else {
                continue;
            };
            let path = ["column", index, "shares", &place.to_string(), "value"];
            let what = format!("the share of '{}'", share.value);
            if self.vocabulary(of).is_none_or(Vec::is_empty) {
                let reason = format!(
                    "{what}: {}.{} has no vocabulary: list its values in {VOCABULARY}",
                    of.table, of.column
                );
                self.fault(&path, &reason);
            } else if let Some(reason) = self.never_seen(of, &share.value) {
                self.fault(&path, &format!("{what}: {reason}"));
            }
        }
    }

    fn vocabulary(&self, column: &TableColumn) -> Option<&Vec<String>> {
        let table = self.spec.vocabulary.get(&column.table)?;
        table.get(&column.column)
    }

    /// Why a column never holds a text; `None` if it may.
    fn never_seen(&self, column: &TableColumn, text: &str) -> Option<String> {
        let known = self.vocabulary(column)?;
        if known.iter().any(|value| value == text) {
            return None;
        }
        let near = nearest(text, known.iter().map(String::as_str));
        let near = near.map(|near| format!("; the nearest is '{near}'"));
        Some(format!(
            "{}.{} never holds '{text}'{}",
            column.table,
            column.column,
            near.unwrap_or_default()
        ))
    }

    /// Why a column of texts cannot be what the family makes of it.
    fn text_misused(&self, column: &Column) -> Option<&'static str> {
        if !self.at.is_empty() {
            return Some("a model of rows reads numbers, which CASE makes of them");
        }
        if self.family.kind == FamilyKind::Row {
            return (!column.category).then_some("say category = true");
        }
        let counted = |aggregate: &Aggregate| *aggregate == Aggregate::Count;
        let numbers = !all_aggregates(column).all(counted);
        numbers.then_some("only the aggregate count and shares can be made of it")
    }

    /// What decides which rows of a subset count.
    fn subset(
        &mut self,
        scope: &OutlineRows,
        rows: &OutlineRows,
        index: usize,
        subset: &Subset,
    ) -> Lineage {
        let index = index.to_string();
        let what = format!("the subset {}", subset.prefix);
        let mut lineage = self.lineage(rows);
        let mut deciding = Vec::new();
        if let Some(condition) = &subset.condition {
            let path = ["subset", &index, "where"];
            deciding.extend(self.condition(scope, &path, &what, condition));
        }
        if let Some(last) = &subset.last {
            match self.outline.order(scope, &last.order) {
                Ok(readings) => deciding.extend(readings),
                Err(fault) => {
                    self.sql_fault(&["subset", &index, "last", "order"], &what, &fault);
                }
            }
        }
        for reading in deciding {
            for name in &reading.columns {
                self.compute(&mut lineage, name);
            }
            lineage.rows.extend(reading.sources);
        }
        lineage
    }

    /// What a condition reads.
    pub(crate) fn condition(
        &mut self,
        scope: &OutlineRows,
        path: &[&str],
        what: &str,
        condition: &str,
    ) -> Option<Reading> {
        match self.outline.expression(scope, condition) {
            Ok(reading) => {
                if !matches!(reading.data_type, DataType::Boolean | DataType::Null) {
                    self.fault(path, &format!("{what}: {condition} is no condition"));
                }
                self.known_texts(path, what, &reading.compared);
                Some(reading)
            }
            Err(fault) => {
                self.sql_fault(path, what, &fault);
                None
            }
        }
    }

    /// What holds of every feature of the family.
    fn lineage(&self, rows: &OutlineRows) -> Lineage {
        Lineage {
            rows: rows.decided_by.clone(),
            ..Lineage::default()
        }
    }

    /// Notes a column's SQL if it is computed.
    fn compute(&self, lineage: &mut Lineage, name: &str) {
        let column = self.family.columns.iter().find(|c| c.name == name);
        if let Some(sql) = column.and_then(|column| column.sql.as_ref()) {
            lineage.computed.insert(name.to_owned(), sql.clone());
        }
    }

    /// Leaves the client's key out, which every feature has; but a feature that reads nothing
    /// else counts by it.
    pub(crate) fn filled(&self, mut lineage: Lineage) -> Lineage {
        let schema = &self.recipe.schema;
        lineage.rows.retain(|source| source.column != schema.client);
        if lineage.values.is_empty() && lineage.rows.is_empty() {
            let tables = schema.tables.iter();
            for table in tables.filter(|table| self.family.tables.contains(&table.name)) {
                let (table, column) = match &table.parent {
                    Some(parent) => (&table.name, &parent.key),
                    None => (&table.name, &schema.client),
                };
                lineage.rows.insert(TableColumn {
                    table: table.clone(),
                    column: column.clone(),
                });
            }
        }
        lineage
    }

    /// All keys that lead to a value.
    fn full<'k>(&self, path: &[&'k str]) -> Vec<&'k str>
    where
        Self: 'k,
    {
        [self.at, path].concat()
    }

    fn fault(&mut self, path: &[&str], reason: &str) {
        let place = self.recipe.place(self.file, &self.full(path));
        self.faults.add(&place, reason);
    }

    fn sql_fault(&mut self, path: &[&str], what: &str, fault: &SqlFault) {
        let (place, reason) = sql_fault(self.recipe, self.file, &self.full(path), fault);
        match fault {
            SqlFault::UnknownColumn { name, .. } if *name == self.recipe.schema.label => {
                let reason = format!("{what}: {name} is the outcome, which no feature may read");
                self.faults.add(&place, reason);
            }
            _ => self.faults.add(&place, format!("{what}: {reason}")),
        }
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}
