//! `GET /api/v1/openapi.json`: the API's own description, made from its handlers.

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::strict_bodies::StrictBodies;
use super::{
    WireExplanation, agreement, audit, batches, case, client_comparison, client_explanation,
    client_reasons, client_rows, client_score, client_similar, clients, erasure, export, health,
    letter, metrics, model_card, model_explanation, model_features, model_versions, posted_rows,
    posted_score, ready, reviews, ways, what_if,
};
use crate::router::SESSION_COOKIE;

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Limpide",
        description = "Credit scoring that anyone can see through: the probability that a client \
                       will not repay, the decision at the threshold that costs the lender least, \
                       and the reasons. Errors are problem documents (RFC 9457)."
    ),
    paths(
        health::show,
        ready::show,
        metrics::show,
        clients::list,
        client_score::show,
        client_explanation::show,
        client_reasons::show,
        client_similar::show,
        client_comparison::show,
        client_rows::show,
        what_if::compare,
        ways::find,
        case::show::show,
        case::proposal::propose,
        case::decision::decide,
        case::comment::comment,
        case::contest::contest,
        case::review::review,
        case::outcome::note,
        case::correction::list,
        case::correction::request,
        case::correction::answer,
        erasure::erase,
        export::show,
        letter::show,
        reviews::list,
        agreement::show,
        audit::log::show,
        audit::replay::run,
        audit::verify::show,
        posted_score::score,
        posted_rows::score,
        batches::post,
        batches::show,
        batches::results,
        batches::remove,
        model_card::show,
        model_features::list,
        model_features::show,
        model_explanation::show,
        model_versions::list,
        model_versions::propose,
        model_versions::answer,
    ),
    components(schemas(WireExplanation)),
    security(("key" = []), ("session" = [])),
    modifiers(&Schemes, &Everywhere, &StrictBodies),
    tags(
        (name = "clients", description = "Clients of the portfolio."),
        (name = "decisions", description = "What was decided on a client, by whom and why; all of it \
            in a log whose entries are chained by their hashes."),
        (name = "score", description = "Values handed over."),
        (name = "batches", description = "Many rows at once, scored off the way of single requests. Results are \
            kept for a day, and only whoever posted a batch is told of it."),
        (name = "model", description = "The published model."),
        (name = "server", description = "The server itself."),
    )
)]
struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "key",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .description(Some("The key that the server was started with."))
                    .build(),
            ),
        );
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                SESSION_COOKIE,
                "The session of a person signed in to the dashboard.",
            ))),
        );
    }
}

/// What any route of the API may answer instead.
struct Everywhere;

const EVERYWHERE: [(&str, &str); 5] = [
    ("408", "The request's body did not come in time."),
    ("414", "The address is too long."),
    (
        "429",
        "Asked too often: `Retry-After` says when to ask again.",
    ),
    ("500", "The server failed, and its log says why."),
    ("503", "Not now: `Retry-After` says when to ask again."),
];

impl Modify for Everywhere {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let api = document.paths.paths.iter_mut();
        for (_, item) in api.filter(|(path, _)| path.starts_with("/api/")) {
            if let Some(get) = &mut item.get {
                let unchanged = Response::new("What was answered under this `ETag` still holds.");
                let known = &mut get.responses.responses;
                known.insert("304".to_owned(), unchanged.into());
            }
            for operation in [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.delete,
            ] {
                let Some(operation) = operation else { continue };
                for (status, words) in EVERYWHERE {
                    let known = &mut operation.responses.responses;
                    let other = known.entry(status.to_owned());
                    other.or_insert_with(|| problem(words).into());
                }
            }
        }
    }
}

fn problem(words: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(words)
        .content("application/problem+json", content)
        .build()
}

/// Answers with the document.
pub(crate) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

/// The document itself.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
