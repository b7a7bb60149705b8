//! `/model/features/{name}`: what one feature is, where it comes from, how it spreads, and what it adds.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use limpide_explain::Global;
use limpide_explain::format::{capitalised, number, percent};
use limpide_model::{Bundle, Direction, FeatureReference, Kind, Unit};

use super::features::size;
use crate::api::model_explanation::measured;
use crate::auth::Studying;
use crate::documents::{CatalogueEntry, SourceRole};
use crate::error::Error;
use crate::figures::of_global::{self, Subject};
use crate::figures::{Figure, Folded, facts, of_feature};
use crate::language::Language;
use crate::pages::{Frame, Place, encoded, html};
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "analyst/feature.html")]
struct FeaturePage {
    frame: Frame,
    facts: Vec<[String; 2]>,
    family: String,
    sources: Vec<[String; 3]>,
    sql: String,
    distribution: Option<Figure>,
    curve: Option<Folded>,
    /// What the glass box gives it.
    term: Option<Folded>,
    in_model: bool,
    measured: bool,
}

/// Shows one feature.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let service = &state.service;
    let mut entries = service.catalogue().iter();
    let entry = entries.find(|entry| entry.feature.name == name);
    let entry = entry.ok_or(Error::NotFound)?;
    let global = measured(&state).await?;
    let bundle = &service.bundle;
    let subject = global.as_ref().map(|global| Subject {
        bundle,
        hash: &service.model,
        global,
        marks: &[],
        client: None,
    });
    let curve = subject.as_ref().and_then(|subject| {
        let mut curves = subject.global.dependence.iter();
        let curve = curves.find(|curve| curve.feature == name)?;
        of_global::dependence(subject, 0, curve, lang)
    });
    let term = subject.as_ref().and_then(|subject| {
        let mut terms = subject.global.shapes.as_ref()?.terms.iter();
        let term = terms.find(|term| term.feature == name)?;
        of_global::term(subject, 0, term, lang)
    });
    let place = bundle.feature(&name);
    let known = place.and_then(|place| bundle.reference.features.get(place));
    let distribution = match known {
        Some(known) => of_feature::distribution(bundle, &entry.feature, known, lang),
        None => of_feature::distribution(bundle, &entry.feature, &reference(entry), lang),
    };
    let sources = entry.lineage.iter().map(|source| {
        let role = match source.role {
            SourceRole::Value => "feature-role-value",
            SourceRole::Rows => "feature-role-rows",
        };
        [source.table.clone(), source.column.clone(), texts.get(role)]
    });
    let at = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: &format!("/model/features/{}", encoded(&name)),
        query: "",
    };
    html(&FeaturePage {
        frame: Frame::new(&at, &capitalised(entry.feature.label.get(lang))),
        facts: told(bundle, entry, global.as_ref(), texts),
        family: entry.family.clone(),
        sources: sources.collect(),
        sql: entry.sql.clone(),
        distribution,
        curve,
        term,
        in_model: place.is_some(),
        measured: global.is_some(),
    })
}

/// What it is, line by line.
fn told(
    bundle: &Bundle,
    entry: &CatalogueEntry,
    global: Option<&Global>,
    texts: Texts,
) -> Vec<[String; 2]> {
    let (feature, lang) = (&entry.feature, texts.lang);
    let concept = facts::concept(bundle, &feature.concept, lang);
    let in_model = bundle.feature(&feature.name).is_some();
    let direction = match feature.direction {
        Direction::Up => "feature-up",
        Direction::Down => "feature-down",
        Direction::None => "feature-no-direction",
    };
    let actionable = if feature.actionable {
        "feature-yes"
    } else {
        "feature-no"
    };
    let protection = match (feature.protected, in_model) {
        (true, true) => "feature-scored",
        (true, false) => "feature-watched",
        (false, _) => "feature-free",
    };
    let known = percent(1.0 - entry.missing_share, lang);
    let lines = [
        ("feature-name", feature.name.clone()),
        ("analyst-concept", concept.to_owned()),
        ("feature-unit", unit(bundle, entry, texts)),
        ("analyst-coverage", known),
        (
            "feature-rank",
            rank(&feature.name, in_model, global, bundle, texts),
        ),
        ("feature-direction", texts.get(direction)),
        ("feature-actionable", texts.get(actionable)),
        ("feature-protection", texts.get(protection)),
    ];
    lines.map(|(key, words)| [texts.get(key), words]).into()
}

/// How its values are written.
fn unit(bundle: &Bundle, entry: &CatalogueEntry, texts: Texts) -> String {
    if entry.feature.kind == Kind::Category {
        return texts.get("feature-category");
    }
    let key = match entry.feature.unit {
        Unit::Money => {
            return texts.with("feature-unit-money", &[("currency", &bundle.currency)]);
        }
        Unit::None => "feature-none",
        Unit::Days => "feature-unit-days",
        Unit::Date => "feature-unit-date",
        Unit::Months => "feature-unit-months",
        Unit::Years => "feature-unit-years",
        Unit::Ratio => "feature-unit-ratio",
        Unit::Share => "feature-unit-share",
        Unit::Count => "feature-unit-count",
        Unit::Score => "feature-unit-score",
        Unit::Flag => "feature-unit-flag",
    };
    texts.get(key)
}

/// How much it counts, and its place among all.
fn rank(
    name: &str,
    in_model: bool,
    global: Option<&Global>,
    bundle: &Bundle,
    texts: Texts,
) -> String {
    if !in_model {
        return texts.get("feature-unread");
    }
    let sizes = bundle.features.iter();
    let sizes = sizes.filter_map(|one| size(bundle, global, &one.name));
    let Some(own) = size(bundle, global, name) else {
        return texts.get("feature-unmeasured");
    };
    let larger = sizes.filter(|size| *size > own).count();
    let count = |count: usize| number(count as f64, 0, texts.lang);
    texts.with(
        "feature-rank-of",
        &[
            ("size", &number(own, 3, texts.lang)),
            ("place", &count(larger + 1)),
            ("all", &count(bundle.features.len())),
        ],
    )
}

/// What the catalogue tells of a feature that the model does not read: straight lines between its percentiles.
fn reference(entry: &CatalogueEntry) -> FeatureReference {
    let at = |per_cent: u8| {
        let (&low, &from) = entry.quantiles.range(..=per_cent).next_back()?;
        let (&high, &to) = entry.quantiles.range(per_cent..).next()?;
        let part = f64::from(per_cent - low) / f64::from((high - low).max(1));
        Some(from + (to - from) * part)
    };
    FeatureReference {
        missing_share: entry.missing_share,
        quantiles: (0..=100).map_while(at).collect(),
        mean: 0.0,
        categories: entry.categories.clone(),
    }
}
