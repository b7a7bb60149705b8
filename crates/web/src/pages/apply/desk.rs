//! The desk at which a new application is typed: who sits there, what is asked, and the page that
//! shows it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use limpide_explain::format;
use limpide_model::Lang;
use limpide_store::{Person, Role};
use tower_sessions::session::Id;

use super::entry::{Entry, FIELD, Words};
use super::typed::{Faults, Typed};
use super::{ApplyPage, Outcome, PATH, Section, Wrong};
use crate::api::compute;
use crate::application_form::ApplicationForm;
use crate::auth::Caller;
use crate::error::Error;
use crate::pages::client::decision::Decision;
use crate::pages::client::drivers::Drivers;
use crate::pages::client::reasons::Reasons;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::service::FromRows;
use crate::texts::Texts;

/// Fields of a section that stand unfolded, where it has more than [`MOST_AT_ONCE`].
const FIRST: usize = 8;
const MOST_AT_ONCE: usize = 12;

/// Who fills in the form, and in which language.
pub(super) struct Desk<'a> {
    state: &'a AppState,
    person: &'a Person,
    pub(super) texts: Texts,
}

impl<'a> Desk<'a> {
    /// Advisers take applications, and nobody else.
    pub(super) fn of(state: &'a AppState, person: &'a Person, lang: Lang) -> Result<Self, Error> {
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

    pub(super) fn words(&self) -> Words<'a> {
        Words {
            texts: self.texts,
            currency: &self.state.service.bundle.currency,
        }
    }

    pub(super) async fn form(&self, start: Option<i64>) -> Result<ApplicationForm, Error> {
        let form = compute(self.state, move |rows| rows.application_form(start)).await?;
        form.ok_or(Error::UnknownClient {
            client: start.unwrap_or_default(),
        })
    }

    /// The client whose past is taken along, where one is asked for; or why it cannot be. Of a
    /// client whom this person may not see it tells as of nobody.
    pub(super) async fn past(&self, typed: &Typed) -> Result<Result<Option<i64>, String>, Error> {
        let texts = self.texts;
        if !typed.takes_past() {
            return Ok(Ok(None));
        }
        if !typed.history.trim().is_empty() {
            return Ok(Err(texts.get("apply-past-both")));
        }
        let Ok(Some(client)) = typed.number(texts) else {
            return Ok(Err(texts.get("apply-past-number")));
        };
        Ok(match self.opens(Some(client)).await? {
            Some(client) => Ok(Some(client)),
            None => Err(texts.get("apply-past-unknown")),
        })
    }

    /// What is wrong with the one field whose place for faults has this id; empty where nothing is.
    pub(super) async fn fault_of(
        &self,
        place: &str,
        form: &ApplicationForm,
        typed: &Typed,
    ) -> Result<String, Error> {
        let id = place.strip_suffix("-fault").ok_or(Error::NotFound)?;
        if let Some(name) = id.strip_prefix(FIELD) {
            return typed
                .fault_of(name, form, self.words())
                .ok_or(Error::NotFound);
        }
        Ok(match id {
            "client" => typed.number(self.texts).err().unwrap_or_default(),
            "past" => self.past(typed).await?.err().unwrap_or_default(),
            "history" => typed.history_fault(self.texts),
            _ => return Err(Error::NotFound),
        })
    }

    /// The client of the rows, where this person may open a case on a client of that number.
    pub(super) async fn opens(&self, client: Option<i64>) -> Result<Option<i64>, Error> {
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

    pub(super) fn outcome(
        &self,
        computed: FromRows,
        opens: Option<i64>,
        past: Option<i64>,
        typed: &Typed,
    ) -> Result<(Outcome, limpide_model::Score), Error> {
        let texts = self.texts;
        let explanation = self.state.service.explain(&computed.row, texts.lang)?;
        let mut notes = Vec::new();
        if past.is_some() {
            notes.push(texts.get("apply-past-taken"));
        }
        if !computed.empty_tables.is_empty() {
            let tables = computed.empty_tables.join(", ");
            notes.push(match typed.history.trim().is_empty() {
                true => texts.get("apply-empty"),
                false => texts.with("apply-empty-tables", &[("tables", &tables)]),
            });
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

    pub(super) fn refused(
        &self,
        form: &ApplicationForm,
        typed: &Typed,
        faults: Faults,
    ) -> Result<Response, Error> {
        let page = html(&self.page(form, typed, faults))?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    pub(super) fn page(&self, form: &ApplicationForm, typed: &Typed, faults: Faults) -> ApplyPage {
        let texts = self.texts;
        let mut sections = Vec::with_capacity(form.sections.len());
        let mut wrong = Vec::new();
        for section in &form.sections {
            let mut entries: Vec<Entry> = section
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
            // What is needed comes first; else the recipe's order stays.
            entries.sort_by_key(|entry| !entry.needed);
            let needed = entries.iter().filter(|entry| entry.needed).count();
            let more = match entries.len() > MOST_AT_ONCE {
                true => entries.split_off(FIRST.max(needed)),
                false => Vec::new(),
            };
            let count = format::number(more.len() as f64, 0, texts.lang);
            sections.push(Section {
                label: format::capitalised(section.label.get(texts.lang)),
                entries,
                summary: texts.with("apply-more", &[("count", &count)]),
                more,
            });
        }
        for (id, fault, label) in [
            ("client", &faults.client, "apply-client"),
            ("past", &faults.past, "apply-past"),
            ("history", &faults.history, "apply-history"),
        ] {
            if !fault.is_empty() {
                wrong.push(Wrong {
                    id: id.to_owned(),
                    label: texts.get(label),
                });
            }
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
            typed: typed.clone(),
            faults,
            wrong,
            conflict: String::new(),
            result: None,
        }
    }
}
