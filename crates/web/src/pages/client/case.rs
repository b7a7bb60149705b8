//! The client's case: where it stands, what may be done to it, and all that was.

use askama::Template;
use limpide_explain::format;
use limpide_store::{
    Actor, Advice, Case, CorrectionAnswer, Entry, Event, Outcome, Status, Verdict,
};
use time::OffsetDateTime;
use tower_sessions::session::Id;

use super::acts::Typed;
use super::moment;
use super::steps::{Reader, Steps};
use super::view::View;
use crate::api::case::show::may;
use crate::auth::Act;
use crate::error::Error;
use crate::texts::Texts;

/// The case, with a form for each act that this person may do.
#[derive(Template)]
#[template(path = "client/case.html")]
pub(super) struct CasePart {
    texts: Texts,
    client: i64,
    own: bool,
    /// How far it has come, for the page's top.
    pub(super) steps: Steps,
    /// Whether a person approved, in what was decided last.
    pub(super) is_approved: bool,
    /// Where it stands, in words.
    standing: String,
    /// Until when somebody must act, in words; empty where nobody must.
    due: String,
    /// What was done just now, in words; empty where nothing was.
    done: String,
    /// Why what was sent is not done, in words; empty where it is, or nothing was sent.
    fault: String,
    typed: Typed,
    /// What makes a form's request one and the same, however often it is sent.
    key: String,
    decides: bool,
    /// The verdict that is chosen: as it was sent, else as the model advises; empty for none.
    chosen: &'static str,
    /// The same for a review, where nothing is chosen ahead.
    reviewed: &'static str,
    reopens: bool,
    reviews: bool,
    comments: bool,
    contests: bool,
    /// Whether there is a letter, and a file for the record that this person may read.
    letter: bool,
    record: bool,
    notes_outcome: bool,
    entries: Vec<Row>,
}

/// One entry of the case's history.
struct Row {
    who: String,
    at: String,
    /// The same moment for programs.
    moment: String,
    what: String,
    /// What the person said; empty where nothing was said.
    words: String,
}

/// What was typed and why it was not done.
#[derive(Debug, Default)]
pub(super) struct Refused {
    pub(super) act: Option<Act>,
    pub(super) typed: Typed,
    pub(super) fault: String,
}

impl Refused {
    /// Whether it is one of these acts that was not done.
    pub(super) fn about(&self, acts: &[Act]) -> bool {
        self.act.is_some_and(|act| acts.contains(&act))
    }
}

impl CasePart {
    pub(super) async fn load(view: &View<'_>, refused: Refused) -> Result<Self, Error> {
        // What is said of corrections stands at the corrections.
        let refused = match refused.about(&[Act::Correction, Act::Answer]) {
            true => Refused::default(),
            false => refused,
        };
        let (store, texts) = (&view.state.service.shared.store, view.texts);
        let cases = store.client_cases(view.client).await?;
        let entries = match cases.last() {
            Some(case) => store.case_entries(case).await?,
            None => Vec::new(),
        };
        let case = Case::of(&entries);
        let may = match &case {
            Some(case) => may(case, &view.caller),
            // Whoever decides opens the case with it.
            None => vec![Act::Decision],
        };
        let first = entries.first().and_then(|entry| entry.event.as_ref());
        let has_letter = matches!(first, Some(Event::Proposed(_)));
        let does = |act: Act| may.contains(&act) && view.caller.check_acts(act).is_ok();
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries.iter().rev() {
            rows.push(row(view, entry).await?);
        }
        let due = case.as_ref().and_then(|case| case.due);
        let due = due.and_then(|due| OffsetDateTime::from_unix_timestamp(due).ok());
        let advised = case
            .as_ref()
            .map(|case| case.advice.and_then(Advice::verdict));
        let advised = match advised {
            Some(advised) => advised,
            None => super::advised(view)?,
        };
        let sent = match refused.typed.verdict.as_str() {
            "granted" => Some(Verdict::Granted),
            "refused" => Some(Verdict::Refused),
            _ => None,
        };
        let reader = Reader {
            own: view.own,
            now: OffsetDateTime::now_utc(),
            texts,
        };
        Ok(Self {
            client: view.client,
            own: view.own,
            steps: Steps::of(case.as_ref(), &entries, reader),
            is_approved: is_approved(&entries),
            standing: standing(case.as_ref(), &entries, view.own, texts),
            due: due
                .map(|due| texts.with("case-due", &[("day", &moment::day(due, texts.lang))]))
                .unwrap_or_default(),
            done: done(view.wanted.get("done"), texts),
            fault: refused.fault,
            typed: refused.typed,
            key: Id::default().to_string(),
            decides: does(Act::Decision),
            chosen: sent.or(advised).map_or("", verdict_name),
            reviewed: sent.map_or("", verdict_name),
            reopens: case.is_some() && does(Act::Proposal),
            reviews: does(Act::Review),
            comments: case.is_some() && does(Act::Comment),
            contests: does(Act::Contest),
            letter: has_letter,
            record: has_letter && !view.own,
            notes_outcome: case.is_some() && does(Act::Outcome),
            entries: rows,
            texts,
        })
    }
}

/// Whether a person made the last decision, and approved.
fn is_approved(entries: &[Entry]) -> bool {
    let decided = |entry: &Entry| match entry.event {
        Some(
            Event::Decided { verdict, .. }
            | Event::Overridden { verdict, .. }
            | Event::Reversed { verdict, .. },
        ) => Some((verdict, entry.actor)),
        _ => None,
    };
    let last = entries.iter().rev().find_map(decided);
    matches!(last, Some((Verdict::Granted, Actor::Person(_))))
}

/// Whether each request for correction has its answer.
fn all_answered(entries: &[Entry]) -> bool {
    entries.iter().all(|asked| match asked.event {
        Some(Event::CorrectionRequested(_)) => entries.iter().any(|later| {
            matches!(later.event, Some(Event::CorrectionAnswered { request, .. }) if request == asked.sequence)
        }),
        _ => true,
    })
}

fn standing(case: Option<&Case>, entries: &[Entry], own: bool, texts: Texts) -> String {
    let Some(case) = case else {
        return match own {
            true => texts.get("own-case-none"),
            false => texts.get("case-none"),
        };
    };
    let status = match case.status {
        Status::Proposed => texts.get("case-proposed"),
        Status::Unproposed if all_answered(entries) => texts.get("case-unproposed-answered"),
        Status::Unproposed => texts.get("case-unproposed"),
        Status::AwaitingDecision => texts.get("case-awaiting"),
        Status::Decided => texts.get("case-decided"),
        Status::Contested => texts.get("case-contested"),
        Status::Reviewed => texts.get("case-reviewed"),
        Status::Erased => texts.get("case-erased"),
    };
    match case.verdict {
        None => status,
        Some(verdict) => texts.with(
            "case-stands",
            &[
                ("status", &status),
                ("verdict", &verdict_words(verdict, texts)),
            ],
        ),
    }
}

fn done(act: &str, texts: Texts) -> String {
    match act {
        "decision" => texts.get("done-decision"),
        "comment" => texts.get("done-comment"),
        "contest" => texts.get("done-contest"),
        "review" => texts.get("done-review"),
        "outcome" => texts.get("done-outcome"),
        "proposal" => texts.get("done-proposal"),
        _ => String::new(),
    }
}

/// A verdict as a form sends it.
fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Granted => "granted",
        Verdict::Refused => "refused",
    }
}

pub(crate) fn verdict_words(verdict: Verdict, texts: Texts) -> String {
    match verdict {
        Verdict::Granted => texts.get("verdict-granted"),
        Verdict::Refused => texts.get("verdict-refused"),
    }
}

async fn row(view: &View<'_>, entry: &Entry) -> Result<Row, Error> {
    let texts = view.texts;
    let proposed = matches!(entry.event, Some(Event::Proposed(_)));
    let who = if proposed {
        texts.get("by-model")
    } else {
        who(view, entry.actor).await?
    };
    let rfc3339 = time::format_description::well_known::Rfc3339;
    Ok(Row {
        who,
        at: moment::written(entry.at, texts.lang),
        moment: entry.at.format(&rfc3339).unwrap_or_default(),
        what: what(entry.event.as_ref(), texts),
        words: words(entry.event.as_ref()).to_owned(),
    })
}

async fn who(view: &View<'_>, actor: Actor) -> Result<String, Error> {
    if actor == view.caller.actor() {
        return Ok(view.texts.get("by-you"));
    }
    let name = view.state.service.shared.store.actor_name(actor).await?;
    Ok(name.unwrap_or_else(|| view.texts.get("by-program")))
}

/// What happened, in words.
pub(crate) fn what(event: Option<&Event>, texts: Texts) -> String {
    match event {
        None => texts.get("event-forgotten"),
        Some(Event::Proposed(proposal)) => {
            let advice = match proposal.advice.verdict() {
                Some(verdict) => verdict_words(verdict, texts),
                None => texts.get("verdict-review"),
            };
            let risk = format::percent(proposal.score.probability, texts.lang);
            texts.with("event-proposed", &[("advice", &advice), ("risk", &risk)])
        }
        Some(Event::Decided { verdict, .. }) => texts.with(
            "event-decided",
            &[("verdict", &verdict_words(*verdict, texts))],
        ),
        Some(Event::Overridden { verdict, .. }) => texts.with(
            "event-overridden",
            &[("verdict", &verdict_words(*verdict, texts))],
        ),
        Some(Event::Reversed { verdict, .. }) => texts.with(
            "event-reversed",
            &[("verdict", &verdict_words(*verdict, texts))],
        ),
        Some(Event::Commented { .. }) => texts.get("event-commented"),
        Some(Event::Contested { .. }) => texts.get("event-contested"),
        Some(Event::Upheld { .. }) => texts.get("event-upheld"),
        Some(Event::OutcomeKnown { outcome }) => match outcome {
            Outcome::Repaid => texts.get("event-repaid"),
            Outcome::Defaulted => texts.get("event-defaulted"),
        },
        Some(Event::CorrectionRequested(asked)) => {
            texts.with("event-correction", &[("item", &asked.item)])
        }
        Some(Event::CorrectionAnswered { answer, .. }) => match answer {
            CorrectionAnswer::Corrected => texts.get("event-corrected"),
            CorrectionAnswer::Declined => texts.get("event-declined"),
        },
        Some(Event::Erased { .. }) => texts.get("event-forgotten"),
    }
}

/// What somebody said with it; empty where nothing was said.
pub(crate) fn words(event: Option<&Event>) -> &str {
    match event {
        Some(Event::Decided { reason, .. }) => reason.as_deref().unwrap_or_default(),
        Some(
            Event::Overridden { reason, .. }
            | Event::Upheld { reason }
            | Event::Reversed { reason, .. },
        ) => reason,
        Some(
            Event::Commented { text }
            | Event::Contested { text, .. }
            | Event::CorrectionAnswered { text, .. },
        ) => text,
        Some(Event::CorrectionRequested(asked)) => &asked.text,
        _ => "",
    }
}
