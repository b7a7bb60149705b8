//! `/audit`: the decision log for those who audit it: found, verified, made again. Each page asks what
//! the API's route of the same name asks.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use limpide_explain::format;
use limpide_model::Lang;
use limpide_store::{Actor, Entry, Event, Head, LogPlace, Sought, Verification};
use serde::Deserialize;
use time::macros::format_description;
use time::{Date, Time};

use super::client::moment;
use super::{Frame, Place, encoded, html};
use crate::api::audit;
use crate::api::audit::replay::WireReplay;
use crate::asked::Asked;
use crate::auth::{Caller, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// Entries on a page.
const SHOWN: usize = 50;

/// Which entries; what is empty does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    client: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    event: String,
    #[serde(default)]
    day: String,
    /// Entries before this one.
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "audit/log.html")]
struct LogPage {
    frame: Frame,
    wanted: Wanted,
    /// What is wrong with a field, in words; empty where nothing is.
    fault: String,
    people: Vec<Choice>,
    events: Vec<Choice>,
    rows: Vec<Row>,
    /// The address of older entries; empty: there are none.
    older: String,
}

/// One of several values of a field.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// An entry of the log.
struct Row {
    sequence: i64,
    at: String,
    /// The same moment for programs.
    moment: String,
    who: String,
    what: String,
    /// What was said; empty where nothing was.
    words: String,
    model: String,
    hash: String,
    previous: String,
}

/// Shows entries, newest first.
pub(crate) async fn log(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let caller = Caller::Person(person.clone());
    caller.check_audits()?;
    let texts = Texts::new(lang);
    let (sought, fault) = match sought(&wanted) {
        Ok(sought) => (Some(sought), String::new()),
        Err(key) => (None, texts.get(key)),
    };
    let (mut rows, mut older) = (Vec::new(), String::new());
    let query = query(&wanted);
    if let Some(sought) = sought {
        let place = LogPlace::Before(wanted.before.unwrap_or(i64::MAX));
        let (found, next) = audit::log::find(&state, &caller, &sought, place, SHOWN).await?;
        for entry in &found {
            rows.push(row(&state, entry, lang).await?);
        }
        older = next.map_or_else(String::new, |next| format!("/audit?{query}before={next}"));
    }
    let store = &state.service.shared.store;
    let people = store.list().await?.into_iter().map(|person| {
        let value = Actor::Person(person.id).to_string();
        (value, person.full_name)
    });
    let keys = store.keys().await?.into_iter();
    let keys = keys.map(|key| (Actor::Key(key.id).to_string(), key.name));
    let program = (Actor::Program.to_string(), texts.get("by-program"));
    let people = people
        .chain(keys)
        .chain([program])
        .map(|(value, words)| Choice {
            chosen: value == wanted.by,
            value,
            words,
        });
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/audit",
        query: query.trim_end_matches('&'),
    };
    html(&LogPage {
        people: people.collect(),
        events: events(&wanted.event, texts),
        frame: Frame::new(&place, &texts.get("nav-log")),
        wanted,
        fault,
        rows,
        older,
    })
}

fn events(chosen: &str, texts: Texts) -> Vec<Choice> {
    let choice = |name: &&'static str| Choice {
        value: (*name).to_owned(),
        words: texts.get(event_key(name)),
        chosen: *name == chosen,
    };
    Event::NAMES.iter().map(choice).collect()
}

/// The words of a kind of event.
fn event_key(name: &str) -> &'static str {
    match name {
        "proposed" => "kind-proposed",
        "decided" => "kind-decided",
        "overridden" => "kind-overridden",
        "commented" => "kind-commented",
        "contested" => "kind-contested",
        "upheld" => "kind-upheld",
        "reversed" => "kind-reversed",
        "outcome_known" => "kind-outcome",
        "correction_requested" => "kind-correction",
        "correction_answered" => "kind-answer",
        _ => "kind-erased",
    }
}

/// What is looked for, or the words that say what cannot be.
fn sought(wanted: &Wanted) -> Result<Sought, &'static str> {
    let mut sought = Sought::default();
    let client = wanted.client.trim();
    if !client.is_empty() {
        sought.client = Some(client.parse().map_err(|_| "search-digits")?);
    }
    if !wanted.by.is_empty() {
        sought.actor = Some(wanted.by.parse().map_err(|_| "audit-fault-person")?);
    }
    if !wanted.event.is_empty() {
        let mut names = Event::NAMES.into_iter();
        let name = names.find(|name| *name == wanted.event);
        sought.event = Some(name.ok_or("audit-fault-kind")?);
    }
    if !wanted.day.trim().is_empty() {
        let form = format_description!("[year]-[month]-[day]");
        let day = Date::parse(wanted.day.trim(), form).map_err(|_| "audit-fault-day")?;
        let midnight = |day: Date| day.with_time(Time::MIDNIGHT).assume_utc();
        sought.since = Some(midnight(day));
        sought.before = day.next_day().map(midnight);
    }
    Ok(sought)
}

/// What is looked for as a query that more can be put behind.
fn query(wanted: &Wanted) -> String {
    let fields = [
        ("client", &wanted.client),
        ("by", &wanted.by),
        ("event", &wanted.event),
        ("day", &wanted.day),
    ];
    let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
    filled
        .map(|(name, value)| format!("{name}={}&", encoded(value)))
        .collect()
}

async fn row(state: &AppState, entry: &Entry, lang: Lang) -> Result<Row, Error> {
    let texts = Texts::new(lang);
    let store = &state.service.shared.store;
    let name = store.actor_name(entry.actor).await?;
    let (what, words, model) = match &entry.event {
        None => (texts.get("event-forgotten"), String::new(), String::new()),
        Some(event) => {
            let model = match event {
                Event::Proposed(proposal) => proposal.bundle.chars().take(12).collect(),
                _ => String::new(),
            };
            let words = event.words().unwrap_or_default().to_owned();
            (texts.get(event_key(event.name())), words, model)
        }
    };
    Ok(Row {
        sequence: entry.sequence,
        at: moment::written(entry.at, lang),
        moment: crate::api::case::moment(entry.at)?,
        who: name.unwrap_or_else(|| texts.get("by-program")),
        what,
        words,
        model,
        hash: entry.hash.clone(),
        previous: entry.previous.clone(),
    })
}

#[derive(Template)]
#[template(path = "audit/verify.html")]
struct VerifyPage {
    frame: Frame,
    whole: bool,
    sentence: String,
    /// What to note; empty where the chain is broken.
    head: String,
}

/// Walks the log from its first entry to its last and shows what was found.
pub(crate) async fn verify(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
) -> Result<Response, Error> {
    let caller = Caller::Person(person.clone());
    let texts = Texts::new(lang);
    let found = audit::verify::find(&state, &caller, None).await?;
    let (whole, sentence, head) = match found {
        Verification::Whole { head, erased } => {
            let sentence = whole_words(&state, &head, erased, lang).await?;
            (true, sentence, head.to_string())
        }
        Verification::Broken { sequence, .. } => {
            let at = format::number(sequence as f64, 0, lang);
            let sentence = texts.with("verify-broken", &[("entry", &at)]);
            (false, sentence, String::new())
        }
    };
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/audit/verify",
        query: "",
    };
    html(&VerifyPage {
        frame: Frame::new(&place, &texts.get("nav-verify")),
        whole,
        sentence,
        head,
    })
}

async fn whole_words(
    state: &AppState,
    head: &Head,
    erased: i64,
    lang: Lang,
) -> Result<String, Error> {
    let texts = Texts::new(lang);
    let Some(first) = state.service.shared.store.entry(1).await? else {
        return Ok(texts.get("verify-empty"));
    };
    let written = |n: i64| format::number(n as f64, 0, lang);
    Ok(texts.with(
        "verify-whole",
        &[
            ("count", &written(head.sequence)),
            ("since", &moment::written(first.at, lang)),
            ("erased", &written(erased)),
        ],
    ))
}

/// Whether the entry is to be made again.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Again {
    replay: Option<String>,
}

#[derive(Template)]
#[template(path = "audit/entry.html")]
struct EntryPage {
    frame: Frame,
    row: Row,
    case: String,
    /// All that the entry tells, as it is kept; empty: it was erased.
    told: String,
    replay: Option<WireReplay>,
}

/// Shows an entry whole, and made again where that is asked for.
pub(crate) async fn entry(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Path(found): Path<String>,
    Asked(again): Asked<Again>,
) -> Result<Response, Error> {
    let caller = Caller::Person(person.clone());
    caller.check_audits()?;
    let sequence = found.parse::<i64>().map_err(|_| Error::NotFound)?;
    let entry = state.service.shared.store.entry(sequence).await?;
    let entry = entry.ok_or(Error::NotFound)?;
    let replay = match again.replay {
        Some(_) => {
            let replayed = audit::replay::run(State(state.clone()), caller, Path(found)).await?;
            Some(replayed.0)
        }
        None => None,
    };
    let told = match &entry.event {
        Some(event) => serde_json::to_string_pretty(event).map_err(|_| Error::Internal)?,
        None => String::new(),
    };
    let number = format::number(sequence as f64, 0, lang);
    let title = Texts::new(lang).with("audit-entry", &[("entry", &number)]);
    let path = format!("/audit/{sequence}");
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: &path,
        query: "",
    };
    html(&EntryPage {
        frame: Frame::new(&place, &title),
        row: row(&state, &entry, lang).await?,
        case: entry.case.to_string(),
        told,
        replay,
    })
}
