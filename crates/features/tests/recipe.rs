//! What holds of the built-in Home Credit recipe's features: their number, their words, their nature.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use limpide_features::spec::{Direction, Unit};
use limpide_features::{FeatureInfo, RecipeSpec, Sentence, compile, origins};
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

/// All sentences of a recipe.
fn sentences(spec: &RecipeSpec) -> Vec<&Sentence> {
    let mut found = Vec::new();
    for concept in &spec.concepts {
        found.extend([&concept.raises, &concept.lowers]);
        for telling in &concept.told_by {
            found.push(&telling.says);
            found.extend(telling.when.values());
        }
    }
    found
}

#[test]
fn a_client_is_addressed_in_words_of_their_own() {
    for name in Recipe::built_in() {
        let recipe = Recipe::open(&name).unwrap();
        let spec = RecipeSpec::open(&recipe).unwrap();
        let mut told = BTreeMap::new();
        for sentence in sentences(&spec) {
            let Sentence { fr, en, you } = sentence;
            let (to_fr, to_en) = match you {
                Some(you) => (&you.fr, &you.en),
                None => (fr, en),
            };
            for text in [to_fr, to_en] {
                let mut words = text.split(|letter: char| !letter.is_alphanumeric());
                assert!(!words.any(|word| word == "client"), "{name}: {text}");
            }
            // What tells the same of a client tells the same to the client, and nothing else does.
            for (of, to) in [(fr, to_fr), (en, to_en)] {
                assert_eq!(places(of), places(to), "{name}: {to}");
                assert_eq!(*told.entry(("of", of)).or_insert(to), to, "{name}: {of}");
                assert_eq!(*told.entry(("to", to)).or_insert(of), of, "{name}: {to}");
            }
        }
        assert!(told.len() > 100, "{name}");
    }
}

/// What stands in braces.
fn places(sentence: &str) -> Vec<&str> {
    let parts = sentence.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(place, _)| place)
        .collect()
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

#[test]
fn a_column_may_come_from_elsewhere_than_its_table() {
    let recipe = Recipe::open(RECIPE).unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    let features = features(|_| true);
    let of = |name: &str| -> Vec<String> {
        let mut known = features.iter();
        let feature = known.find(|feature| feature.name == name).unwrap();
        let origins = origins(&spec.table_words, feature);
        origins.into_iter().map(|origin| origin.label.en).collect()
    };
    assert_eq!(of("AMT_INCOME_TOTAL"), ["the loan application"]);
    assert_eq!(of("EXT_SOURCE_MEAN"), ["an external credit rating"]);
    assert_eq!(of("ACTIVE_COUNT"), ["other lenders’ records"]);
    let both = of("DEBT_ELSEWHERE_TO_INCOME");
    assert_eq!(both, ["the loan application", "other lenders’ records"]);
}
