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
    /// For each inner fold, each feature's importance to the rows outside it.
    pub(super) importance_outside: Vec<Vec<f64>>,
}

impl Ledger {
    pub(super) fn new(n_features: usize) -> Self {
        Self {
            reasons: vec![None; n_features],
            gains: vec![None; n_features],
            drift: vec![None; n_features],
            blocks: Vec::new(),
            importance_outside: Vec::new(),
        }
    }

    /// Gives the features that no check has dropped, in order.
    pub(super) fn standing(&self) -> Vec<usize> {
        (0..self.reasons.len())
            .filter(|&feature| self.reasons[feature].is_none())
            .collect()
    }

    /// Gives by how much a feature gains more than by lot; 0 where that was not measured.
    pub(super) fn importance(&self, feature: usize) -> f64 {
        self.gains[feature].map_or(0.0, |[gain, null]| gain - null)
    }

    /// Gives the features that stand, the most important first.
    pub(super) fn by_importance(&self) -> Vec<usize> {
        self.ordered(|feature| self.importance(feature))
    }

    /// Gives the features that stand, the most important to the rows outside an inner fold first.
    pub(super) fn by_importance_outside(&self, fold: usize) -> Vec<usize> {
        let importance = self.importance_outside.get(fold);
        self.ordered(|feature| importance.map_or(0.0, |importance| importance[feature]))
    }

    fn ordered(&self, importance: impl Fn(usize) -> f64) -> Vec<usize> {
        let mut order = self.standing();
        order.sort_by(|&a, &b| {
            let (higher, lower) = (importance(b), importance(a));
            higher.total_cmp(&lower).then(a.cmp(&b))
        });
        order
    }

    /// Drops a feature, for the first reason found.
    pub(super) fn drop(&mut self, feature: usize, reason: Reason) {
        self.reasons[feature].get_or_insert(reason);
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
