//! Proposals to publish a model, and what a second person said to them: a file that only grows, a step a line.
//!
//! Whoever proposes never approves. A proposal holds for the model that decided when it was made: once another one
//! decides, it can no longer be approved. The step is on disk before the model decides; an approval that was cut short
//! in between is finished by approving again.

use std::fs::{File, OpenOptions};

use anyhow::Context as _;
use limpide_web::{
    Proposal, ProposalState, PublicationError, RegisteredModel, RegisteredModels, RowsError,
    Signatory, Verdict,
};
use serde::{Deserialize, Serialize};

use super::{Lines, Mover, Registry};
use crate::clock;

/// The first line.
const HEADER: &str = "{\"format\":\"limpide-proposals\",\"version\":1}";

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
enum Step {
    /// Somebody wants a model to decide.
    Proposed {
        bundle: String,
        /// The model that decided then.
        replaces: Option<String>,
        #[serde(flatten)]
        signed: Signed,
    },
    /// Another person answered.
    Answered {
        number: usize,
        approved: bool,
        #[serde(flatten)]
        signed: Signed,
    },
}

/// Who took a step, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    person: i64,
    who: String,
    when: String,
    reason: String,
}

impl Signed {
    fn new(by: &Signatory, reason: &str) -> Self {
        Self {
            person: by.person,
            who: by.name.clone(),
            when: clock::written(clock::now()),
            reason: reason.to_owned(),
        }
    }
}

impl Registry {
    /// All proposals with what became of them, oldest first.
    pub fn proposals(&self) -> anyhow::Result<Vec<Proposal>> {
        let published = self.published()?;
        let mut proposals: Vec<Proposal> = Vec::new();
        for step in self.steps().read()? {
            match step {
                Step::Proposed {
                    bundle,
                    replaces,
                    signed,
                } => proposals.push(Proposal {
                    number: proposals.len() + 1,
                    state: match replaces == published {
                        true => ProposalState::Open,
                        false => ProposalState::Stale,
                    },
                    bundle,
                    replaces,
                    person: signed.person,
                    who: signed.who,
                    when: signed.when,
                    reason: signed.reason,
                }),
                Step::Answered {
                    number,
                    approved,
                    signed,
                } => {
                    let place = number.checked_sub(1);
                    if let Some(answered) = place.and_then(|place| proposals.get_mut(place)) {
                        answered.state = ProposalState::Answered {
                            approved,
                            person: signed.person,
                            who: signed.who,
                            when: signed.when,
                            reason: signed.reason,
                        };
                    }
                }
            }
        }
        Ok(proposals)
    }

    fn steps(&self) -> Lines<Step> {
        Lines::at(self.folder.join("proposals.jsonl"), HEADER)
    }

    /// Held by whoever changes which model decides; goes with the file.
    pub(super) fn held(&self) -> anyhow::Result<File> {
        let path = self.folder.join("publication.lock");
        let name = || path.display().to_string();
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(name)?;
        file.lock().with_context(name)?;
        Ok(file)
    }

    fn registered(&self) -> anyhow::Result<Vec<RegisteredModel>> {
        let mut models = Vec::new();
        for hash in self.hashes()? {
            let standing = self.standing(&hash)?;
            let opened = self.open(&hash);
            models.push(RegisteredModel {
                stage: standing.stage.word(),
                since: standing.since.as_ref().map(|event| event.when.clone()),
                by: standing.since.map(|event| event.who),
                fault: opened.as_ref().err().map(|error| format!("{error:#}")),
                bundle: opened.ok().map(Box::new),
                hash,
            });
        }
        models.sort_by(|a, b| b.since.cmp(&a.since));
        Ok(models)
    }

    fn propose_held(
        &self,
        model: &str,
        by: &Signatory,
        reason: &str,
    ) -> Result<(), PublicationError> {
        let _held = self.held().map_err(failed)?;
        let published = self.published().map_err(failed)?;
        if published.as_deref() == Some(model) {
            return Err(PublicationError::InForce);
        }
        if !self
            .hashes()
            .map_err(failed)?
            .iter()
            .any(|hash| hash == model)
        {
            return Err(PublicationError::Unknown);
        }
        self.open(model).map_err(failed)?;
        let proposals = self.proposals().map_err(failed)?;
        let mut open = proposals
            .iter()
            .filter(|one| one.state == ProposalState::Open);
        if let Some(before) = open.find(|one| one.bundle == model) {
            // The same form sent twice.
            if before.person == by.person && before.reason == reason {
                return Ok(());
            }
            return Err(PublicationError::Proposed {
                by: before.who.clone(),
            });
        }
        let step = Step::Proposed {
            bundle: model.to_owned(),
            replaces: published,
            signed: Signed::new(by, reason),
        };
        self.steps().append(&[step]).map_err(failed)
    }

    fn answer_held(
        &self,
        number: usize,
        verdict: Verdict,
        by: &Signatory,
        reason: &str,
    ) -> Result<(), PublicationError> {
        let _held = self.held().map_err(failed)?;
        let proposals = self.proposals().map_err(failed)?;
        let place = number.checked_sub(1).ok_or(PublicationError::Unknown)?;
        let proposal = proposals.get(place).ok_or(PublicationError::Unknown)?;
        if proposal.person == by.person {
            return Err(PublicationError::SamePerson);
        }
        let published = self.published().map_err(failed)?;
        let approved = verdict == Verdict::Approve;
        match &proposal.state {
            ProposalState::Stale => return Err(PublicationError::Stale),
            // Approved, and ended before the model decided.
            ProposalState::Answered { approved: true, .. }
                if approved && self.is_unfinished(proposal).map_err(failed)? => {}
            ProposalState::Answered { approved, who, .. } => {
                return Err(PublicationError::Answered {
                    by: who.clone(),
                    approved: *approved,
                });
            }
            ProposalState::Open => {
                if approved {
                    // Opened first: what cannot be read must not decide.
                    self.open(&proposal.bundle).map_err(failed)?;
                }
                let signed = Signed::new(by, reason);
                let step = Step::Answered {
                    number,
                    approved,
                    signed,
                };
                self.steps().append(&[step]).map_err(failed)?;
            }
        }
        if approved && published.as_deref() != Some(proposal.bundle.as_str()) {
            let mover = Mover {
                who: by.name.clone(),
                note: Some(format!(
                    "proposed by {}: {}; approved: {reason}",
                    proposal.who, proposal.reason
                )),
            };
            self.publish_held(&proposal.bundle, &mover)
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Whether an approved model never came to decide: the one that it replaces still does, and no event says that it
    /// was published since.
    fn is_unfinished(&self, proposal: &Proposal) -> anyhow::Result<bool> {
        let ProposalState::Answered { when, .. } = &proposal.state else {
            return Ok(false);
        };
        let events = self.events()?;
        let mut since = events.iter().filter(|event| event.when >= *when);
        let came = since.any(|event| event.stage == super::Stage::Published);
        Ok(!came && self.published()? == proposal.replaces)
    }
}

impl RegisteredModels for Registry {
    fn models(&self) -> Result<Vec<RegisteredModel>, RowsError> {
        self.registered().map_err(unread)
    }

    fn proposals(&self) -> Result<Vec<Proposal>, RowsError> {
        self.proposals().map_err(unread)
    }

    fn propose(&self, model: &str, by: &Signatory, reason: &str) -> Result<(), PublicationError> {
        self.propose_held(model, by, reason)
    }

    fn answer(
        &self,
        number: usize,
        verdict: Verdict,
        by: &Signatory,
        reason: &str,
    ) -> Result<(), PublicationError> {
        self.answer_held(number, verdict, by, reason)
    }
}

fn failed(error: anyhow::Error) -> PublicationError {
    PublicationError::Failed(format!("{error:#}"))
}

fn unread(error: anyhow::Error) -> RowsError {
    RowsError(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: i64) -> Signatory {
        Signatory {
            person: number,
            name: format!("person {number}"),
        }
    }

    /// A registry in which the first person proposed a model.
    fn with_a_proposal(folder: &std::path::Path) -> Registry {
        let registry = Registry::new(folder);
        std::fs::create_dir_all(&registry.folder).unwrap();
        let step = Step::Proposed {
            bundle: "b".repeat(64),
            replaces: None,
            signed: Signed::new(&person(1), "better"),
        };
        registry.steps().append(&[step]).unwrap();
        registry
    }

    #[test]
    fn a_proposal_is_answered_once_and_by_another_person() {
        let folder = tempfile::tempdir().unwrap();
        let registry = with_a_proposal(folder.path());
        let answer = |by: i64, verdict| registry.answer_held(1, verdict, &person(by), "seen");
        assert_eq!(
            answer(1, Verdict::Decline),
            Err(PublicationError::SamePerson)
        );
        assert_eq!(answer(2, Verdict::Decline), Ok(()));
        let told = PublicationError::Answered {
            by: "person 2".to_owned(),
            approved: false,
        };
        assert_eq!(answer(3, Verdict::Approve), Err(told));
        let reopened = Registry::new(folder.path()).proposals().unwrap();
        assert!(matches!(
            reopened[0].state,
            ProposalState::Answered {
                approved: false,
                person: 2,
                ..
            }
        ));
    }

    #[test]
    fn a_proposal_is_stale_once_another_model_decides() {
        let folder = tempfile::tempdir().unwrap();
        let registry = with_a_proposal(folder.path());
        registry
            .publish(&"c".repeat(64), &Mover::new(Some("somebody")))
            .unwrap();
        let found = registry.answer_held(1, Verdict::Approve, &person(2), "seen");
        assert_eq!(found, Err(PublicationError::Stale));
    }
}
