//! `/applications/new`: an adviser types a new application, and sees what the model makes of it.
//!
//! The recipe says what is asked. Nothing is kept but the prediction, until a case is opened with
//! the same rows; what is not taken comes back with all that was typed. A client's past, as the
//! portfolio holds it, may be taken along.

mod again;
mod desk;
mod entry;
mod typed;

use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_model::{Lang, Value};
use limpide_store::{Person, PredictionKind};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use self::desk::Desk;
use self::entry::Entry;
use self::typed::{Faults, Typed};
use super::client::Swapped;
use super::client::acts::headers;
use super::client::decision::Decision;
use super::client::drivers::Drivers;
use super::client::reasons::Reasons;
use super::{Frame, html};
use crate::api::posted_rows::MOST_BYTES;
use crate::api::recording::{Answered, record};
use crate::api::{case, compute};
use crate::application_form::ApplicationForm;
use crate::asked::Asked;
use crate::auth::{Acting, Caller, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::sent::Sent;
use crate::service::FromRows;

const PATH: &str = "/applications/new";

/// A client whose values the form starts with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Start {
    from: Option<i64>,
}

/// The form, and what the model made of it.
#[derive(Template)]
#[template(path = "apply.html")]
struct ApplyPage {
    frame: Frame,
    sections: Vec<Section>,
    typed: Typed,
    faults: Faults,
    /// Faults beside the form's fields, to lead there from the page's top.
    wrong: Vec<Wrong>,
    /// Why a case was not opened; empty where none was to be.
    conflict: String,
    result: Option<Outcome>,
}

struct Section {
    label: String,
    entries: Vec<Entry>,
    /// Further fields, folded.
    more: Vec<Entry>,
    /// What unfolds them.
    summary: String,
}

impl Section {
    /// Whether a folded field holds something that is to be seen.
    fn is_open(&self) -> bool {
        self.more.iter().any(Entry::is_touched)
    }
}

/// A field that needs a look.
struct Wrong {
    id: String,
    label: String,
}

/// What the model makes of the rows.
struct Outcome {
    decision: Decision,
    drivers: Drivers,
    reasons: Reasons,
    /// What the rows did not hold, in words; empty where they held all.
    notes: Vec<String>,
    /// The client on whom a case may be opened with these rows.
    opens: Option<i64>,
    /// What makes opening a case one and the same request, however often it is sent.
    key: String,
}

/// What is wrong with one field, for the place beside it.
#[derive(Template)]
#[template(source = "{{ words }}", ext = "html")]
struct FaultPart {
    words: String,
}

/// Shows the form, empty or with a client's values.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Asked(Start { from }): Asked<Start>,
) -> Result<Response, Error> {
    let desk = Desk::of(&state, &person, lang)?;
    if let Some(client) = from {
        let caller = Caller::Person(person.clone());
        caller.check_sees(&state, client).await?;
    }
    let form = desk.form(from).await?;
    let typed = Typed::start(&form, from, lang);
    html(&desk.page(&form, &typed, Faults::default()))
}

/// Checks what was typed, and shows what the model makes of it; or opens a case with it; or shows
/// it in the form again. Where one field alone is asked about, tells what is wrong with it.
pub(crate) async fn submit(
    State(state): State<AppState>,
    signed: Result<SignedIn, Error>,
    Language(lang): Language,
    Swapped(part): Swapped,
    mut request: Request,
) -> Result<Response, Error> {
    if let Err(error) = &signed {
        if !again::gives_back(error) {
            return Err(error.clone());
        }
        // Of a stranger less is read, for it is sent back.
        DefaultBodyLimit::max(again::MOST_BYTES).apply(&mut request);
    }
    let sent = Sent::<Vec<(String, String)>, MOST_BYTES>::from_request(request, &state).await;
    let (signed, typed) = match (signed, sent) {
        (signed, Ok(Sent(pairs))) => (signed, Typed::new(pairs)),
        (Ok(_), Err(error)) | (Err(error), Err(_)) => return Err(error),
    };
    let answered = match &signed {
        Ok(SignedIn(person)) => answer(&state, person, lang, part.as_deref(), &typed).await,
        Err(error) => Err(error.clone()),
    };
    let person = signed.as_ref().ok().map(|SignedIn(person)| person);
    match answered {
        // Who types on is not led away; what is wrong is told when all of it is sent.
        Err(error) if part.is_some() && again::gives_back(&error) => {
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Err(error) if again::gives_back(&error) => {
            again::page(&state, lang, person, &error, &typed)
        }
        answered => answered,
    }
}

/// What an adviser is answered.
async fn answer(
    state: &AppState,
    person: &Person,
    lang: Lang,
    part: Option<&str>,
    typed: &Typed,
) -> Result<Response, Error> {
    let desk = Desk::of(state, person, lang)?;
    let form = desk.form(None).await?;
    if let Some(part) = part {
        let words = desk.fault_of(part, &form, typed).await?;
        return html(&FaultPart { words });
    }
    if typed.is_shown_again() {
        return html(&desk.page(&form, typed, Faults::default()));
    }
    let (read, past) = (typed.tables(&form, desk.words()), desk.past(typed).await?);
    let (tables, past) = match (read, past) {
        (Ok(tables), Ok(past)) => (tables, past),
        (read, past) => {
            let mut faults = *read.err().unwrap_or_default();
            faults.past = past.err().unwrap_or_default();
            return desk.refused(&form, typed, faults);
        }
    };
    let computed = match past {
        Some(client) => with_past(state, client, &form, &tables).await,
        None => {
            let posted = tables.clone();
            compute(state, move |rows| rows.posted(&posted)).await
        }
    };
    let computed = match computed {
        Ok(computed) => computed,
        Err(Error::Row(problems)) => {
            let faults = Faults::of_problems(problems, &form, desk.texts);
            return desk.refused(&form, typed, faults);
        }
        Err(Error::UnknownClient { .. }) if past.is_some() => {
            let faults = Faults::of_past(desk.texts.get("apply-past-unknown"));
            return desk.refused(&form, typed, faults);
        }
        Err(error) => return Err(error),
    };
    let opens = desk.opens(computed.client).await?;
    if let (true, Some(client)) = (typed.opens_case(), opens) {
        let opened = open_case(
            state,
            person,
            client,
            typed,
            tables,
            past.map(|_| &computed.row),
        );
        return match opened.await {
            Ok(_) => {
                let done = format!("/clients/{client}?done=proposal#case");
                Ok(Redirect::to(&done).into_response())
            }
            Err(error @ Error::Conflict { .. }) => {
                let (result, _) = desk.outcome(computed, opens, past, typed)?;
                let mut page = desk.page(&form, typed, Faults::default());
                page.result = Some(result);
                page.conflict = desk.texts.get("case-conflict");
                Ok((error.status(), html(&page)?).into_response())
            }
            Err(error) => Err(error),
        };
    }
    let (row, client) = (computed.row.clone(), computed.client);
    let (result, score) = desk.outcome(computed, opens, past, typed)?;
    let answered = Answered {
        kind: PredictionKind::PostedRows,
        client,
        row: &row,
        score: &score,
        role: Some(person.role),
    };
    record(state, answered).await?;
    let mut page = desk.page(&form, typed, Faults::default());
    page.result = Some(result);
    html(&page)
}

/// What follows from the application that was typed and the client's own past.
async fn with_past(
    state: &AppState,
    client: i64,
    form: &ApplicationForm,
    tables: &Map<String, Json>,
) -> Result<FromRows, Error> {
    let application = tables.get(&form.table).and_then(|rows| rows.get(0));
    let mut application = application.and_then(Json::as_object).cloned();
    let mut application = application.take().unwrap_or_default();
    application.remove(&form.client);
    let row = compute(state, move |rows| rows.applied(client, &application)).await?;
    Ok(FromRows {
        row: row.ok_or(Error::UnknownClient { client })?,
        client: Some(client),
        empty_tables: Vec::new(),
        orphans: Default::default(),
    })
}

/// Opens a case with the rows that were typed, or with the row that the client's past was taken
/// into.
async fn open_case(
    state: &AppState,
    person: &Person,
    client: i64,
    typed: &Typed,
    tables: Map<String, Json>,
    row: Option<&Vec<Value>>,
) -> Result<Response, Error> {
    let caller = Caller::Person(person.clone());
    let acting = Acting { caller, client };
    let headers = headers(&typed.key)?;
    let mut sent = Map::from_iter([("tables".to_owned(), Json::Object(tables))]);
    match row {
        Some(row) => {
            sent.insert("past".to_owned(), true.into());
            case::proposal::open(state, &acting, &headers, sent, row).await
        }
        None => {
            let body = Ok(json!(sent).to_string().into());
            case::proposal::propose(State(state.clone()), acting, headers, body).await
        }
    }
}
