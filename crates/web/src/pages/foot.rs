//! The pages and choices at the foot of every page: accessibility, glossary, colours, and the end
//! of the tour.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_model::Lang;
use limpide_store::Role;
use serde::Deserialize;
use tower_sessions::Session;

use super::login::checked;
use super::{Frame, Place, html};
use crate::auth;
use crate::error::Error;
use crate::language::Language;
use crate::remembered::{self, Scheme};
use crate::router::AppState;
use crate::sent::Sent;
use crate::texts::Texts;

/// What every term of the glossary is called in the texts: `-title` and `-text` follow.
const TERMS: [&str; 5] = [
    "term-risk",
    "term-threshold",
    "term-distance",
    "term-margin",
    "term-points",
];

#[derive(Template)]
#[template(path = "frame/accessibility.html")]
struct AccessibilityPage {
    frame: Frame,
    /// Which program the statement is about.
    about: String,
    /// Whom to write to; empty where the lender says nobody.
    contact: String,
}

#[derive(Template)]
#[template(path = "frame/glossary.html")]
struct GlossaryPage {
    frame: Frame,
    terms: Vec<Term>,
}

/// A word that is kept, and what it means.
struct Term {
    anchor: &'static str,
    word: String,
    meaning: String,
}

/// The frame of an open page, whose title is the text of its address's name.
async fn frame(
    state: &AppState,
    lang: Lang,
    session: &Session,
    name: &str,
) -> Result<Frame, Error> {
    let person = auth::person_of(state, session).await?;
    let place = Place {
        state,
        lang,
        person: person.as_ref(),
        path: &format!("/{name}"),
        query: "",
    };
    Ok(Frame::new(&place, &Texts::new(lang).get(name)))
}

/// `GET /accessibility`: what is done so that everyone can use the pages, and what is missing.
pub(crate) async fn accessibility(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    html(&AccessibilityPage {
        frame: frame(&state, lang, &session, "accessibility").await?,
        about: texts.with(
            "accessibility-about",
            &[("version", env!("CARGO_PKG_VERSION"))],
        ),
        contact: state.service.shared.lender.contact.clone(),
    })
}

/// `GET /glossary`: the few terms that the pages keep.
pub(crate) async fn glossary(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let terms = TERMS.into_iter().map(|anchor| Term {
        anchor,
        word: texts.get(&format!("{anchor}-title")),
        meaning: texts.get(&format!("{anchor}-text")),
    });
    html(&GlossaryPage {
        frame: frame(&state, lang, &session, "glossary").await?,
        terms: terms.collect(),
    })
}

/// What the choice of colours sends.
#[derive(Deserialize)]
pub(crate) struct Colours {
    #[serde(default)]
    scheme: String,
    /// The page to go back to.
    #[serde(default)]
    back: String,
}

/// `POST /appearance`: has the browser remember light, dark, or as the system has it.
pub(crate) async fn choose_colours(Sent(sent): Sent<Colours>) -> Response {
    let scheme: Scheme = sent.scheme.parse().unwrap_or_default();
    let mut response = Redirect::to(checked(&sent.back)).into_response();
    remembered::keep_scheme(scheme, &mut response);
    response
}

/// What the end of a tour sends.
#[derive(Deserialize)]
pub(crate) struct Toured {
    #[serde(default)]
    role: String,
    #[serde(default)]
    back: String,
}

/// `POST /tour`: has the browser remember that the tour for a role is over.
pub(crate) async fn end_tour(Sent(sent): Sent<Toured>) -> Response {
    let mut response = Redirect::to(checked(&sent.back)).into_response();
    if let Ok(role) = sent.role.parse::<Role>() {
        remembered::keep_toured(role, &mut response);
    }
    response
}
