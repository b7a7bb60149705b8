//! What follows from a case's events, and which may come next. Pure: no clock, no database.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::event::{Actor, Advice, Event, Outcome, Verdict};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The model's proposal stands; nobody needs to decide.
    Proposed,
    /// A person must decide.
    AwaitingDecision,
    /// A person decided.
    Decided,
    /// The client contests; a second reviewer must answer.
    Contested,
    /// A second reviewer answered.
    Reviewed,
    /// Everything personal was forgotten.
    Erased,
    /// Nothing is proposed: the client asked to correct an item.
    Unproposed,
}

/// How a first decision stands to the model's advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// As the model advised.
    Agreed,
    /// Against the model's advice.
    Overridden,
    /// The model advised a review and had no verdict.
    Unadvised,
}

/// The first decision by somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstDecision {
    /// Who decided.
    pub by: Actor,
    /// What was decided.
    pub verdict: Verdict,
    /// How it stands to the model's advice.
    pub agreement: Agreement,
}

/// A case as its events leave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The client's number; `None` once erased.
    pub client: Option<i64>,
    /// What the model advised; `None` once erased.
    pub advice: Option<Advice>,
    /// Where the case stands.
    pub status: Status,
    /// What stands now; `None`: nothing is decided yet, or erased.
    pub verdict: Option<Verdict>,
    /// Until when somebody must act, in seconds since 1970; `None`: nobody must.
    pub due: Option<i64>,
    /// The first decision by somebody.
    pub first: Option<FirstDecision>,
    /// Who reviewed a contested decision.
    pub second: Option<Actor>,
    /// What became of the credit.
    pub outcome: Option<Outcome>,
    /// Sequence numbers of requests for correction that nobody has answered, oldest first.
    pub corrections: Vec<i64>,
}

/// Why an event may not come next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was proposed under that case.
    #[error("no case has this number")]
    NoCase,
    /// There is nothing to decide on.
    #[error("nothing is proposed in this case: a proposal opens another one")]
    Unproposed,
    /// A case is opened once.
    #[error("the case is open already: a new proposal opens a case of its own")]
    AlreadyOpen,
    /// A client's older case is not buried under a new one.
    #[error("an older case of the client waits for a decision or a second review: end it first")]
    StillWaiting,
    /// Nothing happens to a case that was erased.
    #[error("the case was erased: nothing can be added")]
    Erased,
    /// Erasing is asked for by client.
    #[error("a case is not erased by an event: erase everything about the client")]
    EraseByClient,
    /// Somebody decided before.
    #[error("the case is decided already: the client may contest, and a second reviewer decide")]
    AlreadyDecided,
    /// A decision against the model's advice says why.
    #[error("this decides against the model's advice: override it, with a reason")]
    NeedsReason,
    /// An override must decide against an advice.
    #[error("this is no override: the model advised the same, or a review; decide instead")]
    NothingOverridden,
    /// There is nothing to contest yet.
    #[error("nothing is decided yet that could be contested")]
    Undecided,
    /// A second review ends the matter.
    #[error("the decision was contested already")]
    AlreadyContested,
    /// A second review answers a contest.
    #[error("the decision is not contested: there is nothing to review")]
    NotContested,
    /// Whoever decided does not review it.
    #[error("the second reviewer must be another person than the first")]
    SameReviewer,
    /// A review is a person's.
    #[error("a program cannot review a contested decision: a person must")]
    NotAPerson,
    /// A reversal must change the verdict.
    #[error("this reverses nothing, for the verdict is the same: uphold it instead")]
    NothingReversed,
    /// Only credits that were granted are repaid or not.
    #[error("no credit was granted: it has no outcome")]
    NotGranted,
    /// An outcome is known once.
    #[error("the outcome is known already")]
    OutcomeKnown,
    /// Such a request does not wait for an answer.
    #[error("no request for correction with this number waits for an answer")]
    NoCorrection,
    /// Words are missing, or too many.
    #[error("the text has {found} characters, expected 1 to {most}")]
    Words {
        /// Characters found, spaces at both ends left out.
        found: usize,
        /// Most allowed.
        most: usize,
    },
    /// A number that JSON cannot hold.
    #[error("the score is not a finite number")]
    NotFinite,
}

impl Case {
    /// Longest text that a person can leave, in characters.
    pub const MOST_CHARACTERS: usize = 10_000;

    /// The case that these entries of it, in order, lead to; `None` without entries.
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let mut entries = entries.iter();
        let first = entries.next()?;
        let mut case = Self::opened(first);
        for entry in entries {
            match &entry.event {
                Some(event) => case.apply(event, entry.actor, entry.sequence),
                None => case = Self::erased(),
            }
        }
        Some(case)
    }

    /// Whether somebody must act: decide, or answer a contest.
    pub fn is_waiting(&self) -> bool {
        matches!(self.status, Status::AwaitingDecision | Status::Contested)
    }

    /// Whether somebody should have acted by now, in seconds since 1970.
    pub fn is_overdue(&self, now: i64) -> bool {
        self.due.is_some_and(|due| due < now)
    }

    /// Whether an event may come next; `case` is `None` before the first one.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(case: Option<&Self>, event: &Event, actor: Actor) -> Result<(), Refusal> {
        check_event_words(event)?;
        match (case, event) {
            (_, Event::Erased { .. }) => Err(Refusal::EraseByClient),
            (None, Event::Proposed(proposal)) => {
                let score = proposal.score;
                let finite = [score.margin, score.probability, score.threshold];
                if finite.iter().all(|number| number.is_finite()) {
                    return Ok(());
                }
                Err(Refusal::NotFinite)
            }
            (None, Event::CorrectionRequested(correction)) if correction.client.is_some() => Ok(()),
            (None, _) => Err(Refusal::NoCase),
            (Some(_), Event::Proposed(_)) => Err(Refusal::AlreadyOpen),
            (Some(case), _) if case.status == Status::Erased => Err(Refusal::Erased),
            (Some(case), event) => case.check_next(event, actor),
        }
    }

    fn check_next(&self, event: &Event, actor: Actor) -> Result<(), Refusal> {
        let undecided = matches!(self.status, Status::Proposed | Status::AwaitingDecision);
        let advised = self.advice.and_then(Advice::verdict);
        let unproposed = self.status == Status::Unproposed;
        let refused = match event {
            Event::Decided { .. } | Event::Overridden { .. } if unproposed => {
                Some(Refusal::Unproposed)
            }
            Event::Decided { verdict, .. } => match advised {
                _ if !undecided => Some(Refusal::AlreadyDecided),
                Some(advised) if advised != *verdict => Some(Refusal::NeedsReason),
                _ => None,
            },
            Event::Overridden { verdict, .. } => match advised {
                _ if !undecided => Some(Refusal::AlreadyDecided),
                Some(advised) if advised != *verdict => None,
                _ => Some(Refusal::NothingOverridden),
            },
            Event::Contested { .. } => match self.status {
                Status::AwaitingDecision | Status::Unproposed => Some(Refusal::Undecided),
                Status::Contested | Status::Reviewed => Some(Refusal::AlreadyContested),
                _ => None,
            },
            Event::Upheld { .. } => return self.check_review(actor),
            Event::Reversed { verdict, .. } => {
                self.check_review(actor)?;
                (self.verdict == Some(*verdict)).then_some(Refusal::NothingReversed)
            }
            Event::OutcomeKnown { .. } => match (self.verdict, self.outcome) {
                (_, Some(_)) => Some(Refusal::OutcomeKnown),
                (Some(Verdict::Granted), None) => None,
                _ => Some(Refusal::NotGranted),
            },
            Event::CorrectionAnswered { request, .. } => {
                (!self.corrections.contains(request)).then_some(Refusal::NoCorrection)
            }
            Event::Commented { .. } | Event::CorrectionRequested(_) => None,
            Event::Proposed(_) => Some(Refusal::AlreadyOpen),
            Event::Erased { .. } => Some(Refusal::EraseByClient),
        };
        refused.map_or(Ok(()), Err)
    }

    fn check_review(&self, actor: Actor) -> Result<(), Refusal> {
        if self.status != Status::Contested {
            return Err(Refusal::NotContested);
        }
        if !matches!(actor, Actor::Person(_)) {
            return Err(Refusal::NotAPerson);
        }
        match self.first {
            Some(first) if first.by == actor => Err(Refusal::SameReviewer),
            _ => Ok(()),
        }
    }

    fn opened(entry: &Entry) -> Self {
        let proposal = match &entry.event {
            Some(Event::Proposed(proposal)) => proposal,
            Some(Event::CorrectionRequested(correction)) => {
                return Self {
                    client: correction.client,
                    status: Status::Unproposed,
                    corrections: vec![entry.sequence],
                    ..Self::erased()
                };
            }
            _ => return Self::erased(),
        };
        let must_decide = proposal.decide_by.is_some() || proposal.advice == Advice::Review;
        Self {
            client: Some(proposal.client),
            advice: Some(proposal.advice),
            status: if must_decide {
                Status::AwaitingDecision
            } else {
                Status::Proposed
            },
            verdict: if must_decide {
                None
            } else {
                proposal.advice.verdict()
            },
            due: proposal.decide_by,
            first: None,
            second: None,
            outcome: None,
            corrections: Vec::new(),
        }
    }

    fn erased() -> Self {
        Self {
            client: None,
            advice: None,
            status: Status::Erased,
            verdict: None,
            due: None,
            first: None,
            second: None,
            outcome: None,
            corrections: Vec::new(),
        }
    }

    fn apply(&mut self, event: &Event, actor: Actor, sequence: i64) {
        match event {
            Event::Decided { verdict, .. } | Event::Overridden { verdict, .. } => {
                let agreement = match self.advice.and_then(Advice::verdict) {
                    None => Agreement::Unadvised,
                    Some(advised) if advised == *verdict => Agreement::Agreed,
                    Some(_) => Agreement::Overridden,
                };
                self.first = Some(FirstDecision {
                    by: actor,
                    verdict: *verdict,
                    agreement,
                });
                self.verdict = Some(*verdict);
                self.status = Status::Decided;
                self.due = None;
            }
            Event::Contested { answer_by, .. } => {
                self.status = Status::Contested;
                self.due = Some(*answer_by);
            }
            Event::Upheld { .. } => self.reviewed(actor),
            Event::Reversed { verdict, .. } => {
                self.verdict = Some(*verdict);
                self.reviewed(actor);
            }
            Event::OutcomeKnown { outcome } => self.outcome = Some(*outcome),
            Event::CorrectionRequested(_) => self.corrections.push(sequence),
            Event::CorrectionAnswered { request, .. } => {
                self.corrections.retain(|waiting| waiting != request);
            }
            Event::Erased { .. } => *self = Self::erased(),
            Event::Commented { .. } | Event::Proposed(_) => {}
        }
    }

    fn reviewed(&mut self, actor: Actor) {
        self.second = Some(actor);
        self.status = Status::Reviewed;
        self.due = None;
    }
}

fn check_event_words(event: &Event) -> Result<(), Refusal> {
    if let Event::CorrectionRequested(correction) = event {
        let said = [&correction.found, &correction.expected];
        for words in said.into_iter().flatten().chain([&correction.item]) {
            check_words(words)?;
        }
    }
    event.words().map_or(Ok(()), check_words)
}

/// Whether somebody said something, and not too much.
pub(super) fn check_words(words: &str) -> Result<(), Refusal> {
    let found = words.trim().chars().count();
    if (1..=Case::MOST_CHARACTERS).contains(&found) {
        return Ok(());
    }
    Err(Refusal::Words {
        found,
        most: Case::MOST_CHARACTERS,
    })
}
