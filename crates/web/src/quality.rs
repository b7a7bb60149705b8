//! What was found wrong with a portfolio's rows when they came in. The program keeps the report beside the
//! portfolio; pages ask through [`PortfolioQuality`], and its own page is made of the same.

use std::collections::BTreeMap;

use limpide_explain::format::{number, percent};
use limpide_model::{Lang, Text};

use crate::figures::words::pick;
use crate::service::RowsError;

/// The report on the rows of the portfolio in force.
pub trait PortfolioQuality: Send + Sync {
    /// The report; `None`: no portfolio, or none that was looked at.
    ///
    /// # Errors
    /// What is kept cannot be read.
    fn report(&self) -> Result<Option<QualityReport>, RowsError>;
}

/// All that was found in a portfolio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QualityReport {
    /// The recipe's name.
    pub recipe: String,
    /// The portfolio's hash.
    pub portfolio: String,
    /// What was looked for, worst first; what was found has rows.
    pub findings: Vec<QualityFinding>,
    /// Every column, in the recipe's order.
    pub columns: Vec<ColumnKnown>,
    /// The files that were read.
    pub files: Vec<FileRead>,
    /// Files of the recipe that the lender did not give.
    pub absent: Vec<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Cannot be.
    Error,
    /// Should not be.
    Warning,
    /// Good to know.
    Note,
}

/// A rule or a check, and the rows that it found.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityFinding {
    /// How bad it is.
    pub severity: Severity,
    /// The table.
    pub table: String,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// The rule's id in the recipe, or that of a built-in check.
    pub rule: String,
    /// What is wrong, as a person would say it.
    pub label: Text,
    /// Rows found; 0 if all is well.
    pub rows: u64,
    /// Their share of the table's rows, in [0, 1].
    pub share: f64,
    /// What became of these rows.
    pub treatment: Treatment,
    /// The first of them.
    pub examples: Vec<RowFound>,
}

/// What became of rows that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// They stay as they are.
    Kept,
    /// They stay as they are; a strict ingest would have refused the whole.
    KeptUnlessStrict,
    /// No feature reads them.
    RowsUnread,
    /// No feature reads the value in question; the rest of the row is read.
    ValueUnread,
}

/// One row that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFound {
    /// The lender's file.
    pub file: String,
    /// Its row, from 1, without the header.
    pub row: u64,
    /// Its client, if known.
    pub client: Option<i64>,
}

/// How often a column is known.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnKnown {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Rows in which it is missing, agreed values for "not known" included.
    pub missing: u64,
    /// Their share of the table's rows, in [0, 1].
    pub missing_share: f64,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRead {
    /// Its name without its ending.
    pub name: String,
    /// Rows without the header.
    pub rows: u64,
    /// Columns of the header.
    pub columns: usize,
    /// Share of all fields that are missing, in [0, 1].
    pub missing_share: f64,
    /// How many fields held each value that stands for "not known" and were set to missing.
    pub set_to_missing: BTreeMap<String, u64>,
}

impl QualityReport {
    /// What was found, worst first.
    pub fn found(&self) -> impl Iterator<Item = &QualityFinding> {
        self.findings.iter().filter(|finding| finding.rows > 0)
    }

    /// What was looked for and found nowhere.
    pub fn held(&self) -> impl Iterator<Item = &QualityFinding> {
        self.findings.iter().filter(|finding| finding.rows == 0)
    }
}

impl QualityFinding {
    /// The share of rows as people read it: one that is there is never shown as nothing.
    pub fn share_shown(&self, lang: Lang) -> String {
        let shown = percent(self.share, lang);
        match self.rows > 0 && shown == percent(0.0, lang) {
            true => format!("< {}", percent(0.001, lang)),
            false => shown,
        }
    }
}

impl RowFound {
    /// Where it stands, as people read it.
    pub fn shown(&self, lang: Lang) -> String {
        let place = format!("{}, {} {}", self.file, pick(lang, "ligne", "row"), self.row);
        match self.client {
            Some(client) => format!("{place} (client {client})"),
            None => place,
        }
    }
}

impl FileRead {
    /// The values that were set to missing and how often, as people read it.
    pub fn set_shown(&self, lang: Lang) -> String {
        let set = self.set_to_missing.iter();
        let set = set.map(|(value, times)| format!("{value} × {}", number(*times as f64, 0, lang)));
        set.collect::<Vec<_>>().join(", ")
    }
}
