//! `GET /api/v1/model/explanation`: what the published model does over all clients, as it was measured and kept.

mod wire;

use std::sync::Arc;

use self::wire::{
    ModelExplanation, WireDependence, WireGlassBox, WireLoss, WirePair, WirePairTerm,
    WirePermutation, WirePoint, WireSegment, WireSegmentation, WireStep, WireStrength, WireTerm,
};
use super::client_explanation::Wanted;
use super::{language, off_thread};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;
use axum::Json;
use axum::extract::State;
use limpide_explain::format::capitalised;
use limpide_explain::global::{
    Dependence, Global, Loss, PairTerm, Permutation, Segmentation, Shapes, Spread, Step, Strength,
    Values, values,
};
use limpide_model::{Bundle, Lang};
use limpide_store::Scope;

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
    let mut global = measured(&state).await?.ok_or(Error::NotMeasured)?;
    if !caller.sees_others() {
        global.segments.clear();
    }
    let told = Told {
        bundle: &state.service.bundle,
        lang,
    };
    Ok(Json(told.explanation(&state.service.model, global)))
}

/// What was measured of the model; `None`: nothing.
pub(crate) async fn measured(state: &AppState) -> Result<Option<Global>, Error> {
    let Some(kept) = state.service.global.as_ref().map(Arc::clone) else {
        return Ok(None);
    };
    Ok(off_thread("global explanation", move || kept.global()).await??)
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
