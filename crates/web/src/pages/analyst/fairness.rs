//! `/model/fairness`: what was measured by parts of the clients, and which protected features are scored.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::Global;
use limpide_explain::format::{capitalised, number, percent};
use limpide_explain::global::{Segment, Segmentation};
use limpide_model::{Bundle, Lang, metrics::wilson};

use crate::api::model_explanation::measured;
use crate::auth::Studying;
use crate::documents::CatalogueEntry;
use crate::error::Error;
use crate::figures::behind_global;
use crate::figures::facts::TO;
use crate::language::Language;
use crate::pages::{Frame, Place, encoded, html};
use crate::router::AppState;
use crate::texts::Texts;

/// Protected features that are named.
const MOST_NAMED: usize = 30;

#[derive(Template)]
#[template(path = "analyst/fairness.html")]
struct FairnessPage {
    frame: Frame,
    measured: Vec<Measured>,
    command: String,
    scored: Named,
    watched: Named,
}

/// The parts that one feature makes.
struct Measured {
    by: String,
    protected: bool,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    clients: String,
    known: String,
    rate: String,
    mean: String,
    calibration: String,
}

/// Features with their addresses, and how many more there are.
struct Named {
    features: Vec<Link>,
    others: String,
}

struct Link {
    address: String,
    label: String,
    size: String,
}

/// Shows what was measured.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let bundle = &state.service.bundle;
    let global = measured(&state).await?;
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/model/fairness",
        query: "",
    };
    let catalogue = state.service.catalogue().iter();
    let (scored, watched): (Vec<_>, Vec<_>) = catalogue
        .filter(|entry| entry.feature.protected)
        .partition(|entry| bundle.feature(&entry.feature.name).is_some());
    let example = scored.first().map(|entry| entry.feature.name.as_str());
    let example = example.or_else(|| bundle.features.first().map(|one| one.name.as_str()));
    let segments = global.iter().flat_map(|global| &global.segments);
    html(&FairnessPage {
        frame: Frame::new(&place, &texts.get("fairness")),
        measured: segments
            .filter_map(|found| Measured::new(bundle, found, texts))
            .collect(),
        command: format!(
            "limpide explain model --by {}",
            example.unwrap_or("FEATURE")
        ),
        scored: Named::new(scored, global.as_ref(), texts),
        watched: Named::new(watched, global.as_ref(), texts),
    })
}

impl Measured {
    fn new(bundle: &Bundle, found: &Segmentation, texts: Texts) -> Option<Self> {
        let described = &bundle.features[bundle.feature(&found.feature)?];
        let parts = found.segments.iter().map(|segment| {
            let name = behind_global::part(bundle, described, segment, texts.lang);
            Part::new(name, segment, texts)
        });
        Some(Self {
            by: texts.with("fairness-by", &[("label", described.label.get(texts.lang))]),
            protected: described.protected,
            parts: parts.collect(),
        })
    }
}

impl Part {
    fn new(name: String, segment: &Segment, texts: Texts) -> Self {
        let lang = texts.lang;
        let ends = interval(segment);
        Self {
            name,
            clients: number(segment.clients as f64, 0, lang),
            known: number(segment.known as f64, 0, lang),
            rate: match (segment.default_rate, ends) {
                (Some(rate), Some(ends)) => with_ends(rate, ends, lang),
                _ => "–".to_owned(),
            },
            mean: percent(segment.mean_probability, lang),
            calibration: texts.get(calibration(segment.mean_probability, ends)),
        }
    }
}

impl Named {
    /// The most important first; without sizes, in the catalogue's order.
    fn new(entries: Vec<&CatalogueEntry>, global: Option<&Global>, texts: Texts) -> Self {
        let lang = texts.lang;
        let size = |name: &str| {
            let mut sizes = global.iter().flat_map(|global| &global.features);
            sizes.find(|one| one.id == name).map(|one| one.size)
        };
        let mut sized: Vec<_> = entries
            .into_iter()
            .map(|entry| (size(&entry.feature.name), &entry.feature))
            .collect();
        sized.sort_by(|a, b| b.0.unwrap_or(0.0).total_cmp(&a.0.unwrap_or(0.0)));
        let others = sized.len().saturating_sub(MOST_NAMED);
        let written = number(others as f64, 0, lang);
        let named = sized.into_iter().take(MOST_NAMED);
        Self {
            features: named
                .map(|(size, feature)| Link {
                    address: format!("/model/features/{}", encoded(&feature.name)),
                    label: capitalised(feature.label.get(lang)),
                    size: size.map_or_else(String::new, |size| number(size, 3, lang)),
                })
                .collect(),
            others: match others {
                0 => String::new(),
                _ => texts.with("fairness-others", &[("count", &written)]),
            },
        }
    }
}

/// How the announced probability stands to the interval of what came.
fn calibration(announced: f64, ends: Option<[f64; 2]>) -> &'static str {
    match ends {
        None => "fairness-few",
        Some([low, _]) if announced < low => "fairness-below",
        Some([_, high]) if announced > high => "fairness-above",
        Some(_) => "fairness-fits",
    }
}

/// Wilson's interval of the default rate; nothing where too few outcomes are known.
fn interval(segment: &Segment) -> Option<[f64; 2]> {
    let rate = segment.default_rate?;
    let defaults = (rate * segment.known as f64).round();
    Some(wilson(defaults as usize, segment.known))
}

fn with_ends(rate: f64, ends: [f64; 2], lang: Lang) -> String {
    let [low, high] = ends.map(|end| percent(end, lang));
    format!("{} ({low}{TO}{high})", percent(rate, lang))
}

#[cfg(test)]
mod tests {
    use limpide_explain::global::Values;

    use super::*;

    #[test]
    fn calibration_is_judged_by_the_interval_of_what_came() {
        let part = |default_rate| Segment {
            values: Values::Missing,
            clients: 120,
            known: 100,
            default_rate,
            mean_probability: 0.1,
            concepts: Vec::new(),
            features: Vec::new(),
        };
        // Ten of a hundred: Wilson gives 0.0552 to 0.1744.
        let ends = interval(&part(Some(0.1)));
        assert_eq!(calibration(0.056, ends), "fairness-fits");
        assert_eq!(calibration(0.055, ends), "fairness-below");
        assert_eq!(calibration(0.175, ends), "fairness-above");
        assert_eq!(calibration(0.1, interval(&part(None))), "fairness-few");
    }
}
