//! The sentences of explanations, from the Fluent files in `locales/`.
//!
//! Numbers reach a message already written for its language; only plural choices see the bare number.

use std::sync::LazyLock;

use fluent_templates::FluentBundle;
use fluent_templates::fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use limpide_model::{Lang, Text};
use unic_langid::{LanguageIdentifier, langid};

/// One language's messages, straight from the library: choosing a language anew for each of a page's
/// thousand messages costs more than the messages do. Tests hold that every key stands in both
/// languages, and that every file is read.
type Messages = FluentBundle<FluentResource>;

const FRENCH: [&str; 2] = [
    include_str!("../locales/fr/explain.ftl"),
    include_str!("../locales/fr/ways.ftl"),
];
const ENGLISH: [&str; 2] = [
    include_str!("../locales/en/explain.ftl"),
    include_str!("../locales/en/ways.ftl"),
];

static FR: LazyLock<Messages> = LazyLock::new(|| messages(langid!("fr"), FRENCH));
static EN: LazyLock<Messages> = LazyLock::new(|| messages(langid!("en"), ENGLISH));

fn messages(language: LanguageIdentifier, files: [&str; 2]) -> Messages {
    let mut messages = Messages::new_concurrent(vec![language]);
    // Sentences go into SVG, PDF and JSON, where isolating marks would show.
    messages.set_use_isolating(false);
    for file in files {
        let read = FluentResource::try_new(file.to_owned());
        messages.add_resource_overriding(read.unwrap_or_else(|(read, _)| read));
    }
    messages
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

/// Gives a message with its places filled; the key itself where there is none.
pub(crate) fn text_with<const N: usize>(
    lang: Lang,
    key: &str,
    places: [(&'static str, FluentValue<'_>); N],
) -> String {
    let places = (N > 0).then(|| FluentArgs::from_iter(places));
    written(lang, key, places.as_ref()).unwrap_or_else(|| key.to_owned())
}

fn written(lang: Lang, key: &str, places: Option<&FluentArgs<'_>>) -> Option<String> {
    let messages = match lang {
        Lang::Fr => &FR,
        Lang::En => &EN,
    };
    let pattern = messages.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = messages.format_pattern(pattern, places, &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::*;

    fn files() -> [(Lang, String); 2] {
        [(Lang::Fr, FRENCH.concat()), (Lang::En, ENGLISH.concat())]
    }

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
        let files = files();
        let [french, english] = [&files[0].1, &files[1].1].map(|file| messages(file));
        assert!(french.len() > 20, "{} messages found", french.len());
        for key in french.keys().chain(english.keys()) {
            assert!(
                french.contains_key(key) && english.contains_key(key),
                "{key} stands in one language only"
            );
        }
        for (key, places) in &french {
            // A plural of one form in one language (mois) does not need the bare count.
            let [french, english] = [places, &english[key]].map(|places| {
                let named = places.iter().copied().filter(|place| *place != "count");
                named.collect::<Vec<_>>()
            });
            assert_eq!(french, english, "{key}");
        }
    }

    #[test]
    fn every_file_is_read() {
        let folders = [("fr", FRENCH), ("en", ENGLISH)];
        for (folder, read) in folders {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("locales")
                .join(folder);
            let entries = fs::read_dir(folder).unwrap();
            let there: BTreeSet<_> = entries
                .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
                .collect();
            assert_eq!(there, read.map(str::to_owned).into());
            for file in read {
                FluentResource::try_new(file.to_owned()).unwrap();
            }
        }
    }

    #[test]
    fn every_message_formats_with_its_places_filled() {
        for (lang, file) in files() {
            for (key, places) in messages(&file) {
                for count in [0, 1, 2, 12_345] {
                    let mut filled = FluentArgs::new();
                    for &place in &places {
                        match place {
                            "count" => filled.set(place, count),
                            _ => filled.set(place, format!("<{place}>")),
                        }
                    }
                    let shown = written(lang, key, Some(&filled));
                    let shown = shown.unwrap_or_else(|| panic!("{lang}: {key}"));
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
        let french = FRENCH.concat();
        let lines = french.lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            for sign in [" :", " ;", " ?", " !", " %"] {
                assert!(!line.contains(sign), "{line}");
            }
        }
    }
}
