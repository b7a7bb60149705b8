//! The letter to the client: what was decided and by whom, the result and what counted, what the client
//! may do. Plain words, and the most important first.

use limpide_explain::summary;
use limpide_letter::{Block, Callout, Letter, Tone};
use limpide_store::{Actor, Advice, Agreement, Event, Status, Verdict};

use super::case_file::CaseFile;
use super::{reasons, rights};
use crate::error::Error;
use crate::pages::client::moment;
use crate::router::AppState;

pub(super) fn letter(state: &AppState, file: &CaseFile) -> Result<Letter, Error> {
    let texts = file.texts;
    let day = moment::day(file.proposed_at, texts.lang);
    let subject = match file.facts(state).as_str() {
        "" => texts.with("letter-subject", &[("day", &day)]),
        facts => texts.with("letter-subject-facts", &[("day", &day), ("facts", facts)]),
    };
    let mut letter = file.frame(state, title(file)?, subject);
    let body = &mut letter.body;
    body.push(Block::Paragraph(texts.get("letter-opening")));
    how(file, body);
    let callout = callout(file);
    body.push(Block::Result(file.gauge(&callout.title), callout));
    let effects = reasons::principal(file, file.case.verdict);
    if !effects.rows.is_empty() {
        body.push(Block::Heading(texts.get("letter-effects-heading")));
        body.push(Block::Note(texts.get("letter-points-words")));
        body.push(Block::Effects(effects));
    }
    body.push(Block::Heading(texts.get("letter-next")));
    body.push(Block::Paragraph(rights::next_step(file)));
    body.push(Block::Heading(texts.get("letter-rights")));
    body.push(Block::List(rights::rights(file)));
    body.push(Block::Paragraph(rights::contact(file, state)));
    Ok(letter)
}

fn title(file: &CaseFile) -> Result<String, Error> {
    let texts = file.texts;
    let case = &file.case;
    Ok(match (case.status, case.verdict) {
        (Status::AwaitingDecision, _) => texts.get("letter-title-waiting"),
        (Status::Contested, _) => texts.get("letter-title-contested"),
        (Status::Reviewed, Some(verdict)) => {
            let reversed = matches!(file.last.event, Some(Event::Reversed { .. }));
            match (verdict, reversed) {
                (_, false) => texts.get("letter-title-upheld"),
                (Verdict::Granted, true) => texts.get("letter-title-reversed-granted"),
                (Verdict::Refused, true) => texts.get("letter-title-reversed-refused"),
            }
        }
        (Status::Proposed | Status::Decided, Some(Verdict::Granted)) => {
            texts.get("letter-title-granted")
        }
        (Status::Proposed | Status::Decided, Some(Verdict::Refused)) => {
            texts.get("letter-title-refused")
        }
        _ => {
            return Err(Error::NoLetter {
                client: file.client,
            });
        }
    })
}

/// How it was decided and by whom, with what the person who decided said.
fn how(file: &CaseFile, body: &mut Vec<Block>) {
    let texts = file.texts;
    let case = &file.case;
    let day = moment::day(file.last.at, texts.lang);
    let due = file.day(case.due);
    let mut said = match &file.last.event {
        Some(Event::Decided { reason, .. }) => reason.as_deref(),
        Some(
            Event::Overridden { reason, .. }
            | Event::Upheld { reason }
            | Event::Reversed { reason, .. },
        ) => Some(reason.as_str()),
        _ => None,
    };
    let by_program = !matches!(file.last.actor, Actor::Person(_));
    let words = match case.status {
        Status::AwaitingDecision if due.is_empty() => texts.get("letter-how-waiting-open"),
        Status::AwaitingDecision => texts.with("letter-how-waiting", &[("due", &due)]),
        Status::Contested => {
            said = None;
            let stands = match case.verdict {
                Some(Verdict::Granted) => texts.get("letter-stands-granted"),
                _ => texts.get("letter-stands-refused"),
            };
            let words = [("day", &*day), ("due", &*due), ("stands", &*stands)];
            texts.with("letter-how-contested", &words)
        }
        Status::Reviewed => match file.last.event {
            Some(Event::Reversed { .. }) => texts.with("letter-how-reversed", &[("day", &day)]),
            _ => {
                let stands = match case.verdict {
                    Some(Verdict::Granted) => texts.get("letter-stands-granted"),
                    _ => texts.get("letter-stands-refused"),
                };
                texts.with("letter-how-upheld", &[("day", &day), ("stands", &stands)])
            }
        },
        _ => match case.first.map(|first| first.agreement) {
            None => texts.get("letter-how-alone"),
            Some(_) if by_program => texts.with("letter-how-program", &[("day", &day)]),
            Some(Agreement::Agreed) => texts.with("letter-how-agreed", &[("day", &day)]),
            Some(Agreement::Unadvised) => texts.with("letter-how-unadvised", &[("day", &day)]),
            Some(Agreement::Overridden) => texts.with("letter-how-overridden", &[("day", &day)]),
        },
    };
    body.push(Block::Paragraph(words));
    if let Some(said) = said.map(str::trim).filter(|said| !said.is_empty()) {
        body.push(Block::Paragraph(
            texts.with("letter-said", &[("said", said)]),
        ));
    }
}

/// What the estimate says, whatever was decided.
fn callout(file: &CaseFile) -> Callout {
    let texts = file.texts;
    let (tone, title) = match file.proposal.advice {
        Advice::Granted => (Tone::Favour, texts.get("letter-below")),
        Advice::Refused => (Tone::Against, texts.get("letter-above")),
        Advice::Review => (Tone::Neutral, texts.get("letter-near")),
    };
    Callout {
        tone,
        title,
        text: summary::risk(&file.score(), texts.lang),
    }
}
