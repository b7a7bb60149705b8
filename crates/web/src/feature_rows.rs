//! What a feature of a client was made of, as the program hands it over: its definition, then the
//! features that it reads, or the raw rows that count.

use std::collections::BTreeMap;

use limpide_explain::format;
use limpide_model::{Feature, Kind, Lang, Text, Unit, Value};

use crate::texts::Texts;

/// Which of many rows are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsPage {
    /// The rows before them, the most recent first.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl RowsPage {
    /// The most rows that are told at once.
    pub const MOST: usize = 1_000;
}

impl Default for RowsPage {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: 200,
        }
    }
}

/// Rows of one client in one of the lender's tables, as far as they are dated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowsDated {
    /// How many there are.
    pub count: usize,
    /// When the latest came about, counted from the application; none where no row has a date.
    pub latest: Option<f64>,
    /// What it is counted in.
    pub unit: Unit,
}

/// A feature of one client with what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRows {
    /// The feature.
    pub feature: Feature,
    /// How it is computed, as SQL or in words where it is learned.
    pub sql: String,
    /// The computed columns that `sql` names, with how each follows from a row.
    pub computed: BTreeMap<String, String>,
    /// How a learned feature comes about for this client; none for one that is computed.
    pub learned: Option<Text>,
    /// The features that it reads; none for one that reads rows.
    pub reads: Vec<Feature>,
    /// The rows that count; none for a feature that reads features.
    pub rows: Option<RawRows>,
    /// The tables' rows behind them, where several were put together to one.
    pub behind: Vec<RawRows>,
}

/// Rows of one client, the most recent first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawRows {
    /// What they are, in the plural.
    pub label: Text,
    /// Their columns.
    pub columns: Vec<RawColumn>,
    /// How many there are.
    pub total: usize,
    /// How many stand before the first one here.
    pub offset: usize,
    /// Values by row and column.
    pub rows: Vec<Vec<Value>>,
}

/// A column of raw rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RawColumn {
    /// Its name in SQL.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// How its numbers are written.
    pub unit: Unit,
    /// What its texts are called; others are shown as they are.
    pub values: BTreeMap<String, Text>,
    /// What it does.
    pub role: RawRole,
    /// How it is computed from the row; none where it stands in it.
    pub sql: Option<String>,
}

/// What a column of raw rows does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawRole {
    /// Identifies the row.
    Key,
    /// Dates it.
    Time,
    /// Its values go into the feature.
    Value,
    /// It decides which rows count.
    Rows,
}

impl RawRows {
    /// A value as people read it; money in `currency`. Empty for a place beyond the rows.
    pub fn text(&self, row: usize, column: usize, currency: &str, lang: Lang) -> String {
        let value = self.rows.get(row).and_then(|row| row.get(column));
        let (Some(value), Some(told)) = (value, self.columns.get(column)) else {
            return String::new();
        };
        match value {
            // A number that identifies is not counted: no separators.
            Value::Number(number) if told.role == RawRole::Key && number.fract() == 0.0 => {
                format!("{number:.0}")
            }
            // Months that date a row are counted from that of the request.
            Value::Number(0.0) if told.role == RawRole::Time && told.unit == Unit::Months => {
                Texts::new(lang).get("month-of-request")
            }
            // To the day: what is a week late must not read like what is in time.
            Value::Number(days) if told.unit == Unit::Date => format::day(*days, lang),
            value => {
                let kind = match value {
                    Value::Category(_) => Kind::Category,
                    _ => Kind::Number,
                };
                let feature = Feature {
                    name: told.name.clone(),
                    kind,
                    label: told.label.clone(),
                    values: told.values.clone(),
                    concept: String::new(),
                    unit: told.unit,
                    direction: Default::default(),
                    actionable: false,
                    protected: false,
                };
                format::value(&feature, value, currency, lang)
            }
        }
    }
}
