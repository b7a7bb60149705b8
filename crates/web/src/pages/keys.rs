//! `/keys`: what programs call the API with. A key is made here, shown once, and revoked.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;
use limpide_store::{Error as Stored, Key, KeyState, NewKey, Scope};
use time::{Duration, OffsetDateTime};

use super::Frame;
use super::managing::{Choice, Office, Told, day, shown};
use crate::error::Error;
use crate::sent::Sent;
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
pub(crate) async fn list(office: Office) -> Result<Response, Error> {
    page(&office, Told::nothing(), Typed::default()).await
}

/// Makes a key and shows it.
pub(crate) async fn add(office: Office, Sent(fields): Sent<Fields>) -> Result<Response, Error> {
    let (texts, typed) = (office.texts, read(fields)?);
    let now = OffsetDateTime::now_utc();
    let Ok(expires_at) = end(&typed.days, now) else {
        let told = Told::unfit("days", texts.get("keys-fault-days"));
        return page(&office, told, typed).await;
    };
    let new = NewKey {
        name: typed.name.trim().to_owned(),
        scopes: typed.scopes.clone(),
        expires_at,
    };
    match office.store().add_key(new, now).await {
        Ok((key, secret)) => {
            tracing::info!(by = office.admin.id, key = key.id, "key made");
            let done = texts.with("keys-added", &[("name", &key.name)]);
            page(&office, Told::done(done, secret), Typed::default()).await
        }
        Err(error) => page(&office, refused(error, texts)?, typed).await,
    }
}

/// Revokes a key.
pub(crate) async fn revoke(office: Office, Sent(fields): Sent<Fields>) -> Result<Response, Error> {
    let (texts, name) = (office.texts, read(fields)?.name);
    let now = OffsetDateTime::now_utc();
    let told = match office.store().revoke_key(&name, now).await {
        Ok(()) => {
            tracing::info!(by = office.admin.id, "key revoked");
            let done = texts.with("keys-done-revoke", &[("name", &name)]);
            Told::done(done, String::new())
        }
        Err(error) => refused(error, texts)?,
    };
    page(&office, told, Typed::default()).await
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
    Ok(match error {
        Stored::KeyNameTaken(_) => Told::conflict("name", texts.get("keys-fault-taken")),
        Stored::InvalidKeyName(_) => Told::unfit("name", texts.get("keys-fault-name")),
        Stored::NoScope => Told::unfit("scope", texts.get("keys-fault-scope")),
        Stored::UnknownKey(_) => Told::conflict("", texts.get("keys-fault-unknown")),
        error => return Err(error.into()),
    })
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

async fn page(office: &Office, told: Told, typed: Typed) -> Result<Response, Error> {
    let texts = office.texts;
    let keys = office.store().keys().await?;
    let now = OffsetDateTime::now_utc();
    let choice = |one: Scope| Choice {
        value: one.as_str(),
        words: scope(one, texts),
        chosen: typed.scopes.contains(&one),
    };
    let page = KeysPage {
        frame: office.frame("/keys", &texts.get("nav-keys")),
        scopes: Scope::ALL.map(choice).into(),
        rows: keys.into_iter().map(|key| row(key, now, texts)).collect(),
        told,
        typed,
    };
    shown(page.told.status, &page)
}
