//! The principal reasons of a decision, each a sentence with the client's value and a comparison.
//!
//! A recipe gives its concepts sentences of their own, with the places `{value}`, `{label}` (the
//! feature's) and `{comparison}`; they are used where the client's value stands on the side that the
//! sentence speaks of. Elsewhere a plain sentence states value, comparison and effect. A reason is
//! always a fact of the client's file, never the score itself.

use limpide_model::{Bundle, Direction, Lang, Value};
use serde::{Deserialize, Serialize};

use crate::comparison::{self, Side};
use crate::concepts::{ConceptContribution, counts};
use crate::explanation::FeatureContribution;
use crate::texts::text_with;

/// Reasons given on either side.
const PRINCIPAL: usize = 4;

/// Holds one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The concept's id.
    pub concept: String,
    /// What people call the concept.
    pub label: String,
    /// The concept's contribution in log-odds: above 0 against the client, below 0 in favour.
    pub contribution: f64,
    /// What it moves the probability by (0.052 for 5.2 points).
    pub points: f64,
    /// The name of the concept's feature that weighs most on this side.
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

/// Gives the principal reasons that raise the risk, the largest first.
pub(crate) fn against(facts: Facts<'_>) -> Vec<Reason> {
    principal(facts, 1.0)
}

/// Gives the principal reasons that lower the risk, the largest first.
pub(crate) fn in_favour(facts: Facts<'_>) -> Vec<Reason> {
    principal(facts, -1.0)
}

fn principal(facts: Facts<'_>, sign: f64) -> Vec<Reason> {
    let Facts {
        bundle,
        concepts,
        features,
        lang,
    } = facts;
    let mut reasons = Vec::new();
    for concept in concepts {
        if reasons.len() == PRINCIPAL {
            break;
        }
        if !counts(concept.contribution) || concept.contribution * sign < 0.0 {
            continue;
        }
        // Its features add up to this side, so one of them stands on it; they come largest first.
        let mut own = concept.features.iter().map(|&place| &features[place]);
        let Some(feature) = own.find(|feature| feature.contribution * sign > 0.0) else {
            continue;
        };
        let mut sentence = sentence(bundle, concept, feature, lang);
        if concept.protected {
            sentence = text_with(lang, "reason-protected", [("sentence", sentence.into())]);
        }
        reasons.push(Reason {
            concept: concept.concept.clone(),
            label: concept.label.clone(),
            contribution: concept.contribution,
            points: concept.points,
            feature: feature.feature.clone(),
            value_text: feature.value_text.clone(),
            sentence,
            protected: concept.protected,
        });
    }
    reasons
}

fn sentence(
    bundle: &Bundle,
    concept: &ConceptContribution,
    feature: &FeatureContribution,
    lang: Lang,
) -> String {
    let raises = concept.contribution > 0.0;
    let comparison = feature.comparison.as_deref();
    if let Some(template) = template(bundle, concept, feature, lang) {
        return filled(&template, &feature.value_text, comparison, lang);
    }
    let label = ("label", feature.label.as_str().into());
    let value = ("value", feature.value_text.as_str().into());
    match (comparison, raises) {
        (Some(comparison), _) => {
            let key = if raises {
                "reason-raises"
            } else {
                "reason-lowers"
            };
            text_with(lang, key, [label, value, ("comparison", comparison.into())])
        }
        (None, true) => text_with(lang, "reason-raises-alone", [label, value]),
        (None, false) => text_with(lang, "reason-lowers-alone", [label, value]),
    }
}

/// Gives the recipe's own sentence with its label filled in, where there is one and it is true of
/// this client.
fn template(
    bundle: &Bundle,
    concept: &ConceptContribution,
    feature: &FeatureContribution,
    lang: Lang,
) -> Option<String> {
    let raises = concept.contribution > 0.0;
    let known = bundle
        .concepts
        .iter()
        .find(|known| known.id == concept.concept)?;
    let texts = if raises { &known.raises } else { &known.lowers };
    let template = texts.get(lang).trim();
    let place = bundle.feature(&feature.feature)?;
    if template.is_empty() || !stands_where_expected(bundle, place, &feature.value, raises) {
        return None;
    }
    Some(template.replace("{label}", bundle.features[place].label.get(lang)))
}

/// Tells whether a value is on the side from which the recipe expects this effect.
fn stands_where_expected(bundle: &Bundle, place: usize, value: &Value, raises: bool) -> bool {
    let number = match value {
        value if value.is_missing() => return false,
        Value::Number(number) => *number,
        _ => return true,
    };
    let expected = match (bundle.features[place].direction, raises) {
        (Direction::None, _) => return true,
        (Direction::Up, true) | (Direction::Down, false) => Side::High,
        (Direction::Up, false) | (Direction::Down, true) => Side::Low,
    };
    comparison::side(&bundle.reference.features[place], number) == expected
}

fn filled(template: &str, value: &str, comparison: Option<&str>, lang: Lang) -> String {
    let compares_itself = template.contains("{comparison}");
    let sentence = template
        .trim_end_matches('.')
        .replace("{value}", value)
        .replace("{comparison}", comparison.unwrap_or_default());
    let sentence = ("sentence", sentence.into());
    match comparison {
        Some(comparison) if !compares_itself => text_with(
            lang,
            "reason-compared",
            [sentence, ("comparison", comparison.into())],
        ),
        _ => text_with(lang, "reason-plain", [sentence]),
    }
}
