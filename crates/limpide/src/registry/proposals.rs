//! Proposals to publish a model, and what a second person said to them: a file that only grows, a step a line.
//!
//! Whoever proposes never approves. A proposal holds for the model that decided when it was made: once another one
//! decides, it can no longer be approved. The step is on disk before the model decides; an approval that was cut short
//! in between is finished by approving again.

use std::fs::{File, OpenOptions};

use anyhow::Context as _;
use limpide_web::publication::{answered_as, proposed_as};
use limpide_web::{
    Answer, Answering, Proposal, ProposalState, PublicationError, RegisteredModel,
    RegisteredModels, RowsError, Signatory, Signed, Verdict,
};
use serde::{Deserialize, Serialize};

use super::{Lines, Mover, Registry};
use crate::{below, clock};

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
        signed: Line,
    },
    /// Another person answered.
    Answered {
        number: usize,
        approved: bool,
        #[serde(flatten)]
        signed: Line,
    },
}

/// Who took a step, when and why, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    person: i64,
    who: String,
    when: String,
    reason: String,
    /// The key of the request, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Line {
    fn new(signed: &Signed) -> Self {
        Self {
            person: signed.by.person,
            who: signed.by.name.clone(),
            when: clock::written(clock::now()),
            reason: signed.reason.clone(),
            key: signed.key.clone(),
        }
    }

    /// What was signed, and when.
    fn read(self) -> (Signed, String) {
        let signed = Signed {
            by: Signatory {
                person: self.person,
                name: self.who,
            },
            reason: self.reason,
            key: self.key,
        };
        (signed, self.when)
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
                } => {
                    let (signed, when) = signed.read();
                    proposals.push(Proposal {
                        number: proposals.len() + 1,
                        state: match replaces == published {
                            true => ProposalState::Open,
                            false => ProposalState::Stale,
                        },
                        bundle,
                        replaces,
                        signed,
                        when,
                    });
                }
                Step::Answered {
                    number,
                    approved,
                    signed,
                } => {
                    let place = number.checked_sub(1);
                    if let Some(answered) = place.and_then(|place| proposals.get_mut(place)) {
                        let (signed, when) = signed.read();
                        answered.state = ProposalState::Answered(Answer {
                            approved,
                            signed,
                            when,
                        });
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
                fault: opened
                    .as_ref()
                    .err()
                    .map(|error| below::told(error, &self.folder)),
                bundle: opened.ok().map(Box::new),
                hash,
            });
        }
        models.sort_by(|a, b| b.since.cmp(&a.since));
        Ok(models)
    }

    fn propose_held(&self, model: &str, signed: &Signed) -> Result<usize, PublicationError> {
        let _held = self.held().map_err(failed)?;
        let published = self.published().map_err(failed)?;
        let proposals = self.proposals().map_err(failed)?;
        let number = proposed_as(&proposals, published.as_deref(), model, signed)?;
        if number <= proposals.len() {
            return Ok(number);
        }
        let known = self.hashes().map_err(failed)?;
        if !known.iter().any(|hash| hash == model) {
            return Err(PublicationError::Unknown);
        }
        self.open(model).map_err(failed)?;
        let step = Step::Proposed {
            bundle: model.to_owned(),
            replaces: published,
            signed: Line::new(signed),
        };
        self.steps().append(&[step]).map_err(failed)?;
        Ok(number)
    }

    fn answer_held(
        &self,
        number: usize,
        verdict: Verdict,
        signed: &Signed,
    ) -> Result<(), PublicationError> {
        let _held = self.held().map_err(failed)?;
        let proposals = self.proposals().map_err(failed)?;
        let answering = answered_as(&proposals, number, verdict, signed);
        let place = number.checked_sub(1).ok_or(PublicationError::Unknown)?;
        let proposal = proposals.get(place).ok_or(PublicationError::Unknown)?;
        let approved = verdict == Verdict::Approve;
        let is_again = answering == Ok(Answering::Again);
        match answering {
            Ok(Answering::Again) => {}
            // Approved, and ended before the model decided.
            Err(PublicationError::Answered { approved: true, .. })
                if approved && self.is_unfinished(proposal).map_err(failed)? => {}
            Err(error) => return Err(error),
            Ok(Answering::New) => {
                if approved {
                    if self.is_retired_since(proposal).map_err(failed)? {
                        return Err(PublicationError::Stale);
                    }
                    // Opened first: what cannot be read must not decide.
                    self.open(&proposal.bundle).map_err(failed)?;
                }
                let step = Step::Answered {
                    number,
                    approved,
                    signed: Line::new(signed),
                };
                self.steps().append(&[step]).map_err(failed)?;
            }
        }
        // A request that is sent again finishes what was cut short, and nothing else.
        if is_again && !self.is_unfinished(proposal).map_err(failed)? {
            return Ok(());
        }
        let published = self.published().map_err(failed)?;
        if approved && published.as_deref() != Some(proposal.bundle.as_str()) {
            let (proposed, by) = (&proposal.signed, &signed.by);
            let mover = Mover {
                who: by.name.clone(),
                note: Some(format!(
                    "proposed by {}: {}; approved: {}",
                    proposed.by.name, proposed.reason, signed.reason
                )),
            };
            self.publish_held(&proposal.bundle, &mover)
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Whether somebody retired the proposed model meanwhile.
    fn is_retired_since(&self, proposal: &Proposal) -> anyhow::Result<bool> {
        let events = self.events()?;
        let mut since = events.iter().filter(|event| event.when >= proposal.when);
        Ok(since.any(|one| one.bundle == proposal.bundle && one.stage == super::Stage::Retired))
    }

    /// Whether an approved model never came to decide: the one that it replaces still does, and no event says that it
    /// was published since.
    fn is_unfinished(&self, proposal: &Proposal) -> anyhow::Result<bool> {
        let ProposalState::Answered(Answer { when, .. }) = &proposal.state else {
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

    fn propose(&self, model: &str, signed: &Signed) -> Result<usize, PublicationError> {
        self.propose_held(model, signed)
    }

    fn answer(
        &self,
        number: usize,
        verdict: Verdict,
        signed: &Signed,
    ) -> Result<(), PublicationError> {
        self.answer_held(number, verdict, signed)
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

    fn signed(person: i64, reason: &str) -> Signed {
        Signed {
            by: Signatory {
                person,
                name: format!("person {person}"),
            },
            reason: reason.to_owned(),
            key: None,
        }
    }

    /// A registry in which the first person proposed a model.
    fn with_a_proposal(folder: &std::path::Path) -> Registry {
        let registry = Registry::new(folder);
        std::fs::create_dir_all(&registry.folder).unwrap();
        let step = Step::Proposed {
            bundle: "b".repeat(64),
            replaces: None,
            signed: Line::new(&signed(1, "better")),
        };
        registry.steps().append(&[step]).unwrap();
        registry
    }

    #[test]
    fn a_proposal_is_answered_once_and_by_another_person() {
        let folder = tempfile::tempdir().unwrap();
        let registry = with_a_proposal(folder.path());
        let answer = |by: i64, verdict| registry.answer_held(1, verdict, &signed(by, "seen"));
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
            ProposalState::Answered(Answer {
                approved: false,
                ..
            })
        ));
    }

    #[test]
    fn a_step_that_is_sent_again_under_its_key_is_taken_once_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        with_a_proposal(folder.path());
        let keyed = |person, reason, key: &str| Signed {
            key: Some(key.to_owned()),
            ..signed(person, reason)
        };
        let answer =
            |verdict, signed: &Signed| Registry::new(folder.path()).answer_held(1, verdict, signed);
        for _ in 0..2 {
            let declined = answer(Verdict::Decline, &keyed(2, "seen", "k"));
            assert_eq!(declined, Ok(()));
        }
        for other in [keyed(2, "seen again", "k"), keyed(2, "seen", "k")] {
            let reused = answer(Verdict::Approve, &other);
            assert_eq!(reused, Err(PublicationError::KeyReused));
        }
        // Another person's key is another one.
        let told = PublicationError::Answered {
            by: "person 2".to_owned(),
            approved: false,
        };
        assert_eq!(answer(Verdict::Decline, &keyed(3, "seen", "k")), Err(told));
    }

    #[test]
    fn a_model_that_was_retired_since_is_not_approved() {
        let folder = tempfile::tempdir().unwrap();
        let registry = with_a_proposal(folder.path());
        let mover = Mover {
            who: "operator".to_owned(),
            note: None,
        };
        registry.retire(&"b".repeat(64), &mover).unwrap();
        let approved = registry.answer_held(1, Verdict::Approve, &signed(2, "seen"));
        assert_eq!(approved, Err(PublicationError::Stale));
        let declined = registry.answer_held(1, Verdict::Decline, &signed(2, "retired"));
        assert_eq!(declined, Ok(()));
    }

    #[test]
    fn a_proposal_is_stale_once_another_model_decides() {
        let folder = tempfile::tempdir().unwrap();
        let registry = with_a_proposal(folder.path());
        registry
            .publish(&"c".repeat(64), &Mover::new(Some("somebody")))
            .unwrap();
        let found = registry.answer_held(1, Verdict::Approve, &signed(2, "seen"));
        assert_eq!(found, Err(PublicationError::Stale));
    }
}
