//! `/model/features`: the catalogue, with a search.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::format::{capitalised, number, percent};
use serde::Deserialize;

use super::model::global;
use crate::asked::Asked;
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::facts::concept;
use crate::language::Language;
use crate::pages::{Frame, Place, encoded, html};
use crate::router::AppState;
use crate::texts::Texts;

/// Features shown at once.
const MOST_SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "analyst/features.html")]
struct FeaturesPage {
    frame: Frame,
    query: String,
    found: String,
    rows: Vec<Row>,
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

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
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
    let global = global(&state).await?;
    let (query, part) = (wanted.q.trim(), wanted.q.trim().to_lowercase());
    let mut found = 0;
    let mut rows = Vec::new();
    for entry in state.service.catalogue() {
        let feature = &entry.feature;
        let concept = concept(bundle, &feature.concept, lang);
        let words = [&feature.name, feature.label.get(lang), concept];
        if !words.iter().any(|word| word.to_lowercase().contains(&part)) {
            continue;
        }
        found += 1;
        if rows.len() == MOST_SHOWN {
            continue;
        }
        let mut sizes = global.iter().flat_map(|global| &global.features);
        let size = sizes.find(|one| one.id == feature.name);
        let sources = entry.lineage.iter();
        let sources = sources.map(|one| format!("{}.{}", one.table, one.column));
        rows.push(Row {
            address: format!("/model/features/{}", encoded(&feature.name)),
            name: feature.name.clone(),
            label: capitalised(feature.label.get(lang)),
            concept: concept.to_owned(),
            coverage: percent(1.0 - entry.missing_share, lang),
            importance: size.map_or_else(|| "–".to_owned(), |one| number(one.size, 3, lang)),
            sources: sources.collect::<Vec<_>>().join(", "),
            protected: feature.protected,
            in_model: bundle.feature(&feature.name).is_some(),
        });
    }
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/model/features",
        query: &match query {
            "" => String::new(),
            query => format!("q={}", encoded(query)),
        },
    };
    let count = |count: usize| number(count as f64, 0, lang);
    html(&FeaturesPage {
        frame: Frame::new(&place, &texts.get("analyst-features")),
        found: texts.with(
            "analyst-found",
            &[("found", &count(found)), ("shown", &count(rows.len()))],
        ),
        query: query.to_owned(),
        rows,
    })
}
