//! What concepts add to one client's margin by themselves, and what each two of them add together.
//!
//! Two features' interaction is what both known add beyond what each adds alone, averaged over
//! coalitions of the others with Shapley's weights (Grabisch and Roubens's interaction index). Half
//! of it stands to either side of the diagonal, and what is left of a feature's contribution on it,
//! so that a row sums to its contribution and the whole to the margin less the base, as in
//! `shap_interaction_values`. Features are folded into concepts by summing.
//!
//! # Source
//! Grabisch and Roubens, "An axiomatic approach to the concept of interaction among players in
//! cooperative games", 1999; Lundberg et al., "From local explanations to global understanding with
//! explainable AI for trees", Nature Machine Intelligence 2020, section "SHAP interaction values".

use limpide_model::Bundle;
use serde::{Deserialize, Serialize};

use crate::contributions::Contributions;

/// Holds what concepts add to one client's margin, two by two, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interactions {
    /// The expected margin over the training rows.
    pub base: f64,
    /// The client's margin.
    pub margin: f64,
    /// How many concepts the bundle describes; features of no described concept count together as
    /// one more, which stands last.
    pub concepts: usize,
    /// Symmetric, `(concepts + 1, concepts + 1)`, row after row, in the order of the bundle's concepts.
    /// On the diagonal stands what a concept adds by itself, beside it half of what two add together;
    /// all of it sums to the margin less the base.
    pub matrix: Vec<f64>,
}

impl Interactions {
    pub(crate) fn new(contributions: &Contributions, concepts: usize) -> Self {
        Self {
            base: contributions.base,
            margin: contributions.margin,
            concepts,
            matrix: vec![0.0; (concepts + 1) * (concepts + 1)],
        }
    }

    /// Gives what two concepts add together, both halves; what one adds by itself where they are the
    /// same. Concepts are named by their places in the bundle.
    pub fn between(&self, one: usize, other: usize) -> f64 {
        let half = self.matrix[one * (self.concepts + 1) + other];
        if one == other { half } else { 2.0 * half }
    }

    /// Gives the pairs of described concepts, the largest interaction (by size) first.
    pub fn strongest(&self) -> Vec<(usize, usize, f64)> {
        let firsts = 0..self.concepts;
        let mut pairs: Vec<_> = firsts
            .flat_map(|one| (one + 1..self.concepts).map(move |other| (one, other)))
            .map(|(one, other)| (one, other, self.between(one, other)))
            .collect();
        pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
        pairs
    }

    pub(crate) fn add(&mut self, one: usize, other: usize, log_odds: f64) {
        self.matrix[one * (self.concepts + 1) + other] += log_odds;
    }
}

/// Gives each feature's concept by its place; the number of concepts where the bundle describes none.
pub(crate) fn concept_places(bundle: &Bundle) -> Vec<usize> {
    let place = |id: &str| {
        let mut concepts = bundle.concepts.iter();
        let found = concepts.position(|concept| concept.id == id);
        found.unwrap_or(bundle.concepts.len())
    };
    let features = bundle.features.iter();
    features.map(|feature| place(&feature.concept)).collect()
}
