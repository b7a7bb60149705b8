//! `/people`: who may sign in, and as what. Those who administer add people and change what they may
//! do; passwords are made here and shown once.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use limpide_store::{Error as Stored, NewPerson, Person, Portfolio, Role, random_password};
use serde::Deserialize;

use super::assigned::{self, Assigned};
use super::managing::{Choice, Office, Told, day, shown};
use super::{Frame, role};
use crate::asked::Asked;
use crate::error::Error;
use crate::sent::Sent;
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
    /// Whether the person is bound to an account of a provider.
    bound: bool,
    /// The clients of an adviser.
    assigned: Option<Assigned>,
}

/// Shows everyone.
pub(crate) async fn list(office: Office) -> Result<Response, Error> {
    list_page(&office, Told::nothing(), Typed::default()).await
}

/// Adds a person and shows their first password.
pub(crate) async fn add(office: Office, Sent(typed): Sent<Typed>) -> Result<Response, Error> {
    let password = random_password()?;
    match added(&office, &typed, &password).await? {
        Ok(person) => {
            let by = office.admin.id;
            tracing::info!(by, person = person.id, role = %person.role, "person added");
            let done = office
                .texts
                .with("people-added", &[("name", &person.username)]);
            list_page(&office, Told::done(done, password), Typed::default()).await
        }
        Err(told) => list_page(&office, told, typed).await,
    }
}

async fn added(
    office: &Office,
    typed: &Typed,
    password: &str,
) -> Result<Result<Person, Told>, Error> {
    let (texts, store) = (office.texts, office.store());
    let (role, portfolio) = (read_role(&typed.role)?, read_portfolio(&typed.portfolio)?);
    let client = match client(&typed.client) {
        Ok(client) => client,
        Err(key) => return Ok(Err(Told::unfit("client", texts.get(key)))),
    };
    if role != Role::Adviser && portfolio == Portfolio::Assigned {
        return refused(Stored::NoPortfolio { role }, texts).map(Err);
    }
    let new = NewPerson {
        username: typed.username.trim().to_owned(),
        full_name: typed.full_name.clone(),
        title: typed.title.clone(),
        role,
        client,
        password: password.to_owned(),
    };
    let person = match store.add_person(new).await {
        Ok(person) => person,
        Err(error) => return refused(error, texts).map(Err),
    };
    if portfolio == Portfolio::Assigned {
        store.set_portfolio(&person.username, portfolio).await?;
    }
    Ok(Ok(person))
}

/// Shows one person and what may be done.
pub(crate) async fn show(
    office: Office,
    Path(id): Path<String>,
    Asked(wanted): Asked<assigned::Wanted>,
) -> Result<Response, Error> {
    let person = find(&office, &id).await?;
    let form = Form::default();
    person_page(&office, Told::nothing(), &person, form, &wanted).await
}

/// Changes what a person may do.
pub(crate) async fn change(
    office: Office,
    Path(id): Path<String>,
    Sent(change): Sent<Change>,
) -> Result<Response, Error> {
    let person = find(&office, &id).await?;
    let (texts, store) = (office.texts, office.store());
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
        "release" => {
            let done = store.release_subjects(person.id).await.map(|_| ());
            (done, "people-done-release")
        }
        other => {
            let expected =
                "expected role, portfolio, disable, enable, sessions, password or release";
            let reason = format!("found the act {other:?}, {expected}");
            return Err(Error::Body { reason });
        }
    };
    let told = match done {
        Ok(()) => {
            let by = office.admin.id;
            tracing::info!(by, person = person.id, act = key, "person changed");
            Told::done(texts.get(key), password)
        }
        Err(error) => refused(error, texts)?,
    };
    let form = Form {
        role: (!told.fault.is_empty()).then_some(change.role),
        ..Form::default()
    };
    let person = find(&office, &id).await?;
    person_page(&office, told, &person, form, &assigned::Wanted::default()).await
}

/// Gives an adviser clients, or takes some away.
pub(crate) async fn assign(
    office: Office,
    Path(id): Path<String>,
    Sent(pairs): Sent<Vec<(String, String)>, { assigned::MOST_BYTES }>,
) -> Result<Response, Error> {
    let person = find(&office, &id).await?;
    let wanted = assigned::Wanted::default();
    let change = assigned::Change::read(pairs)?;
    if person.role != Role::Adviser {
        let told = refused(Stored::NoPortfolio { role: person.role }, office.texts)?;
        return person_page(&office, told, &person, Form::default(), &wanted).await;
    }
    let form = Form {
        assigning: change.done(&office, &person).await?,
        ..Form::default()
    };
    let person = find(&office, &id).await?;
    person_page(&office, Told::nothing(), &person, form, &wanted).await
}

/// What was typed into the forms of a person's page and not done.
#[derive(Debug, Default)]
struct Form {
    role: Option<String>,
    assigning: assigned::Left,
}

async fn find(office: &Office, id: &str) -> Result<Person, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let person = office.store().person(id).await?;
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
pub(super) fn refused(error: Stored, texts: Texts) -> Result<Told, Error> {
    let told = |key| texts.get(key);
    Ok(match error {
        Stored::UsernameTaken(_) => Told::conflict("username", told("people-fault-taken")),
        Stored::InvalidUsername(_) => Told::unfit("username", told("people-fault-username")),
        Stored::InvalidFullName => Told::unfit("full_name", told("people-fault-name")),
        Stored::ClientNumber { .. } => Told::unfit("client", told("people-fault-client")),
        Stored::NoPortfolio { .. } => Told::unfit("portfolio", told("people-fault-portfolio")),
        Stored::ClientTaken { .. } => Told::conflict("client", told("people-fault-account")),
        Stored::ClientRole => Told::conflict("role", told("people-fault-role")),
        Stored::LastAdmin => Told::conflict("", told("people-fault-last")),
        Stored::UnknownUsername(_) => return Err(Error::NotFound),
        error => return Err(error.into()),
    })
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

async fn list_page(office: &Office, told: Told, typed: Typed) -> Result<Response, Error> {
    let texts = office.texts;
    let people = office.store().list().await?;
    let page = ListPage {
        frame: office.frame("/people", &texts.get("nav-people")),
        roles: roles(&typed.role, texts, |_| true),
        portfolios: portfolios(&typed.portfolio, texts),
        rows: people.iter().map(|person| row(person, texts)).collect(),
        told,
        typed,
    };
    shown(page.told.status, &page)
}

async fn person_page(
    office: &Office,
    told: Told,
    person: &Person,
    form: Form,
    wanted: &assigned::Wanted,
) -> Result<Response, Error> {
    let texts = office.texts;
    let path = format!("/people/{}", person.id);
    let of_staff = |one: Role| person.role != Role::Client && one != Role::Client;
    let chosen = form.role.filter(|typed| !typed.is_empty());
    let chosen = chosen.as_deref().unwrap_or(person.role.as_str());
    let is_adviser = person.role == Role::Adviser;
    let status = told.status.max(form.assigning.told.status);
    let page = PersonPage {
        frame: office.frame_asking(&path, &wanted.query(), &person.full_name),
        roles: roles(chosen, texts, of_staff),
        portfolios: match is_adviser {
            true => portfolios(person.portfolio.as_str(), texts),
            false => Vec::new(),
        },
        assigned: match is_adviser {
            true => Some(Assigned::of(office, person, form.assigning, wanted).await?),
            false => None,
        },
        bound: office.store().has_subject(person.id).await?,
        row: row(person, texts),
        told,
    };
    shown(status, &page)
}
