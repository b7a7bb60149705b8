//! What counts most in what a model does over all clients: features by their mean size, and what is lost where a
//! concept's values are mixed up.

use limpide_explain::global::MOST_FEATURES;
use limpide_model::Lang;

use super::behind_global as tables;
use super::facts::concept;
use super::of_global::{self, Subject};
use super::words::pick;
use super::{Figure, Table};

/// The features that count most.
pub fn features(subject: &Subject<'_>, lang: Lang) -> Figure {
    let name = |id: &str| tables::feature(subject.bundle, id, lang);
    let title = pick(
        lang,
        "Les variables qui comptent le plus",
        "The features that count most",
    );
    let all = &subject.global.features;
    let leading = &all[..all.len().min(MOST_FEATURES)];
    let what = pick(lang, "Variable", "Feature");
    let table = tables::strengths(subject, title, what, leading, name, lang);
    of_global::strengths("features", title, leading, name, table, lang)
}

/// What is lost without a concept, and a table of the same for features; `None` where no outcome was known.
pub fn mixed_up(subject: &Subject<'_>, lang: Lang) -> Option<(Figure, Table)> {
    let found = subject.global.permutation.as_ref()?;
    let concept_name = |id: &str| concept(subject.bundle, id, lang).to_owned();
    let feature_name = |id: &str| tables::feature(subject.bundle, id, lang);
    let caption = pick(
        lang,
        "Les concepts, mélangés un à un",
        "The concepts, mixed up one by one",
    );
    let table = tables::losses(caption, &found.concepts, concept_name, lang);
    let figure = of_global::losses(subject, &found.concepts, table, lang);
    let caption = pick(
        lang,
        "Les variables, mélangées une à une",
        "The features, mixed up one by one",
    );
    let table = tables::losses(caption, &found.features, feature_name, lang);
    Some((figure, table))
}
