//! What a second model makes of the same client: the glass box beside the champion.
//!
//! Where the two decide differently, one concept is named: the one that they weigh most
//! differently, the way the two results differ. Both weights are contributions in log-odds, each
//! measured from its own model's average, so that neither the two bases nor the two calibrations
//! enter into the comparison.

use limpide_model::{Bundle, Decision, Lang, Score};
use serde::{Deserialize, Serialize};

use crate::concepts::{WeighedConcept, counts, size};
use crate::contributions::Contributions;
use crate::format;
use crate::texts::text_with;

/// Holds the second model's result, and what divides it from the first's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondOpinion {
    /// The name of the second model's candidate.
    pub name: String,
    /// Its probability of not repaying.
    pub probability: f64,
    /// Its decision; it sends no one to a reviewer.
    pub decision: Decision,
    /// The probability from which on it refuses.
    pub threshold: f64,
    /// Whether both models decide the same.
    pub agrees: bool,
    /// What divides them most; `None` where they agree.
    pub divides: Option<Divide>,
    /// All of it in words.
    pub sentence: String,
}

/// Holds what two models make of one concept, in log-odds from each one's average.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Divide {
    /// The concept's id.
    pub concept: String,
    /// What people call it.
    pub label: String,
    /// Its contribution in the first model.
    pub first: f64,
    /// Its contribution in the second model.
    pub second: f64,
}

/// Compares the second model's result with the first's, whose concepts these are.
pub(crate) fn opinion(
    bundle: &Bundle,
    first: &Score,
    concepts: &[WeighedConcept<'_>],
    (second, contributions): (&Score, &Contributions),
    lang: Lang,
) -> Option<SecondOpinion> {
    let glass_box = bundle.glass_box.as_ref()?;
    let agrees = first.decision == second.decision;
    let mut opinion = SecondOpinion {
        name: glass_box.name.clone(),
        probability: second.probability,
        decision: second.decision,
        threshold: second.threshold,
        agrees,
        divides: None,
        sentence: String::new(),
    };
    if !agrees {
        let lean = first.probability - second.probability;
        opinion.divides = divide(bundle, concepts, contributions, lean);
    }
    opinion.sentence = words(first, &opinion, lang);
    Some(opinion)
}

/// Finds the concept that the two weigh most differently, in the direction of `lean`.
fn divide(
    bundle: &Bundle,
    concepts: &[WeighedConcept<'_>],
    second: &Contributions,
    lean: f64,
) -> Option<Divide> {
    let mut found: Option<Divide> = None;
    for concept in concepts {
        let of_concept = bundle.features.iter().zip(&second.per_feature);
        let contribution: f64 = of_concept
            .filter(|(feature, _)| feature.concept == concept.id())
            .map(|(_, contribution)| contribution)
            .sum();
        let apart = concept.contribution - contribution;
        if !counts(apart) || apart * lean < 0.0 {
            continue;
        }
        let largest = found
            .as_ref()
            .map_or(0.0, |found| found.first - found.second);
        // The first of equals: concepts come in the order of their size.
        if size(apart) > size(largest) {
            found = Some(Divide {
                concept: concept.id().to_owned(),
                label: concept.label(),
                first: concept.contribution,
                second: contribution,
            });
        }
    }
    found
}

fn words(first: &Score, opinion: &SecondOpinion, lang: Lang) -> String {
    let risks = [
        ("first", format::percent(first.probability, lang).into()),
        ("second", format::percent(opinion.probability, lang).into()),
    ];
    if opinion.agrees {
        return text_with(lang, "second-agrees", risks);
    }
    let key = match (first.decision, opinion.decision) {
        (Decision::Granted, _) => "second-refuses-granted",
        (Decision::Refused, _) => "second-grants-refused",
        (Decision::Review, Decision::Granted) => "second-grants-reviewed",
        (Decision::Review, _) => "second-refuses-reviewed",
    };
    let result = text_with(lang, key, risks);
    let Some(divide) = &opinion.divides else {
        return result;
    };
    let key = if divide.first > divide.second {
        "second-divides-first"
    } else {
        "second-divides-second"
    };
    let label = ("label", divide.label.as_str().into());
    format!("{result} {}", text_with(lang, key, [label]))
}
