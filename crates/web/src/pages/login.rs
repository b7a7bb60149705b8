//! `/login` and `/logout`: signing in and out.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_store::{Person, SignIn};
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::{Frame, Place, encoded, html, navigation};
use crate::asked::Asked;
use crate::auth;
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::sent::Sent;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage {
    frame: Frame,
    username: String,
    next: String,
    /// What is wrong with what was sent, in words; empty at first.
    fault: String,
    provider: Option<OtherWay>,
}

/// Signing in elsewhere.
struct OtherWay {
    words: String,
    address: String,
}

/// Where to go once signed in.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(super) next: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Address of the form, leading on to this page.
pub(crate) fn address(path: &str, query: Option<&str>) -> String {
    if path == "/" && query.is_none() {
        return "/login".to_owned();
    }
    let page = match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    format!("/login?next={}", encoded(&page))
}

/// Shows the form; someone already signed in is led on.
pub(crate) async fn show(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let next = wanted.next;
    if let Some(person) = auth::person_of(&state, &session).await? {
        return Ok(Redirect::to(leads(&person, &next)).into_response());
    }
    html(&form(&state, lang, String::new(), next, String::new()))
}

/// Signs in, or says that name and password do not go together.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
    Sent(sent): Sent<Credentials>,
) -> Result<Response, Error> {
    let now = OffsetDateTime::now_utc();
    let signing_in = state
        .service
        .shared
        .store
        .sign_in(&sent.username, &sent.password, now);
    let person = match signing_in.await? {
        SignIn::Opened(person) => person,
        SignIn::Refused => {
            let fault = Texts::new(lang).get("sign-in-fault");
            let page = form(&state, lang, sent.username, sent.next, fault);
            return Ok((StatusCode::UNAUTHORIZED, html(&page)?).into_response());
        }
        SignIn::Locked { seconds } => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            let fault = locked(seconds, lang);
            let page = form(&state, lang, sent.username, sent.next, fault);
            return Ok((StatusCode::TOO_MANY_REQUESTS, wait, html(&page)?).into_response());
        }
    };
    auth::sign_in(&session, &person).await?;
    Ok(Redirect::to(leads(&person, &sent.next)).into_response())
}

/// How long nobody can sign in under a name, in whole minutes.
fn locked(seconds: i64, lang: limpide_model::Lang) -> String {
    let minutes = usize::try_from(seconds).unwrap_or_default().div_ceil(60);
    let written = limpide_explain::format::number(minutes as f64, 0, lang);
    Texts::new(lang).plural("sign-in-locked", minutes, &written)
}

/// Signs out.
pub(crate) async fn sign_out(session: Session) -> Result<Redirect, Error> {
    auth::sign_out(&session).await?;
    Ok(Redirect::to("/login"))
}

pub(super) fn form(
    state: &AppState,
    lang: limpide_model::Lang,
    username: String,
    next: String,
    fault: String,
) -> LoginPage {
    let place = Place {
        state,
        lang,
        person: None,
        path: "/login",
        query: &if next.is_empty() {
            String::new()
        } else {
            format!("next={}", encoded(&next))
        },
    };
    let texts = Texts::new(lang);
    let title = if fault.is_empty() {
        texts.get("sign-in")
    } else {
        texts.get("sign-in-fault-page")
    };
    let provider = state.service.shared.provider.as_deref();
    LoginPage {
        provider: provider.map(|provider| OtherWay {
            words: texts.with("sign-in-with", &[("provider", &provider.settings.label)]),
            address: match next.as_str() {
                "" => super::provider::ADDRESS.to_owned(),
                next => format!("{}?next={}", super::provider::ADDRESS, encoded(next)),
            },
        }),
        frame: Frame::new(&place, &title),
        username,
        next,
        fault,
    }
}

/// Where signing in leads: to the page that was asked for, else to the first one of the person's role.
pub(super) fn leads<'a>(person: &Person, next: &'a str) -> &'a str {
    match next {
        "" | "/" => navigation::first(person.role),
        next => checked(next),
    }
}

/// Only pages of this site: a link must not sign people in on their way to another one.
pub(super) fn checked(next: &str) -> &str {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.chars().all(|letter| letter.is_ascii_graphic());
    if inside { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(checked("/clients/12?q=a"), "/clients/12?q=a");
        for elsewhere in [
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "javascript:alert(1)",
            "/\r\nset-cookie: a=b",
            "",
        ] {
            assert_eq!(checked(elsewhere), "/", "{elsewhere:?}");
        }
    }

    #[test]
    fn the_form_leads_back_to_the_page_asked_for() {
        assert_eq!(address("/", None), "/login");
        assert_eq!(
            address("/clients/12", Some("q=a b")),
            "/login?next=%2Fclients%2F12%3Fq%3Da%20b"
        );
    }
}
