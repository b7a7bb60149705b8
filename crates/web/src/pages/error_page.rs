//! An error, as a page in the reader's language.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use limpide_model::Lang;
use limpide_store::Person;

use super::{Frame, Place, html};
use crate::error::Error;
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: String,
    words: String,
    /// Where to go from here, and what that place is called.
    home: &'static str,
    home_label: String,
}

/// The page of an error, with the error's status.
pub(crate) fn page(
    state: &AppState,
    lang: Lang,
    person: Option<Person>,
    error: &Error,
    path: &str,
) -> Response {
    let texts = Texts::new(lang);
    let heading = texts.get(&format!("error-{}-title", error.slug()));
    let place = Place {
        state,
        lang,
        person: person.as_ref(),
        // A form's address answers no GET: the other language starts over.
        path: if error.status() == StatusCode::METHOD_NOT_ALLOWED {
            "/"
        } else {
            path
        },
        query: "",
    };
    let page = ErrorPage {
        words: texts.get(&format!("error-{}-text", error.slug())),
        home: "/",
        home_label: match person {
            Some(_) => texts.get("error-home"),
            None => texts.get("sign-in"),
        },
        frame: Frame::new(&place, &heading),
        heading,
    };
    match html(&page) {
        Ok(response) => (error.status(), response).into_response(),
        Err(_) => error.status().into_response(),
    }
}
