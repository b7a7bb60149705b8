//! The sentences of explanations, from the Fluent files in `locales/`.
//!
//! Numbers reach a message already written for its language; only plural choices see the bare number.

use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::static_loader;
use limpide_model::{Lang, Text};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Sentences go into SVG, PDF and JSON, where isolating marks would show.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static FR: LanguageIdentifier = langid!("fr");
static EN: LanguageIdentifier = langid!("en");

fn identifier(lang: Lang) -> &'static LanguageIdentifier {
    match lang {
        Lang::Fr => &FR,
        Lang::En => &EN,
    }
}

/// Gives a message that takes nothing.
pub(crate) fn text(lang: Lang, key: &str) -> String {
    text_with(lang, key, [])
}

/// Gives a message that takes nothing, in both languages.
pub(crate) fn both(key: &str) -> Text {
    Text {
        fr: text(Lang::Fr, key),
        en: text(Lang::En, key),
    }
}

/// Gives a message with its places filled.
pub(crate) fn text_with<const N: usize>(
    lang: Lang,
    key: &str,
    places: [(&'static str, FluentValue<'_>); N],
) -> String {
    let places = HashMap::from(places);
    // Straight to the language: choosing one anew for each of a page's thousand messages costs more
    // than the messages do. A test holds that every key stands in both.
    LOCALES
        .lookup_single_language(identifier(lang), key, Some(&places))
        .unwrap_or_else(|_| key.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const FILES: [(Lang, &str); 2] = [
        (
            Lang::Fr,
            concat!(
                include_str!("../locales/fr/explain.ftl"),
                include_str!("../locales/fr/ways.ftl")
            ),
        ),
        (
            Lang::En,
            concat!(
                include_str!("../locales/en/explain.ftl"),
                include_str!("../locales/en/ways.ftl")
            ),
        ),
    ];

    /// Each message with the places that it fills, in order of name.
    fn messages(file: &str) -> BTreeMap<&str, Vec<&str>> {
        let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut key = "";
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((found, _)) = line
                .split_once(" = ")
                .filter(|_| !line.starts_with([' ', '}']))
            {
                key = found;
                out.insert(key, Vec::new());
            }
            for place in line.split('$').skip(1) {
                let end = place
                    .find(|c: char| !c.is_ascii_alphanumeric())
                    .unwrap_or(place.len());
                if let Some(places) = out.get_mut(key) {
                    places.push(&place[..end]);
                }
            }
        }
        for places in out.values_mut() {
            places.sort_unstable();
            places.dedup();
        }
        out
    }

    #[test]
    fn every_message_exists_in_both_languages_with_the_same_places() {
        let [french, english] = FILES.map(|(_, file)| messages(file));
        assert!(french.len() > 20, "{} messages found", french.len());
        for key in french.keys().chain(english.keys()) {
            assert!(
                french.contains_key(key) && english.contains_key(key),
                "{key} stands in one language only"
            );
        }
        for (key, places) in &french {
            // A plural of one form in one language (mois) does not need the bare count.
            let named = |places: &[&'static str]| {
                places
                    .iter()
                    .copied()
                    .filter(|p| *p != "count")
                    .collect::<Vec<_>>()
            };
            assert_eq!(named(places), named(&english[key]), "{key}");
        }
    }

    #[test]
    fn every_message_formats_with_its_places_filled() {
        for (lang, file) in FILES {
            for (key, places) in messages(file) {
                for count in [0, 1, 2, 12_345] {
                    let filled: HashMap<&str, FluentValue<'_>> = places
                        .iter()
                        .map(|place| {
                            let value = if *place == "count" {
                                count.into()
                            } else {
                                format!("<{place}>").into()
                            };
                            (*place, value)
                        })
                        .collect();
                    let shown = LOCALES
                        .lookup_single_language(identifier(lang), key, Some(&filled))
                        .unwrap_or_else(|error| panic!("{lang}: {key}: {error}"));
                    assert!(!shown.contains(['{', '}', '$']), "{lang}: {key}: {shown}");
                    assert!(
                        !shown.contains("  ") && shown.trim() == shown,
                        "{lang}: {key}: {shown:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn french_signs_never_follow_a_plain_space() {
        for sign in [" :", " ;", " ?", " !", " %"] {
            assert!(
                !FILES[0]
                    .1
                    .lines()
                    .any(|line| !line.starts_with('#') && line.contains(sign)),
                "{sign:?}"
            );
        }
    }
}
