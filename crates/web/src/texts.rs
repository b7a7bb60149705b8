//! The pages' words in French and English, from the Fluent files under `locales/`.
//!
//! Numbers reach a text already written for its language, except where a plural must be chosen.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader, static_loader};
use limpide_model::Lang;
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "fr",
        // The marks around inserted words would end up in titles and attributes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts {
    pub(crate) lang: Lang,
}

impl Texts {
    /// The words of a language.
    pub(crate) fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// A text without places.
    pub(crate) fn get(&self, key: &str) -> String {
        LOCALES.lookup(&identifier(self.lang), key)
    }

    /// A text with words put in its places.
    pub(crate) fn with(&self, key: &str, words: &[(&'static str, &str)]) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = words
            .iter()
            .map(|&(place, word)| (Cow::Borrowed(place), FluentValue::from(word)))
            .collect();
        LOCALES.lookup_with_args(&identifier(self.lang), key, &arguments)
    }

    /// A text whose form depends on a count; `n` chooses it and `count` is how it is written.
    pub(crate) fn plural(&self, key: &str, n: usize, written: &str) -> String {
        let arguments = HashMap::from([
            (Cow::Borrowed("n"), FluentValue::from(n)),
            (Cow::Borrowed("count"), FluentValue::from(written)),
        ]);
        LOCALES.lookup_with_args(&identifier(self.lang), key, &arguments)
    }
}

fn identifier(lang: Lang) -> LanguageIdentifier {
    match lang {
        Lang::Fr => langid!("fr"),
        Lang::En => langid!("en"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn keys(file: &str) -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        fs::read_to_string(path)
            .unwrap()
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    fn sources(folder: PathBuf, texts: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(path, texts);
            } else {
                texts.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_text_exists_in_both_languages() {
        let french = keys("locales/fr/web.ftl");
        assert!(french.len() > 30, "{}", french.len());
        assert_eq!(french, keys("locales/en/web.ftl"));
    }

    #[test]
    fn every_text_used_exists_and_every_text_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut used = String::new();
        sources(root.join("src"), &mut used);
        sources(root.join("templates"), &mut used);
        let known = keys("locales/fr/web.ftl");
        for call in ["texts.get(\"", "texts.with(\"", "texts.plural(\""] {
            for rest in used.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                if key.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !key.is_empty() {
                    assert!(known.contains(key), "no text {key:?}");
                }
            }
        }
        for key in known {
            let stem = key.trim_end_matches("-title").trim_end_matches("-text");
            let slug = stem.trim_start_matches("error-");
            assert!(
                used.contains(&format!("\"{key}\"")) || used.contains(&format!("\"{slug}\"")),
                "text {key:?} is used nowhere"
            );
        }
    }

    #[test]
    fn french_signs_stand_after_a_space_that_does_not_break() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/fr/web.ftl");
        for line in fs::read_to_string(path).unwrap().lines() {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            for sign in [" ;", " :", " !", " ?", " %"] {
                assert!(line.starts_with('#') || !text.contains(sign), "{line}");
            }
        }
    }

    #[test]
    fn a_language_speaks_its_own_words() {
        assert_eq!(Texts::new(Lang::Fr).get("sign-in"), "Se connecter");
        assert_eq!(Texts::new(Lang::En).get("sign-in"), "Sign in");
    }
}
