//! `/model/quality`: what was found wrong with the portfolio's rows, what became of them, and how often each column
//! is known.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::format::{capitalised, number, percent};
use limpide_store::Role;
use serde::Deserialize;

use crate::api::off_thread;
use crate::asked::Asked;
use crate::auth::Studying;
use crate::error::Error;
use crate::language::Language;
use crate::pages::ordered::{self, Head, Holds, Leaf, Sortable, Sorted};
use crate::pages::{Frame, Place, html};
use crate::quality::{
    ColumnKnown, FileRead, QualityFinding, QualityReport, RowFound, Severity, Treatment,
};
use crate::router::AppState;
use crate::texts::Texts;

/// Columns shown at once.
const MOST_SHOWN: usize = 50;
/// How wide a column's bar is when nothing is known of it.
const BAR: f64 = 120.0;
const PATH: &str = "/model/quality";
/// Columns of the list of columns, their words, and what they hold.
const COLUMNS: [Sortable; 4] = [
    ("column", "quality-column", Holds::Words),
    ("table", "quality-table", Holds::Words),
    ("rows", "quality-rows", Holds::Numbers),
    ("missing", "quality-missing", Holds::Numbers),
];

#[derive(Template)]
#[template(path = "analyst/quality.html")]
struct QualityPage {
    frame: Frame,
    report: Option<Told>,
}

/// A report, as far as it was asked for.
struct Told {
    summary: String,
    portfolio: String,
    absent: String,
    wanted: Wanted,
    severities: Vec<Choice>,
    tables: Vec<Choice>,
    /// Whether anything is looked for.
    narrowed: bool,
    count: String,
    findings: Vec<Finding>,
    heads: Vec<Head>,
    columns: Vec<Column>,
    leaf: Leaf,
    files: Vec<File>,
    held: Vec<[String; 2]>,
}

struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

struct Finding {
    tint: &'static str,
    icon: &'static str,
    severity: String,
    label: String,
    rule: String,
    /// Table, and column where it is about one.
    place: String,
    rows: String,
    share: String,
    treatment: String,
    examples: Vec<String>,
}

struct Column {
    name: String,
    table: String,
    rows: String,
    missing: String,
    bar: String,
}

struct File {
    name: String,
    /// Rows, columns, missing share.
    numbers: [String; 3],
    set_to_missing: String,
}

/// What is looked for, and in what order.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    table: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

/// Shows the report.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let report = read(&state).await?;
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: PATH,
        query: &ordered::query(&wanted.asked(&wanted.sort, &wanted.page)),
    };
    html(&QualityPage {
        frame: Frame::new(&place, &texts.get("quality")),
        // Who administers sees no clients.
        report: report.map(|report| Told::new(report, wanted, person.role != Role::Admin, texts)),
    })
}

async fn read(state: &AppState) -> Result<Option<QualityReport>, Error> {
    let Some(kept) = state.service.shared.quality.as_ref().map(Arc::clone) else {
        return Ok(None);
    };
    Ok(off_thread("data quality", move || kept.report()).await??)
}

impl Wanted {
    fn asked<'a>(&'a self, sort: &'a str, page: &'a str) -> [(&'static str, &'a str); 5] {
        [
            ("q", self.q.trim()),
            ("severity", &self.severity),
            ("table", &self.table),
            ("sort", sort),
            ("page", page),
        ]
    }

    /// Whether any of these words holds what is looked for, in this table.
    fn finds(&self, table: &str, words: &[&str]) -> bool {
        let part = self.q.trim().to_lowercase();
        (self.table.is_empty() || self.table == table)
            && words.iter().any(|word| word.to_lowercase().contains(&part))
    }

    fn finds_finding(&self, finding: &QualityFinding, texts: Texts) -> bool {
        let column = finding.column.as_deref().unwrap_or_default();
        let label = finding.label.get(texts.lang);
        (self.severity.is_empty() || self.severity == severity(finding.severity).0)
            && self.finds(
                &finding.table,
                &[&finding.table, &finding.rule, column, label],
            )
    }
}

impl Told {
    fn new(report: QualityReport, wanted: Wanted, sees_clients: bool, texts: Texts) -> Self {
        let lang = texts.lang;
        let count = |count: usize| number(count as f64, 0, lang);
        let of = |wanted: Severity| {
            let found = report.found().filter(|found| found.severity == wanted);
            count(found.count())
        };
        let summary = texts.with(
            "quality-summary",
            &[
                ("errors", &of(Severity::Error)),
                ("warnings", &of(Severity::Warning)),
                ("notes", &of(Severity::Note)),
                ("held", &count(report.held().count())),
            ],
        );
        let findings: Vec<Finding> = report
            .found()
            .filter(|found| wanted.finds_finding(found, texts))
            .map(|found| Finding::new(found, sees_clients, texts))
            .collect();
        let tables: BTreeSet<&str> = report
            .columns
            .iter()
            .map(|one| one.table.as_str())
            .collect();
        let tables = tables.into_iter().map(|table| Choice {
            chosen: table == wanted.table,
            value: table.to_owned(),
            words: table.to_owned(),
        });
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        let severities = severities
            .into_iter()
            .map(severity)
            .map(|(name, key, ..)| Choice {
                chosen: name == wanted.severity,
                value: name.to_owned(),
                words: texts.get(key),
            });
        let mut columns: Vec<&ColumnKnown> = report
            .columns
            .iter()
            .filter(|one| wanted.finds(&one.table, &[&one.column, &one.table]))
            .collect();
        let sorted = Sorted::read(&wanted.sort, &COLUMNS, "-missing");
        columns.sort_by(|a, b| order(sorted, a, b));
        let (shown, leaf) = Leaf::of(columns.len(), MOST_SHOWN, &wanted.page, texts, |page| {
            let page = page.to_string();
            format!(
                "{}#columns",
                ordered::address(PATH, &wanted.asked(&wanted.sort, &page))
            )
        });
        let heads = sorted.heads(&COLUMNS, texts, |sort| {
            let address = ordered::address(PATH, &wanted.asked(sort, ""));
            format!("{address}#columns")
        });
        let held = report.held();
        Self {
            summary,
            portfolio: report.portfolio.chars().take(12).collect(),
            absent: report.absent.join(", "),
            severities: severities.collect(),
            tables: tables.collect(),
            narrowed: wanted
                .asked("", "")
                .iter()
                .any(|(_, value)| !value.is_empty()),
            count: texts.with(
                "quality-found",
                &[
                    ("findings", &count(findings.len())),
                    ("columns", &count(columns.len())),
                ],
            ),
            findings,
            heads,
            columns: columns[shown]
                .iter()
                .map(|one| Column::new(one, texts))
                .collect(),
            leaf,
            files: report
                .files
                .iter()
                .map(|file| File::new(file, texts))
                .collect(),
            held: held
                .map(|one| [one.table.clone(), capitalised(one.label.get(lang))])
                .collect(),
            wanted,
        }
    }
}

/// A severity's name in addresses, its words, and how it looks: never by colour alone.
fn severity(severity: Severity) -> (&'static str, &'static str, &'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "quality-error", "against-tint", "warning"),
        Severity::Warning => ("warning", "quality-warning", "neutral-tint", "warning"),
        Severity::Note => ("note", "quality-note", "neutral-tint", "unknown"),
    }
}

fn order(sorted: Sorted<'_>, a: &ColumnKnown, b: &ColumnKnown) -> Ordering {
    let order = match sorted.column {
        "column" => a.column.cmp(&b.column),
        "table" => a.table.cmp(&b.table),
        "rows" => a.missing.cmp(&b.missing),
        _ => a.missing_share.total_cmp(&b.missing_share),
    };
    match sorted.falling {
        true => order.reverse(),
        false => order,
    }
}

impl Finding {
    fn new(found: &QualityFinding, sees_clients: bool, texts: Texts) -> Self {
        let lang = texts.lang;
        let (_, words, tint, icon) = severity(found.severity);
        let treatment = match found.treatment {
            Treatment::Kept => "quality-kept",
            Treatment::KeptUnlessStrict => "quality-kept-unless-strict",
            Treatment::RowsUnread => "quality-rows-unread",
            Treatment::ValueUnread => "quality-value-unread",
        };
        let shown = |example: &RowFound| {
            let client = example.client.filter(|_| sees_clients);
            let example = RowFound {
                client,
                ..example.clone()
            };
            example.shown(lang)
        };
        Self {
            tint,
            icon,
            severity: texts.get(words),
            label: capitalised(found.label.get(lang)),
            rule: found.rule.clone(),
            place: match &found.column {
                Some(column) => format!("{}.{column}", found.table),
                None => found.table.clone(),
            },
            rows: number(found.rows as f64, 0, lang),
            share: found.share_shown(lang),
            treatment: texts.get(treatment),
            examples: found.examples.iter().map(shown).collect(),
        }
    }
}

impl Column {
    fn new(column: &ColumnKnown, texts: Texts) -> Self {
        Self {
            name: column.column.clone(),
            table: column.table.clone(),
            rows: number(column.missing as f64, 0, texts.lang),
            missing: percent(column.missing_share, texts.lang),
            bar: format!("{:.1}", BAR * column.missing_share),
        }
    }
}

impl File {
    fn new(file: &FileRead, texts: Texts) -> Self {
        let lang = texts.lang;
        Self {
            name: file.name.clone(),
            numbers: [
                number(file.rows as f64, 0, lang),
                number(file.columns as f64, 0, lang),
                percent(file.missing_share, lang),
            ],
            set_to_missing: file.set_shown(lang),
        }
    }
}
