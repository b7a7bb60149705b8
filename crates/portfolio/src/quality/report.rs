//! What was found, in one value that stands beside the portfolio.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::portfolio::read_manifest;
use crate::text::Text;

/// The report's file in a portfolio's folder.
pub(crate) const FILE: &str = "quality.json";
/// The page that tells people of it, in a portfolio's folder.
pub const PAGE: &str = "quality.html";
const FORMAT: &str = "limpide-quality";
const VERSION: u32 = 1;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Cannot be: a strict ingest refuses.
    Error,
    /// Should not be: the lender should look.
    Warning,
    /// Good to know.
    Note,
}

/// A rule or a check, and the rows that it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The rule's id in the recipe, or that of a built-in check.
    pub rule: String,
    /// The column, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, as a person would say it.
    pub label: Text,
    /// Rows found; 0 if all is well.
    pub rows: u64,
    /// Their share of the table's rows, in [0, 1].
    pub share: f64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// One row that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The source's file.
    pub file: String,
    /// Its row, from 1, without the header.
    pub row: u64,
    /// Its client, if known.
    pub client: Option<i64>,
}

/// How often a column is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnQuality {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Rows in which it is missing, sentinels included.
    pub missing: u64,
    /// Their share of the table's rows, in [0, 1].
    pub missing_share: f64,
}

/// All that was found in a portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    format: String,
    version: u32,
    /// What was checked, worst first; what was found has rows.
    pub findings: Vec<Finding>,
    /// The columns in the recipe's order.
    pub columns: Vec<ColumnQuality>,
}

impl Quality {
    /// Puts the findings in order: errors before warnings, then by the share of rows.
    pub(crate) fn new(mut findings: Vec<Finding>, columns: Vec<ColumnQuality>) -> Self {
        // The sort is stable: equally bad findings keep the recipe's order.
        findings.sort_by(|a, b| {
            let held = |finding: &Finding| finding.rows == 0;
            (held(a), a.severity)
                .cmp(&(held(b), b.severity))
                .then(b.share.total_cmp(&a.share))
        });
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            findings,
            columns,
        }
    }

    /// What was found, worst first.
    pub fn found(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.rows > 0)
    }

    /// What was checked and found nowhere.
    pub fn held(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.rows == 0)
    }

    /// The worst finding, if it is an error.
    pub fn worst_error(&self) -> Option<&Finding> {
        self.found()
            .next()
            .filter(|finding| finding.severity == Severity::Error)
    }

    /// Reads the report of a portfolio's folder.
    ///
    /// # Errors
    /// [`Error::Manifest`] or [`Error::Io`] if there is none of this version.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        read_manifest(&folder.join(FILE), FORMAT, VERSION)
    }
}

impl Finding {
    /// The refusal of a strict ingest.
    pub(crate) fn refusal(&self) -> Error {
        let place = self.examples.first();
        Error::Refused {
            table: self.table.clone(),
            label: self.label.en.clone(),
            rule: self.rule.clone(),
            rows: self.rows,
            first: place.map_or_else(String::new, |example| {
                format!(", first in {}, row {}", example.file, example.row)
            }),
        }
    }
}
