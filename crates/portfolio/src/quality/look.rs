//! Rules and built-in checks asked of a table's sorted rows as they pass by, once.

use std::sync::Arc;

use limpide_engine::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use limpide_engine::arrow::datatypes::{Int64Type, SchemaRef};
use limpide_engine::{Conditions, Session, row_fingerprints};

use super::{Example, Finding, Rule, Severity};
use crate::as_of::{is_later, row_is_later};
use crate::error::Result;
use crate::read_csv::{ORDER_COLUMN, place_of};
use crate::schema::{Schema, Table};
use crate::text::Text;

/// The check that finds rows without a known client, which are in nobody's features.
pub const ORPHANS: &str = "orphans";
/// The check that finds rows dated after the application, which no feature reads.
pub const AFTER_APPLICATION: &str = "after_application";
/// The check that finds values known only after the application, which no feature reads.
pub const LEARNED_LATER: &str = "learned_later";

/// Rows that a finding shows.
const EXAMPLES: usize = 3;

/// What is looked for in one table.
pub(crate) struct LookedAt<'a> {
    pub schema: &'a Schema,
    pub table: &'a Table,
    /// The source's file names, by the place of the table's files.
    pub files: Vec<String>,
    pub rules: Vec<&'a Rule>,
    /// The clients of the applications, in order; `None` for the applications themselves.
    pub clients: Option<Arc<Vec<i64>>>,
}

/// A table being looked at, batch after batch, in the order of its clients.
pub(crate) struct Look<'a> {
    at: LookedAt<'a>,
    conditions: Conditions,
    findings: Vec<Finding>,
    orphans: Option<Finding>,
    repeated: Option<Finding>,
    group: Group,
    rows: u64,
}

/// The rows of the client who passes by, by fingerprint and place.
#[derive(Default)]
struct Group {
    client: Option<i64>,
    is_known: bool,
    rows: Vec<(u64, i64)>,
}

impl<'a> Look<'a> {
    /// Plans the conditions over batches of `columns`, which end with the rows' places.
    ///
    /// # Errors
    /// A rule is no condition over the columns.
    pub(crate) fn new(session: &Session, columns: &SchemaRef, at: LookedAt<'a>) -> Result<Self> {
        let mut findings: Vec<Finding> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for rule in &at.rules {
            findings.push(at.finding(&rule.id, rule.severity, &rule.label.fr, &rule.label.en));
            texts.push(rule.condition.clone());
        }
        for (id, severity, condition, fr, en) in at.point_in_time() {
            findings.push(at.finding(id, severity, fr, en));
            texts.push(condition);
        }
        let named = findings.iter().zip(&texts);
        let named: Vec<(&str, &str)> = named
            .map(|(finding, text)| (finding.rule.as_str(), text.as_str()))
            .collect();
        let conditions = session.conditions(columns, &named)?;
        let orphans = at.clients.as_ref().map(|_| {
            let (fr, en) = ("lignes sans client connu", "rows whose client is not known");
            at.finding(ORPHANS, Severity::Warning, fr, en)
        });
        let repeated = at.table.unique.is_none().then(|| {
            let (fr, en) = ("lignes répétées", "rows that repeat another");
            at.finding("repeated", Severity::Warning, fr, en)
        });
        Ok(Self {
            at,
            conditions,
            findings,
            orphans,
            repeated,
            group: Group::default(),
            rows: 0,
        })
    }

    /// Looks at the next rows.
    ///
    /// # Errors
    /// A condition cannot be computed.
    pub(crate) fn pass(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        let orders = batch.column_by_name(ORDER_COLUMN);
        let orders = orders
            .expect("the sort selects it")
            .as_primitive::<Int64Type>();
        let client = batch.column_by_name(&self.at.schema.client);
        let clients = client
            .expect("every stored table has it")
            .as_primitive::<Int64Type>();
        let client_of = |row: usize| clients.is_valid(row).then(|| clients.value(row));
        for (finding, holds) in self.findings.iter_mut().zip(self.conditions.hold(batch)?) {
            count(finding, &self.at.files, &holds, |row| {
                (orders.value(row), client_of(row))
            });
        }
        if self.orphans.is_none() && self.repeated.is_none() {
            return Ok(());
        }
        let fingerprints = match self.repeated {
            Some(_) => {
                let without_place: Vec<usize> = (0..batch.num_columns())
                    .filter(|&column| batch.schema_ref().field(column).name() != ORDER_COLUMN)
                    .collect();
                let row = batch.project(&without_place);
                row_fingerprints(&row.expect("the columns are its own"))?
            }
            None => Vec::new(),
        };
        for row in 0..batch.num_rows() {
            let client = client_of(row);
            if client != self.group.client {
                self.end_group();
                self.group.client = client;
                self.group.is_known = self.at.knows(client);
            }
            if !self.group.is_known {
                if let Some(finding) = &mut self.orphans {
                    one(finding, &self.at.files, orders.value(row), client);
                }
            } else if let Some(fingerprint) = fingerprints.get(row) {
                self.group.rows.push((*fingerprint, orders.value(row)));
            }
        }
        Ok(())
    }

    /// Counts the rows of the client who has passed that repeat an earlier one.
    fn end_group(&mut self) {
        let rows = &mut self.group.rows;
        if let Some(finding) = &mut self.repeated
            && rows.len() > 1
        {
            rows.sort_unstable();
            for pair in rows.windows(2) {
                if pair[0].0 == pair[1].0 {
                    one(finding, &self.at.files, pair[1].1, self.group.client);
                }
            }
        }
        rows.clear();
    }

    /// What was found, and what was looked for in vain.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.end_group();
        let mut findings = self.findings;
        findings.extend(self.orphans);
        findings.extend(self.repeated);
        for finding in &mut findings {
            finding.share = finding.rows as f64 / self.rows.max(1) as f64;
        }
        findings
    }
}

impl LookedAt<'_> {
    fn finding(&self, rule: &str, severity: Severity, fr: &str, en: &str) -> Finding {
        Finding {
            table: self.table.name.clone(),
            rule: rule.to_owned(),
            column: None,
            severity,
            label: Text {
                fr: fr.to_owned(),
                en: en.to_owned(),
            },
            rows: 0,
            share: 0.0,
            examples: Vec::new(),
        }
    }

    /// Without the applications' numbers every named client is known.
    fn knows(&self, client: Option<i64>) -> bool {
        client.is_some_and(|client| {
            let known = self.clients.as_ref();
            known.is_none_or(|known| known.binary_search(&client).is_ok())
        })
    }

    /// What concerns the moment of the application: id, severity, condition, French, English.
    fn point_in_time(&self) -> Vec<(&'static str, Severity, String, &'static str, &'static str)> {
        let mut checks = Vec::new();
        if let Some(later) = row_is_later(self.table) {
            checks.push((
                AFTER_APPLICATION,
                Severity::Warning,
                later,
                "lignes postérieures à la demande : aucune variable ne les lit",
                "rows dated after the application: no feature reads them",
            ));
            let undated = self.table.time.iter();
            let undated: Vec<String> = undated.map(|time| format!("\"{time}\" IS NULL")).collect();
            checks.push((
                "undated",
                Severity::Warning,
                undated.join(" OR "),
                "lignes sans date",
                "rows without a date",
            ));
        }
        let later: Vec<String> = self
            .table
            .known_later
            .iter()
            .map(|later| is_later(&later.date))
            .collect();
        if !later.is_empty() {
            checks.push((
                LEARNED_LATER,
                Severity::Warning,
                later.join(" OR "),
                "lignes dont une valeur n’était connue qu’après la demande : elle n’est pas lue",
                "rows with a value known only after the application: it is not read",
            ));
        }
        checks
    }
}

/// Adds the rows on which a condition holds.
fn count(
    finding: &mut Finding,
    files: &[String],
    holds: &BooleanArray,
    at: impl Fn(usize) -> (i64, Option<i64>),
) {
    let found = holds.true_count() as u64;
    if found == 0 {
        return;
    }
    for row in holds.values().set_indices() {
        if finding.examples.len() == EXAMPLES {
            break;
        }
        let (order, client) = at(row);
        finding.examples.push(example(files, order, client));
    }
    finding.rows += found;
}

fn one(finding: &mut Finding, files: &[String], order: i64, client: Option<i64>) {
    finding.rows += 1;
    if finding.examples.len() < EXAMPLES {
        finding.examples.push(example(files, order, client));
    }
}

fn example(files: &[String], order: i64, client: Option<i64>) -> Example {
    let (file, row) = place_of(files, order);
    Example { file, row, client }
}
