//! Features folded into what people have words for: concepts, and themes above them.

use std::collections::HashMap;

use limpide_model::{Bundle, Lang};
use serde::{Deserialize, Serialize};

use crate::contributions::ADDITIVITY_LIMIT;
use crate::weighed::Weighed;

/// Holds what one concept's features add to the margin together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConceptContribution {
    /// The concept's id.
    pub concept: String,
    /// The id of its theme.
    pub theme: String,
    /// What people call it.
    pub label: String,
    /// Sum over its features, in log-odds.
    pub contribution: f64,
    /// What it moves the probability by in the waterfall's order (0.052 for 5.2 points).
    pub points: f64,
    /// Its features' places in the explanation's contributions, the largest first.
    pub features: Vec<usize>,
    /// Whether a protected characteristic is among the features that count here.
    pub protected: bool,
}

/// Holds what one theme's concepts add to the margin together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThemeContribution {
    /// The theme's id.
    pub theme: String,
    /// What people call it.
    pub label: String,
    /// Sum over its concepts, in log-odds.
    pub contribution: f64,
    /// What its concepts move the probability by, summed.
    pub points: f64,
    /// Its concepts' places in the explanation's concepts, the largest first.
    pub concepts: Vec<usize>,
}

/// Tells whether a contribution is more than rounding.
pub(crate) fn counts(contribution: f64) -> bool {
    contribution.abs() > ADDITIVITY_LIMIT
}

/// Gives a contribution's size without its rounding, so that equal sizes tie on every machine.
pub(crate) fn size(contribution: f64) -> f64 {
    (contribution.abs() / ADDITIVITY_LIMIT).round()
}

/// Numbers the concepts of a bundle's features, feature by feature: the same concept, the same number.
pub(crate) fn numbers(bundle: &Bundle) -> Vec<usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let concepts = bundle.features.iter().map(|feature| &feature.concept);
    concepts
        .map(|concept| {
            let next = known.len();
            *known.entry(concept).or_insert(next)
        })
        .collect()
}

/// Folds features, ordered by size, into concepts ordered by size; their points are still 0.
///
/// A concept that the bundle does not describe is called by the label of its largest feature.
pub(crate) fn concepts(
    bundle: &Bundle,
    numbers: &[usize],
    features: &[Weighed<'_>],
    lang: Lang,
) -> Vec<ConceptContribution> {
    let mut found: Vec<ConceptContribution> = Vec::new();
    let mut places: Vec<Option<usize>> = vec![None; numbers.len()];
    for (place, weighed) in features.iter().enumerate() {
        let feature = weighed.feature();
        let at = *places[numbers[weighed.place()]].get_or_insert_with(|| {
            let mut known = bundle.concepts.iter();
            let known = known.find(|concept| concept.id == feature.concept);
            found.push(ConceptContribution {
                concept: feature.concept.clone(),
                theme: known
                    .map(|concept| concept.theme.clone())
                    .unwrap_or_default(),
                label: known.map_or_else(
                    || weighed.capitalised_label(),
                    |concept| concept.label.get(lang).to_owned(),
                ),
                contribution: 0.0,
                points: 0.0,
                features: Vec::new(),
                protected: false,
            });
            found.len() - 1
        });
        let concept = &mut found[at];
        concept.contribution += weighed.contribution;
        concept.features.push(place);
        concept.protected |= feature.protected && counts(weighed.contribution);
    }
    found.sort_by(|a, b| {
        size(b.contribution)
            .total_cmp(&size(a.contribution))
            .then_with(|| a.concept.cmp(&b.concept))
    });
    found
}

/// Folds concepts, ordered by size, into themes ordered by size.
pub(crate) fn themes(
    bundle: &Bundle,
    concepts: &[ConceptContribution],
    lang: Lang,
) -> Vec<ThemeContribution> {
    let mut found: Vec<ThemeContribution> = Vec::new();
    for (place, concept) in concepts.iter().enumerate() {
        let at = match found.iter().position(|theme| theme.theme == concept.theme) {
            Some(at) => at,
            None => {
                let known = bundle.themes.iter().find(|theme| theme.id == concept.theme);
                found.push(ThemeContribution {
                    theme: concept.theme.clone(),
                    label: known.map_or_else(
                        || concept.theme.clone(),
                        |theme| theme.label.get(lang).to_owned(),
                    ),
                    contribution: 0.0,
                    points: 0.0,
                    concepts: Vec::new(),
                });
                found.len() - 1
            }
        };
        let theme = &mut found[at];
        theme.contribution += concept.contribution;
        theme.points += concept.points;
        theme.concepts.push(place);
    }
    found.sort_by(|a, b| {
        size(b.contribution)
            .total_cmp(&size(a.contribution))
            .then_with(|| a.theme.cmp(&b.theme))
    });
    found
}
