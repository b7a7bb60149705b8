//! `/clients/{id}/letter`, `/me/letter` and `/clients/{id}/record`: papers on a decision, as PDF.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_letter::Written;
use limpide_model::Lang;
use limpide_store::Role;

use crate::auth::{SignedIn, VisibleClient};
use crate::error::Error;
use crate::language::Language;
use crate::letters::{self, LetterKind};
use crate::router::AppState;

/// Shows the client's letter to whoever may see the client.
pub(crate) async fn letter(
    State(state): State<AppState>,
    SignedIn(_): SignedIn,
    VisibleClient(client): VisibleClient,
    Language(lang): Language,
) -> Result<Response, Error> {
    let kind = LetterKind::Client;
    let written = letters::write(&state, client, kind, lang).await?;
    answer(written, &kind.file_name(client, lang), lang)
}

/// Shows the file for the record to whoever may see the client, but for the client.
pub(crate) async fn record(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    VisibleClient(client): VisibleClient,
    Language(lang): Language,
) -> Result<Response, Error> {
    if person.role == Role::Client {
        return Err(Error::Role { role: person.role });
    }
    let kind = LetterKind::Record;
    let written = letters::write(&state, client, kind, lang).await?;
    answer(written, &kind.file_name(client, lang), lang)
}

/// Leads a client to their own letter, and anyone else to the list.
pub(crate) async fn own(SignedIn(person): SignedIn) -> Response {
    match person.client {
        Some(client) => Redirect::to(&format!("/clients/{client}/letter")).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

/// A paper, to be read in the browser and kept under a name.
pub(crate) fn answer(written: Written, name: &str, lang: Lang) -> Result<Response, Error> {
    let name = format!("inline; filename=\"{name}.pdf\"");
    let name = HeaderValue::from_str(&name).map_err(|_| Error::Internal)?;
    let lang = HeaderValue::from_str(&lang.to_string()).map_err(|_| Error::Internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/pdf"),
        ),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_LANGUAGE, lang),
        (
            header::VARY,
            HeaderValue::from_static("accept-language, cookie"),
        ),
    ];
    Ok((headers, written.pdf).into_response())
}
