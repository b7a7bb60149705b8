//! An error, as a page in the reader's language: what happened, what to do, and ways on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use limpide_store::{Person, Role};

use super::{Frame, Place, Tone, html, login};
use crate::error::{Asking, Error};
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    tone: Tone,
    status: String,
    heading: String,
    words: String,
    /// What to do, where the words do not say it; empty otherwise.
    advice: String,
    /// Where to go from here, the best way first.
    ways: Vec<Way>,
    /// The request's name in the server's log; empty where the server did not fail.
    reference: String,
}

struct Way {
    address: String,
    words: String,
}

/// The page of an error, with the error's status.
pub(crate) fn page(
    state: &AppState,
    person: Option<Person>,
    error: &Error,
    asking: &Asking,
) -> Response {
    let texts = Texts::new(asking.lang);
    let heading = texts.get(&format!("error-{}-title", error.slug()));
    let place = Place {
        state,
        lang: asking.lang,
        person: person.as_ref(),
        path: match answers_get(error, asking) {
            true => asking.uri.path(),
            false => "/",
        },
        query: "",
    };
    let reference = asking
        .id
        .as_ref()
        .filter(|_| error.status().is_server_error());
    let page = ErrorPage {
        frame: Frame::new(&place, &heading),
        tone: tone(error),
        status: texts.with("error-status", &[("status", error.status().as_str())]),
        heading,
        words: texts.get(&format!("error-{}-text", error.slug())),
        advice: advice(error, asking, texts),
        ways: ways(error, asking, person.is_some(), texts),
        reference: reference.map(ToString::to_string).unwrap_or_default(),
    };
    match html(&page) {
        Ok(response) => (error.status(), response).into_response(),
        Err(_) => error.status().into_response(),
    }
}

/// Whether the address can be asked for again: a form's answers no GET.
fn answers_get(error: &Error, asking: &Asking) -> bool {
    asking.browsing && error.status() != StatusCode::METHOD_NOT_ALLOWED
}

fn tone(error: &Error) -> Tone {
    let (tint, icon) = match error.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ("neutral-tint", "person"),
        StatusCode::NOT_FOUND => ("neutral-tint", "unknown"),
        _ => ("against-tint", "warning"),
    };
    Tone { tint, icon }
}

/// Whether the same may be answered in a moment.
fn passes(error: &Error) -> bool {
    matches!(
        error,
        Error::Busy
            | Error::Internal
            | Error::NotReady
            | Error::SlowBody
            | Error::TooLate
            | Error::TooMany { .. }
            | Error::Unavailable
    )
}

fn advice(error: &Error, asking: &Asking, texts: Texts) -> String {
    match error {
        Error::TooMany { seconds } => {
            texts.with("error-do-wait", &[("seconds", &seconds.to_string())])
        }
        _ if passes(error) && !asking.browsing => texts.get("error-do-form"),
        // Whoever is here for their own request alone has no other access to ask for.
        Error::Role { role: Role::Client } => String::new(),
        Error::Role { .. } | Error::Scope { .. } | Error::TakesPerson => {
            texts.get("error-do-permission")
        }
        Error::NotFound => texts.get("error-do-address"),
        _ => String::new(),
    }
}

fn ways(error: &Error, asking: &Asking, signed_in: bool, texts: Texts) -> Vec<Way> {
    let (path, query) = (asking.uri.path(), asking.uri.query());
    let mut ways = Vec::new();
    if passes(error) && answers_get(error, asking) {
        ways.push(Way {
            address: asking
                .uri
                .path_and_query()
                .map_or_else(|| path.to_owned(), |whole| whole.as_str().to_owned()),
            words: texts.get("error-again"),
        });
    }
    // Of whoever is told that the server has much to do, it does not look up who it is.
    if !signed_in && !error.is_overload() {
        ways.push(Way {
            address: match error {
                Error::SignedOut if asking.browsing => login::address(path, query),
                _ => login::address("/", None),
            },
            words: texts.get("sign-in"),
        });
    } else {
        ways.push(Way {
            address: "/".to_owned(),
            words: texts.get("error-home"),
        });
    }
    ways
}
