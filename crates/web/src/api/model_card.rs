//! `GET /api/v1/model`: the published model's card, as numbers and words or as a page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use limpide_model::{Bundle, Calibration};
use limpide_store::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use super::client_explanation::Wanted;
use super::{language, off_thread};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::documents::ModelHistory;
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// What the model is for and how well it does. Metrics are of clients that the judged model had
/// not seen; intervals are of 95 %.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelCard {
    /// Language of the words.
    #[schema(example = "fr")]
    lang: String,
    /// Hash of the model.
    model: String,
    /// Name of the champion candidate.
    name: String,
    /// Version of the program that serves it.
    version: &'static str,
    /// Whether it was trained on an invented portfolio.
    synthetic: bool,
    /// When it was trained or brought here (RFC 3339); `null` where no event says.
    trained_at: Option<String>,
    /// Since when it decides (RFC 3339); `null` where no event says.
    published_at: Option<String>,
    /// What it was trained on.
    trained_on: WireTraining,
    /// What it is for.
    intended_use: String,
    /// What it is not for.
    not_for: String,
    /// How well it does.
    metrics: WireMetrics,
    /// How it decides.
    policy: WirePolicy,
    /// How margins become probabilities: identity, platt, isotonic or venn_abers.
    calibration: &'static str,
    /// The model that can be read beside it; `null` where there is none.
    second_opinion: Option<WireSecondModel>,
    /// Where it ends.
    limits: Vec<String>,
}

/// What a model was trained on.
#[derive(Debug, Serialize, ToSchema)]
struct WireTraining {
    /// Name of the recipe.
    recipe: String,
    /// Hash of the recipe.
    recipe_hash: String,
    /// Hash of the portfolio.
    data_hash: String,
    /// Clients with a known outcome.
    clients: usize,
    /// Those of them that did not repay.
    defaults: usize,
    /// Features that it reads.
    features: usize,
    /// Those of them that touch a characteristic protected by law.
    protected: usize,
    /// Effort: quick, standard or thorough.
    effort: String,
    /// Folds that it was judged in.
    folds: usize,
    /// How often.
    repeats: usize,
    /// Seed of folds and sampling.
    seed: u64,
}

/// How well a model does on clients that it had not seen.
#[derive(Debug, Serialize, ToSchema)]
struct WireMetrics {
    /// Area under the ROC curve.
    auc: f64,
    /// Low and high end of its interval.
    auc_interval: [f64; 2],
    /// Kolmogorov–Smirnov statistic.
    ks: f64,
    /// Average precision.
    average_precision: f64,
    /// Brier score.
    brier: f64,
    /// Mean distance of probabilities and rates over ten groups of clients.
    calibration_error: f64,
    /// Mean cost a client at the threshold.
    cost_per_client: f64,
    /// Low and high end of its interval.
    cost_interval: [f64; 2],
    /// How well it tells clients without an outcome from those with one; 0.5: alike; `null`: not asked.
    adversarial_auc: Option<f64>,
}

/// How a model decides.
#[derive(Debug, Serialize, ToSchema)]
struct WirePolicy {
    /// Probability that divides granted from refused.
    threshold: f64,
    /// From which to which probability a person decides; both are the threshold where nobody does.
    review: [f64; 2],
    /// Share of clients in that zone, of those it was judged on.
    review_share: f64,
    /// Cost of a granted client who does not repay.
    cost_missed_default: f64,
    /// Cost of a refused client who would have repaid.
    cost_refused_good: f64,
    /// Cost of a person's look.
    cost_review: f64,
    /// Share of looks that decide rightly, an assumption.
    reviewer_accuracy: f64,
}

/// The model that can be read.
#[derive(Debug, Serialize, ToSchema)]
struct WireSecondModel {
    /// Name of the candidate.
    name: String,
    /// From which probability it would refuse.
    threshold: f64,
    /// Its area under the ROC curve; `null` where it was not judged.
    auc: Option<f64>,
}

/// Tells what the published model is for and how well it does.
#[utoipa::path(
    get,
    path = "/api/v1/model",
    operation_id = "model_card",
    tag = "model",
    params(Wanted),
    responses(
        (status = 200, description = "The card; a page where `Accept` asks for `text/html`.", content(
            (ModelCard = "application/json"),
            (String = "text/html"),
        )),
        (status = 400, description = "The language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key may not read.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    caller.check_scope(Scope::Read)?;
    let lang = language(wanted.lang, preferred)?;
    let Some(documents) = state.service.documents.clone() else {
        let history = ModelHistory::default();
        return Ok(Json(ModelCard::new(&state, Texts::new(lang), history)).into_response());
    };
    let wants_page = wants_page(&headers);
    let read = off_thread(
        "model card",
        move || -> Result<_, crate::service::RowsError> {
            if wants_page {
                return Ok((Some(documents.card(lang)?), ModelHistory::default()));
            }
            Ok((None, documents.history()?))
        },
    );
    let (page, history) = read.await??;
    Ok(match page {
        Some(page) => Html(page).into_response(),
        None => Json(ModelCard::new(&state, Texts::new(lang), history)).into_response(),
    })
}

/// Whether a page is asked for, and asked for before JSON.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let accept = accept.unwrap_or_default().to_ascii_lowercase();
    let mut kinds = accept
        .split(',')
        .map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.find(|kind| ["text/html", "application/json"].contains(kind)) == Some("text/html")
}

impl ModelCard {
    fn new(state: &AppState, texts: Texts, history: ModelHistory) -> Self {
        let bundle: &Arc<Bundle> = &state.service.bundle;
        let (metrics, policy) = (&bundle.metrics, &bundle.policy);
        let standing = |name: &str| bundle.leaderboard.iter().find(|one| one.candidate == name);
        let limits = [
            "card-limit-accepted",
            "card-limit-past",
            "card-limit-cause",
            "card-limit-amount",
            "card-limit-groups",
        ];
        Self {
            lang: texts.lang.to_string(),
            model: state.service.model.to_string(),
            name: bundle.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            synthetic: bundle.synthetic,
            trained_at: history.trained_at,
            published_at: history.published_at,
            trained_on: WireTraining {
                recipe: bundle.recipe.name.clone(),
                recipe_hash: bundle.recipe.hash.clone(),
                data_hash: bundle.data_hash.clone(),
                clients: bundle.trained_on.rows,
                defaults: bundle.trained_on.defaults,
                features: bundle.features.len(),
                protected: bundle.features.iter().filter(|one| one.protected).count(),
                effort: bundle.evidence.procedure.effort.clone(),
                folds: bundle.evidence.procedure.folds,
                repeats: bundle.evidence.procedure.repeats,
                seed: bundle.seed,
            },
            intended_use: texts.get("card-use"),
            not_for: texts.get("card-not-for"),
            metrics: WireMetrics {
                auc: metrics.auc,
                auc_interval: metrics.auc_interval,
                ks: metrics.ks,
                average_precision: metrics.average_precision,
                brier: metrics.brier,
                calibration_error: metrics.calibration_error,
                cost_per_client: metrics.cost_per_client,
                cost_interval: metrics.cost_interval,
                adversarial_auc: metrics.adversarial_auc,
            },
            policy: WirePolicy {
                threshold: policy.threshold,
                review: policy.review,
                review_share: metrics.review_share,
                cost_missed_default: policy.cost_missed_default,
                cost_refused_good: policy.cost_refused_good,
                cost_review: policy.cost_review,
                reviewer_accuracy: policy.reviewer_accuracy,
            },
            calibration: match &bundle.calibration {
                Calibration::Identity => "identity",
                Calibration::Platt { .. } => "platt",
                Calibration::Isotonic { .. } => "isotonic",
                Calibration::VennAbers(_) => "venn_abers",
            },
            second_opinion: bundle.glass_box.as_ref().map(|other| WireSecondModel {
                name: other.name.clone(),
                threshold: other.threshold,
                auc: standing(&other.name).map(|standing| standing.auc),
            }),
            limits: limits.map(|key| texts.get(key)).into(),
        }
    }
}
