//! How far the client's request has come: applied, proposed, decided, and where it was contested,
//! reviewed by another person. Each step with its day, as far as the case's history knows it.

use askama::Template;
use limpide_store::{Case, Entry, Event, Status};
use time::OffsetDateTime;

use super::case::verdict_words;
use super::moment;
use crate::texts::Texts;

/// The steps, in order.
#[derive(Template)]
#[template(path = "client/steps.html")]
pub(super) struct Steps {
    texts: Texts,
    steps: Vec<Step>,
}

/// One step.
struct Step {
    label: String,
    reached: Reached,
    /// The day on which it was taken; none where it is still to come, or nobody noted it.
    day: Option<Day>,
    /// What came out, until when somebody must act, or what the client may do; may be empty.
    words: String,
}

/// A day for people and for programs.
struct Day {
    written: String,
    moment: String,
}

/// Whether a step is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    Done,
    Now,
    Later,
}

/// For whom the steps are told, and when.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) own: bool,
    pub(super) now: OffsetDateTime,
    pub(super) texts: Texts,
}

impl Steps {
    /// The steps of a client's latest case; nothing is told of one whose history was erased.
    pub(super) fn of(case: Option<&Case>, entries: &[Entry], reader: Reader) -> Self {
        let texts = reader.texts;
        Self {
            steps: match case {
                Some(case) if case.status == Status::Erased => Vec::new(),
                case => steps(case, entries, reader),
            },
            texts,
        }
    }
}

fn steps(case: Option<&Case>, entries: &[Entry], reader: Reader) -> Vec<Step> {
    let texts = reader.texts;
    let day = |is: fn(&Event) -> bool| {
        let mut entries = entries.iter().rev();
        let entry = entries.find(|entry| entry.event.as_ref().is_some_and(is));
        entry.map(|entry| day(entry, texts))
    };
    let proposed = day(|event| matches!(event, Event::Proposed(_)));
    let decided = day(|event| matches!(event, Event::Decided { .. } | Event::Overridden { .. }));
    let contested = day(|event| matches!(event, Event::Contested { .. }));
    let reviewed = day(|event| matches!(event, Event::Upheld { .. } | Event::Reversed { .. }));
    let status = case.map_or(Status::Unproposed, |case| case.status);
    let mut steps = vec![
        // The lender's tables do not tell the day.
        step(texts.get("step-applied"), None, Reached::Done),
        step(texts.get("step-proposed"), proposed, Reached::Done),
    ];
    if decided.is_some() || contested.is_none() {
        steps.push(step(texts.get("step-decided"), decided, Reached::Done));
    }
    if contested.is_some() {
        steps.push(step(texts.get("step-contested"), contested, Reached::Done));
        steps.push(step(texts.get("step-reviewed"), reviewed, Reached::Done));
    }
    let now = match status {
        Status::Unproposed | Status::Erased => 0,
        Status::Proposed => 1,
        Status::AwaitingDecision | Status::Decided => 2,
        // What is awaited is the last step.
        Status::Contested | Status::Reviewed => steps.len() - 1,
    };
    for (place, step) in steps.iter_mut().enumerate() {
        step.reached = match place.cmp(&now) {
            std::cmp::Ordering::Less => Reached::Done,
            std::cmp::Ordering::Equal => Reached::Now,
            std::cmp::Ordering::Greater => Reached::Later,
        };
    }
    if let (Some(step), Some(case)) = (steps.get_mut(now), case) {
        step.words = words(case, entries, reader);
    }
    if status == Status::Proposed
        && let Some(step) = steps.get_mut(2)
    {
        step.words = texts.get("step-not-needed");
    }
    steps
}

fn step(label: String, day: Option<Day>, reached: Reached) -> Step {
    Step {
        label,
        reached,
        day,
        words: String::new(),
    }
}

fn day(entry: &Entry, texts: Texts) -> Day {
    let rfc3339 = time::format_description::well_known::Rfc3339;
    Day {
        written: moment::day(entry.at, texts.lang),
        moment: entry.at.format(&rfc3339).unwrap_or_default(),
    }
}

fn is_reversal(entry: &Entry) -> bool {
    matches!(entry.event, Some(Event::Reversed { .. }))
}

/// What is to be known of the present step.
fn words(case: &Case, entries: &[Entry], reader: Reader) -> String {
    let texts = reader.texts;
    let mut told = Vec::new();
    if let (Some(verdict), false) = (case.verdict, case.is_waiting()) {
        let verdict = [("verdict", verdict_words(verdict, texts))];
        let verdict = verdict
            .each_ref()
            .map(|(name, words)| (*name, words.as_str()));
        told.push(match case.status {
            Status::Reviewed => match entries.iter().any(is_reversal) {
                true => texts.with("step-reversed", &verdict),
                false => texts.with("step-upheld", &verdict),
            },
            _ => texts.with("step-verdict", &verdict),
        });
    }
    let due = case.due.filter(|_| case.is_waiting());
    if let Some(due) = due.and_then(|due| OffsetDateTime::from_unix_timestamp(due).ok()) {
        let day = moment::day(due, texts.lang);
        let key = match case.is_overdue(reader.now.unix_timestamp()) {
            true => "step-overdue",
            false => "step-due",
        };
        told.push(texts.with(key, &[("day", &day)]));
    }
    if matches!(case.status, Status::Proposed | Status::Decided) {
        told.push(match reader.own {
            true => texts.get("step-may-contest-own"),
            false => texts.get("step-may-contest"),
        });
    }
    told.join(" ")
}

impl Step {
    fn class(&self) -> &'static str {
        match self.reached {
            Reached::Done => "done",
            Reached::Now => "now",
            Reached::Later => "later",
        }
    }

    fn is_now(&self) -> bool {
        self.reached == Reached::Now
    }
}
