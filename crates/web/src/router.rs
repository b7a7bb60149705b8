//! Every route of both faces, and what holds on all of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::around::{Around, answer};
use crate::auth::Act;
use crate::error::Error;
use crate::pages::client::acts::form;
use crate::service::Service;
use crate::{api, assets, pages};

/// Which faces a server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// The API and the dashboard.
    #[default]
    All,
    /// The JSON API alone.
    Api,
    /// The dashboard alone.
    Dashboard,
}

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) service: Arc<Service>,
    pub(crate) face: Face,
}

/// Name of the session's cookie over plain HTTP.
pub const SESSION_COOKIE: &str = "limpide";

/// Its name over HTTPS: a browser takes a cookie of this name from this host alone, over HTTPS alone, so that
/// neither a sister host nor plain HTTP can plant one.
pub const SECURE_SESSION_COOKIE: &str = "__Host-limpide";

/// Largest body of a form, in bytes.
pub(crate) const MOST_FORM_BYTES: usize = 16 * 1024;

/// Makes the routes of a face.
pub fn router(service: Arc<Service>, face: Face) -> Router {
    let mut routes = Router::new()
        .route("/assets/{hash}/{name}", get(assets::serve))
        .route("/healthz", get(api::health::show))
        .route("/readyz", get(api::ready::show))
        .merge(foot_routes());
    if face != Face::Dashboard {
        routes = routes.merge(api_routes());
    }
    if face != Face::Api {
        routes = routes.merge(dashboard_routes());
    }
    let state = AppState { service, face };
    if let Some(batches) = &state.service.shared.batches {
        batches.resume(&state);
    }
    with_layers(routes, state)
}

/// Makes the routes of an address that tells of the server itself, and of nobody else.
pub(crate) fn probes_router(service: Arc<Service>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(api::health::show))
        .route("/metrics", get(api::metrics::show_openly))
        .route("/readyz", get(api::ready::show));
    let face = Face::Api;
    with_layers(routes, AppState { service, face })
}

fn api_routes() -> Router<AppState> {
    Router::new()
        .route("/api", get(pages::reference::show))
        .route("/api/v1", get(pages::reference::lead))
        .route("/api/v1/openapi.json", get(api::openapi::show))
        .route("/api/v1/clients", get(api::clients::list))
        .route("/api/v1/clients/{id}/score", get(api::client_score::show))
        .route(
            "/api/v1/clients/{id}/explanation",
            get(api::client_explanation::show),
        )
        .route(
            "/api/v1/clients/{id}/similar",
            get(api::client_similar::show),
        )
        .route(
            "/api/v1/clients/{id}/comparison",
            get(api::client_comparison::show),
        )
        .route(
            "/api/v1/clients/{id}/reasons",
            get(api::client_reasons::show),
        )
        .route("/api/v1/clients/{id}/rows", get(api::client_rows::show))
        .route("/api/v1/clients/{id}/what-if", post(api::what_if::compare))
        .route("/api/v1/clients/{id}/ways", post(api::ways::find))
        .route("/api/v1/clients/{id}/erasure", post(api::erasure::erase))
        .route("/api/v1/clients/{id}/export", get(api::export::show))
        .route("/api/v1/clients/{id}/letter", get(api::letter::show))
        .merge(case_routes())
        .route("/api/v1/model", get(api::model_card::show))
        .route("/api/v1/model/features", get(api::model_features::list))
        .route(
            "/api/v1/model/features/{name}",
            get(api::model_features::show),
        )
        .route(
            "/api/v1/model/explanation",
            get(api::model_explanation::show),
        )
        .merge(version_routes())
        .route("/api/v1/score", post(api::posted_score::score))
        .layer(DefaultBodyLimit::max(api::posted_score::MOST_BYTES))
        .merge(rows_routes())
        .merge(batch_routes())
        .route("/metrics", get(api::metrics::show))
}

/// How another model comes to decide.
fn version_routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/model/versions", get(api::model_versions::list))
        .route(
            "/api/v1/model/versions/proposals",
            post(api::model_versions::propose),
        )
        .route(
            "/api/v1/model/versions/proposals/{number}",
            post(api::model_versions::answer),
        )
}

/// Many rows at once: their bodies are larger than any other's, and measured as they arrive.
fn batch_routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/batches", post(api::batches::post))
        .route(
            "/api/v1/batches/{id}",
            get(api::batches::show).delete(api::batches::remove),
        )
        .route("/api/v1/batches/{id}/results", get(api::batches::results))
        .layer(DefaultBodyLimit::disable())
}

/// What was decided on a client, and the log of all of it.
fn case_routes() -> Router<AppState> {
    let acts = Router::new()
        .route("/decision", post(api::case::decision::decide))
        .route("/comment", post(api::case::comment::comment))
        .route("/contest", post(api::case::contest::contest))
        .route("/review", post(api::case::review::review))
        .route("/outcome", post(api::case::outcome::note));
    Router::new()
        .route("/api/v1/clients/{id}/case", get(api::case::show::show))
        .nest("/api/v1/clients/{id}/case", acts)
        .route(
            "/api/v1/clients/{id}/corrections",
            get(api::case::correction::list).post(api::case::correction::request),
        )
        .route(
            "/api/v1/clients/{id}/corrections/answer",
            post(api::case::correction::answer),
        )
        .route("/api/v1/reviews", get(api::reviews::list))
        .route("/api/v1/advisers/agreement", get(api::agreement::show))
        .route("/api/v1/audit/log", get(api::audit::log::show))
        .route(
            "/api/v1/audit/replay/{sequence}",
            post(api::audit::replay::run),
        )
        .route("/api/v1/audit/verify", get(api::audit::verify::show))
}

/// A client's raw rows are many: these routes read larger bodies.
fn rows_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/v1/clients/{id}/case/proposal",
            post(api::case::proposal::propose),
        )
        .route("/api/v1/score/rows", post(api::posted_rows::score))
        .layer(DefaultBodyLimit::max(api::posted_rows::MOST_BYTES))
}

fn dashboard_routes() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::clients::show))
        .route("/clients/{id}", get(pages::client::show))
        .merge(case_pages())
        .merge(letter_routes())
        .merge(analyst_routes())
        .merge(workspace_routes())
        .merge(office_routes())
        .merge(people_routes())
        .merge(apply_routes())
        .route("/me", get(pages::client::show_own))
        .route(
            "/login",
            get(pages::login::show).post(pages::login::sign_in),
        )
        .route("/login/provider", get(pages::provider::begin))
        .route("/login/provider/callback", get(pages::provider::finish))
        .route("/logout", post(pages::login::sign_out))
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
}

/// Papers on a decision.
fn letter_routes() -> Router<AppState> {
    Router::new()
        .route("/clients/{id}/letter", get(pages::letters::letter))
        .route("/clients/{id}/record", get(pages::letters::record))
        .route("/me/letter", get(pages::letters::own))
}

/// The model in force, its features, and how another one comes to decide.
fn analyst_routes() -> Router<AppState> {
    Router::new()
        .route("/model", get(pages::analyst::model::show))
        .route("/model/features", get(pages::analyst::features::show))
        .route("/model/features/{name}", get(pages::analyst::feature::show))
        .route("/model/fairness", get(pages::analyst::fairness::show))
        .route("/model/drift", get(pages::analyst::drift::show))
        .route("/model/versions", get(pages::analyst::versions::show))
        .route(
            "/model/versions/proposals",
            post(pages::analyst::versions::propose),
        )
        .route(
            "/model/versions/proposals/{number}",
            post(pages::analyst::versions::answer),
        )
}

/// What the workspace tells: its trainings, and how good its rows are.
fn workspace_routes() -> Router<AppState> {
    use pages::analyst::{quality, runs};
    Router::new()
        .route("/model/quality", get(quality::show))
        .route("/model/runs", get(runs::show))
        .route("/model/runs/compare", get(runs::compare::show))
        .route("/model/runs/{id}", get(runs::one::show))
}

/// A new application, for advisers; its rows may be many.
fn apply_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/applications/new",
            get(pages::apply::show).post(pages::apply::submit),
        )
        .layer(DefaultBodyLimit::max(api::posted_rows::MOST_BYTES))
}

/// The decision log, for those who audit it.
fn office_routes() -> Router<AppState> {
    Router::new()
        .route("/audit", get(pages::audit::log))
        .route("/audit/verify", get(pages::audit::verify))
        .route("/audit/{sequence}", get(pages::audit::entry))
}

/// What the foot of every page leads to, on either face.
fn foot_routes() -> Router<AppState> {
    Router::new()
        .route("/accessibility", get(pages::foot::accessibility))
        .route("/appearance", post(pages::foot::choose_colours))
        .route("/glossary", get(pages::foot::glossary))
        .route("/tour", post(pages::foot::end_tour))
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
}

/// Who may do what, the keys of programs, what the server was set to, and what advisers have to do and did.
fn people_routes() -> Router<AppState> {
    Router::new()
        .route("/people", get(pages::people::list).post(pages::people::add))
        .route(
            "/people/{id}",
            get(pages::people::show).post(pages::people::change),
        )
        .route(
            "/people/{id}/clients",
            post(pages::people::assign).layer(DefaultBodyLimit::max(pages::assigned::MOST_BYTES)),
        )
        .route("/keys", get(pages::keys::list).post(pages::keys::add))
        .route("/keys/revoke", post(pages::keys::revoke))
        .route("/settings", get(pages::settings::show))
        .route("/reviews", get(pages::reviews::show))
        .route("/agreement", get(pages::agreement::show))
}

/// What a person does to a client's case, by forms; texts may be long.
fn case_pages() -> Router<AppState> {
    let acts = Router::new()
        .route("/answer", form(Act::Answer))
        .route("/comment", form(Act::Comment))
        .route("/contest", form(Act::Contest))
        .route("/correction", form(Act::Correction))
        .route("/decision", form(Act::Decision))
        .route("/outcome", form(Act::Outcome))
        .route("/proposal", form(Act::Proposal))
        .route("/review", form(Act::Review))
        .layer(DefaultBodyLimit::max(pages::client::acts::MOST_BYTES));
    Router::new().nest("/clients/{id}/case", acts)
}

fn with_layers(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Around::new(state.clone()), answer))
        .with_state(state)
}

async fn not_found() -> Error {
    Error::NotFound
}

async fn method_not_allowed(method: Method) -> Error {
    Error::Method { method }
}
