//! A registry in memory, which keeps the rules of publication.

use std::sync::{Mutex, MutexGuard};

use limpide_model::Bundle;
use limpide_web::publication::{answered_as, proposed_as};
use limpide_web::{
    Answer, Answering, Proposal, ProposalState, PublicationError, RegisteredModel,
    RegisteredModels, RowsError, Signed, Verdict,
};

/// When everything happens here.
const WHEN: &str = "2026-01-31T09:00:00Z";

/// Models, which of them decides, and proposals.
pub struct InventedModels(Mutex<Kept>);

struct Kept {
    models: Vec<(String, Bundle)>,
    published: String,
    proposals: Vec<Proposal>,
}

impl InventedModels {
    /// A registry in which the first of these models decides.
    pub fn new(bundles: Vec<Bundle>) -> Self {
        let hashed = bundles.into_iter();
        let models: Vec<_> = hashed
            .map(|bundle| (bundle.hash().unwrap(), bundle))
            .collect();
        Self(Mutex::new(Kept {
            published: models[0].0.clone(),
            models,
            proposals: Vec::new(),
        }))
    }

    /// The model that decides.
    pub fn published(&self) -> String {
        self.kept().published.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }
}

impl Kept {
    /// Proposals for which another model decides by now are stale.
    fn age(&mut self) {
        for one in &mut self.proposals {
            if one.state == ProposalState::Open && one.replaces.as_ref() != Some(&self.published) {
                one.state = ProposalState::Stale;
            }
        }
    }
}

impl RegisteredModels for InventedModels {
    fn models(&self) -> Result<Vec<RegisteredModel>, RowsError> {
        let kept = self.kept();
        let models = kept.models.iter().map(|(hash, bundle)| RegisteredModel {
            hash: hash.clone(),
            stage: match *hash == kept.published {
                true => "published",
                false => "candidate",
            },
            since: Some(WHEN.to_owned()),
            by: Some("Ada Ngo".to_owned()),
            bundle: Some(Box::new(bundle.clone())),
            fault: None,
        });
        Ok(models.collect())
    }

    fn proposals(&self) -> Result<Vec<Proposal>, RowsError> {
        Ok(self.kept().proposals.clone())
    }

    fn propose(&self, model: &str, signed: &Signed) -> Result<usize, PublicationError> {
        let mut kept = self.kept();
        let number = proposed_as(&kept.proposals, Some(&kept.published), model, signed)?;
        if number > kept.proposals.len() {
            if !kept.models.iter().any(|(hash, _)| hash == model) {
                return Err(PublicationError::Unknown);
            }
            let proposal = Proposal {
                number,
                bundle: model.to_owned(),
                replaces: Some(kept.published.clone()),
                signed: signed.clone(),
                when: WHEN.to_owned(),
                state: ProposalState::Open,
            };
            kept.proposals.push(proposal);
        }
        Ok(number)
    }

    fn answer(
        &self,
        number: usize,
        verdict: Verdict,
        signed: &Signed,
    ) -> Result<(), PublicationError> {
        let mut kept = self.kept();
        if answered_as(&kept.proposals, number, verdict, signed)? == Answering::Again {
            return Ok(());
        }
        let approved = verdict == Verdict::Approve;
        kept.proposals[number - 1].state = ProposalState::Answered(Answer {
            approved,
            signed: signed.clone(),
            when: WHEN.to_owned(),
        });
        if approved {
            kept.published = kept.proposals[number - 1].bundle.clone();
            kept.age();
        }
        Ok(())
    }
}
