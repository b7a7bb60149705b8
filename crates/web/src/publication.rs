//! The workspace's models, and how one of them comes to decide: somebody proposes it, another person approves.
//! The program keeps all of it; pages ask through [`RegisteredModels`].

use limpide_model::Bundle;
use serde::Serialize;

use crate::service::RowsError;

/// The models of a workspace, and proposals to publish them.
pub trait RegisteredModels: Send + Sync {
    /// All models, the latest event first.
    ///
    /// # Errors
    /// The registry cannot be read.
    fn models(&self) -> Result<Vec<RegisteredModel>, RowsError>;

    /// All proposals, oldest first.
    ///
    /// # Errors
    /// They cannot be read.
    fn proposals(&self) -> Result<Vec<Proposal>, RowsError>;

    /// Proposes that a model, by its full hash, decide.
    ///
    /// # Errors
    /// It may not be proposed, or nothing can be written.
    fn propose(&self, model: &str, by: &Signatory, reason: &str) -> Result<(), PublicationError>;

    /// Answers a proposal; an approved model decides from then on.
    ///
    /// # Errors
    /// It may not be answered so, or nothing can be written.
    fn answer(
        &self,
        number: usize,
        verdict: Verdict,
        by: &Signatory,
        reason: &str,
    ) -> Result<(), PublicationError>;
}

/// A model of the registry.
pub struct RegisteredModel {
    /// Its hash.
    pub hash: String,
    /// How far it has come: candidate, published or retired.
    pub stage: &'static str,
    /// Since when (RFC 3339); `None`: no event says.
    pub since: Option<String>,
    /// Who brought it there.
    pub by: Option<String>,
    /// The model; `None` where it cannot be read.
    pub bundle: Option<Box<Bundle>>,
    /// Why it cannot be read.
    pub fault: Option<String>,
}

/// Somebody who puts their name to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    /// The person's number.
    pub person: i64,
    /// The person's name.
    pub name: String,
}

/// What a second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The model shall decide.
    Approve,
    /// It shall not.
    Decline,
}

/// A proposal to publish a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its number, from 1.
    pub number: usize,
    /// The model's hash.
    pub bundle: String,
    /// The model that decided when it was proposed.
    pub replaces: Option<String>,
    /// The number of the person who proposed.
    pub person: i64,
    /// That person's name.
    pub who: String,
    /// When (RFC 3339).
    pub when: String,
    /// Why.
    pub reason: String,
    /// What became of it.
    #[serde(flatten)]
    pub state: ProposalState,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum ProposalState {
    /// It waits for a second person.
    Open,
    /// Another model came to decide meanwhile.
    Stale,
    /// A second person answered.
    Answered {
        /// Whether the model shall decide.
        approved: bool,
        /// The number of the person who answered.
        #[serde(rename = "answered_person")]
        person: i64,
        /// That person's name.
        #[serde(rename = "answered_by")]
        who: String,
        /// When (RFC 3339).
        #[serde(rename = "answered_at")]
        when: String,
        /// Why.
        #[serde(rename = "answer")]
        reason: String,
    },
}

impl ProposalState {
    /// What a terminal shows.
    pub fn words(&self) -> String {
        match self {
            Self::Open => "waits for a second person".to_owned(),
            Self::Stale => "stale: another model decides since".to_owned(),
            Self::Answered {
                approved: true,
                who,
                ..
            } => format!("approved by {who}"),
            Self::Answered { who, .. } => format!("declined by {who}"),
        }
    }
}

/// Why a step was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicationError {
    /// There is no such model or proposal.
    #[error("there is no such model or proposal")]
    Unknown,
    /// The model decides already.
    #[error("the model decides already")]
    InForce,
    /// Somebody proposed it, and nobody answered yet.
    #[error("{by} proposed it already")]
    Proposed {
        /// Who.
        by: String,
    },
    /// Whoever proposes does not answer.
    #[error("whoever proposes a model does not answer for it too")]
    SamePerson,
    /// Another model came to decide meanwhile.
    #[error("another model came to decide since it was proposed")]
    Stale,
    /// Somebody else was first.
    #[error("{by} answered already")]
    Answered {
        /// Who.
        by: String,
        /// Whether they approved.
        approved: bool,
    },
    /// The registry failed.
    #[error("{0}")]
    Failed(String),
}
