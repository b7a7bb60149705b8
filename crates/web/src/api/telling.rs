//! To whom, and in which language, a result is told.

use limpide_model::{Lang, Reader};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::language;
use crate::auth::Caller;
use crate::error::Error;
use crate::language::WireLang;

/// Whom sentences speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = Listener)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WireListener {
    /// Whoever works with the client: "the client pays…".
    Staff,
    /// The client: "you pay…".
    Client,
}

impl WireListener {
    /// Whom sentences speak to in a language, where this is asked for; a client is always spoken to.
    pub(crate) fn reader(asked: Option<Self>, caller: &Caller, lang: Lang) -> Reader {
        match asked {
            Some(Self::Client) => Reader::client(lang),
            Some(Self::Staff) | None => caller.reader(lang),
        }
    }
}

/// Language of a result, and whom it is told to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Telling {
    /// Language of labels and sentences; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline, example = "fr")]
    lang: Option<String>,
    /// Whom sentences speak to; without it, the client where the client asks, and staff where anybody else does.
    #[param(inline)]
    listener: Option<WireListener>,
}

impl Telling {
    /// The reader asked for; `preferred` is the language that the request prefers.
    ///
    /// # Errors
    /// There is no such language.
    pub(crate) fn reader(self, caller: &Caller, preferred: Lang) -> Result<Reader, Error> {
        let lang = language(self.lang, preferred)?;
        Ok(WireListener::reader(self.listener, caller, lang))
    }
}
