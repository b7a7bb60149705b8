//! `GET /api/v1/model/features` and one of them: what each feature is, what it is made of, and what
//! its values may be.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use limpide_model::{Direction, Kind, Lang, Unit};
use limpide_store::Scope;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::client_explanation::Wanted;
use super::comparing::Parameters;
use super::{language, paging};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::documents::{Allowed, CatalogueEntry, SourceRole};
use crate::error::{Error, FieldProblem, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// A page of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Features {
    /// Language of labels.
    #[schema(example = "fr")]
    lang: String,
    /// Hash of the model.
    model: String,
    /// Features that were found, on all pages.
    total: usize,
    /// The page's features, in the order of the matrix.
    features: Vec<WireFeature>,
    /// Address of the next page; `null` on the last one.
    next: Option<String>,
}

/// One feature.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feature)]
pub(crate) struct WireFeature {
    /// Its name.
    name: String,
    /// What people call it.
    label: String,
    /// What its values are.
    kind: &'static str,
    /// How its numbers are written.
    #[schema(value_type = String, example = "money")]
    unit: Unit,
    /// Id of its concept.
    concept: String,
    /// What people call the concept.
    concept_label: String,
    /// Id of the concept's theme.
    theme: String,
    /// Which way the risk is expected to go with it: up, down or none.
    #[schema(value_type = String, example = "up")]
    direction: Direction,
    /// Whether a client could change it.
    actionable: bool,
    /// Whether the law protects people from being judged on it.
    protected: bool,
    /// Whether the published model reads it.
    in_model: bool,
    /// Family that it belongs to; empty where it is not known.
    family: String,
    /// How it is computed; empty where it is not known.
    sql: String,
    /// Tables that it is made from.
    tables: Vec<String>,
    /// Columns that it is made from.
    lineage: Vec<WireSource>,
    /// Share of clients of whom nothing is known, 0 to 1.
    missing_share: f64,
    /// Quantiles of the known numbers by their per cent; empty for categories.
    #[schema(value_type = BTreeMap<String, f64>)]
    quantiles: BTreeMap<u8, f64>,
    /// The most frequent categories; empty for numbers.
    categories: Vec<WireCategory>,
    /// What values may be where they are posted; `null`: whatever is of the kind.
    allowed: Option<WireAllowed>,
}

/// A column that a feature is made from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceColumn)]
pub(crate) struct WireSource {
    /// Table.
    table: String,
    /// Column.
    column: String,
    /// What it does: value (it goes into the feature) or rows (it decides which rows count).
    role: &'static str,
}

/// A category and how often it is found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryShare)]
pub(crate) struct WireCategory {
    /// The lender's text.
    value: String,
    /// What people call it.
    text: String,
    /// Share of all clients, 0 to 1.
    share: f64,
}

/// What values may be where they are posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Allowed)]
pub(crate) struct WireAllowed {
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<f64>,
    /// What every number must be larger than.
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<f64>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<f64>,
    /// What every number must be smaller than.
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<f64>,
    /// The only texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    texts: Vec<String>,
}

/// What of the catalogue is asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "for the document: read by hand, so that what is unknown is named"
)]
pub(crate) struct FeaturesAsked {
    /// Part of the name or of the label in either language; upper and lower case count as one.
    q: Option<String>,
    /// Id of the concept.
    concept: Option<String>,
    /// Table that it is made from.
    table: Option<String>,
    /// What its values are.
    #[param(pattern = "^(number|category)$")]
    kind: Option<String>,
    /// true: those that the law protects; false: the others.
    protected: Option<bool>,
    /// true: those that a client could change; false: the others.
    actionable: Option<bool>,
    /// true: those that the published model reads; false: the others.
    in_model: Option<bool>,
    /// Features on a page, 50 if left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// What the page before gave under `next`.
    after: Option<String>,
    /// Language of labels; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline)]
    lang: Option<String>,
}

/// What a feature must be to be listed.
struct Filter {
    text: Option<String>,
    concept: Option<String>,
    table: Option<String>,
    kind: Option<Kind>,
    protected: Option<bool>,
    actionable: Option<bool>,
    in_model: Option<bool>,
}

/// Lists features.
#[utoipa::path(
    get,
    path = "/api/v1/model/features",
    operation_id = "model_features",
    tag = "model",
    params(FeaturesAsked),
    responses(
        (status = 200, description = "A page of the catalogue.", body = Features),
        (status = 400, description = "The query holds what is not known here, or no language.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key may not read.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value of the query that does not fit, named under `errors`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Language(preferred): Language,
    OriginalUri(uri): OriginalUri,
    mut asked: Parameters,
) -> Result<Json<Features>, Error> {
    caller.check_scope(Scope::Read)?;
    let lang = language(asked.once("lang")?, preferred)?;
    let limit = paging::limit(asked.once("limit")?.as_deref())?;
    let after = asked.once("after")?;
    let filter = Filter::read(&mut asked)?;
    asked.none()?;
    let entries = state.service.catalogue();
    let mut from = 0;
    if let Some(after) = after {
        let name = paging::bytes_of(&after)?;
        let place = entries
            .iter()
            .position(|entry| entry.feature.name.as_bytes() == name);
        from = 1 + place.ok_or_else(|| paging::wrong_cursor(&after))?;
    }
    let passes = |entry: &&CatalogueEntry| filter.passes(&state, entry);
    let mut found = entries[from..].iter().filter(passes);
    let page: Vec<&CatalogueEntry> = found.by_ref().take(limit).collect();
    let is_last = found.next().is_none();
    let last = page.last().filter(|_| !is_last);
    Ok(Json(Features {
        lang: lang.to_string(),
        model: state.service.model.to_string(),
        total: entries.iter().filter(passes).count(),
        next: last.map(|last| {
            let cursor = paging::cursor(last.feature.name.as_bytes());
            paging::next(&uri, &cursor)
        }),
        features: page
            .into_iter()
            .map(|entry| WireFeature::new(&state, entry, lang))
            .collect(),
    }))
}

/// Tells of one feature.
#[utoipa::path(
    get,
    path = "/api/v1/model/features/{name}",
    operation_id = "model_feature",
    tag = "model",
    params(("name" = String, Path, description = "Name of the feature"), Wanted),
    responses(
        (status = 200, description = "What it is, what it is made of, and what its values may be.", body = WireFeature),
        (status = 400, description = "The language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key may not read.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such feature.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<WireFeature>, Error> {
    caller.check_scope(Scope::Read)?;
    let lang = language(wanted.lang, preferred)?;
    let mut entries = state.service.catalogue().iter();
    let entry = entries.find(|entry| entry.feature.name == name);
    let entry = entry.ok_or_else(|| Error::UnknownFeature {
        name: name.chars().take(64).collect(),
        nearest: None,
    })?;
    Ok(Json(WireFeature::new(&state, entry, lang)))
}

impl Filter {
    fn read(asked: &mut Parameters) -> Result<Self, Error> {
        let kind = asked.once("kind")?;
        Ok(Self {
            text: asked.once("q")?.map(|text| text.to_lowercase()),
            concept: asked.once("concept")?,
            table: asked.once("table")?,
            kind: match kind.as_deref() {
                None => None,
                Some("number") => Some(Kind::Number),
                Some("category") => Some(Kind::Category),
                Some(other) => return Err(unfit("kind", other, "number or category")),
            },
            protected: flag(asked, "protected")?,
            actionable: flag(asked, "actionable")?,
            in_model: flag(asked, "in_model")?,
        })
    }

    fn passes(&self, state: &AppState, entry: &CatalogueEntry) -> bool {
        let feature = &entry.feature;
        let texts = [&feature.name, &feature.label.fr, &feature.label.en];
        let holds = |part: &String| texts.iter().any(|text| text.to_lowercase().contains(part));
        self.text.as_ref().is_none_or(holds)
            && self
                .concept
                .as_ref()
                .is_none_or(|id| *id == feature.concept)
            && self
                .table
                .as_ref()
                .is_none_or(|table| entry.tables.contains(table))
            && self.kind.is_none_or(|kind| kind == feature.kind)
            && self.protected.is_none_or(|is| is == feature.protected)
            && self.actionable.is_none_or(|is| is == feature.actionable)
            && self.in_model.is_none_or(|is| is == in_model(state, entry))
    }
}

fn flag(asked: &mut Parameters, name: &str) -> Result<Option<bool>, Error> {
    match asked.once(name)?.as_deref() {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => Err(unfit(name, other, "true or false")),
    }
}

fn unfit(field: &str, found: &str, expected: &str) -> Error {
    Error::Row(vec![FieldProblem::new(
        field,
        paging::told(found),
        expected,
    )])
}

fn in_model(state: &AppState, entry: &CatalogueEntry) -> bool {
    state.service.bundle.feature(&entry.feature.name).is_some()
}

impl WireFeature {
    fn new(state: &AppState, entry: &CatalogueEntry, lang: Lang) -> Self {
        let feature = &entry.feature;
        let mut concepts = state.service.bundle.concepts.iter();
        let concept = concepts.find(|concept| concept.id == feature.concept);
        let sources = entry.lineage.iter().map(|source| WireSource {
            table: source.table.clone(),
            column: source.column.clone(),
            role: match source.role {
                SourceRole::Value => "value",
                SourceRole::Rows => "rows",
            },
        });
        let categories = entry.categories.iter().map(|(value, share)| WireCategory {
            text: match feature.values.get(value) {
                Some(text) => text.get(lang).to_owned(),
                None => value.clone(),
            },
            value: value.clone(),
            share: *share,
        });
        Self {
            name: feature.name.clone(),
            label: feature.label.get(lang).to_owned(),
            kind: match feature.kind {
                Kind::Number => "number",
                Kind::Category => "category",
            },
            unit: feature.unit,
            concept: feature.concept.clone(),
            concept_label: match concept {
                Some(concept) => concept.label.get(lang).to_owned(),
                None => feature.concept.clone(),
            },
            theme: concept
                .map(|concept| concept.theme.clone())
                .unwrap_or_default(),
            direction: feature.direction,
            actionable: feature.actionable,
            protected: feature.protected,
            in_model: in_model(state, entry),
            family: entry.family.clone(),
            sql: entry.sql.clone(),
            tables: entry.tables.clone(),
            lineage: sources.collect(),
            missing_share: entry.missing_share,
            quantiles: entry.quantiles.clone(),
            categories: categories.collect(),
            allowed: (entry.allowed != Allowed::default()).then(|| WireAllowed {
                from: entry.allowed.from,
                above: entry.allowed.above,
                to: entry.allowed.to,
                below: entry.allowed.below,
                texts: entry.allowed.texts.clone(),
            }),
        }
    }
}
