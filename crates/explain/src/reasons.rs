//! The principal reasons of a decision, each a sentence with the client's value and a comparison.
//!
//! A concept is told by a feature of its own that was scored and weighs on the concept's side: a
//! plain one that the recipe has a sentence for if there is one, else its largest. Reasons that
//! would tell the client the same fact twice are one. A reason is always a fact of the client's
//! file, never the score itself.

use limpide_model::{Lang, Telling};
use serde::{Deserialize, Serialize};

use crate::concepts::{WeighedConcept, counts, size};
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

/// What reasons are chosen from.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// Ordered by size.
    pub concepts: &'a [WeighedConcept<'a>],
    /// Ordered by size.
    pub features: &'a [Weighed<'a>],
}

/// A way to tell of a concept; its sentence is made where it is looked at.
struct Candidate<'a> {
    feature: Weighed<'a>,
    /// The recipe's words for the feature; `None` where the concept's words tell of it.
    telling: Option<&'a Telling>,
    /// How well the value speaks for its side; `None` where the concept's words tell of it, which
    /// say the side themselves.
    fit: Option<Fit>,
}

/// A reason while others are still looked for.
struct Told<'a> {
    /// The concepts that it stands for, the largest first.
    concepts: Vec<&'a WeighedConcept<'a>>,
    feature: Weighed<'a>,
    fit: Option<Fit>,
    /// `None` where the sentence is a plain one.
    statement: Option<Statement<'a>>,
}

/// Gives the principal reasons against the client and in favour, the largest first.
pub(crate) fn principal(facts: Facts<'_>) -> [Vec<Reason>; 2] {
    let ranks = ranks(facts.features);
    let mut told: Vec<Told<'_>> = Vec::with_capacity(facts.concepts.len());
    for concept in facts.concepts {
        if !counts(concept.contribution) {
            continue;
        }
        let is_fresh = |found: &Told<'_>| twin(&told, found).is_none();
        // Another true sentence is worth more than the same one twice; a roundabout one is not.
        let is_good = |candidate: &Candidate<'_>| candidate.fit == Some(Fit::Expected);
        // Most often the first good one is fresh, and nobody looks at the others.
        let good = in_own_words(facts, &ranks, concept).filter(is_good);
        let mut chosen = good.map(|found| found.tell(concept)).find(is_fresh);
        if chosen.is_none() {
            let candidates = candidates(facts, &ranks, concept);
            let mut told_by = candidates.iter().map(|found| found.tell(concept));
            let Some(first) = told_by.next() else {
                continue;
            };
            chosen = match twin(&told, &first) {
                None => Some(first),
                Some(twin) if told[twin].raises() == raises(concept) => {
                    told[twin].concepts.push(concept);
                    continue;
                }
                // The same fact does not speak for the client and against.
                Some(_) => told_by.find(is_fresh),
            };
        }
        told.extend(chosen);
    }
    // Not before, for two may have become one.
    told.sort_by(|a, b| size(b.contribution()).total_cmp(&size(a.contribution())));
    let side = |against: bool| {
        let of_side = told.iter().filter(|told| told.raises() == against);
        of_side.take(PRINCIPAL).map(Told::reason).collect()
    };
    [side(true), side(false)]
}

/// Each feature's rank by size, by its place in the bundle.
fn ranks(features: &[Weighed<'_>]) -> Vec<usize> {
    let mut ranks = vec![0; features.len()];
    for (rank, feature) in features.iter().enumerate() {
        ranks[feature.place()] = rank;
    }
    ranks
}

/// Where the same is said of the client already.
fn twin(told: &[Told<'_>], found: &Told<'_>) -> Option<usize> {
    let statement = found.statement.as_ref()?;
    let same = |told: &Told<'_>| {
        let other = told.statement.as_ref();
        other.is_some_and(|other| other.says_the_same(statement))
    };
    told.iter().position(same)
}

fn raises(concept: &WeighedConcept<'_>) -> bool {
    concept.contribution > 0.0
}

/// Tells whether a feature weighs on a concept's side.
fn is_own(concept: &WeighedConcept<'_>, feature: &Weighed<'_>) -> bool {
    counts(feature.contribution) && (feature.contribution > 0.0) == raises(concept)
}

/// The features of a concept that weigh on its side, ordered by size.
fn own<'a>(
    facts: Facts<'a>,
    concept: &'a WeighedConcept<'a>,
) -> impl Iterator<Item = &'a Weighed<'a>> + Clone {
    let features = concept
        .features
        .iter()
        .map(move |&rank| &facts.features[rank]);
    features.filter(move |feature| is_own(concept, feature))
}

/// The ways to tell of a concept in the recipe's words for its features, in the recipe's order.
fn in_own_words<'a>(
    facts: Facts<'a>,
    ranks: &[usize],
    concept: &'a WeighedConcept<'a>,
) -> impl Iterator<Item = Candidate<'a>> {
    let largest = own(facts, concept).next();
    let least = LEAST_PART * largest.map_or(0.0, |one| one.contribution.abs());
    let tellings = concept.tellings();
    tellings.filter_map(move |(telling, place)| {
        let feature = facts.features[ranks[place]];
        let tells = is_own(concept, &feature)
            && feature.contribution.abs() >= least
            && Statement::has_words(telling, &feature);
        tells.then(|| Candidate {
            feature,
            telling: Some(telling),
            fit: Some(fit(&feature)),
        })
    })
}

/// The ways to tell of a concept, the best first: by its features that weigh on its side. There is
/// one, for they add up to that side.
fn candidates<'a>(
    facts: Facts<'a>,
    ranks: &[usize],
    concept: &'a WeighedConcept<'a>,
) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = in_own_words(facts, ranks, concept).collect();
    // Stable: within one fit the recipe's order stays.
    candidates.sort_by_key(|candidate| candidate.fit);
    candidates.extend(largest(own(facts, concept)).map(|feature| Candidate {
        feature,
        telling: None,
        fit: None,
    }));
    candidates
}

/// The largest of some features, which come ordered by size; one that the recipe makes before one
/// that is learned, and one that is known before one that is not.
fn largest<'a>(own: impl Iterator<Item = &'a Weighed<'a>> + Clone) -> Option<Weighed<'a>> {
    let rank = |feature: &&Weighed<'_>| (feature.is_learned(), feature.value.is_missing());
    let best = own.clone().find(|feature| rank(feature) == (false, false));
    best.or_else(|| own.min_by_key(rank)).copied()
}

impl<'a> Candidate<'a> {
    fn tell(&self, concept: &'a WeighedConcept<'a>) -> Told<'a> {
        Told {
            concepts: vec![concept],
            feature: self.feature,
            fit: self.fit,
            statement: match self.telling {
                Some(telling) => Some(Statement::told(telling, self.feature)),
                None => Statement::of_concept(concept.known, raises(concept), self.feature),
            },
        }
    }
}

impl Told<'_> {
    fn contribution(&self) -> f64 {
        self.concepts.iter().map(|found| found.contribution).sum()
    }

    fn raises(&self) -> bool {
        raises(self.concepts[0])
    }

    fn reason(&self) -> Reason {
        let lang = self.feature.lang();
        let concept = self.concepts[0];
        let mut sentence = match &self.statement {
            Some(statement) if self.fit == Some(Fit::Unexpected) => {
                statement.sentence_all_the_same(self.raises())
            }
            Some(statement) => statement.sentence(),
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
            concept: concept.id().to_owned(),
            also: self.concepts[1..]
                .iter()
                .map(|also| also.id().to_owned())
                .collect(),
            label: concept.label(),
            contribution: self.contribution(),
            points: self.concepts.iter().map(|found| found.points).sum(),
            feature: self.feature.feature().name.clone(),
            value_text: match &self.statement {
                Some(statement) => statement.value_text().to_owned(),
                None => self.feature.value_text(),
            },
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
