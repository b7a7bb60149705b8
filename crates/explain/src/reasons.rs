//! The principal reasons of a decision, each a sentence with the client's value and a comparison.
//!
//! A concept is told by a feature of its own that was scored and weighs on the concept's side: a
//! plain one that the recipe has a sentence for if there is one, else its largest. Reasons that
//! would tell the client the same fact twice are one. A reason is always a fact of the client's
//! file, never the score itself.

use limpide_model::{Bundle, Concept, Lang, Telling};
use serde::{Deserialize, Serialize};

use crate::concepts::{ConceptContribution, counts, size};
use crate::explanation::FeatureContribution;
use crate::sentences::{Fit, Statement, fit};
use crate::texts::text_with;

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
    pub features: &'a [FeatureContribution],
    pub lang: Lang,
}

/// A reason while others are still looked for.
struct Told<'a> {
    /// The concepts that it stands for, the largest first.
    concepts: Vec<&'a ConceptContribution>,
    feature: &'a FeatureContribution,
    /// `None` where the sentence is a plain one.
    statement: Option<Statement>,
    /// How well the value speaks for its side; `None` where the concept's words tell of it, which
    /// say the side themselves.
    fit: Option<Fit>,
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
            let statement = candidate.statement.as_ref()?;
            let same = |told: &Told<'_>| {
                let other = told.statement.as_ref();
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
            .position(|(place, found)| is_fresh(found) && (place == 0 || is_good(found)));
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
fn own_side<'a>(facts: Facts<'a>, concept: &ConceptContribution) -> Vec<&'a FeatureContribution> {
    let own = concept.features.iter().map(|&place| &facts.features[place]);
    own.filter(|feature| {
        counts(feature.contribution) && (feature.contribution > 0.0) == raises(concept)
    })
    .collect()
}

/// The ways to tell of a concept, the best first.
fn candidates<'a>(
    facts: Facts<'a>,
    concept: &'a ConceptContribution,
    own: &[&'a FeatureContribution],
) -> Vec<Told<'a>> {
    let Facts { bundle, lang, .. } = facts;
    let known = known(bundle, concept);
    let least = LEAST_PART
        * own
            .first()
            .map_or(0.0, |largest| largest.contribution.abs());
    let mut candidates = Vec::new();
    for telling in known.map_or(&[] as &[Telling], |known| &known.told_by) {
        let named = own
            .iter()
            .find(|feature| feature.feature == telling.feature);
        let Some(&feature) = named.filter(|feature| feature.contribution.abs() >= least) else {
            continue;
        };
        let Some(statement) = Statement::told(telling, bundle, feature, lang) else {
            continue;
        };
        let told = Told {
            concepts: vec![concept],
            feature,
            statement: Some(statement),
            fit: Some(fit(bundle, feature)),
        };
        candidates.push(told);
    }
    // Stable: within one fit the recipe's order stays.
    candidates.sort_by_key(|told: &Told<'_>| told.fit);
    if let Some(feature) = largest(bundle, own) {
        candidates.push(Told {
            concepts: vec![concept],
            feature,
            statement: Statement::of_concept(known, raises(concept), bundle, feature, lang),
            fit: None,
        });
    }
    candidates
}

/// The largest of some features; one that the recipe makes before one that is learned, and one
/// that is known before one that is not.
fn largest<'a>(
    bundle: &Bundle,
    own: &[&'a FeatureContribution],
) -> Option<&'a FeatureContribution> {
    let learned = &bundle.features[bundle.n_base()..];
    let rank = |feature: &FeatureContribution| {
        let is_learned = learned.iter().any(|known| known.name == feature.feature);
        (is_learned, feature.value.is_missing())
    };
    // Of equals the first, and they come largest first.
    own.iter().copied().min_by_key(|feature| rank(feature))
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

    fn reason(&self, facts: Facts<'_>) -> Reason {
        let lang = facts.lang;
        let concept = self.concepts[0];
        let mut sentence = match &self.statement {
            Some(statement) if self.fit == Some(Fit::Unexpected) => {
                statement.sentence_all_the_same(self.raises(), lang)
            }
            Some(statement) => statement.sentence(lang),
            None => plain(self.feature, self.raises(), lang),
        };
        let protected = self.concepts.iter().any(|concept| concept.protected);
        if protected {
            let key = if self.feature.protected {
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
            feature: self.feature.feature.clone(),
            value_text: self.feature.value_text.clone(),
            sentence,
            protected,
        }
    }
}

/// States value, comparison and effect of a feature that the recipe has no words for.
fn plain(feature: &FeatureContribution, raises: bool, lang: Lang) -> String {
    let label = ("label", feature.label.as_str().into());
    let value = ("value", feature.value_text.as_str().into());
    let Some(comparison) = &feature.comparison else {
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
    let comparison = ("comparison", comparison.as_str().into());
    text_with(lang, key, [label, value, comparison])
}
