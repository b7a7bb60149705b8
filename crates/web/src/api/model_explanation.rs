//! `GET /api/v1/model/explanation`: what the published model does over all clients, as it was measured and kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use limpide_explain::format::capitalised;
use limpide_explain::global::{
    Dependence, Global, Loss, PairTerm, Permutation, Segmentation, Shapes, Spread, Step, Strength,
    Values, values,
};
use limpide_model::{Bundle, Lang};
use limpide_store::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use super::client_explanation::Wanted;
use super::language;
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;

/// What the published model does over all clients; numbers in log-odds unless they say otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelExplanation {
    /// Language of labels and words.
    #[schema(example = "fr")]
    lang: String,
    /// Hash of the model.
    model: String,
    /// Whether the model was trained on an invented portfolio.
    synthetic: bool,
    /// Clients of the portfolio.
    clients: usize,
    /// Clients that contributions were measured on.
    sampled: usize,
    /// Expected margin over the training rows.
    base: f64,
    /// Every concept, the largest mean size first.
    concepts: Vec<WireStrength>,
    /// Every theme, the largest mean size first.
    themes: Vec<WireStrength>,
    /// Every feature, the largest mean size first.
    features: Vec<WireStrength>,
    /// What is lost where values are mixed up; `null` where no outcome is known.
    permutation: Option<WirePermutation>,
    /// What each of the leading features adds, value by value.
    dependence: Vec<WireDependence>,
    /// Clients that pairs were measured on.
    pairs_measured_on: usize,
    /// Pairs of concepts that act together, the strongest first.
    pairs: Vec<WirePair>,
    /// The model that can be read, term by term; `null` where there is none.
    glass_box: Option<WireGlassBox>,
    /// What counts in each part of the clients; empty for a client, and where it was not measured.
    segments: Vec<WireSegmentation>,
}

/// How much something moves margins.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireStrength {
    /// Name of the feature, or id of the concept or theme.
    id: String,
    /// What people call it.
    label: String,
    /// Mean size of its contribution.
    size: f64,
    /// Lower end of the size's 95 % interval.
    low: f64,
    /// Upper end of it.
    high: f64,
    /// Mean contribution: above 0 where it raises these clients' risk.
    mean: f64,
}

/// What is lost where values are mixed up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePermutation {
    /// Clients with a known outcome that it was measured on.
    clients: usize,
    /// Those of them that did not repay.
    defaults: usize,
    /// How often values were mixed up.
    repeats: usize,
    /// Whether the model was trained on these clients: then losses are overstated.
    seen: bool,
    /// AUC on these clients as they are.
    auc: f64,
    /// Mean cost a client as they are.
    cost_per_client: f64,
    /// Every concept, the largest loss first.
    concepts: Vec<WireLoss>,
    /// The leading features, the largest loss first.
    features: Vec<WireLoss>,
}

/// What is lost where some values are mixed up; intervals of 95 %.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireLoss {
    /// Name of the feature, or id of the concept.
    id: String,
    /// What people call it.
    label: String,
    /// By how much the AUC falls.
    auc_loss: f64,
    /// Low and high end of its interval.
    auc_interval: [f64; 2],
    /// By how much the mean cost a client rises.
    cost_increase: f64,
    /// Low and high end of its interval.
    cost_interval: [f64; 2],
}

/// What one feature adds, value by value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireDependence {
    /// Name of the feature.
    feature: String,
    /// What people call it.
    label: String,
    /// Known numbers by rising value, or categories, the commonest first; then all other categories, then clients of
    /// whom nothing is known.
    points: Vec<WirePoint>,
}

/// What a feature adds at some of its values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePoint {
    /// The values in words.
    text: String,
    /// Smallest value; `null` where the values are no numbers.
    low: Option<f64>,
    /// Value in the middle.
    median: Option<f64>,
    /// Largest value.
    high: Option<f64>,
    /// Clients.
    clients: usize,
    /// Mean contribution.
    mean: f64,
    /// What a tenth of the clients lie below.
    p10: f64,
    /// What a tenth of the clients lie above.
    p90: f64,
}

/// Two concepts that act together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePair {
    /// Ids of the two.
    concepts: [String; 2],
    /// What people call them.
    labels: [String; 2],
    /// Mean size of what they add together beyond what each adds alone.
    size: f64,
    /// Mean of it.
    mean: f64,
}

/// The model that can be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireGlassBox {
    /// Name of the candidate.
    name: String,
    /// Where every margin starts.
    base: f64,
    /// What each feature adds.
    terms: Vec<WireTerm>,
    /// What two features add together.
    pairs: Vec<WirePairTerm>,
}

/// What one feature adds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireTerm {
    /// Name of the feature.
    feature: String,
    /// What people call it.
    label: String,
    /// Its steps.
    steps: Vec<WireStep>,
    /// Value and log-odds at both ends of a straight line; beyond them it is flat.
    line: Option<[[f64; 2]; 2]>,
}

/// One step of a term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireStep {
    /// The values in words.
    text: String,
    /// What they add.
    log_odds: f64,
    /// Points of a scorecard: more where the risk is less.
    points: Option<f64>,
    /// Weight of evidence, of a scorecard.
    woe: Option<f64>,
    /// Share of the bin's training clients that did not repay, of a scorecard.
    event_rate: Option<f64>,
    /// The bin's share of all training clients, of a scorecard.
    share: Option<f64>,
}

/// What two features add together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePairTerm {
    /// Names of the two.
    features: [String; 2],
    /// What people call them.
    labels: [String; 2],
    /// Values of each, in words, along the grid.
    values: [Vec<String>; 2],
    /// What they add, a value of the first after the other.
    log_odds: Vec<f64>,
}

/// What counts in each part of the clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireSegmentation {
    /// Name of the feature that makes the parts.
    feature: String,
    /// What people call it.
    label: String,
    /// The parts.
    segments: Vec<WireSegment>,
}

/// One part of the clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireSegment {
    /// The feature's values in words.
    text: String,
    /// Sampled clients.
    clients: usize,
    /// Share of those with a known outcome that did not repay.
    default_rate: Option<f64>,
    /// Mean probability.
    mean_probability: f64,
    /// Every concept, the largest mean size first.
    concepts: Vec<WireStrength>,
    /// The features that count most here, the largest mean size first.
    features: Vec<WireStrength>,
}

/// Tells what the published model does over all clients.
#[utoipa::path(
    get,
    path = "/api/v1/model/explanation",
    operation_id = "model_explanation",
    tag = "model",
    params(Wanted),
    responses(
        (status = 200, description = "What counts, what is lost without it, curves, pairs, the glass box; for staff by part of the clients too.", body = ModelExplanation),
        (status = 400, description = "The language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key may not read.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "It was never measured for this model and these clients.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<ModelExplanation>, Error> {
    caller.check_scope(Scope::Read)?;
    let lang = language(wanted.lang, preferred)?;
    let kept = state.service.global.as_ref().ok_or(Error::NotMeasured)?;
    let kept = Arc::clone(kept);
    let read = tokio::task::spawn_blocking(move || kept.global()).await;
    let read = read.map_err(|error| {
        tracing::error!(%error, "global explanation");
        Error::Internal
    })?;
    let mut global = read?.ok_or(Error::NotMeasured)?;
    if !caller.sees_others() {
        global.segments.clear();
    }
    let told = Told {
        bundle: &state.service.bundle,
        lang,
    };
    Ok(Json(told.explanation(&state.service.model, global)))
}

/// Puts what was measured into words.
struct Told<'a> {
    bundle: &'a Bundle,
    lang: Lang,
}

impl Told<'_> {
    fn explanation(&self, model: &str, global: Global) -> ModelExplanation {
        let strengths =
            |list: Vec<Strength>| list.into_iter().map(|one| self.strength(one)).collect();
        ModelExplanation {
            lang: self.lang.to_string(),
            model: model.to_owned(),
            synthetic: self.bundle.synthetic,
            clients: global.clients,
            sampled: global.sampled,
            base: global.base,
            concepts: strengths(global.concepts),
            themes: strengths(global.themes),
            features: strengths(global.features),
            permutation: global.permutation.map(|found| self.permutation(found)),
            dependence: global
                .dependence
                .into_iter()
                .map(|curve| self.dependence(curve))
                .collect(),
            pairs_measured_on: global.pairs.clients,
            pairs: global
                .pairs
                .pairs
                .into_iter()
                .map(|pair| WirePair {
                    labels: [0, 1].map(|side| self.label(&pair.concepts[side])),
                    concepts: pair.concepts,
                    size: pair.size,
                    mean: pair.mean,
                })
                .collect(),
            glass_box: global.shapes.map(|shapes| self.glass_box(shapes)),
            segments: global
                .segments
                .into_iter()
                .map(|found| self.segmentation(found))
                .collect(),
        }
    }

    /// What people call a feature, a concept or a theme; the id itself where the bundle does not describe it.
    fn label(&self, id: &str) -> String {
        let bundle = self.bundle;
        let feature = bundle
            .feature(id)
            .map(|place| &bundle.features[place].label);
        let concept = || bundle.concepts.iter().find(|concept| concept.id == id);
        let theme = || bundle.themes.iter().find(|theme| theme.id == id);
        let label = feature
            .or_else(|| concept().map(|concept| &concept.label))
            .or_else(|| theme().map(|theme| &theme.label));
        label.map_or_else(|| id.to_owned(), |label| capitalised(label.get(self.lang)))
    }

    /// Values of a feature in words.
    fn text(&self, feature: &str, found: &Values) -> String {
        let place = self.bundle.feature(feature);
        place.map_or_else(String::new, |place| {
            values(
                &self.bundle.features[place],
                found,
                &self.bundle.currency,
                self.lang,
            )
        })
    }

    fn strength(&self, one: Strength) -> WireStrength {
        WireStrength {
            label: self.label(&one.id),
            id: one.id,
            size: one.size,
            low: one.interval[0],
            high: one.interval[1],
            mean: one.mean,
        }
    }

    fn permutation(&self, found: Permutation) -> WirePermutation {
        let losses = |list: Vec<Loss>| {
            let list = list.into_iter().map(|loss| WireLoss {
                label: self.label(&loss.id),
                id: loss.id,
                auc_loss: loss.auc_loss,
                auc_interval: loss.auc_interval,
                cost_increase: loss.cost_increase,
                cost_interval: loss.cost_interval,
            });
            list.collect()
        };
        WirePermutation {
            clients: found.clients,
            defaults: found.defaults,
            repeats: found.repeats,
            seen: found.seen,
            auc: found.auc,
            cost_per_client: found.cost_per_client,
            concepts: losses(found.concepts),
            features: losses(found.features),
        }
    }

    fn dependence(&self, curve: Dependence) -> WireDependence {
        let point =
            |found: Values, [low, median, high]: [Option<f64>; 3], spread: Spread| WirePoint {
                text: self.text(&curve.feature, &found),
                low,
                median,
                high,
                clients: spread.clients,
                mean: spread.mean,
                p10: spread.p10,
                p90: spread.p90,
            };
        let bins = curve.bins.iter().map(|bin| {
            let ends = [bin.low, bin.median, bin.high].map(Some);
            let found = match bin.low == bin.high {
                true => Values::Number { number: bin.low },
                false => Values::Range {
                    low: ends[0],
                    high: ends[2],
                },
            };
            point(found, ends, bin.spread)
        });
        let categories = curve.categories.iter().map(|(category, spread)| {
            let categories = vec![category.clone()];
            point(Values::Categories { categories }, [None; 3], *spread)
        });
        let others = curve
            .others
            .map(|spread| point(Values::Other, [None; 3], spread));
        let missing = curve
            .missing
            .map(|spread| point(Values::Missing, [None; 3], spread));
        WireDependence {
            label: self.label(&curve.feature),
            points: bins
                .chain(categories)
                .chain(others)
                .chain(missing)
                .collect(),
            feature: curve.feature.clone(),
        }
    }

    fn glass_box(&self, shapes: Shapes) -> WireGlassBox {
        let step = |feature: &str, step: &Step| WireStep {
            text: self.text(feature, &step.values),
            log_odds: step.log_odds,
            points: step.bin.map(|bin| bin.points),
            woe: step.bin.map(|bin| bin.woe),
            event_rate: step.bin.map(|bin| bin.event_rate),
            share: step.bin.map(|bin| bin.share),
        };
        let terms = shapes.terms.into_iter().map(|term| WireTerm {
            label: self.label(&term.feature),
            steps: term
                .steps
                .iter()
                .map(|one| step(&term.feature, one))
                .collect(),
            line: term.line.map(|line| [line.from, line.to]),
            feature: term.feature,
        });
        WireGlassBox {
            name: shapes.name,
            base: shapes.base,
            terms: terms.collect(),
            pairs: shapes
                .pairs
                .into_iter()
                .map(|pair| self.pair_term(pair))
                .collect(),
        }
    }

    fn pair_term(&self, pair: PairTerm) -> WirePairTerm {
        let written = |side: usize| {
            let side_of = pair.values[side].iter();
            side_of
                .map(|found| self.text(&pair.features[side], found))
                .collect()
        };
        WirePairTerm {
            labels: [0, 1].map(|side| self.label(&pair.features[side])),
            values: [0, 1].map(written),
            log_odds: pair.log_odds,
            features: pair.features,
        }
    }

    fn segmentation(&self, found: Segmentation) -> WireSegmentation {
        let segments = found.segments.into_iter().map(|segment| WireSegment {
            text: self.text(&found.feature, &segment.values),
            clients: segment.clients,
            default_rate: segment.default_rate,
            mean_probability: segment.mean_probability,
            concepts: segment
                .concepts
                .into_iter()
                .map(|one| self.strength(one))
                .collect(),
            features: segment
                .features
                .into_iter()
                .map(|one| self.strength(one))
                .collect(),
        });
        WireSegmentation {
            segments: segments.collect(),
            label: self.label(&found.feature),
            feature: found.feature,
        }
    }
}
