//! What rows that are posted or edited must hold: the recipe's ranges, its vocabulary, and its rules
//! that are errors. A portfolio's own rows are only looked at; these are refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_null_array,
};
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Schema as ArrowSchema, SchemaRef};
use limpide_engine::{Conditions, Session, columns_of};

use super::{Range, Rule, Rules, Severity};
use crate::client_tables::ClientTables;
use crate::error::{Error, Result};
use crate::json_value::Unfit;
use crate::nearest::{nearest, perhaps};
use crate::posted::{MOST_PROBLEMS, Posted};
use crate::read_csv::stored_schema;
use crate::recipe::Recipe;

/// The file of what columns of texts may hold; a recipe may go without.
const VOCABULARY: &str = "vocabulary.toml";

/// Texts named at most where another was expected.
const MOST_NAMED: usize = 12;

/// A recipe's demands on rows, planned once. It holds no rows: many requests may share it.
pub struct RowChecks {
    application: String,
    tables: BTreeMap<String, TableChecks>,
    features: BTreeMap<String, Range>,
}

struct TableChecks {
    columns: SchemaRef,
    ranges: BTreeMap<String, Range>,
    vocabulary: BTreeMap<String, Vec<String>>,
    rules: Vec<Demand>,
    conditions: Conditions,
}

/// A rule that is an error and no range, and what it reads.
#[derive(Debug)]
struct Demand {
    rule: Rule,
    reads: Vec<String>,
}

impl RowChecks {
    /// Plans a recipe's demands.
    ///
    /// # Errors
    /// The recipe's rules or its vocabulary cannot be read.
    pub fn open(session: &Session, recipe: &Recipe) -> Result<Self> {
        let rules = Rules::open(recipe)?;
        let mut vocabulary: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        if recipe.has(VOCABULARY) {
            vocabulary = recipe.toml(VOCABULARY)?;
        }
        let mut tables = BTreeMap::new();
        for table in &recipe.schema.tables {
            let columns = all_nullable(&stored_schema(&recipe.schema, table));
            let errors = rules
                .of(table)
                .filter(|rule| rule.severity == Severity::Error);
            let (ranged, other): (Vec<&Rule>, Vec<&Rule>) =
                errors.partition(|rule| !rule.allowed.is_empty());
            let mut ranges: BTreeMap<String, Range> = BTreeMap::new();
            for (column, range) in ranged.iter().flat_map(|rule| &rule.allowed) {
                let known = ranges.entry(column.clone()).or_default();
                *known = known.within(*range);
            }
            let mut demands = Vec::with_capacity(other.len());
            for rule in other {
                demands.push(Demand {
                    reads: columns_of(&rule.condition)?.into_iter().collect(),
                    rule: rule.clone(),
                });
            }
            let named: Vec<(&str, &str)> = demands
                .iter()
                .map(|demand| (demand.rule.id.as_str(), demand.rule.condition.as_str()))
                .collect();
            let conditions = session.conditions(&columns, &named)?;
            let checks = TableChecks {
                columns,
                ranges,
                vocabulary: vocabulary.remove(&table.name).unwrap_or_default(),
                rules: demands,
                conditions,
            };
            tables.insert(table.name.clone(), checks);
        }
        Ok(Self {
            application: recipe.schema.application().name.clone(),
            tables,
            features: rules.features,
        })
    }

    /// The columns of the application that are asked of: what a look-up has to bring before an
    /// edit can be checked.
    pub fn reads(&self) -> Vec<String> {
        let checks = self.tables.get(&self.application);
        let checks = checks.into_iter();
        let names = checks.flat_map(|checks| {
            let rules = checks.rules.iter().flat_map(|demand| &demand.reads);
            rules.chain(checks.ranges.keys()).cloned()
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        names
    }

    /// The numbers that a column may hold; `None` where the recipe says nothing.
    pub fn range(&self, table: &str, column: &str) -> Option<Range> {
        self.tables.get(table)?.ranges.get(column).copied()
    }

    /// The texts that a column may hold; `None` where the recipe lists none.
    pub fn texts(&self, table: &str, column: &str) -> Option<&[String]> {
        let texts = self.tables.get(table)?.vocabulary.get(column)?;
        (!texts.is_empty()).then_some(texts)
    }

    /// The numbers that features which are no columns may have, by name.
    pub fn features(&self) -> &BTreeMap<String, Range> {
        &self.features
    }

    /// Checks rows that were posted.
    ///
    /// # Errors
    /// [`Error::Unfit`] with the places of what may not be, the first 20 of them.
    pub fn check_posted(&self, posted: &Posted) -> Result<()> {
        let mut unfit = Vec::new();
        for (table, batch) in posted.tables.iter() {
            let place = |row: usize, column: Option<&str>| {
                let row = posted.place(table, row);
                match column {
                    Some(column) => format!("{table}[{row}].{column}"),
                    None => format!("{table}[{row}]"),
                }
            };
            self.look(table, batch, &place, &mut unfit)?;
        }
        refuse(unfit)
    }

    /// Checks rows of one table, in their own order.
    ///
    /// # Errors
    /// [`Error::Unfit`] with the places of what may not be, the first 20 of them.
    pub fn check_rows(&self, table: &str, rows: &RecordBatch) -> Result<()> {
        let place = |row: usize, column: Option<&str>| match column {
            Some(column) => format!("{table}[{row}].{column}"),
            None => format!("{table}[{row}]"),
        };
        let mut unfit = Vec::new();
        self.look(table, rows, &place, &mut unfit)?;
        refuse(unfit)
    }

    /// Checks an application whose values were changed: only what is wrong with the new values and
    /// was not with the old ones counts, for a portfolio may hold rows that break a rule.
    ///
    /// # Errors
    /// [`Error::Unfit`] with the columns of what may not be.
    pub fn check_edited(&self, before: &ClientTables, after: &ClientTables) -> Result<()> {
        let table = self.application.as_str();
        let place = |_: usize, column: Option<&str>| column.unwrap_or(table).to_owned();
        let mut found = [Vec::new(), Vec::new()];
        for (rows, unfit) in [before, after].into_iter().zip(&mut found) {
            if let Some(batch) = rows.rows(table) {
                self.look(table, batch, &place, unfit)?;
            }
        }
        let [before, mut after] = found;
        after.retain(|problem| !before.contains(problem));
        refuse(after)
    }

    fn look(
        &self,
        table: &str,
        batch: &RecordBatch,
        place: &dyn Fn(usize, Option<&str>) -> String,
        unfit: &mut Vec<Unfit>,
    ) -> Result<()> {
        let Some(checks) = self.tables.get(table).filter(|_| batch.num_rows() > 0) else {
            return Ok(());
        };
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let name = field.name();
            let mut wrong = |row: usize, found: String, expected: String| {
                let field = place(row, Some(name));
                unfit.push(Unfit {
                    field,
                    found,
                    expected,
                });
            };
            match column.data_type() {
                DataType::Float64 => {
                    let range = checks.ranges.get(name).copied().unwrap_or_default();
                    let numbers = column.as_primitive::<Float64Type>();
                    for (row, number) in numbers.iter().enumerate() {
                        if let Some(number) = number.filter(|number| !range.holds(*number)) {
                            wrong(row, number_shown(number), expected(range, number));
                        }
                    }
                }
                DataType::Utf8 => {
                    let Some(known) = checks.vocabulary.get(name).filter(|all| !all.is_empty())
                    else {
                        continue;
                    };
                    for (row, text) in column.as_string::<i32>().iter().enumerate() {
                        if let Some(text) = text.filter(|text| !known.iter().any(|k| k == text)) {
                            wrong(row, shown(text), one_of(text, known));
                        }
                    }
                }
                _ => {}
            }
        }
        let held = checks.conditions.hold(&checks.whole(batch))?;
        for (demand, held) in checks.rules.iter().zip(held) {
            for row in held.values().set_indices() {
                // What follows from a value that is wrong by itself is not told twice.
                let is_told = |name: &String| {
                    let field = place(row, Some(name));
                    unfit.iter().any(|known| known.field == field)
                };
                if demand.reads.iter().any(is_told) {
                    continue;
                }
                let column = match demand.reads.as_slice() {
                    [one] => Some(one.as_str()),
                    _ => None,
                };
                unfit.push(Unfit {
                    field: place(row, column),
                    found: demand.found(batch, row),
                    expected: format!("anything but: {}", demand.rule.label.en),
                });
            }
        }
        Ok(())
    }
}

impl TableChecks {
    /// The rows with every column of the table; one that was not looked up is missing.
    fn whole(&self, batch: &RecordBatch) -> RecordBatch {
        let rows = batch.num_rows();
        let fields = self.columns.fields().iter();
        let columns: Vec<ArrayRef> = fields
            .map(|field| match batch.column_by_name(field.name()) {
                Some(column) => column.clone(),
                None => new_null_array(field.data_type(), rows),
            })
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.columns.clone(), columns, &options)
            .expect("every column is of the table's own type, and any may be missing")
    }
}

impl Demand {
    /// The values that the rule reads, in words.
    fn found(&self, batch: &RecordBatch, row: usize) -> String {
        let values = self.reads.iter().filter_map(|name| {
            let column = batch.column_by_name(name)?;
            let value = match column.data_type() {
                _ if column.is_null(row) => "nothing".to_owned(),
                DataType::Float64 => number_shown(column.as_primitive::<Float64Type>().value(row)),
                DataType::Utf8 => shown(column.as_string::<i32>().value(row)),
                _ => return None,
            };
            Some(match self.reads.len() {
                1 => value,
                _ => format!("{name} {value}"),
            })
        });
        values.collect::<Vec<_>>().join(", ")
    }
}

/// The same columns, of which any may be missing: a look-up brings some of them only.
fn all_nullable(columns: &SchemaRef) -> SchemaRef {
    let fields = columns.fields().iter();
    let fields = fields.map(|field| field.as_ref().clone().with_nullable(true));
    Arc::new(ArrowSchema::new(fields.collect::<Vec<_>>()))
}

/// The numbers that were expected; of a number beyond all amounts, with both ends.
pub fn expected(range: Range, found: f64) -> String {
    if found.abs() <= Range::MOST {
        return range.to_string();
    }
    let (low, high) = (range.from.or(range.above), range.to.or(range.below));
    let both = Range {
        from: range.from.or(low.is_none().then_some(-Range::MOST)),
        to: range.to.or(high.is_none().then_some(Range::MOST)),
        ..range
    };
    both.to_string()
}

/// A number as a message shows it: short, whatever its size.
pub fn number_shown(number: f64) -> String {
    match number.abs() > Range::MOST {
        true => format!("{number:e}"),
        false => number.to_string(),
    }
}

/// The texts that were expected, as far as they can be named.
pub fn one_of(found: &str, known: &[String]) -> String {
    if known.len() <= MOST_NAMED {
        return format!("one of: {}", known.join(", "));
    }
    let near = nearest(found, known.iter().map(String::as_str));
    perhaps(&format!("one of {} known texts", known.len()), near)
}

/// A text as a message shows it: short, and of one line.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("{shown:?}")
}

fn refuse(mut unfit: Vec<Unfit>) -> Result<()> {
    if unfit.is_empty() {
        return Ok(());
    }
    unfit.truncate(MOST_PROBLEMS);
    Err(Error::Unfit { problems: unfit })
}
