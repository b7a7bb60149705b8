//! The workspace's models, and how one of them comes to decide: somebody proposes it, another person approves.
//! The program keeps all of it; pages ask through [`RegisteredModels`].

use limpide_model::Bundle;

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

    /// Proposes that a model, by its full hash, decide; the number of the proposal.
    ///
    /// # Errors
    /// It may not be proposed ([`proposed_as`]), or nothing can be written.
    fn propose(&self, model: &str, signed: &Signed) -> Result<usize, PublicationError>;

    /// Answers a proposal; an approved model decides from then on.
    ///
    /// # Errors
    /// It may not be answered so ([`answered_as`]), or nothing can be written.
    fn answer(
        &self,
        number: usize,
        verdict: Verdict,
        signed: &Signed,
    ) -> Result<(), PublicationError>;
}

/// As which number a model is proposed: the next one, or that of a proposal made before by the same request.
///
/// # Errors
/// It decides already, somebody else proposed it, or the request's key came with another request.
pub fn proposed_as(
    proposals: &[Proposal],
    published: Option<&str>,
    model: &str,
    signed: &Signed,
) -> Result<usize, PublicationError> {
    let is_the_same = |one: &Proposal| {
        one.bundle == model && one.signed.by == signed.by && one.signed.reason == signed.reason
    };
    if let Some(before) = of_key(proposals, signed) {
        return match before {
            Step::Proposal(one) if is_the_same(one) => Ok(one.number),
            _ => Err(PublicationError::KeyReused),
        };
    }
    if published == Some(model) {
        return Err(PublicationError::InForce);
    }
    let mut open = proposals
        .iter()
        .filter(|one| one.state == ProposalState::Open);
    match open.find(|one| one.bundle == model) {
        None => Ok(proposals.len() + 1),
        // The same form sent twice.
        Some(before) if is_the_same(before) => Ok(before.number),
        Some(before) => Err(PublicationError::Proposed {
            by: before.signed.by.name.clone(),
        }),
    }
}

/// Whether an answer is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Nobody answered yet.
    New,
    /// The same request answered before.
    Again,
}

/// Whether a proposal may be answered, and whether it was by the same request.
///
/// # Errors
/// There is no such proposal, whoever made it answers, another model decides since, somebody answered before, or the
/// request's key came with another request.
pub fn answered_as(
    proposals: &[Proposal],
    number: usize,
    verdict: Verdict,
    signed: &Signed,
) -> Result<Answering, PublicationError> {
    if let Some(before) = of_key(proposals, signed) {
        return match before {
            Step::Answer(one, answer)
                if one.number == number
                    && answer.approved == (verdict == Verdict::Approve)
                    && answer.signed.reason == signed.reason =>
            {
                Ok(Answering::Again)
            }
            _ => Err(PublicationError::KeyReused),
        };
    }
    let place = number.checked_sub(1).ok_or(PublicationError::Unknown)?;
    let proposal = proposals.get(place).ok_or(PublicationError::Unknown)?;
    if proposal.signed.by.person == signed.by.person {
        return Err(PublicationError::SamePerson);
    }
    match &proposal.state {
        ProposalState::Open => Ok(Answering::New),
        ProposalState::Stale => Err(PublicationError::Stale),
        ProposalState::Answered(answer) => Err(PublicationError::Answered {
            by: answer.signed.by.name.clone(),
            approved: answer.approved,
        }),
    }
}

/// A step that was taken.
enum Step<'a> {
    Proposal(&'a Proposal),
    Answer(&'a Proposal, &'a Answer),
}

/// The step that the same person took under the same key.
fn of_key<'a>(proposals: &'a [Proposal], signed: &Signed) -> Option<Step<'a>> {
    let is_it = |one: &Signed| {
        one.key.is_some() && one.key == signed.key && one.by.person == signed.by.person
    };
    proposals.iter().find_map(|one| match &one.state {
        _ if is_it(&one.signed) => Some(Step::Proposal(one)),
        ProposalState::Answered(answer) if is_it(&answer.signed) => Some(Step::Answer(one, answer)),
        _ => None,
    })
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

/// A step with the name of whoever takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub by: Signatory,
    /// Why.
    pub reason: String,
    /// What makes a request one and the same, however often it is sent.
    pub key: Option<String>,
}

/// A proposal to publish a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number, from 1.
    pub number: usize,
    /// The model's hash.
    pub bundle: String,
    /// The model that decided when it was proposed.
    pub replaces: Option<String>,
    /// Who proposed it, and why.
    pub signed: Signed,
    /// When (RFC 3339).
    pub when: String,
    /// What became of it.
    pub state: ProposalState,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits for a second person.
    Open,
    /// Another model came to decide meanwhile.
    Stale,
    /// A second person answered.
    Answered(Answer),
}

/// What a second person said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the model shall decide.
    pub approved: bool,
    /// Who said so, and why.
    pub signed: Signed,
    /// When (RFC 3339).
    pub when: String,
}

impl ProposalState {
    /// What a terminal shows.
    pub fn words(&self) -> String {
        match self {
            Self::Open => "waits for a second person".to_owned(),
            Self::Stale => "stale: another model decides since".to_owned(),
            Self::Answered(answer) => {
                let said = match answer.approved {
                    true => "approved",
                    false => "declined",
                };
                format!("{said} by {}", answer.signed.by.name)
            }
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
    /// The key of a request came with another one before.
    #[error("the idempotency key came with another request before")]
    KeyReused,
    /// The registry failed.
    #[error("{0}")]
    Failed(String),
}
