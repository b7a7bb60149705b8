//! The principal reasons of a decision, each a sentence with the client's value and a comparison.
//!
//! A concept is told by a feature of its own that was scored and weighs on the concept's side: a
//! plain one that the recipe has a sentence for if there is one, else its largest. Reasons that
//! would tell the client the same fact twice are one. A reason is always a fact of the client's
//! file, never the score itself.

use std::cell::OnceCell;

use limpide_model::{Bundle, Concept, Lang, Telling};
use serde::{Deserialize, Serialize};

use crate::concepts::{ConceptContribution, counts, size};
use crate::sentences::{Fit, Statement, fit};
use crate::texts::text_with;
use crate::weighed::Weighed;

/// Reasons given on either side.
const PRINCIPAL: usize = 4;

/// A plain feature may tell of its concept from this part of the largest contribution on.
const LEAST_PART: f64 = 0.02;

/// Holds one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The concept's id.
    pub concept: String,
    /// The ids of smaller concepts that would have told the same fact, and count in this reason.
    pub also: Vec<String>,
    /// What people call the concept.
    pub label: String,
    /// The contribution of the concepts in log-odds: above 0 against the client, below 0 in favour.
    pub contribution: f64,
    /// What they move the probability by (0.052 for 5.2 points).
    pub points: f64,
    /// The name of the feature that the sentence tells of.
    pub feature: String,
    /// That feature's value, as people read it.
    pub value_text: String,
    /// The whole reason.
    pub sentence: String,
    /// Whether a protected characteristic is part of it; the sentence says so.
    pub protected: bool,
}

/// What reasons are chosen from and told in.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub bundle: &'a Bundle,
    /// Ordered by size.
    pub concepts: &'a [ConceptContribution],
    /// Ordered by size.
    pub features: &'a [Weighed<'a>],
    pub lang: Lang,
}

/// A reason while others are still looked for.
struct Told<'a> {
    /// The concepts that it stands for, the largest first.
    concepts: Vec<&'a ConceptContribution>,
    feature: Weighed<'a>,
    words: Words<'a>,
    /// `None` where the sentence is a plain one; made when it is first looked at.
    statement: OnceCell<Option<Statement>>,
    /// How well the value speaks for its side; `None` where the concept's words tell of it, which
    /// say the side themselves.
    fit: Option<Fit>,
}

/// Where the words of a reason come from.
#[derive(Clone, Copy)]
enum Words<'a> {
    Feature(&'a Telling),
    Concept(Option<&'a Concept>),
}

/// Gives the principal reasons against the client and in favour, the largest first.
pub(crate) fn principal(facts: Facts<'_>) -> [Vec<Reason>; 2] {
    let mut told: Vec<Told<'_>> = Vec::new();
    for concept in facts.concepts {
        if !counts(concept.contribution) {
            continue;
        }
        let own = own_side(facts, concept);
        let mut candidates = candidates(facts, concept, &own);
        if candidates.is_empty() {
            continue;
        }
        let said = |candidate: &Told<'_>| {
            let statement = candidate.statement(facts.lang)?;
            let same = |told: &Told<'_>| {
                let other = told.statement(facts.lang);
                other.is_some_and(|other| other.says_the_same(statement))
            };
            told.iter().position(same)
        };
        let is_fresh = |candidate: &Told<'_>| said(candidate).is_none();
        // Another true sentence is worth more than the same one twice; a roundabout one is not.
        let is_good = |candidate: &Told<'_>| candidate.fit == Some(Fit::Expected);
        let mut chosen = candidates
            .iter()
            .enumerate()
            .position(|(place, found)| (place == 0 || is_good(found)) && is_fresh(found));
        if chosen.is_none() {
            match said(&candidates[0]) {
                Some(twin) if told[twin].raises() == raises(concept) => {
                    told[twin].concepts.push(concept);
                    continue;
                }
                // The same fact does not speak for the client and against.
                _ => chosen = candidates.iter().position(is_fresh),
            }
        }
        if let Some(chosen) = chosen {
            told.push(candidates.swap_remove(chosen));
        }
    }
    // Not before, for two may have become one.
    told.sort_by(|a, b| size(b.contribution()).total_cmp(&size(a.contribution())));
    let side = |against: bool| {
        let of_side = told.iter().filter(|told| told.raises() == against);
        of_side
            .take(PRINCIPAL)
            .map(|told| told.reason(facts))
            .collect()
    };
    [side(true), side(false)]
}

fn raises(concept: &ConceptContribution) -> bool {
    concept.contribution > 0.0
}

/// A concept's features that weigh on its side, the largest first. There is one, for they add up
/// to that side.
fn own_side<'a>(facts: Facts<'a>, concept: &ConceptContribution) -> Vec<Weighed<'a>> {
    let own = concept.features.iter().map(|&place| facts.features[place]);
    own.filter(|feature| {
        counts(feature.contribution) && (feature.contribution > 0.0) == raises(concept)
    })
    .collect()
}

/// The ways to tell of a concept, the best first.
fn candidates<'a>(
    facts: Facts<'a>,
    concept: &'a ConceptContribution,
    own: &[Weighed<'a>],
) -> Vec<Told<'a>> {
    let known = known(facts.bundle, concept);
    let told = |feature, words, fit| Told {
        concepts: vec![concept],
        feature,
        words,
        statement: OnceCell::new(),
        fit,
    };
    let least = LEAST_PART
        * own
            .first()
            .map_or(0.0, |largest| largest.contribution.abs());
    let mut candidates = Vec::new();
    for telling in known.map_or(&[] as &[Telling], |known| &known.told_by) {
        let named = own
            .iter()
            .find(|feature| feature.feature().name == telling.feature);
        let Some(&feature) = named.filter(|feature| feature.contribution.abs() >= least) else {
            continue;
        };
        if Statement::has_words(telling, &feature, facts.lang) {
            let fit = Some(fit(&feature));
            candidates.push(told(feature, Words::Feature(telling), fit));
        }
    }
    // Stable: within one fit the recipe's order stays.
    candidates.sort_by_key(|told: &Told<'_>| told.fit);
    if let Some(feature) = largest(own) {
        candidates.push(told(feature, Words::Concept(known), None));
    }
    candidates
}

/// The largest of some features; one that the recipe makes before one that is learned, and one
/// that is known before one that is not.
fn largest<'a>(own: &[Weighed<'a>]) -> Option<Weighed<'a>> {
    let rank = |feature: &Weighed<'_>| (feature.is_learned(), feature.value.is_missing());
    // Of equals the first, and they come largest first.
    own.iter().copied().min_by_key(rank)
}

fn known<'a>(bundle: &'a Bundle, concept: &ConceptContribution) -> Option<&'a Concept> {
    let mut concepts = bundle.concepts.iter();
    concepts.find(|known| known.id == concept.concept)
}

impl Told<'_> {
    fn contribution(&self) -> f64 {
        self.concepts.iter().map(|found| found.contribution).sum()
    }

    fn raises(&self) -> bool {
        raises(self.concepts[0])
    }

    fn statement(&self, lang: Lang) -> Option<&Statement> {
        let make = || match self.words {
            Words::Feature(telling) => Some(Statement::told(telling, &self.feature, lang)),
            Words::Concept(known) => {
                Statement::of_concept(known, self.raises(), &self.feature, lang)
            }
        };
        self.statement.get_or_init(make).as_ref()
    }

    fn reason(&self, facts: Facts<'_>) -> Reason {
        let lang = facts.lang;
        let concept = self.concepts[0];
        let mut sentence = match self.statement(lang) {
            Some(statement) if self.fit == Some(Fit::Unexpected) => {
                statement.sentence_all_the_same(&self.feature, self.raises(), lang)
            }
            Some(statement) => statement.sentence(&self.feature, lang),
            None => plain(&self.feature, self.raises(), lang),
        };
        let protected = self.concepts.iter().any(|concept| concept.protected);
        if protected {
            let key = if self.feature.feature().protected {
                "reason-protected"
            } else {
                "reason-partly-protected"
            };
            sentence = text_with(lang, key, [("sentence", sentence.into())]);
        }
        Reason {
            concept: concept.concept.clone(),
            also: self.concepts[1..]
                .iter()
                .map(|c| c.concept.clone())
                .collect(),
            label: concept.label.clone(),
            contribution: self.contribution(),
            points: self.concepts.iter().map(|found| found.points).sum(),
            feature: self.feature.feature().name.clone(),
            value_text: self.feature.value_text(),
            sentence,
            protected,
        }
    }
}

/// States value, comparison and effect of a feature that the recipe has no words for.
fn plain(feature: &Weighed<'_>, raises: bool, lang: Lang) -> String {
    let label = ("label", feature.capitalised_label().into());
    let value = ("value", feature.value_text().into());
    let Some(comparison) = feature.comparison() else {
        let key = if raises {
            "reason-raises-alone"
        } else {
            "reason-lowers-alone"
        };
        return text_with(lang, key, [label, value]);
    };
    let key = if raises {
        "reason-raises"
    } else {
        "reason-lowers"
    };
    let comparison = ("comparison", comparison.into());
    text_with(lang, key, [label, value, comparison])
}
