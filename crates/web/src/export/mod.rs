//! Everything that is kept about one client, for the client (GDPR, article 15): [`kept`] gathers
//! it, [`wire`] writes it for programs, [`page`] for people, in one file that needs no other.

mod kept;
mod page;
mod wire;

use std::sync::Arc;

use limpide_model::Lang;

pub(crate) use self::kept::Kept;
pub(crate) use self::wire::WireExport;
use crate::error::Error;
use crate::router::{AppState, Face};
use crate::service::Service;

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// For programs.
    Json,
    /// For people: a page that needs no other file.
    Html,
}

/// An export failed; the words are for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ExportError(String);

/// Writes everything that is kept about one client.
///
/// # Errors
/// Nothing is known of the client, or it cannot be read.
pub async fn export_client(
    service: &Arc<Service>,
    client: i64,
    form: ExportForm,
    lang: Lang,
) -> Result<String, ExportError> {
    let state = AppState {
        service: Arc::clone(service),
        face: Face::All,
    };
    let written = write(&state, client, form, lang).await;
    written.map_err(|error| ExportError(error.to_string()))
}

pub(crate) async fn write(
    state: &AppState,
    client: i64,
    form: ExportForm,
    lang: Lang,
) -> Result<String, Error> {
    let kept = Kept::of(state, client, lang).await?;
    match form {
        ExportForm::Html => page::page(state, &kept),
        ExportForm::Json => {
            let wire = WireExport::new(state, kept).await?;
            serde_json::to_string_pretty(&wire).map_err(|error| {
                tracing::error!(%error, "export");
                Error::Internal
            })
        }
    }
}
