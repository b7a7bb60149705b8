//! Features folded into what people have words for: concepts, and themes above them.

use std::collections::HashMap;

use limpide_model::{Bundle, Concept, Lang, Telling};
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
#[inline]
pub(crate) fn counts(contribution: f64) -> bool {
    contribution.abs() > ADDITIVITY_LIMIT
}

/// Gives a contribution's size without its rounding, so that equal sizes tie on every machine.
#[inline]
pub(crate) fn size(contribution: f64) -> f64 {
    (contribution.abs() / ADDITIVITY_LIMIT).round()
}

/// Where a bundle's features and concepts find each other, looked up once.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    /// Each feature's concept, by number, and whether the law protects people from being judged on
    /// the feature.
    of_feature: Vec<(usize, bool)>,
    /// Each concept, by number.
    concepts: Vec<Outlined>,
}

/// A concept that features name.
#[derive(Debug, Clone)]
struct Outlined {
    /// Its place among the bundle's concepts; `None` where the bundle does not describe it.
    place: Option<usize>,
    /// The features that its tellings name; `None` for a name that no feature of its own has.
    told_by: Vec<Option<usize>>,
    /// How many features name it.
    features: usize,
}

impl Outline {
    pub fn new(bundle: &Bundle) -> Self {
        let names = bundle.features.iter().map(|feature| feature.name.as_str());
        let features: HashMap<&str, usize> = names.zip(0..).collect();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut concepts = Vec::new();
        let mut number = |id| {
            *numbers.entry(id).or_insert_with(|| {
                let place = bundle.concepts.iter().position(|known| known.id == id);
                let tellings = place.map_or(&[] as &[Telling], |at| &bundle.concepts[at].told_by);
                let feature = |telling: &Telling| {
                    let found = features.get(telling.feature.as_str()).copied();
                    found.filter(|&place| bundle.features[place].concept == id)
                };
                let named = bundle.features.iter().filter(|one| one.concept == id);
                concepts.push(Outlined {
                    place,
                    told_by: tellings.iter().map(feature).collect(),
                    features: named.count(),
                });
                concepts.len() - 1
            })
        };
        let features = bundle.features.iter();
        let of_feature = features.map(|one| (number(&*one.concept), one.protected));
        Self {
            of_feature: of_feature.collect(),
            concepts,
        }
    }
}

/// A concept by what its features weigh together. As with features, its words are made when they
/// are asked for.
pub(crate) struct WeighedConcept<'a> {
    /// Its largest feature.
    largest: Weighed<'a>,
    /// What the bundle says of it; `None` where it does not describe it.
    pub known: Option<&'a Concept>,
    told_by: &'a [Option<usize>],
    /// Sum over its features, in log-odds.
    pub contribution: f64,
    /// What it moves the probability by in the waterfall's order; 0 until the waterfall is climbed.
    pub points: f64,
    /// Its features' places among all, ordered by size.
    pub features: Vec<usize>,
    /// Whether a protected characteristic is among the features that count here.
    pub protected: bool,
}

impl<'a> WeighedConcept<'a> {
    #[inline]
    pub fn id(&self) -> &'a str {
        &self.largest.feature().concept
    }

    /// What people call it: as its largest feature where the bundle does not describe it.
    pub fn label(&self) -> String {
        let known = self.known.map(|known| known.label.get(self.largest.lang()));
        known.map_or_else(|| self.largest.capitalised_label(), str::to_owned)
    }

    /// The features' tellings in order of preference, each with its feature's place in the bundle.
    pub fn tellings(&self) -> impl Iterator<Item = (&'a Telling, usize)> + use<'a> {
        let tellings = self.known.map_or(&[] as &[Telling], |known| &known.told_by);
        let placed = tellings.iter().zip(self.told_by);
        placed.filter_map(|(telling, place)| Some((telling, (*place)?)))
    }

    /// All of it, in words.
    pub fn described(&self) -> ConceptContribution {
        ConceptContribution {
            concept: self.id().to_owned(),
            theme: self
                .known
                .map_or_else(String::new, |known| known.theme.clone()),
            label: self.label(),
            contribution: self.contribution,
            points: self.points,
            features: self.features.clone(),
            protected: self.protected,
        }
    }
}

/// Folds features, ordered by size, into concepts ordered by size.
pub(crate) fn weighed<'a>(
    bundle: &'a Bundle,
    outline: &'a Outline,
    features: &[Weighed<'a>],
) -> Vec<WeighedConcept<'a>> {
    let mut found: Vec<WeighedConcept<'a>> = Vec::with_capacity(outline.concepts.len());
    let mut places: Vec<Option<usize>> = vec![None; outline.concepts.len()];
    for (place, &feature) in features.iter().enumerate() {
        let (number, is_protected) = outline.of_feature[feature.place()];
        let at = *places[number].get_or_insert_with(|| {
            let outlined = &outline.concepts[number];
            found.push(WeighedConcept {
                largest: feature,
                known: outlined.place.map(|place| &bundle.concepts[place]),
                told_by: &outlined.told_by,
                contribution: 0.0,
                points: 0.0,
                features: Vec::with_capacity(outlined.features),
                protected: false,
            });
            found.len() - 1
        });
        let concept = &mut found[at];
        concept.contribution += feature.contribution;
        concept.features.push(place);
        concept.protected |= is_protected && counts(feature.contribution);
    }
    found.sort_by(|a, b| {
        size(b.contribution)
            .total_cmp(&size(a.contribution))
            .then_with(|| a.id().cmp(b.id()))
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
