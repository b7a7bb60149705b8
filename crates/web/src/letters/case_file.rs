//! A client's latest case as a paper tells it.

use std::collections::BTreeMap;

use limpide_letter::{Day, Gauge, Letter};
use limpide_model::{Decision, Lang, Score, Value};
use limpide_store::{Actor, Advice, Case, CaseId, Entry, Event, Proposal};
use time::OffsetDateTime;

use crate::charts::gauge;
use crate::error::Error;
use crate::pages::client::information;
use crate::pages::client::moment;
use crate::router::AppState;
use crate::texts::Texts;

/// A case with all that was done to it.
pub(super) struct CaseFile {
    pub(super) texts: Texts,
    pub(super) client: i64,
    pub(super) number: CaseId,
    pub(super) case: Case,
    pub(super) entries: Vec<Entry>,
    /// What the model made of the client.
    pub(super) proposal: Proposal,
    /// When it did.
    pub(super) proposed_at: OffsetDateTime,
    /// The entry that left the case where it stands.
    pub(super) last: Entry,
    /// The client's name; `None`: there is no account that tells it.
    pub(super) name: Option<String>,
    /// Names of those who did something.
    pub(super) names: BTreeMap<Actor, Option<String>>,
}

impl CaseFile {
    /// Gathers it.
    pub(super) async fn of(state: &AppState, client: i64, lang: Lang) -> Result<Self, Error> {
        let store = &state.service.shared.store;
        let number = store.client_cases(client).await?.into_iter().next_back();
        let number = number.ok_or(Error::NoLetter { client })?;
        let entries = store.case_entries(&number).await?;
        let case = Case::of(&entries).ok_or(Error::NoLetter { client })?;
        let first = entries.first().ok_or(Error::NoLetter { client })?;
        let Some(Event::Proposed(proposal)) = &first.event else {
            return Err(Error::NoLetter { client });
        };
        let changes = |entry: &&Entry| entry.event.as_ref().is_some_and(changes_standing);
        let last = entries.iter().rev().find(changes).unwrap_or(first).clone();
        let mut names = BTreeMap::new();
        for entry in &entries {
            let known = names.contains_key(&entry.actor);
            if known {
                continue;
            }
            names.insert(entry.actor, store.actor_name(entry.actor).await?);
        }
        let account = store.account_of(client).await?;
        Ok(Self {
            texts: Texts::new(lang),
            client,
            number,
            case,
            proposal: (**proposal).clone(),
            proposed_at: first.at,
            last,
            name: account.map(|person| person.full_name),
            names,
            entries,
        })
    }

    /// A letter with its head and foot, and nothing in between.
    pub(super) fn frame(&self, state: &AppState, title: String, subject: String) -> Letter {
        let texts = self.texts;
        let service = &state.service;
        let lender = &service.shared.lender;
        let sender = match lender.name.as_str() {
            "" => service.information.lender.get(texts.lang).to_owned(),
            name => name.to_owned(),
        };
        let sender = Some(sender).filter(|name| !name.is_empty());
        let sender = sender.unwrap_or_else(|| "Limpide".to_owned());
        let at = self.last.at;
        let date = moment::day(at, texts.lang);
        let number = texts.with("client-title", &[("client", &self.client.to_string())]);
        let model = self.proposal.bundle.get(..12).unwrap_or_default();
        let foot = [("sender", &*sender), ("day", &date), ("model", model)];
        let mut foot = texts.with("letter-foot", &foot);
        if service.bundle.synthetic {
            foot = format!("{foot} · {}", texts.get("synthetic"));
        }
        Letter {
            lang: texts.lang,
            title,
            sender,
            sender_address: lender.address.clone(),
            date,
            day: Day {
                year: u16::try_from(at.year()).unwrap_or_default(),
                month: at.month().into(),
                day: at.day(),
            },
            recipient: self.name.iter().cloned().chain([number]).collect(),
            subject,
            body: Vec::new(),
            foot,
        }
    }

    /// Facts of the application as it was scored, in words: `amount, term`.
    pub(super) fn facts(&self, state: &AppState) -> String {
        let header = &state.service.information.header;
        let facts = header.iter().filter_map(|item| {
            let value = self.proposal.inputs.get(&item.feature.name)?;
            let value: Value = serde_json::from_value(value.clone()).ok()?;
            let known = !value.is_missing();
            known.then(|| information::written(state, item, &value, self.texts.lang))
        });
        facts.collect::<Vec<String>>().join(", ")
    }

    /// The logged score as the model gave it.
    pub(super) fn score(&self) -> Score {
        let score = self.proposal.score;
        Score {
            margin: score.margin,
            probability: score.probability,
            interval: score.interval.unwrap_or([score.probability; 2]),
            decision: match self.proposal.advice {
                Advice::Granted => Decision::Granted,
                Advice::Refused => Decision::Refused,
                Advice::Review => Decision::Review,
            },
            threshold: score.threshold,
            distance: score.probability - score.threshold,
        }
    }

    /// The score on an arc; `verdict` says what follows from it, without a full stop.
    pub(super) fn gauge(&self, verdict: &str) -> Gauge {
        let (texts, score) = (self.texts, self.score());
        let end = gauge::end(score.threshold);
        let drawn = gauge::draw(&score, texts.lang);
        let words = [
            ("risk", &*drawn.figure),
            ("threshold", &*drawn.threshold),
            ("verdict", verdict),
        ];
        Gauge {
            label: texts.get("letter-risk"),
            end: drawn.end,
            at: score.probability / end,
            threshold_at: score.threshold / end,
            words: texts.with("letter-gauge", &words),
            figure: drawn.figure,
            threshold: drawn.threshold,
        }
    }

    /// The day of a moment in seconds since 1970; empty where there is none.
    pub(super) fn day(&self, at: Option<i64>) -> String {
        let at = at.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
        at.map_or_else(String::new, |at| moment::day(at, self.texts.lang))
    }
}

/// Whether an event changes where a case stands, so that another letter is due.
fn changes_standing(event: &Event) -> bool {
    match event {
        Event::Proposed(_)
        | Event::Decided { .. }
        | Event::Overridden { .. }
        | Event::Contested { .. }
        | Event::Upheld { .. }
        | Event::Reversed { .. }
        | Event::Erased { .. } => true,
        Event::Commented { .. }
        | Event::OutcomeKnown { .. }
        | Event::CorrectionRequested(_)
        | Event::CorrectionAnswered { .. } => false,
    }
}
