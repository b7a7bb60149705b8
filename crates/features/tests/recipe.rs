//! What holds of the built-in Home Credit recipe's features: their number, their words, their nature.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use limpide_features::spec::{Direction, Unit};
use limpide_features::{FeatureInfo, RecipeSpec, compile};
use limpide_portfolio::Recipe;

/// The recipe as it stands on disk: a change of it needs no new build.
const RECIPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../recipes/home-credit");

/// The features over the tables that a portfolio has.
fn features(has_table: impl Fn(&str) -> bool) -> Vec<FeatureInfo> {
    let recipe = Recipe::open(RECIPE).unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    let plan = compile(&spec, &recipe.schema, has_table).unwrap();
    plan.features()
        .map(|feature| feature.info.clone())
        .collect()
}

#[test]
fn the_recipe_has_700_features_and_650_without_instalments() {
    let all = features(|_| true).len();
    let without = features(|table| table != "installments_payments").len();
    assert!(all >= 700, "{all} features");
    assert!(without >= 650, "{without} features without instalments");
}

#[test]
fn every_feature_has_its_words_in_both_languages() {
    for feature in features(|_| true) {
        for words in [&feature.label.fr, &feature.label.en] {
            let name = &feature.name;
            assert!(!words.is_empty(), "{name} has no label");
            assert_eq!(words.trim(), words, "{name}: '{words}' has a space outside");
            assert!(
                !words.contains("  "),
                "{name}: '{words}' has a double space"
            );
            assert!(
                !words.contains('\''),
                "{name}: '{words}' has a straight apostrophe"
            );
        }
    }
}

#[test]
fn french_labels_contract_and_elide() {
    let wrong = [
        " de le ",
        " de les ",
        " à le ",
        " à les ",
        " de a",
        " de e",
        " de é",
        " de i",
        " de o",
        " de u",
        " que il",
        " le a",
        " le é",
        " la a",
        " la é",
        " de la le ",
        " des les ",
    ];
    for feature in features(|_| true) {
        let label = format!(" {} ", feature.label.fr);
        for part in wrong {
            let name = &feature.name;
            assert!(
                !label.contains(part),
                "{name}: '{}' has '{part}'",
                feature.label.fr
            );
        }
    }
}

#[test]
fn no_two_features_share_a_label() {
    let mut french: BTreeMap<String, String> = BTreeMap::new();
    let mut english: BTreeMap<String, String> = BTreeMap::new();
    for feature in features(|_| true) {
        for (labels, label) in [
            (&mut french, feature.label.fr),
            (&mut english, feature.label.en),
        ] {
            if let Some(other) = labels.insert(label.clone(), feature.name.clone()) {
                panic!("{other} and {} are both '{label}'", feature.name);
            }
        }
    }
}

#[test]
fn every_concept_of_a_built_in_recipe_is_told_in_sentences() {
    for name in Recipe::built_in() {
        let recipe = Recipe::open(&name).unwrap();
        let spec = RecipeSpec::open(&recipe).unwrap();
        for concept in &spec.concepts {
            let texts = [&concept.raises, &concept.lowers];
            let are_said = texts
                .iter()
                .all(|text| !text.fr.is_empty() && !text.en.is_empty());
            assert!(are_said, "{name}: {}", concept.id);
            assert!(!concept.told_by.is_empty(), "{name}: {}", concept.id);
        }
    }
}

#[test]
fn every_feature_has_a_concept_with_a_theme() {
    let recipe = Recipe::open(RECIPE).unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    for feature in features(|_| true) {
        let concept = spec
            .concepts
            .iter()
            .find(|known| known.id == feature.concept);
        let concept = concept.unwrap_or_else(|| panic!("{} has no concept", feature.name));
        let theme = spec.themes.iter().find(|theme| theme.id == concept.theme);
        assert!(theme.is_some(), "{} has no theme", concept.id);
    }
}

#[test]
fn a_feature_made_of_age_or_family_is_protected_and_gender_is_not_read() {
    for feature in features(|_| true) {
        let reads = |column: &str| {
            let mut words = feature
                .sql
                .split(|c: char| !(c.is_alphanumeric() || c == '_'));
            words.any(|word| word == column)
        };
        let name = &feature.name;
        for column in ["DAYS_BIRTH", "NAME_FAMILY_STATUS", "CNT_CHILDREN"] {
            assert!(!reads(column) || feature.protected, "{name} reads {column}");
        }
        assert!(!reads("CODE_GENDER"), "{name} reads the gender");
    }
}

#[test]
fn features_of_every_family_have_units_and_directions() {
    let mut families: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for feature in features(|_| true) {
        let (units, directions) = families.entry(feature.family).or_default();
        *units += usize::from(feature.unit != Unit::None);
        *directions += usize::from(feature.direction != Direction::None);
    }
    for (family, (units, directions)) in families {
        assert!(units > 0, "{family} has no unit");
        assert!(directions > 0, "{family} has no direction");
    }
}
