//! `/model/features`: the catalogue, with a search, in any order.

use std::cmp::Ordering;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::Global;
use limpide_explain::format::{capitalised, number, percent};
use limpide_model::{Bundle, Lang};
use serde::Deserialize;

use crate::api::model_explanation::measured;
use crate::asked::Asked;
use crate::auth::Studying;
use crate::documents::CatalogueEntry;
use crate::error::Error;
use crate::figures::facts::concept;
use crate::language::Language;
use crate::pages::ordered::{self, Head, Holds, Leaf, Sortable, Sorted};
use crate::pages::{Frame, Place, encoded, html};
use crate::router::AppState;
use crate::texts::Texts;

/// Features shown at once.
const MOST_SHOWN: usize = 50;
const PATH: &str = "/model/features";
/// Columns to sort by, their words, and what they hold.
const COLUMNS: [Sortable; 4] = [
    ("label", "analyst-feature", Holds::Words),
    ("concept", "analyst-concept", Holds::Words),
    ("coverage", "analyst-coverage", Holds::Numbers),
    ("size", "analyst-size", Holds::Numbers),
];

#[derive(Template)]
#[template(path = "analyst/features.html")]
struct FeaturesPage {
    frame: Frame,
    query: String,
    found: String,
    sort: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    leaf: Leaf,
}

struct Row {
    address: String,
    name: String,
    label: String,
    concept: String,
    coverage: String,
    importance: String,
    sources: String,
    protected: bool,
    in_model: bool,
}

/// What is looked for, and in what order.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

/// A feature that was found, with what people call it and how much it counts.
struct Found<'a> {
    entry: &'a CatalogueEntry,
    concept: &'a str,
    size: Option<f64>,
}

/// Shows the features whose name, label or concept holds these words.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let bundle = &state.service.bundle;
    let global = measured(&state).await?;
    let (query, part) = (wanted.q.trim(), wanted.q.trim().to_lowercase());
    let mut found: Vec<Found<'_>> = Vec::new();
    for entry in state.service.catalogue() {
        let feature = &entry.feature;
        let concept = concept(bundle, &feature.concept, lang);
        let words = [&feature.name, feature.label.get(lang), concept];
        if !words.iter().any(|word| word.to_lowercase().contains(&part)) {
            continue;
        }
        found.push(Found {
            size: size(bundle, global.as_ref(), &feature.name),
            entry,
            concept,
        });
    }
    let sorted = Sorted::read(&wanted.sort, &COLUMNS, "-size");
    // The sort is stable: equals stand in the catalogue's order.
    found.sort_by(|a, b| order(sorted, a, b, lang));
    let asked =
        |sort: &str, page: &str| ordered::query(&[("q", query), ("sort", sort), ("page", page)]);
    let (shown, leaf) = Leaf::of(found.len(), MOST_SHOWN, &wanted.page, texts, |page| {
        format!("{PATH}?{}", asked(&wanted.sort, &page.to_string()))
    });
    let mut heads = sorted.heads(&COLUMNS, texts, |sort| {
        format!("{PATH}?{}", asked(sort, ""))
    });
    heads.push(Head::plain(texts.get("analyst-sources"), Holds::Words));
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: PATH,
        query: &asked(&wanted.sort, &wanted.page),
    };
    let count = |count: usize| number(count as f64, 0, lang);
    let rows = found[shown].iter().map(|one| row(one, bundle, lang));
    let rows: Vec<Row> = rows.collect();
    html(&FeaturesPage {
        frame: Frame::new(&place, &texts.get("analyst-features")),
        found: texts.with(
            "analyst-found",
            &[
                ("found", &count(found.len())),
                ("shown", &count(rows.len())),
            ],
        ),
        query: query.to_owned(),
        sort: wanted.sort.clone(),
        heads,
        rows,
        leaf,
    })
}

/// How much a feature counts: measured over all clients where somebody asked for that, else in training.
pub(super) fn size(bundle: &Bundle, global: Option<&Global>, name: &str) -> Option<f64> {
    match global {
        Some(global) => {
            let mut sizes = global.features.iter();
            sizes.find(|one| one.id == name).map(|one| one.size)
        }
        None => {
            let sizes = &bundle.evidence.importance.features;
            sizes.get(bundle.feature(name)?).copied()
        }
    }
}

fn order(sorted: Sorted<'_>, a: &Found<'_>, b: &Found<'_>, lang: Lang) -> Ordering {
    let label = |found: &Found<'_>| found.entry.feature.label.get(lang).to_lowercase();
    let order = match sorted.column {
        "label" => label(a).cmp(&label(b)),
        "concept" => a.concept.cmp(b.concept),
        "coverage" => b.entry.missing_share.total_cmp(&a.entry.missing_share),
        // What was not measured stands last, whatever the order.
        _ => match (a.size, b.size) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => return b.is_some().cmp(&a.is_some()),
        },
    };
    match sorted.falling {
        true => order.reverse(),
        false => order,
    }
}

fn row(found: &Found<'_>, bundle: &Bundle, lang: Lang) -> Row {
    let feature = &found.entry.feature;
    let sources = found.entry.lineage.iter();
    let sources = sources.map(|one| format!("{}.{}", one.table, one.column));
    let size = found.size.map(|size| number(size, 3, lang));
    Row {
        address: format!("{PATH}/{}", encoded(&feature.name)),
        name: feature.name.clone(),
        label: capitalised(feature.label.get(lang)),
        concept: found.concept.to_owned(),
        coverage: percent(1.0 - found.entry.missing_share, lang),
        importance: size.unwrap_or_else(|| "–".to_owned()),
        sources: sources.collect::<Vec<_>>().join(", "),
        protected: feature.protected,
        in_model: bundle.feature(&feature.name).is_some(),
    }
}
