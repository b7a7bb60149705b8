//! What was found in a portfolio's rows, as a page and as lines of the terminal.
//!
//! The page stands alone: no script, nothing from elsewhere, fit to print.

use askama::Template;
use limpide_explain::format::{number, percent};
use limpide_model::Lang;
use limpide_portfolio::quality::{Example, Finding};
use limpide_portfolio::{Portfolio, Quality, Severity, Text};

/// Findings that the terminal shows; the page shows all.
const LINES: usize = 12;

/// The page of a portfolio.
pub fn page(portfolio: &Portfolio, quality: &Quality, lang: Lang) -> String {
    let words = words(lang);
    let count = |value: u64| number(value as f64, 0, lang);
    let files = portfolio.tables.iter().flat_map(|table| &table.files);
    let files = files.map(|file| File {
        name: file.name.clone(),
        rows: count(file.rows),
        columns: count(file.columns as u64),
        missing: percent(file.missing_share, lang),
        set_to_missing: file
            .set_to_missing
            .iter()
            .map(|(value, times)| format!("{value} × {}", count(*times)))
            .collect::<Vec<_>>()
            .join(", "),
    });
    let mut columns: Vec<_> = quality.columns.iter().filter(|c| c.missing > 0).collect();
    columns.sort_by(|a, b| b.missing_share.total_cmp(&a.missing_share));
    let page = Page {
        words,
        recipe: &portfolio.recipe,
        hash: portfolio.hash.get(..16).unwrap_or(&portfolio.hash),
        synthetic: portfolio.synthetic,
        summary: summary(quality, lang),
        found: quality.found().map(|f| Row::new(f, lang)).collect(),
        held: quality.held().map(|f| Row::new(f, lang)).collect(),
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
    let worth_a_line = |finding: &&Finding| finding.severity != Severity::Note;
    let found: Vec<&Finding> = quality.found().filter(worth_a_line).collect();
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

fn summary(quality: &Quality, lang: Lang) -> String {
    let of = |severity| quality.found().filter(|f| f.severity == severity).count();
    let (errors, warnings, notes) = (
        of(Severity::Error),
        of(Severity::Warning),
        of(Severity::Note),
    );
    let held = quality.held().count();
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
    fn new(finding: &Finding, lang: Lang) -> Self {
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
            label: in_language(&finding.label, lang).to_owned(),
            column: finding.column.clone(),
            rule: finding.rule.clone(),
            rows: number(finding.rows as f64, 0, lang),
            share: share(finding, lang),
            examples: examples.map(|e| place(e, words)).collect(),
        }
    }
}

/// A share that is there is never shown as nothing.
fn share(finding: &Finding, lang: Lang) -> String {
    let shown = percent(finding.share, lang);
    match finding.rows > 0 && shown == percent(0.0, lang) {
        true => format!("< {}", percent(0.001, lang)),
        false => shown,
    }
}

fn place(example: &Example, words: &Words) -> String {
    let place = format!("{}, {} {}", example.file, words.row, example.row);
    match example.client {
        Some(client) => format!("{place} ({} {client})", words.client),
        None => place,
    }
}

fn in_language(text: &Text, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &text.fr,
        Lang::En => &text.en,
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
    row: &'static str,
    client: &'static str,
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
    row: "ligne",
    client: "client",
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
    row: "row",
    client: "client",
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
