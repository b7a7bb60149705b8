//! `/model`: what the model in force is for, how well it does, what it costs at other thresholds, and what counts.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::Global;
use limpide_explain::format::{number, percent};
use limpide_model::{Bundle, Lang};
use serde::Deserialize;

use crate::api::model_explanation::measured;
use crate::asked::Asked;
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::of_bundle::Figures;
use crate::figures::of_global::{self, Subject};
use crate::figures::{Figure, Folded, Table, behind_global, facts, leading, words};
use crate::language::Language;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::texts::Texts;

/// What the model is not made for, and what it cannot know.
const LIMITS: [&str; 5] = [
    "card-not-for",
    "card-limit-accepted",
    "card-limit-past",
    "card-limit-cause",
    UNMEASURED_GROUPS,
];

/// Holds only where nothing was measured by parts of the clients.
const UNMEASURED_GROUPS: &str = "card-limit-groups";

/// Curves and terms on the page: those that move scores most.
const MOST_CURVES: usize = 12;
/// What a mistake may cost in the form.
const COSTS: [f64; 2] = [0.1, 100.0];

#[derive(Template)]
#[template(path = "analyst/model.html")]
struct ModelPage {
    frame: Frame,
    lead: String,
    trained: String,
    quality: String,
    limits: Vec<String>,
    figures: Figures,
    cost: Cost,
    leading: Option<Figure>,
    /// What is lost without a concept.
    mixed_up: Option<Figure>,
    curves: Vec<Folded>,
    terms: Vec<Folded>,
    segments: Vec<Table>,
    measured: bool,
}

/// What other costs of the two mistakes would lead to.
struct Cost {
    missed: String,
    refused: String,
    fault: String,
    told: Option<[String; 4]>,
}

/// What the two mistakes would cost.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    missed: String,
    #[serde(default)]
    refused: String,
}

/// Shows the model in force.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let bundle = &state.service.bundle;
    let global = measured(&state).await?;
    let drawn = global
        .as_ref()
        .map(|global| Drawn::new(&state, global, lang));
    let drawn = drawn.unwrap_or_default();
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/model",
        query: "",
    };
    let metrics = &bundle.metrics;
    let count = |count: usize| number(count as f64, 0, lang);
    html(&ModelPage {
        frame: Frame::new(&place, &texts.get("analyst-model")),
        lead: texts.with(
            "analyst-lead",
            &[("name", words::candidate(&bundle.name, lang).0)],
        ),
        trained: texts.with(
            "analyst-trained",
            &[
                ("clients", &count(bundle.trained_on.rows)),
                ("defaults", &count(bundle.trained_on.defaults)),
                ("features", &count(bundle.features.len())),
            ],
        ),
        quality: texts.with(
            "analyst-quality",
            &[
                (
                    "auc",
                    &facts::interval_of(metrics.auc, metrics.auc_interval, lang),
                ),
                ("error", &percent(metrics.calibration_error, lang)),
                ("threshold", &percent(bundle.policy.threshold, lang)),
            ],
        ),
        limits: LIMITS
            .iter()
            .filter(|key| **key != UNMEASURED_GROUPS || drawn.segments.is_empty())
            .map(|key| texts.get(key))
            .collect(),
        figures: Figures::new(bundle, lang),
        cost: Cost::new(bundle, &wanted, texts),
        leading: drawn.leading,
        mixed_up: drawn.mixed_up,
        curves: drawn.curves,
        terms: drawn.terms,
        segments: drawn.segments,
        measured: global.is_some(),
    })
}

/// What was measured, drawn.
#[derive(Default)]
struct Drawn {
    leading: Option<Figure>,
    mixed_up: Option<Figure>,
    curves: Vec<Folded>,
    terms: Vec<Folded>,
    segments: Vec<Table>,
}

impl Drawn {
    fn new(state: &AppState, global: &Global, lang: Lang) -> Self {
        let bundle = &state.service.bundle;
        let subject = Subject {
            bundle,
            hash: &state.service.model,
            global,
            marks: &[],
            client: None,
        };
        let curves = global.dependence.iter().take(MOST_CURVES).enumerate();
        let curves =
            curves.filter_map(|(place, curve)| of_global::dependence(&subject, place, curve, lang));
        let terms = global.shapes.iter().flat_map(|shapes| &shapes.terms);
        let mut terms: Vec<_> = terms.collect();
        terms.sort_by(|a, b| of_global::reach(b).total_cmp(&of_global::reach(a)));
        let terms = terms.into_iter().take(MOST_CURVES).enumerate();
        let terms = terms.filter_map(|(place, term)| of_global::term(&subject, place, term, lang));
        let segments = global.segments.iter();
        let segments =
            segments.filter_map(|found| behind_global::segmentation(bundle, found, lang));
        Self {
            leading: Some(leading::features(&subject, lang)),
            mixed_up: leading::mixed_up(&subject, lang).map(|(figure, _)| figure),
            curves: curves.collect(),
            terms: terms.collect(),
            segments: segments.collect(),
        }
    }
}

impl Cost {
    fn new(bundle: &Bundle, wanted: &Wanted, texts: Texts) -> Self {
        let policy = &bundle.policy;
        let read = |typed: &str, now: f64| match typed.trim().replace(',', ".") {
            typed if typed.is_empty() => Some(now),
            typed => typed
                .parse::<f64>()
                .ok()
                .filter(|cost| (COSTS[0]..=COSTS[1]).contains(cost)),
        };
        let costs = [
            read(&wanted.missed, policy.cost_missed_default),
            read(&wanted.refused, policy.cost_refused_good),
        ];
        let kept = |typed: &str, now: f64| match typed.is_empty() {
            true => now.to_string(),
            false => typed.to_owned(),
        };
        let (told, fault) = match costs {
            [Some(missed), Some(refused)] => (outcome(bundle, missed, refused, texts), ""),
            _ => (None, "analyst-cost-fault"),
        };
        Self {
            missed: kept(&wanted.missed, policy.cost_missed_default),
            refused: kept(&wanted.refused, policy.cost_refused_good),
            fault: match fault {
                "" => String::new(),
                key => texts.get(key),
            },
            told,
        }
    }
}

/// What each mistake's cost a client would be at a threshold: the shares of both follow from the table of thresholds.
pub(super) fn cost(bundle: &Bundle, place: usize, missed: f64, refused: f64) -> f64 {
    let (row, rate) = (&bundle.thresholds[place], bundle.reference.default_rate);
    rate * (1.0 - row.defaults_caught) * missed + (1.0 - rate) * row.goods_refused * refused
}

/// The cheapest threshold of those that the bundle tells, in words.
fn outcome(bundle: &Bundle, missed: f64, refused: f64, texts: Texts) -> Option<[String; 4]> {
    let lang = texts.lang;
    let places = 0..bundle.thresholds.len();
    let at = |&place: &usize| cost(bundle, place, missed, refused);
    let best = places.min_by(|a, b| at(a).total_cmp(&at(b)))?;
    let now = facts::chosen(bundle)?;
    let row = &bundle.thresholds[best];
    let change = (now.approved - row.approved) * bundle.trained_on.rows as f64;
    let written = number(change.abs().round(), 0, lang);
    let key = match change {
        change if change.abs() < 0.5 => "analyst-cost-same",
        change if change > 0.0 => "analyst-cost-more",
        _ => "analyst-cost-less",
    };
    Some([
        percent(row.threshold, lang),
        percent(1.0 - row.approved, lang),
        number(at(&best), 3, lang),
        texts.with(key, &[("count", &written)]),
    ])
}
