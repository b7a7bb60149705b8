//! `/people`: who may sign in, and as what. Those who administer add people and change what they may
//! do; passwords are made here and shown once.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use limpide_model::Lang;
use limpide_store::{Error as Stored, NewPerson, Person, Portfolio, Role, random_password};
use serde::Deserialize;

use super::managing::{Choice, Managing, Told, day, unread};
use super::{Frame, Place, html, role};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// A person to add, as typed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    username: String,
    #[serde(default)]
    full_name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    portfolio: String,
    #[serde(default)]
    client: String,
}

/// What is to be done to a person.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Change {
    act: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    portfolio: String,
}

/// A person of the list.
struct Row {
    id: i64,
    name: String,
    username: String,
    role: String,
    /// Which clients the person sees; empty: that does not vary.
    portfolio: String,
    disabled: bool,
    last: String,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: Frame,
    told: Told,
    typed: Typed,
    roles: Vec<Choice>,
    portfolios: Vec<Choice>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    frame: Frame,
    told: Told,
    row: Row,
    /// Roles that the person may be given; empty: none.
    roles: Vec<Choice>,
    /// Only an adviser's.
    portfolios: Vec<Choice>,
}

/// Shows everyone.
pub(crate) async fn list(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
) -> Result<Response, Error> {
    list_page(&state, &admin, lang, Told::nothing(), Typed::default()).await
}

/// Adds a person and shows their first password.
pub(crate) async fn add(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
    sent: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Error> {
    let Form(typed) = sent.map_err(unread)?;
    let texts = Texts::new(lang);
    let (role, portfolio) = (read_role(&typed.role)?, read_portfolio(&typed.portfolio)?);
    let store = &state.service.shared.store;
    let password = random_password()?;
    let added = match client(&typed.client) {
        Err(key) => Err(Told::refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "client",
            texts.get(key),
        )),
        Ok(_) if role != Role::Adviser && portfolio == Portfolio::Assigned => {
            Err(refused(Stored::NoPortfolio { role }, texts)?)
        }
        Ok(client) => {
            let new = NewPerson {
                username: typed.username.trim().to_owned(),
                full_name: typed.full_name.clone(),
                title: typed.title.clone(),
                role,
                client,
                password: password.clone(),
            };
            match store.add_person(new).await {
                Ok(person) => Ok(person),
                Err(error) => Err(refused(error, texts)?),
            }
        }
    };
    let person = match added {
        Ok(person) => person,
        Err(told) => return list_page(&state, &admin, lang, told, typed).await,
    };
    if portfolio == Portfolio::Assigned {
        store.set_portfolio(&person.username, portfolio).await?;
    }
    tracing::info!(by = admin.id, person = person.id, role = %role, "person added");
    let done = texts.with("people-added", &[("name", &person.username)]);
    let told = Told::done(done, password);
    list_page(&state, &admin, lang, told, Typed::default()).await
}

/// Shows one person and what may be done.
pub(crate) async fn show(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let person = find(&state, &id).await?;
    person_page(&state, &admin, lang, Told::nothing(), &person, None)
}

/// Changes what a person may do.
pub(crate) async fn change(
    State(state): State<AppState>,
    Managing(admin): Managing,
    Language(lang): Language,
    Path(id): Path<String>,
    sent: Result<Form<Change>, FormRejection>,
) -> Result<Response, Error> {
    let Form(change) = sent.map_err(unread)?;
    let person = find(&state, &id).await?;
    let (texts, store) = (Texts::new(lang), &state.service.shared.store);
    let (username, mut password) = (&person.username, String::new());
    let (done, key) = match change.act.as_str() {
        "role" => {
            let role = read_role(&change.role)?;
            (store.set_role(username, role).await, "people-done-role")
        }
        "portfolio" => {
            let portfolio = read_portfolio(&change.portfolio)?;
            let done = store.set_portfolio(username, portfolio).await;
            (done, "people-done-portfolio")
        }
        "disable" => (store.disable(username).await, "people-done-disable"),
        "enable" => (store.enable(username).await, "people-done-enable"),
        "sessions" => (store.end_sessions(username).await, "people-done-sessions"),
        "password" => {
            password = random_password()?;
            let done = store.set_password(username, &password).await;
            (done, "people-done-password")
        }
        other => {
            let expected = "expected role, portfolio, disable, enable, sessions or password";
            let reason = format!("found the act {other:?}, {expected}");
            return Err(Error::Body { reason });
        }
    };
    let told = match done {
        Ok(()) => {
            tracing::info!(
                by = admin.id,
                person = person.id,
                act = key,
                "person changed"
            );
            Told::done(texts.get(key), password)
        }
        Err(error) => refused(error, texts)?,
    };
    let typed = (!told.fault.is_empty()).then_some(change.role);
    let person = find(&state, &id).await?;
    person_page(&state, &admin, lang, told, &person, typed.as_deref())
}

async fn find(state: &AppState, id: &str) -> Result<Person, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let person = state.service.shared.store.person(id).await?;
    person.ok_or(Error::NotFound)
}

fn read_role(text: &str) -> Result<Role, Error> {
    let reason = |error: Stored| Error::Body {
        reason: error.to_string(),
    };
    text.parse().map_err(reason)
}

fn read_portfolio(text: &str) -> Result<Portfolio, Error> {
    match text {
        "" | "all" => Ok(Portfolio::All),
        "assigned" => Ok(Portfolio::Assigned),
        other => Err(Error::Body {
            reason: format!("found the portfolio {other:?}, expected all or assigned"),
        }),
    }
}

/// A client number, where one was typed.
fn client(text: &str) -> Result<Option<i64>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    number.map(Some).ok_or("search-digits")
}

/// Why the store did nothing, in words, at the field that is at fault.
fn refused(error: Stored, texts: Texts) -> Result<Told, Error> {
    let (status, field, key) = match error {
        Stored::UsernameTaken(_) => (StatusCode::CONFLICT, "username", "people-fault-taken"),
        Stored::InvalidUsername(_) => {
            let key = "people-fault-username";
            (StatusCode::UNPROCESSABLE_ENTITY, "username", key)
        }
        Stored::InvalidFullName => {
            let key = "people-fault-name";
            (StatusCode::UNPROCESSABLE_ENTITY, "full_name", key)
        }
        Stored::ClientNumber { .. } => {
            let key = "people-fault-client";
            (StatusCode::UNPROCESSABLE_ENTITY, "client", key)
        }
        Stored::NoPortfolio { .. } => {
            let key = "people-fault-portfolio";
            (StatusCode::UNPROCESSABLE_ENTITY, "portfolio", key)
        }
        Stored::ClientTaken { .. } => (StatusCode::CONFLICT, "client", "people-fault-account"),
        Stored::ClientRole => (StatusCode::CONFLICT, "role", "people-fault-role"),
        Stored::LastAdmin => (StatusCode::CONFLICT, "", "people-fault-last"),
        Stored::UnknownUsername(_) => return Err(Error::NotFound),
        error => return Err(error.into()),
    };
    Ok(Told::refused(status, field, texts.get(key)))
}

fn roles(chosen: &str, texts: Texts, keeps: impl Fn(Role) -> bool) -> Vec<Choice> {
    let roles = Role::ALL.into_iter().filter(|one| keeps(*one));
    let choice = |one: Role| Choice {
        value: one.as_str(),
        words: role(texts, one),
        chosen: one.as_str() == chosen,
    };
    roles.map(choice).collect()
}

fn portfolios(chosen: &str, texts: Texts) -> Vec<Choice> {
    let choice = |one: Portfolio| Choice {
        value: one.as_str(),
        words: portfolio(one, texts),
        chosen: one.as_str() == chosen,
    };
    [Portfolio::All, Portfolio::Assigned].map(choice).into()
}

fn portfolio(portfolio: Portfolio, texts: Texts) -> String {
    match portfolio {
        Portfolio::All => texts.get("people-all"),
        Portfolio::Assigned => texts.get("people-assigned"),
    }
}

fn row(person: &Person, texts: Texts) -> Row {
    let number = person.client.map(|client| client.to_string());
    Row {
        id: person.id,
        name: person.full_name.clone(),
        username: person.username.clone(),
        role: role(texts, person.role),
        portfolio: match (person.role, number) {
            (Role::Adviser, _) => portfolio(person.portfolio, texts),
            (_, Some(number)) => texts.with("people-own", &[("client", &number)]),
            (_, None) => String::new(),
        },
        disabled: person.disabled,
        last: day(person.last_sign_in_at, texts.lang),
    }
}

async fn list_page(
    state: &AppState,
    admin: &Person,
    lang: Lang,
    told: Told,
    typed: Typed,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let people = state.service.shared.store.list().await?;
    let place = Place {
        state,
        lang,
        person: Some(admin),
        path: "/people",
        query: "",
    };
    let status = told.status;
    let mut page = html(&ListPage {
        frame: Frame::new(&place, &texts.get("nav-people")),
        roles: roles(&typed.role, texts, |_| true),
        portfolios: portfolios(&typed.portfolio, texts),
        rows: people.iter().map(|person| row(person, texts)).collect(),
        told,
        typed,
    })?;
    *page.status_mut() = status;
    Ok(page)
}

fn person_page(
    state: &AppState,
    admin: &Person,
    lang: Lang,
    told: Told,
    person: &Person,
    typed: Option<&str>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let path = format!("/people/{}", person.id);
    let place = Place {
        state,
        lang,
        person: Some(admin),
        path: &path,
        query: "",
    };
    let of_staff = |one: Role| person.role != Role::Client && one != Role::Client;
    let chosen = typed.filter(|typed| !typed.is_empty());
    let status = told.status;
    let mut page = html(&PersonPage {
        frame: Frame::new(&place, &person.full_name),
        roles: roles(chosen.unwrap_or(person.role.as_str()), texts, of_staff),
        portfolios: match person.role {
            Role::Adviser => portfolios(person.portfolio.as_str(), texts),
            _ => Vec::new(),
        },
        row: row(person, texts),
        told,
    })?;
    *page.status_mut() = status;
    Ok(page)
}
