//! What can happen to a case: a client's request for credit, from proposal to outcome.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Error;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// A person who signed in, by number.
    Person(i64),
    /// A program with a key of the store, by the key's number.
    Key(i64),
    /// A program with the key that the server was started with, or the server itself.
    Program,
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(formatter, "person:{id}"),
            Self::Key(id) => write!(formatter, "key:{id}"),
            Self::Program => formatter.write_str("program"),
        }
    }
}

impl FromStr for Actor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::Damaged(format!("unknown actor {text:?}"));
        match text.split_once(':') {
            Some(("person", id)) => id.parse().map(Self::Person).map_err(|_| unknown()),
            Some(("key", id)) => id.parse().map(Self::Key).map_err(|_| unknown()),
            _ if text == "program" => Ok(Self::Program),
            _ => Err(unknown()),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

/// What the model's policy advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// To grant.
    Granted,
    /// To refuse.
    Refused,
    /// That a person looks.
    Review,
}

impl Advice {
    /// Every advice.
    pub const ALL: [Self; 3] = [Self::Granted, Self::Refused, Self::Review];

    /// Name of the advice as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Review => "review",
        }
    }

    /// What stands if nobody decides otherwise; `None`: a person must decide.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Granted => Some(Verdict::Granted),
            Self::Refused => Some(Verdict::Refused),
            Self::Review => None,
        }
    }
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The credit is granted.
    Granted,
    /// The credit is refused.
    Refused,
}

/// What became of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was repaid.
    Repaid,
    /// It was not: the event that the model predicts.
    Defaulted,
}

/// What was answered to a client who asked to correct an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionAnswer {
    /// The item was wrong and is corrected.
    Corrected,
    /// The item is right as it is.
    Declined,
}

/// Where the model put a client. All numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Raw margin, in log-odds of default.
    pub margin: f64,
    /// Calibrated probability of default, 0 to 1.
    pub probability: f64,
    /// The probability's interval: low, high; `None` in entries that do not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Probability from which on the policy refuses, 0 to 1.
    pub threshold: f64,
}

/// What a proposal was made with, beside the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWith {
    /// Version of the program.
    pub program: String,
    /// Hash of the recipe that the features follow from.
    pub recipe: String,
    /// The feature matrix that the row was taken from; `None`: it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
}

/// A client's request to correct an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The client's number, where the request opens a case; `None` in a case that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<i64>,
    /// Which item, as the client was shown it.
    pub item: String,
    /// What stands there, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What should stand there, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What is wrong with it.
    pub text: String,
    /// Until when it should be answered, in seconds since 1970; `None`: it was not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<i64>,
}

/// A model's decision on a client, with all that it takes to make it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The client's number.
    pub client: i64,
    /// Hash of the bundle that decided.
    pub bundle: String,
    /// The row scored, by feature; `null`: missing.
    pub inputs: Map<String, Value>,
    /// The score.
    pub score: Score,
    /// What the policy advises.
    pub advice: Advice,
    /// Reasons as they were given, strongest first.
    pub reasons: Vec<Value>,
    /// Until when a person should decide, in seconds since 1970; `None`: nobody needs to.
    pub decide_by: Option<i64>,
    /// What it was made with; `None` in entries that do not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_with: Option<MadeWith>,
}

/// Something that happened to a case. Moments are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The model proposed a decision; opens the case.
    Proposed(Box<Proposal>),
    /// Someone decided as proposed, or where the model advised a review.
    Decided {
        /// What was decided.
        verdict: Verdict,
        /// Why, if it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Someone decided against the proposal.
    Overridden {
        /// What was decided.
        verdict: Verdict,
        /// Why.
        reason: String,
    },
    /// Someone had something to say.
    Commented {
        /// What was said.
        text: String,
    },
    /// The client contests the decision.
    Contested {
        /// What the client says.
        text: String,
        /// Until when a second reviewer should answer.
        answer_by: i64,
    },
    /// A second reviewer upholds the decision.
    Upheld {
        /// Why.
        reason: String,
    },
    /// A second reviewer decides otherwise.
    Reversed {
        /// What was decided.
        verdict: Verdict,
        /// Why.
        reason: String,
    },
    /// It is known what became of the credit.
    OutcomeKnown {
        /// What became of it.
        outcome: Outcome,
    },
    /// The client asks to correct an item; opens a case where nothing was proposed.
    CorrectionRequested(Box<Correction>),
    /// A request to correct an item is answered.
    CorrectionAnswered {
        /// Sequence number of the request.
        request: i64,
        /// The answer.
        answer: CorrectionAnswer,
        /// Why.
        text: String,
    },
    /// Everything personal about the case was forgotten.
    Erased {
        /// On which ground.
        reason: String,
    },
}

impl Event {
    /// Name of the kind of event, as in its JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "proposed",
            Self::Decided { .. } => "decided",
            Self::Overridden { .. } => "overridden",
            Self::Commented { .. } => "commented",
            Self::Contested { .. } => "contested",
            Self::Upheld { .. } => "upheld",
            Self::Reversed { .. } => "reversed",
            Self::OutcomeKnown { .. } => "outcome_known",
            Self::CorrectionRequested(_) => "correction_requested",
            Self::CorrectionAnswered { .. } => "correction_answered",
            Self::Erased { .. } => "erased",
        }
    }

    /// The words that a person gave, if the event has any.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Decided { reason, .. } => reason.as_deref(),
            Self::Overridden { reason, .. }
            | Self::Upheld { reason }
            | Self::Reversed { reason, .. }
            | Self::Erased { reason } => Some(reason),
            Self::Commented { text }
            | Self::Contested { text, .. }
            | Self::CorrectionAnswered { text, .. } => Some(text),
            Self::CorrectionRequested(correction) => Some(&correction.text),
            Self::Proposed(_) | Self::OutcomeKnown { .. } => None,
        }
    }
}
