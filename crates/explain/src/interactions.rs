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

use crate::contributions::{Contributions, check_additive};
use crate::error::Result;

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
    /// Takes a matrix of pairs with its diagonal.
    pub(crate) fn new(contributions: &Contributions, matrix: Vec<f64>) -> Result<Self> {
        // Rounding within the matrix may not hide what does not add up.
        check_additive(contributions.base, &matrix, contributions.margin)?;
        Ok(Self {
            base: contributions.base,
            margin: contributions.margin,
            concepts: matrix.len().isqrt() - 1,
            matrix,
        })
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
}

/// Sums what columns of different groups add together.
#[derive(Debug)]
pub(crate) struct Pairs<'a> {
    /// The group of each encoded column.
    groups: &'a [usize],
    n_groups: usize,
    /// `(n_groups, n_groups)`, nothing on the diagonal.
    matrix: Vec<f64>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn new(groups: &'a [usize], n_groups: usize) -> Self {
        Self {
            groups,
            n_groups,
            matrix: vec![0.0; n_groups * n_groups],
        }
    }

    /// Adds the interaction of two columns, half to either side of the diagonal; columns of one group
    /// make it together.
    #[inline(always)]
    pub(crate) fn add(&mut self, columns: [usize; 2], interaction: f64) {
        let [one, other] = columns.map(|column| self.groups[column]);
        if one != other {
            self.matrix[one * self.n_groups + other] += 0.5 * interaction;
            self.matrix[other * self.n_groups + one] += 0.5 * interaction;
        }
    }

    /// Gives the matrix, with what is left of each group's contribution on its diagonal.
    pub(crate) fn with_diagonal(mut self, contributions: &[f64]) -> Vec<f64> {
        for (group, contribution) in contributions.iter().enumerate() {
            let row = &mut self.matrix[group * self.n_groups..][..self.n_groups];
            row[group] = contribution - row.iter().sum::<f64>();
        }
        self.matrix
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
