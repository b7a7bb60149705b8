//! Who still stands, and why the others went, while the checks run.

use std::collections::BTreeMap;

use super::material::Material;
use super::report::{Block, Drift, Reason, Selection, Verdict};

/// Collects what the checks find.
pub(super) struct Ledger {
    reasons: Vec<Option<Reason>>,
    /// For each feature, its gain with the true labels and the one that lots give.
    pub(super) gains: Vec<Option<[f64; 2]>>,
    /// For each feature, how it drifts, where it does.
    pub(super) drift: Vec<Option<Drift>>,
    /// The sets that were compared.
    pub(super) blocks: Vec<Block>,
    /// The AUC of what stands on each inner fold, where it was measured.
    pub(super) areas: Option<Vec<f64>>,
}

impl Ledger {
    pub(super) fn new(n_features: usize) -> Self {
        Self {
            reasons: vec![None; n_features],
            gains: vec![None; n_features],
            drift: vec![None; n_features],
            blocks: Vec::new(),
            areas: None,
        }
    }

    /// Gives the features that no check has dropped, in order.
    pub(super) fn standing(&self) -> Vec<usize> {
        (0..self.reasons.len())
            .filter(|&feature| self.reasons[feature].is_none())
            .collect()
    }

    /// Gives the features that stand, the most important first.
    pub(super) fn by_importance(&self) -> Vec<usize> {
        let importance =
            |feature: usize| self.gains[feature].map_or(0.0, |[gain, null]| gain - null);
        let mut order = self.standing();
        order.sort_by(|&a, &b| importance(b).total_cmp(&importance(a)).then(a.cmp(&b)));
        order
    }

    /// Drops a feature, for the first reason found.
    pub(super) fn drop(&mut self, feature: usize, reason: Reason) {
        self.reasons[feature].get_or_insert(reason);
        self.areas = None;
    }

    pub(super) fn into_selection(self, material: &Material<'_>) -> Selection {
        let order = self.by_importance();
        let ranks: BTreeMap<usize, usize> = order
            .iter()
            .zip(1..)
            .map(|(&feature, rank)| (feature, rank))
            .collect();
        let reasons = self.reasons.into_iter().enumerate();
        let verdicts = reasons.map(|(feature, reason)| Verdict {
            feature: material.features[feature].name.clone(),
            kept: reason.is_none(),
            reason: reason.unwrap_or(Reason::Kept {
                rank: ranks.get(&feature).copied().unwrap_or(0),
            }),
            gain: self.gains[feature].map(|[gain, _]| gain),
            null_gain: self.gains[feature].map(|[_, null]| null),
            drift: self.drift[feature],
        });
        Selection {
            clients: material.rows.len(),
            defaults: material.labels.iter().filter(|&&label| label == 1).count(),
            blocks: self.blocks,
            verdicts: verdicts.collect(),
            ..Selection::default()
        }
    }
}
