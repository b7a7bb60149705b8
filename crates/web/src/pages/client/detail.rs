//! What is behind a reason: the features of its concepts, and the rows that one of them was made of.

use askama::Template;
use limpide_explain::{Explanation, FeatureContribution, format};

use super::view::View;
use crate::api::client_rows::{self, WireFeatureRows, WireRows};
use crate::error::Error;
use crate::feature_rows::RowsPage;
use crate::texts::Texts;

/// Features of a concept that are shown; the others weigh less.
const MOST_FEATURES: usize = 6;
/// Rows that are shown, the most recent first.
const MOST_ROWS: usize = 20;

/// The data behind a reason.
#[derive(Template)]
#[template(path = "client/detail.html")]
pub(super) struct Detail {
    texts: Texts,
    own: bool,
    concept: String,
    label: String,
    features: Vec<Row>,
    /// How many weigh less and are not shown, in words; empty where all are.
    others: String,
    source: Option<Source>,
    /// Why there are no rows to show; empty where there are.
    fault: String,
}

/// One feature of the concept.
struct Row {
    label: String,
    value: String,
    note: String,
    raises: bool,
    /// Length of its bar, in a view of 100.
    length: String,
    effect: String,
    /// Whether its rows are those shown.
    current: bool,
    /// Address of the page that shows its rows.
    address: String,
}

/// What a feature was made of.
struct Source {
    label: String,
    sql: String,
    learned: String,
    reads: Vec<[String; 2]>,
    tables: Vec<Table>,
}

/// Rows as people read them.
struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

struct Column {
    label: String,
    /// Whether its values go into the feature.
    counts: bool,
}

/// The data behind the reason of a concept.
pub(super) async fn load(
    view: &View<'_>,
    explanation: &Explanation,
    concept: &str,
) -> Result<Detail, Error> {
    let reasons = explanation.reasons.iter().chain(&explanation.strengths);
    let reason = reasons.into_iter().find(|reason| reason.concept == concept);
    let reason = reason.ok_or(Error::NotFound)?;
    let (texts, lang) = (view.texts, view.texts.lang);
    let belongs =
        |one: &&FeatureContribution| one.concept == concept || reason.also.contains(&one.concept);
    let all: Vec<&FeatureContribution> = explanation.contributions.iter().filter(belongs).collect();
    let told = |one: &&&FeatureContribution| one.feature == reason.feature;
    let weighty = all.iter().filter(|one| one.contribution.abs() > 1e-9);
    let mut shown: Vec<&FeatureContribution> = weighty.copied().take(MOST_FEATURES).collect();
    // The feature that the sentence tells of is one of those shown, first.
    if let Some(&first) = all.iter().find(told) {
        shown.retain(|one| one.feature != first.feature);
        shown.insert(0, first);
    }
    let asked = view.wanted.get("rows");
    let chosen = shown
        .iter()
        .find(|one| one.feature == asked)
        .or(shown.first());
    let chosen = chosen.map(|one| one.feature.clone()).unwrap_or_default();
    let (source, fault) = match source(view, &chosen).await {
        Ok(source) => (Some(source), String::new()),
        Err(Error::NoCompute) => (None, texts.get("error-no-recipe-text")),
        Err(Error::UnknownFeature { .. }) => (None, String::new()),
        Err(error) => return Err(error),
    };
    let largest = shown
        .iter()
        .map(|one| one.contribution.abs())
        .fold(1e-9, f64::max);
    let others = all.len() - shown.len();
    let row = |one: &&FeatureContribution| {
        let raises = one.contribution > 0.0;
        let set = [("reason", concept), ("rows", one.feature.as_str())];
        Row {
            label: one.label.clone(),
            value: one.value_text.clone(),
            note: one.comparison.clone().unwrap_or_default(),
            raises,
            length: crate::charts::coordinate(100.0 * one.contribution.abs() / largest),
            effect: if raises {
                texts.get("raises")
            } else {
                texts.get("lowers")
            },
            current: one.feature == chosen,
            address: view.address(&set, &format!("reason-{concept}")),
        }
    };
    Ok(Detail {
        own: view.own,
        label: reason.label.clone(),
        features: shown.iter().map(row).collect(),
        others: match others {
            0 => String::new(),
            others => {
                let written = format::number(others as f64, 0, lang);
                texts.plural("detail-others", others, &written)
            }
        },
        source,
        fault,
        concept: concept.to_owned(),
        texts,
    })
}

async fn source(view: &View<'_>, feature: &str) -> Result<Source, Error> {
    let page = RowsPage {
        offset: 0,
        limit: MOST_ROWS,
    };
    let lang = view.texts.lang;
    let found = client_rows::tell(view.state, view.client, feature.to_owned(), page, lang).await?;
    let WireFeatureRows {
        feature,
        sql,
        learned,
        reads,
        rows,
        behind,
        ..
    } = found;
    let tables = rows.into_iter().chain(behind);
    Ok(Source {
        label: format::capitalised(&feature.label),
        sql,
        learned: learned.unwrap_or_default(),
        reads: reads
            .into_iter()
            .map(|one| [format::capitalised(&one.label), one.value_text])
            .collect(),
        tables: tables.map(|rows| table(rows, view.texts)).collect(),
    })
}

fn table(rows: WireRows, texts: Texts) -> Table {
    let count = |n: usize| format::number(n as f64, 0, texts.lang);
    let label = format::capitalised(&rows.label);
    let (shown, total) = (count(rows.texts.len()), count(rows.total));
    let places = [
        ("label", label.as_str()),
        ("shown", shown.as_str()),
        ("total", total.as_str()),
    ];
    let caption = if rows.total == 0 {
        texts.with("rows-none", &places)
    } else if rows.texts.len() < rows.total {
        texts.with("rows-some", &places)
    } else {
        texts.with("rows-all", &places)
    };
    let column = |column: client_rows::WireColumn| Column {
        label: format::capitalised(&column.label),
        counts: column.role == "value",
    };
    Table {
        caption,
        columns: rows.columns.into_iter().map(column).collect(),
        rows: rows.texts,
    }
}
