//! `GET /api/v1/openapi.json`: the API's own description, made from its handlers.

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    WireExplanation, agreement, audit, case, client_comparison, client_explanation, client_rows,
    client_score, client_similar, erasure, export, health, model_explanation, posted_rows,
    posted_score, reviews, ways, what_if,
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
        client_score::show,
        client_explanation::show,
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
        reviews::list,
        agreement::show,
        audit::log::show,
        audit::replay::run,
        audit::verify::show,
        posted_score::score,
        posted_rows::score,
        model_explanation::show,
    ),
    components(schemas(WireExplanation)),
    security(("key" = []), ("session" = [])),
    modifiers(&Schemes),
    tags(
        (name = "clients", description = "Clients of the portfolio."),
        (name = "decisions", description = "What was decided on a client, by whom and why; all of it \
            in a log whose entries are chained by their hashes."),
        (name = "score", description = "Values handed over."),
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

/// Answers with the document.
pub(crate) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
