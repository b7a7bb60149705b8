//! `GET /api/v1/openapi.json`: the API's own description, made from its handlers.

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    WireExplanation, client_explanation, client_rows, client_score, health, posted_rows,
    posted_score, what_if,
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
        client_rows::show,
        what_if::compare,
        posted_score::score,
        posted_rows::score,
    ),
    components(schemas(WireExplanation)),
    security(("key" = []), ("session" = [])),
    modifiers(&Schemes),
    tags(
        (name = "clients", description = "Clients of the portfolio."),
        (name = "score", description = "Values handed over."),
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
