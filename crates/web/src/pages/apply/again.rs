//! What was typed is given back where it cannot be taken now: a session that ended, a database that
//! is away, a full disk. The page keeps it and leads back to the form; it does nothing by itself.

use askama::Template;
use axum::response::{IntoResponse, Response};
use limpide_model::Lang;
use limpide_store::Person;

use super::PATH;
use super::typed::Typed;
use crate::error::Error;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::texts::Texts;

/// Most that is read of somebody who is not signed in, in bytes: a form with some hundred rows.
pub(super) const MOST_BYTES: usize = 128 * 1024;

#[derive(Template)]
#[template(path = "apply/again.html")]
struct AgainPage<'a> {
    frame: Frame,
    heading: String,
    words: String,
    signed_out: bool,
    address: &'static str,
    /// How many fields were filled in, in words.
    kept: String,
    typed: &'a Typed,
}

/// Whether what was typed is given back with this error; other errors stay errors.
pub(super) fn gives_back(error: &Error) -> bool {
    matches!(error, Error::SignedOut | Error::Unavailable | Error::Full)
}

/// The page that keeps what was typed.
pub(super) fn page(
    state: &AppState,
    lang: Lang,
    person: Option<&Person>,
    error: &Error,
    typed: &Typed,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let signed_out = matches!(error, Error::SignedOut);
    let heading = texts.get(if signed_out { "again" } else { "again-later" });
    let place = Place {
        state,
        lang,
        person,
        path: PATH,
        query: "",
    };
    let count = typed.sent().len();
    let written = limpide_explain::format::number(count as f64, 0, lang);
    let page = AgainPage {
        frame: Frame::new(&place, &heading),
        words: match signed_out {
            true => texts.get("apply-again-words"),
            false => texts.get(&format!("error-{}-text", error.slug())),
        },
        heading,
        signed_out,
        address: PATH,
        kept: texts.plural("apply-again-kept", count, &written),
        typed,
    };
    Ok((error.status(), html(&page)?).into_response())
}
