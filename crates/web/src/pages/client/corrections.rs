//! Requests to correct an item of the client's data: asking, following, answering; and where all
//! data can be had.

use askama::Template;
use limpide_store::{Case, Correction, CorrectionAnswer, Entry, Event};
use time::OffsetDateTime;
use tower_sessions::session::Id;

use super::acts::Typed;
use super::case::Refused;
use super::view::View;
use super::{information, moment};
use crate::api::case::show::may;
use crate::auth::Act;
use crate::error::Error;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/corrections.html")]
pub(super) struct Corrections {
    texts: Texts,
    client: i64,
    own: bool,
    asks: bool,
    answers: bool,
    /// The item that is to be corrected and what stands there; empty where none was chosen.
    item: [String; 2],
    typed: Typed,
    /// What was done just now, in words; empty where nothing was.
    done: String,
    /// Whether an item was corrected and this person may open a new case with it.
    reopens: bool,
    /// Why what was sent is not done; empty where it is.
    fault: String,
    key: String,
    /// The latest first.
    requests: Vec<Request>,
}

/// One request with its answer.
struct Request {
    number: i64,
    item: String,
    found: String,
    expected: String,
    text: String,
    at: String,
    /// Until when it must be answered, in words; empty where nothing was set, or it is answered.
    due: String,
    answer: Option<Answer>,
}

struct Answer {
    corrected: bool,
    text: String,
    at: String,
}

impl Corrections {
    pub(super) async fn load(view: &View<'_>, refused: &Refused) -> Result<Self, Error> {
        let (store, texts) = (&view.state.service.shared.store, view.texts);
        let mut requests = Vec::new();
        let mut reopens = false;
        for case in store.client_cases(view.client).await? {
            let entries = store.case_entries(&case).await?;
            // The latest case counts: what was corrected before, it already knows.
            reopens = entries.iter().any(is_corrected) && may_reopen(&entries, view);
            for entry in &entries {
                if let Some(Event::CorrectionRequested(asked)) = &entry.event {
                    requests.push(request(entry, asked, &entries, texts));
                }
            }
        }
        requests.reverse();
        let of_this = refused.about(&[Act::Correction, Act::Answer]);
        let typed = match of_this {
            true => refused.typed.clone(),
            false => Typed::default(),
        };
        let item = match typed.field.is_empty() {
            true => information::item(view, view.wanted.get("correct"))?.unwrap_or_default(),
            false => [typed.field.clone(), typed.found.clone()],
        };
        Ok(Self {
            texts,
            client: view.client,
            own: view.own,
            asks: view.caller.check_acts(Act::Correction).is_ok(),
            answers: view.caller.check_acts(Act::Answer).is_ok(),
            item,
            done: match view.wanted.get("done") {
                "correction" => texts.get("done-correction"),
                "answer" => texts.get("done-answer"),
                _ => String::new(),
            },
            fault: match of_this {
                true => refused.fault.clone(),
                false => String::new(),
            },
            reopens,
            typed,
            key: Id::default().to_string(),
            requests,
        })
    }
}

fn is_corrected(entry: &Entry) -> bool {
    matches!(
        entry.event,
        Some(Event::CorrectionAnswered {
            answer: CorrectionAnswer::Corrected,
            ..
        })
    )
}

fn may_reopen(entries: &[Entry], view: &View<'_>) -> bool {
    let case = Case::of(entries);
    case.is_some_and(|case| may(&case, &view.caller).contains(&Act::Proposal))
}

fn request(entry: &Entry, asked: &Correction, entries: &[Entry], texts: Texts) -> Request {
    let answer = entries.iter().find_map(|later| match &later.event {
        Some(Event::CorrectionAnswered {
            request,
            answer,
            text,
        }) if *request == entry.sequence => Some(Answer {
            corrected: *answer == CorrectionAnswer::Corrected,
            text: text.clone(),
            at: moment::day(later.at, texts.lang),
        }),
        _ => None,
    });
    let due = asked.answer_by.filter(|_| answer.is_none());
    let due = due.and_then(|due| OffsetDateTime::from_unix_timestamp(due).ok());
    Request {
        number: entry.sequence,
        item: asked.item.clone(),
        found: asked.found.clone().unwrap_or_default(),
        expected: asked.expected.clone().unwrap_or_default(),
        text: asked.text.clone(),
        at: moment::day(entry.at, texts.lang),
        due: due
            .map(|due| texts.with("correct-due", &[("day", &moment::day(due, texts.lang))]))
            .unwrap_or_default(),
        answer,
    }
}
