//! What is told of a decision on paper: the client's letter ([`client_letter`]) and the file for the
//! record ([`record`]). Both are made of the case's entries in the decision log alone, and dated by the
//! last of them that changed where the case stands: the same case gives the same bytes.

mod case_file;
mod client_letter;
pub(crate) mod reasons;
mod record;
mod rights;

use std::sync::Arc;

use limpide_letter::Written;
use limpide_model::Lang;

use self::case_file::CaseFile;
use crate::error::Error;
use crate::router::{AppState, Face};
use crate::service::Service;

/// Who writes letters. What is empty is left out, but for the name, which the recipe gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lender {
    /// What the lender is called; empty: as the recipe says.
    pub name: String,
    /// Its address, line by line.
    pub address: Vec<String>,
    /// Where clients turn to: an e-mail address, a telephone number.
    pub contact: String,
}

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// To the client, in plain words.
    Client,
    /// For the record: all that the decision was made of.
    Record,
}

impl LetterKind {
    /// What a file of this kind is called, without its ending.
    pub(crate) fn file_name(self, client: i64, lang: Lang) -> String {
        match (self, lang) {
            (Self::Client, Lang::Fr) => format!("courrier-{client}"),
            (Self::Client, Lang::En) => format!("letter-{client}"),
            (Self::Record, Lang::Fr) => format!("dossier-{client}"),
            (Self::Record, Lang::En) => format!("record-{client}"),
        }
    }
}

/// A letter could not be written; the words are for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct LetterError(String);

/// Writes a paper on a client's latest case.
///
/// # Errors
/// Nothing was proposed on the client, or what is kept cannot be read.
pub async fn write_letter(
    service: &Arc<Service>,
    client: i64,
    kind: LetterKind,
    lang: Lang,
) -> Result<Written, LetterError> {
    let state = AppState {
        service: Arc::clone(service),
        face: Face::All,
    };
    let written = write(&state, client, kind, lang).await;
    written.map_err(|error| LetterError(error.to_string()))
}

pub(crate) async fn write(
    state: &AppState,
    client: i64,
    kind: LetterKind,
    lang: Lang,
) -> Result<Written, Error> {
    let file = CaseFile::of(state, client, lang).await?;
    let letter = match kind {
        LetterKind::Client => client_letter::letter(state, &file)?,
        LetterKind::Record => {
            let explanation = record::explained(state, &file).await?;
            record::letter(state, &file, explanation.as_ref())
        }
    };
    limpide_letter::write(&letter).map_err(|error| {
        tracing::error!(%error, "letter");
        Error::Internal
    })
}
