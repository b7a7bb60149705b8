//! The dashboard's pages. A page is a load (data), then a view: a template that only places words.

pub(crate) mod agreement;
pub(crate) mod analyst;
pub(crate) mod apply;
pub(crate) mod assigned;
pub(crate) mod audit;
pub(crate) mod client;
pub(crate) mod clients;
pub(crate) mod error_page;
pub(crate) mod foot;
pub(crate) mod keys;
pub(crate) mod letters;
pub(crate) mod login;
mod managing;
mod navigation;
mod ordered;
pub(crate) mod people;
pub(crate) mod provider;
pub(crate) mod reference;
pub(crate) mod reviews;
pub(crate) mod settings;
mod tour;

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use limpide_model::{Decision, Lang};
use limpide_store::{Person, Role};

use crate::assets;
use crate::error::Error;
use crate::remembered::{Remembered, Scheme};
use crate::router::{AppState, Face};
use crate::texts::Texts;

/// What surrounds every page.
pub(crate) struct Frame {
    pub(crate) texts: Texts,
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) assets: String,
    pub(crate) person: Option<Visitor>,
    /// Where the person may go.
    pub(crate) links: Vec<navigation::Link>,
    /// Where the person may go in the part of the dashboard that this page stands in.
    pub(crate) parts: Vec<navigation::Link>,
    /// Address of this page in the other language, and that language.
    pub(crate) other_address: String,
    pub(crate) other_lang: Lang,
    /// Address of this page.
    pub(crate) here: String,
    /// The colours that the reader chose.
    pub(crate) scheme: Scheme,
    /// What is shown to somebody who is here for the first time.
    pub(crate) tour: Option<tour::Tour>,
    /// Where the frame's name leads.
    pub(crate) home: &'static str,
    pub(crate) synthetic: bool,
    /// First letters of the model's hash, enough to tell models apart.
    pub(crate) model: String,
}

/// The signed-in person, as the page's top shows them.
pub(crate) struct Visitor {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) initials: String,
}

/// Where a page is shown, and to whom.
pub(crate) struct Place<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) lang: Lang,
    pub(crate) person: Option<&'a Person>,
    pub(crate) path: &'a str,
    /// What must be asked again in the other language: `q=…`, already encoded, or nothing.
    pub(crate) query: &'a str,
}

impl Frame {
    pub(crate) fn new(place: &Place<'_>, title: &str) -> Self {
        let texts = Texts::new(place.lang);
        let other_lang = match place.lang {
            Lang::Fr => Lang::En,
            Lang::En => Lang::Fr,
        };
        let joint = if place.query.is_empty() { "" } else { "&" };
        let remembered = Remembered::now();
        Self {
            title: title.to_owned(),
            assets: assets::base(),
            person: place.person.map(|person| Visitor::new(person, texts)),
            links: match place.person {
                Some(person) => navigation::links(person, place.path, texts),
                None => Vec::new(),
            },
            parts: navigation::parts(place.path, texts),
            other_address: format!("{}?{}{joint}lang={other_lang}", place.path, place.query),
            other_lang,
            here: match place.query {
                "" => place.path.to_owned(),
                query => format!("{}?{query}", place.path),
            },
            scheme: remembered.scheme,
            tour: place
                .person
                .and_then(|person| tour::of(person, place.path, &remembered, texts)),
            home: match place.state.face {
                Face::Api => "/api",
                Face::All | Face::Dashboard => "/",
            },
            synthetic: place.state.service.bundle.synthetic,
            model: place.state.service.model.chars().take(12).collect(),
            lang: place.lang,
            texts,
        }
    }
}

/// One choice of colours.
pub(crate) struct SchemeChoice {
    pub(crate) value: &'static str,
    pub(crate) words: String,
    pub(crate) chosen: bool,
}

impl Frame {
    /// The colours to choose from.
    pub(crate) fn schemes(&self) -> [SchemeChoice; 3] {
        Scheme::ALL.map(|scheme| SchemeChoice {
            value: scheme.as_str(),
            words: match scheme {
                Scheme::System => self.texts.get("colours-system"),
                Scheme::Light => self.texts.get("colours-light"),
                Scheme::Dark => self.texts.get("colours-dark"),
            },
            chosen: scheme == self.scheme,
        })
    }
}

impl Visitor {
    fn new(person: &Person, texts: Texts) -> Self {
        let title = if person.title.is_empty() {
            role(texts, person.role)
        } else {
            person.title.clone()
        };
        Self {
            name: person.full_name.clone(),
            title,
            initials: initials(&person.full_name),
        }
    }
}

/// What people call a role.
pub(crate) fn role(texts: Texts, role: Role) -> String {
    match role {
        Role::Adviser => texts.get("role-adviser"),
        Role::Client => texts.get("role-client"),
        Role::Analyst => texts.get("role-analyst"),
        Role::Auditor => texts.get("role-auditor"),
        Role::Admin => texts.get("role-admin"),
    }
}

/// How a decision is shown beside its words: never by colour alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tone {
    /// Class of the tint.
    pub(crate) tint: &'static str,
    /// Name of the icon, drawn by the template.
    pub(crate) icon: &'static str,
}

impl Tone {
    pub(crate) fn of(decision: Decision) -> Self {
        let (tint, icon) = match decision {
            Decision::Granted => ("favour-tint", "check"),
            Decision::Refused => ("against-tint", "warning"),
            Decision::Review => ("neutral-tint", "person"),
        };
        Self { tint, icon }
    }
}

/// Renders a page.
pub(crate) fn html(page: &impl Template) -> Result<Response, Error> {
    let body = page.render()?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    [first, last].into_iter().flatten().collect()
}

/// Encodes a value for a query string.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_name() {
        assert_eq!(initials("C. Moreau"), "CM");
        assert_eq!(initials("Élise de la Tour"), "ÉT");
        assert_eq!(initials("Ada"), "A");
    }

    #[test]
    fn a_query_value_survives_its_encoding() {
        assert_eq!(encoded("a&b=é"), "a%26b%3D%C3%A9");
    }
}
