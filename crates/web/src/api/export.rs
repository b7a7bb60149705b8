//! `GET /api/v1/clients/{id}/export`: everything that is kept about one client.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::client_explanation::Wanted;
use super::language;
use crate::asked::Asked;
use crate::auth::VisibleClient;
use crate::error::{Error, Problem};
use crate::export::{self, ExportForm, WireExport};
use crate::language::Language;
use crate::router::AppState;

/// Gives everything that is kept about a client: raw rows, features, the result and its reasons,
/// decisions, comments, contests, corrections, and every result that was answered.
///
/// With `Accept: text/html` it is a page that needs no other file.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/export",
    operation_id = "client_export",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Wanted),
    responses(
        (status = 200, description = "All of it.", content((WireExport = "application/json"), (String = "text/html"))),
        (status = 400, description = "The client number or the language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is known of such a client.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let lang = language(wanted.lang, preferred)?;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let form = match accept {
        Some(accept) if accept.contains("text/html") => ExportForm::Html,
        _ => ExportForm::Json,
    };
    let written = export::write(&state, client, form, lang).await?;
    let (media_type, ending) = match form {
        ExportForm::Json => ("application/json", "json"),
        ExportForm::Html => ("text/html; charset=utf-8", "html"),
    };
    // To be kept and opened from there: the site's own pages allow no style of a page's own.
    let name = format!("attachment; filename=\"client-{client}.{ending}\"");
    let name = HeaderValue::from_str(&name).map_err(|_| Error::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, name),
        (
            header::VARY,
            HeaderValue::from_static("accept, accept-language, cookie"),
        ),
    ];
    Ok((headers, written).into_response())
}
