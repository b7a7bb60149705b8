//! What was found in a portfolio's rows, for the dashboard, as a page and as lines of the terminal.
//!
//! The page stands alone: no script, nothing from elsewhere, fit to print.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use askama::Template;
use limpide_explain::format::{number, percent};
use limpide_model::{Lang, Text};
use limpide_portfolio::quality::{self, Example, Finding};
use limpide_portfolio::{FileSummary, Portfolio, Quality};
use limpide_web::RowsError;
use limpide_web::quality::{
    ColumnKnown, FileRead, PortfolioQuality, QualityFinding, QualityReport, RowFound, Severity,
    Treatment,
};

/// Findings that the terminal shows; the page shows all.
const LINES: usize = 12;

/// The report that is kept beside a workspace's portfolio.
pub struct KeptQuality {
    workspace: PathBuf,
}

impl KeptQuality {
    pub fn new(workspace: &Path) -> Self {
        Self {
            workspace: workspace.to_owned(),
        }
    }
}

impl PortfolioQuality for KeptQuality {
    fn report(&self) -> Result<Option<QualityReport>, RowsError> {
        let unread = |error: limpide_portfolio::Error| RowsError(error.to_string());
        let portfolio = match Portfolio::open(&self.workspace) {
            Ok(portfolio) => portfolio,
            Err(limpide_portfolio::Error::NoPortfolio(_)) => return Ok(None),
            Err(error) => return Err(unread(error)),
        };
        match portfolio.quality() {
            Ok(quality) => Ok(Some(report(&portfolio, &quality))),
            Err(limpide_portfolio::Error::Io { source, .. })
                if source.kind() == ErrorKind::NotFound =>
            {
                Ok(None)
            }
            Err(error) => Err(unread(error)),
        }
    }
}

/// What the page and the dashboard tell.
fn report(portfolio: &Portfolio, quality: &Quality) -> QualityReport {
    let files = portfolio.tables.iter().flat_map(|table| &table.files);
    let columns = quality.columns.iter();
    QualityReport {
        recipe: portfolio.recipe.clone(),
        portfolio: portfolio.hash.clone(),
        findings: quality.findings.iter().map(finding).collect(),
        columns: columns
            .map(|column| ColumnKnown {
                table: column.table.clone(),
                column: column.column.clone(),
                missing: column.missing,
                missing_share: column.missing_share,
            })
            .collect(),
        files: files.map(file).collect(),
        absent: portfolio.absent.clone(),
    }
}

fn finding(found: &Finding) -> QualityFinding {
    let severity = match found.severity {
        quality::Severity::Error => Severity::Error,
        quality::Severity::Warning => Severity::Warning,
        quality::Severity::Note => Severity::Note,
    };
    let treatment = match (found.rule.as_str(), severity) {
        (quality::ORPHANS | quality::AFTER_APPLICATION, _) => Treatment::RowsUnread,
        (quality::LEARNED_LATER, _) => Treatment::ValueUnread,
        (_, Severity::Error) => Treatment::KeptUnlessStrict,
        _ => Treatment::Kept,
    };
    let examples = found.examples.iter();
    QualityFinding {
        severity,
        table: found.table.clone(),
        column: found.column.clone(),
        rule: found.rule.clone(),
        label: Text {
            fr: found.label.fr.clone(),
            en: found.label.en.clone(),
        },
        rows: found.rows,
        share: found.share,
        treatment,
        examples: examples.map(place).collect(),
    }
}

fn place(example: &Example) -> RowFound {
    RowFound {
        file: example.file.clone(),
        row: example.row,
        client: example.client,
    }
}

fn file(file: &FileSummary) -> FileRead {
    FileRead {
        name: file.name.clone(),
        rows: file.rows,
        columns: file.columns,
        missing_share: file.missing_share,
        set_to_missing: file.set_to_missing.clone(),
    }
}

/// The page of a portfolio.
pub fn page(portfolio: &Portfolio, quality: &Quality, lang: Lang) -> String {
    let words = words(lang);
    let count = |value: u64| number(value as f64, 0, lang);
    let report = report(portfolio, quality);
    let files = report.files.iter();
    let files = files.map(|file| File {
        name: file.name.clone(),
        rows: count(file.rows),
        columns: count(file.columns as u64),
        missing: percent(file.missing_share, lang),
        set_to_missing: file.set_shown(lang),
    });
    let mut columns: Vec<_> = report.columns.iter().filter(|c| c.missing > 0).collect();
    columns.sort_by(|a, b| b.missing_share.total_cmp(&a.missing_share));
    let page = Page {
        words,
        recipe: &portfolio.recipe,
        hash: portfolio.hash.get(..16).unwrap_or(&portfolio.hash),
        synthetic: portfolio.synthetic,
        summary: summary(quality, lang),
        found: report.found().map(|f| Row::new(f, lang)).collect(),
        held: report.held().map(|f| Row::new(f, lang)).collect(),
        files: files.collect(),
        absent: portfolio.absent.join(", "),
        columns: columns
            .into_iter()
            .map(|column| Missing {
                table: &column.table,
                name: &column.column,
                missing: percent(column.missing_share, lang),
            })
            .collect(),
    };
    page.render().expect("writing to a String cannot fail")
}

/// The lines of the terminal: how much was found, then what, worst first.
pub fn lines(quality: &Quality, lang: Lang) -> String {
    let mut text = format!("{}\n", summary(quality, lang));
    let found = quality.found().map(finding);
    let found: Vec<QualityFinding> = found
        .filter(|finding| finding.severity != Severity::Note)
        .collect();
    for finding in found.iter().take(LINES) {
        let row = Row::new(finding, lang);
        text.push_str(&format!(
            "  {}: {}: {} ({}, {})",
            row.severity, row.table, row.label, row.rows, row.share
        ));
        if !row.examples.is_empty() {
            text.push_str(&format!(": {}", row.examples.join("; ")));
        }
        text.push('\n');
    }
    if found.len() > LINES {
        text.push_str(&format!("  + {}\n", found.len() - LINES));
    }
    text
}

fn summary(looked: &Quality, lang: Lang) -> String {
    let of = |severity| looked.found().filter(|f| f.severity == severity).count();
    let (errors, warnings, notes) = (
        of(quality::Severity::Error),
        of(quality::Severity::Warning),
        of(quality::Severity::Note),
    );
    let held = looked.held().count();
    match lang {
        Lang::Fr => format!(
            "Qualité des données : erreurs {errors}, alertes {warnings}, remarques {notes}, contrôles sans anomalie {held}."
        ),
        Lang::En => format!(
            "Data quality: errors {errors}, warnings {warnings}, notes {notes}, checks that found nothing {held}."
        ),
    }
}

#[derive(Template)]
#[template(path = "quality.html")]
struct Page<'a> {
    words: &'static Words,
    recipe: &'a str,
    hash: &'a str,
    synthetic: bool,
    summary: String,
    found: Vec<Row>,
    held: Vec<Row>,
    files: Vec<File>,
    absent: String,
    columns: Vec<Missing<'a>>,
}

struct Row {
    class: &'static str,
    severity: &'static str,
    table: String,
    label: String,
    column: Option<String>,
    rule: String,
    rows: String,
    share: String,
    examples: Vec<String>,
}

struct File {
    name: String,
    rows: String,
    columns: String,
    missing: String,
    set_to_missing: String,
}

struct Missing<'a> {
    table: &'a str,
    name: &'a str,
    missing: String,
}

impl Row {
    fn new(finding: &QualityFinding, lang: Lang) -> Self {
        let words = words(lang);
        let (class, severity) = match finding.severity {
            Severity::Error => ("error", words.error),
            Severity::Warning => ("warning", words.warning),
            Severity::Note => ("note", words.note),
        };
        let examples = finding.examples.iter();
        Self {
            class,
            severity,
            table: finding.table.clone(),
            label: finding.label.get(lang).to_owned(),
            column: finding.column.clone(),
            rule: finding.rule.clone(),
            rows: number(finding.rows as f64, 0, lang),
            share: finding.share_shown(lang),
            examples: examples.map(|example| example.shown(lang)).collect(),
        }
    }
}

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Fr => &FRENCH,
        Lang::En => &ENGLISH,
    }
}

struct Words {
    code: &'static str,
    title: &'static str,
    recipe: &'static str,
    portfolio: &'static str,
    synthetic: &'static str,
    found: &'static str,
    found_caption: &'static str,
    nothing: &'static str,
    severity: &'static str,
    table: &'static str,
    what: &'static str,
    rows: &'static str,
    share: &'static str,
    examples: &'static str,
    held: &'static str,
    held_caption: &'static str,
    tables: &'static str,
    tables_caption: &'static str,
    file: &'static str,
    columns: &'static str,
    column: &'static str,
    missing: &'static str,
    set_to_missing: &'static str,
    absent: &'static str,
    missing_columns: &'static str,
    missing_caption: &'static str,
    error: &'static str,
    warning: &'static str,
    note: &'static str,
}

const FRENCH: Words = Words {
    code: "fr",
    title: "Qualité des données",
    recipe: "Recette",
    portfolio: "portefeuille",
    synthetic: "Données synthétiques : aucune ligne ne décrit une personne réelle.",
    found: "Ce qui a été trouvé",
    found_caption: "Le plus grave d’abord. Les lignes sont numérotées à partir de 1, sans l’en-tête.",
    nothing: "Rien : tous les contrôles sont sans anomalie.",
    severity: "Gravité",
    table: "Table",
    what: "Ce qui ne va pas",
    rows: "Lignes",
    share: "Part",
    examples: "Exemples",
    held: "Contrôles sans anomalie",
    held_caption: "Ce qui a été cherché et n’a été trouvé nulle part.",
    tables: "Fichiers",
    tables_caption: "Ce qui a été lu, et les valeurs convenues mises à « inconnu ».",
    file: "Fichier",
    columns: "Colonnes",
    column: "Colonne",
    missing: "Inconnu",
    set_to_missing: "Mis à inconnu",
    absent: "Fichiers absents, dont les variables manquent :",
    missing_columns: "Valeurs inconnues par colonne",
    missing_caption: "Les colonnes dont une valeur au moins est inconnue, les plus vides d’abord.",
    error: "erreur",
    warning: "alerte",
    note: "remarque",
};

const ENGLISH: Words = Words {
    code: "en",
    title: "Data quality",
    recipe: "Recipe",
    portfolio: "portfolio",
    synthetic: "Synthetic data: no row describes a real person.",
    found: "What was found",
    found_caption: "Worst first. Rows are counted from 1, without the header.",
    nothing: "Nothing: no check found anything.",
    severity: "Severity",
    table: "Table",
    what: "What is wrong",
    rows: "Rows",
    share: "Share",
    examples: "Examples",
    held: "Checks that found nothing",
    held_caption: "What was looked for and found nowhere.",
    tables: "Files",
    tables_caption: "What was read, and the agreed values that were set to missing.",
    file: "File",
    columns: "Columns",
    column: "Column",
    missing: "Missing",
    set_to_missing: "Set to missing",
    absent: "Absent files, whose features are left out:",
    missing_columns: "Missing values by column",
    missing_caption: "Columns with at least one missing value, emptiest first.",
    error: "error",
    warning: "warning",
    note: "note",
};
