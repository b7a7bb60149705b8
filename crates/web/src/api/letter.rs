//! `GET /api/v1/clients/{id}/letter`: the client's letter.

use axum::extract::State;
use axum::response::Response;

use super::client_explanation::Wanted;
use super::language;
use crate::asked::Asked;
use crate::auth::VisibleClient;
use crate::error::{Error, Problem};
use crate::language::Language;
use crate::letters::{self, LetterKind};
use crate::pages::letters::answer;
use crate::router::AppState;

/// Gives the letter to the client on the latest case: the decision, the reasons, the client's rights.
///
/// An accessible PDF (PDF/UA-1, PDF/A-2a), the same bytes for as long as the case stands where it is.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/letter",
    operation_id = "client_letter",
    tag = "decisions",
    params(("id" = i64, Path, description = "Client number"), Wanted),
    responses(
        (status = 200, description = "The letter.", body = String, content_type = "application/pdf"),
        (status = 400, description = "The client number or the language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was proposed on this client, or the caller may not see the client.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let lang = language(wanted.lang, preferred)?;
    let kind = LetterKind::Client;
    let written = letters::write(&state, client, kind, lang).await?;
    answer(written, &kind.file_name(client, lang), lang)
}
