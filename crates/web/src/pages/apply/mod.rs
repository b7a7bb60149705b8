//! `/applications/new`: an adviser types a new application, and sees what the model makes of it.
//!
//! The recipe says what is asked. Nothing is kept but the prediction, until a case is opened with
//! the same rows; what is not taken comes back with all that was typed.

mod entry;
mod typed;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::format;
use limpide_model::Lang;
use limpide_store::{Person, PredictionKind, Role};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::session::Id;

use self::entry::{Entry, Words};
use self::typed::{Faults, Typed};
use super::client::acts::headers;
use super::client::decision::Decision;
use super::client::drivers::Drivers;
use super::client::reasons::Reasons;
use super::{Frame, Place, html};
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
use crate::texts::Texts;

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

/// Who fills in the form, and in which language.
struct Desk<'a> {
    state: &'a AppState,
    person: &'a Person,
    texts: Texts,
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
    html(&desk.page(&form, typed, Faults::default()))
}

/// Checks what was typed, and shows what the model makes of it; or opens a case with it.
pub(crate) async fn submit(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    sent: Result<Sent<Vec<(String, String)>, MOST_BYTES>, Error>,
) -> Result<Response, Error> {
    let desk = Desk::of(&state, &person, lang)?;
    let Sent(pairs) = sent?;
    let typed = Typed::new(pairs);
    let form = desk.form(None).await?;
    let tables = match typed.tables(&form, desk.words()) {
        Ok(tables) => tables,
        Err(faults) => return desk.refused(&form, typed, faults),
    };
    let posted = tables.clone();
    let computed = match compute(&state, move |rows| rows.posted(&posted)).await {
        Ok(computed) => computed,
        Err(Error::Row(problems)) => {
            let faults = Faults::of_problems(problems, &form, desk.texts);
            return desk.refused(&form, typed, faults);
        }
        Err(error) => return Err(error),
    };
    let opens = desk.opens(computed.client).await?;
    if let (true, Some(client)) = (typed.opens_case(), opens) {
        let acting = Acting {
            caller: Caller::Person(person.clone()),
            client,
        };
        let body = json!({ "tables": tables }).to_string();
        let (headers, body) = (headers(&typed.key)?, Ok(body.into()));
        return match case::proposal::propose(State(state.clone()), acting, headers, body).await {
            Ok(_) => {
                let done = format!("/clients/{client}?done=proposal#case");
                Ok(Redirect::to(&done).into_response())
            }
            Err(error @ Error::Conflict { .. }) => {
                let (result, _) = desk.outcome(computed, opens)?;
                let mut page = desk.page(&form, typed, Faults::default());
                page.result = Some(result);
                page.conflict = desk.texts.get("case-conflict");
                Ok((error.status(), html(&page)?).into_response())
            }
            Err(error) => Err(error),
        };
    }
    let (row, client) = (computed.row.clone(), computed.client);
    let (result, score) = desk.outcome(computed, opens)?;
    let answered = Answered {
        kind: PredictionKind::PostedRows,
        client,
        row: &row,
        score: &score,
        role: Some(person.role),
    };
    record(&state, answered).await?;
    let mut page = desk.page(&form, typed, Faults::default());
    page.result = Some(result);
    html(&page)
}

impl<'a> Desk<'a> {
    /// Advisers take applications, and nobody else.
    fn of(state: &'a AppState, person: &'a Person, lang: Lang) -> Result<Self, Error> {
        if person.role != Role::Adviser {
            return Err(Error::Role { role: person.role });
        }
        let texts = Texts::new(lang);
        Ok(Self {
            state,
            person,
            texts,
        })
    }

    fn words(&self) -> Words<'a> {
        Words {
            texts: self.texts,
            currency: &self.state.service.bundle.currency,
        }
    }

    async fn form(&self, start: Option<i64>) -> Result<ApplicationForm, Error> {
        let form = compute(self.state, move |rows| rows.application_form(start)).await?;
        form.ok_or(Error::UnknownClient {
            client: start.unwrap_or_default(),
        })
    }

    /// The client of the rows, where this person may open a case on a client of that number.
    async fn opens(&self, client: Option<i64>) -> Result<Option<i64>, Error> {
        let Some(client) = client else {
            return Ok(None);
        };
        let caller = Caller::Person(self.person.clone());
        match caller.check_sees(self.state, client).await {
            Ok(()) => {}
            Err(Error::UnknownClient { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        let known = self.state.service.clients.row(client)?.is_some();
        Ok(known.then_some(client))
    }

    fn outcome(
        &self,
        computed: FromRows,
        opens: Option<i64>,
    ) -> Result<(Outcome, limpide_model::Score), Error> {
        let texts = self.texts;
        let explanation = self.state.service.explain(&computed.row, texts.lang)?;
        let mut notes = Vec::new();
        if !computed.empty_tables.is_empty() {
            let tables = computed.empty_tables.join(", ");
            notes.push(texts.with("apply-empty", &[("tables", &tables)]));
        }
        for (table, count) in &computed.orphans {
            let count = format::number(*count as f64, 0, texts.lang);
            let words = [("table", table.as_str()), ("count", count.as_str())];
            notes.push(texts.with("apply-orphans", &words));
        }
        let outcome = Outcome {
            decision: Decision::load(texts, false, &explanation),
            drivers: Drivers::load(texts, &explanation),
            reasons: Reasons::alone(texts, &explanation),
            notes,
            opens,
            key: Id::default().to_string(),
        };
        Ok((outcome, explanation.score))
    }

    fn refused(
        &self,
        form: &ApplicationForm,
        typed: Typed,
        faults: Faults,
    ) -> Result<Response, Error> {
        let page = html(&self.page(form, typed, faults))?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    fn page(&self, form: &ApplicationForm, typed: Typed, faults: Faults) -> ApplyPage {
        let texts = self.texts;
        let mut sections = Vec::with_capacity(form.sections.len());
        let mut wrong = Vec::new();
        for section in &form.sections {
            let entries: Vec<Entry> = section
                .fields
                .iter()
                .map(|field| {
                    let written = typed.field(&field.name);
                    let (fault, detail) = faults.of(&field.name);
                    let mut entry = Entry::new(field, written, fault, self.words());
                    entry.detail = detail;
                    entry
                })
                .collect();
            let faulty = entries.iter().filter(|entry| !entry.fault.is_empty());
            wrong.extend(faulty.map(|entry| Wrong {
                id: entry.id.clone(),
                label: entry.label.clone(),
            }));
            sections.push(Section {
                label: format::capitalised(section.label.get(texts.lang)),
                entries,
            });
        }
        if !faults.client.is_empty() {
            wrong.push(Wrong {
                id: "client".to_owned(),
                label: texts.get("apply-client"),
            });
        }
        if !faults.history.is_empty() {
            wrong.push(Wrong {
                id: "history".to_owned(),
                label: texts.get("apply-history"),
            });
        }
        let place = Place {
            state: self.state,
            lang: texts.lang,
            person: Some(self.person),
            path: PATH,
            query: "",
        };
        ApplyPage {
            frame: Frame::new(&place, &texts.get("nav-application")),
            sections,
            typed,
            faults,
            wrong,
            conflict: String::new(),
            result: None,
        }
    }
}
