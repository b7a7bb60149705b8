//! `/keys`: what programs call the API with. A key is made here, shown once, and revoked.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use limpide_model::Lang;
use limpide_store::{Error as Stored, Key, KeyState, NewKey, Person, Scope};
use time::{Duration, OffsetDateTime};

use super::managing::{Choice, Managing, Told, day, unread};
use super::{Frame, Place, html};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// For how many days a key may be good at most, where an end is set.
const MOST_DAYS: i64 = 3_650;

/// A form's fields in the order sent: a scope stands there as often as scopes are chosen.
type Fields = Vec<(String, String)>;

/// A key to make, as typed.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    days: String,
    scopes: BTreeSet<Scope>,
}

/// A key of the list.
struct Row {
    name: String,
    scopes: String,
    made: String,
    used: String,
    state: String,
    /// Whether it opens anything.
    active: bool,
}

#[derive(Template)]
#[template(path = "keys/list.html")]
struct KeysPage {
    frame: Frame,
    told: Told,
    typed: Typed,
    scopes: Vec<Choice>,
    rows: Vec<Row>,
}

/// Shows every key, without what opens.
pub(crate) async fn list(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
) -> Result<Response, Error> {
    page(&state, &admin, lang, Told::nothing(), Typed::default()).await
}

/// Makes a key and shows it.
pub(crate) async fn add(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
    sent: Result<Form<Fields>, FormRejection>,
) -> Result<Response, Error> {
    let Form(fields) = sent.map_err(unread)?;
    let (texts, typed) = (Texts::new(lang), read(fields)?);
    let now = OffsetDateTime::now_utc();
    let Ok(expires_at) = end(&typed.days, now) else {
        let fault = texts.get("keys-fault-days");
        let told = Told::refused(StatusCode::UNPROCESSABLE_ENTITY, "days", fault);
        return page(&state, &admin, lang, told, typed).await;
    };
    let new = NewKey {
        name: typed.name.trim().to_owned(),
        scopes: typed.scopes.clone(),
        expires_at,
    };
    match state.service.shared.store.add_key(new, now).await {
        Ok((key, secret)) => {
            tracing::info!(by = admin.id, key = key.id, "key made");
            let done = texts.with("keys-added", &[("name", &key.name)]);
            let told = Told::done(done, secret);
            page(&state, &admin, lang, told, Typed::default()).await
        }
        Err(error) => {
            let told = refused(error, texts)?;
            page(&state, &admin, lang, told, typed).await
        }
    }
}

/// Revokes a key.
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
    sent: Result<Form<Fields>, FormRejection>,
) -> Result<Response, Error> {
    let Form(fields) = sent.map_err(unread)?;
    let (texts, name) = (Texts::new(lang), read(fields)?.name);
    let now = OffsetDateTime::now_utc();
    let told = match state.service.shared.store.revoke_key(&name, now).await {
        Ok(()) => {
            tracing::info!(by = admin.id, "key revoked");
            let done = texts.with("keys-done-revoke", &[("name", &name)]);
            Told::done(done, String::new())
        }
        Err(error) => refused(error, texts)?,
    };
    page(&state, &admin, lang, told, Typed::default()).await
}

fn read(fields: Fields) -> Result<Typed, Error> {
    let mut typed = Typed::default();
    for (name, value) in fields {
        match name.as_str() {
            "name" => typed.name = value,
            "days" => typed.days = value,
            "scope" => {
                let scope = value.parse().map_err(|error: Stored| Error::Body {
                    reason: error.to_string(),
                })?;
                typed.scopes.insert(scope);
            }
            _ => {}
        }
    }
    Ok(typed)
}

/// From when on the key opens nothing; nothing typed: never.
fn end(days: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, ()> {
    let days = days.trim();
    if days.is_empty() {
        return Ok(None);
    }
    match days.parse::<i64>() {
        Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(Some(now + Duration::days(days))),
        _ => Err(()),
    }
}

/// Why the store did nothing, in words, at the field that is at fault.
fn refused(error: Stored, texts: Texts) -> Result<Told, Error> {
    let (status, field, key) = match error {
        Stored::KeyNameTaken(_) => (StatusCode::CONFLICT, "name", "keys-fault-taken"),
        Stored::InvalidKeyName(_) => {
            let key = "keys-fault-name";
            (StatusCode::UNPROCESSABLE_ENTITY, "name", key)
        }
        Stored::NoScope => {
            let key = "keys-fault-scope";
            (StatusCode::UNPROCESSABLE_ENTITY, "scope", key)
        }
        Stored::UnknownKey(_) => (StatusCode::CONFLICT, "", "keys-fault-unknown"),
        error => return Err(error.into()),
    };
    Ok(Told::refused(status, field, texts.get(key)))
}

fn scope(scope: Scope, texts: Texts) -> String {
    match scope {
        Scope::Read => texts.get("scope-read"),
        Scope::Score => texts.get("scope-score"),
        Scope::Decide => texts.get("scope-decide"),
        Scope::Audit => texts.get("scope-audit"),
    }
}

fn row(key: Key, now: OffsetDateTime, texts: Texts) -> Row {
    let on = |key, at| texts.with(key, &[("day", &day(Some(at), texts.lang))]);
    let (active, state) = match key.state(now) {
        KeyState::Active => (true, texts.get("keys-active")),
        KeyState::Until(at) => (true, on("keys-until", at)),
        KeyState::Expired(at) => (false, on("keys-expired", at)),
        KeyState::Revoked(at) => (false, on("keys-revoked", at)),
    };
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    Row {
        scopes: scopes.join(", "),
        made: day(Some(key.created_at), texts.lang),
        used: day(key.last_used_at, texts.lang),
        state,
        active,
        name: key.name,
    }
}

async fn page(
    state: &AppState,
    admin: &Person,
    lang: Lang,
    told: Told,
    typed: Typed,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let keys = state.service.shared.store.keys().await?;
    let place = Place {
        state,
        lang,
        person: Some(admin),
        path: "/keys",
        query: "",
    };
    let now = OffsetDateTime::now_utc();
    let choice = |one: Scope| Choice {
        value: one.as_str(),
        words: scope(one, texts),
        chosen: typed.scopes.contains(&one),
    };
    let status = told.status;
    let mut page = html(&KeysPage {
        frame: Frame::new(&place, &texts.get("nav-keys")),
        told,
        scopes: Scope::ALL.map(choice).into(),
        rows: keys.into_iter().map(|key| row(key, now, texts)).collect(),
        typed,
    })?;
    *page.status_mut() = status;
    Ok(page)
}
