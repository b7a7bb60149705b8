//! A recipe's sentences: what concepts say when they raise or lower the risk, and what their plain
//! features say of a client.

use std::collections::BTreeMap;

use limpide_portfolio::Recipe;

use crate::check::feature_names;
use crate::faults::{Faults, nearest_of};
use crate::spec::{Family, REASONS as FILE, RecipeSpec, Sentence, Telling};

/// What a sentence may hold in braces.
const PLACES: [&str; 3] = ["value", "label", "comparison"];

/// Checks that every sentence stands in both languages and holds known places only, and that what
/// a concept is told by are features of its own.
pub(crate) fn check(recipe: &Recipe, spec: &RecipeSpec, faults: &mut Faults) {
    let features = features(spec);
    let known = || spec.concepts.iter().map(|concept| concept.id.as_str());
    for (id, reasons) in &spec.reasons {
        if !known().any(|known| known == id) {
            let near = nearest_of(id, known());
            let place = recipe.place(FILE, &[id]);
            faults.add(&place, format!("unknown concept {id}{near}"));
            continue;
        }
        let what = format!("the concept {id}");
        for (key, text) in [("raises", &reasons.raises), ("lowers", &reasons.lowers)] {
            sentence(recipe, &[id, key], &format!("{what}, {key},"), text, faults);
        }
        for (index, telling) in reasons.told_by.iter().enumerate() {
            let (index, name) = (index.to_string(), &telling.feature);
            let path = [id, "told_by", &index];
            let what = format!("{what}, told by {name}");
            let mut fault = |key: &[&str], reason: String| {
                let place = recipe.place(FILE, &[&path[..], key].concat());
                faults.add(&place, format!("{what}: {reason}"));
            };
            if let Some(reason) = stranger(id, telling, &features) {
                fault(&["feature"], reason);
            }
            let mut others = reasons.told_by.iter();
            let first = others.find(|other| other.feature == *name);
            if first.is_some_and(|first| !std::ptr::eq(first, telling)) {
                fault(&["feature"], "stands twice".to_owned());
            }
            if telling.says == Sentence::default() && telling.when.is_empty() {
                let reason = "says nothing: add says = { fr = \"…\", en = \"…\" }";
                fault(&[], reason.to_owned());
            }
            let says = [&path[..], &["says"]].concat();
            sentence(recipe, &says, &format!("{what},"), &telling.says, faults);
            for (value, text) in &telling.when {
                let path = [&path[..], &["when", value]].concat();
                let what = format!("{what}, when {value},");
                sentence(recipe, &path, &what, text, faults);
            }
        }
    }
}

/// Each feature's concept; `None` for a learned one, which may belong to any.
fn features(spec: &RecipeSpec) -> BTreeMap<String, Option<&str>> {
    let mut found = BTreeMap::new();
    for family in &spec.parsed {
        for (name, path) in feature_names(family) {
            found.insert(name, concept_of(family, &path));
        }
    }
    for (name, _) in spec.learned.names() {
        found.insert(name, None);
    }
    found
}

fn concept_of<'a>(family: &'a Family, path: &[String]) -> Option<&'a str> {
    let index: usize = path.get(1)?.parse().ok()?;
    if path.first().is_some_and(|key| key == "column") {
        return Some(&family.columns.get(index)?.concept);
    }
    Some(&family.subsets.get(index)?.count.as_ref()?.concept)
}

/// Why a feature cannot tell of a concept, if it cannot.
fn stranger(
    concept: &str,
    telling: &Telling,
    features: &BTreeMap<String, Option<&str>>,
) -> Option<String> {
    match features.get(&telling.feature) {
        None => {
            let near = nearest_of(&telling.feature, features.keys().map(String::as_str));
            Some(format!("unknown feature{near}"))
        }
        Some(Some(other)) if *other != concept => {
            Some(format!("the feature belongs to the concept {other}"))
        }
        Some(_) => None,
    }
}

/// A sentence that is given is given in both languages, and its braces hold places that are known.
fn sentence(recipe: &Recipe, path: &[&str], what: &str, given: &Sentence, faults: &mut Faults) {
    if *given == Sentence::default() {
        return;
    }
    let mut texts: Vec<(&[&str], _, _)> = vec![
        (&["fr"], "French", &given.fr),
        (&["en"], "English", &given.en),
    ];
    if let Some(you) = &given.you {
        texts.push((&["you", "fr"], "French, said to the client", &you.fr));
        texts.push((&["you", "en"], "English, said to the client", &you.en));
    }
    for (key, name, sentence) in texts {
        let place = recipe.place(FILE, &[path, key].concat());
        if sentence.trim().is_empty() {
            let key = key.join(".");
            faults.add(&place, format!("{what} has no sentence in {name} ({key})"));
        }
        for found in places(sentence) {
            let reason = match found {
                Ok(found) if PLACES.contains(&found) => continue,
                Ok(found) => {
                    let near = nearest_of(found, PLACES);
                    format!("unknown place {{{found}}}{near}")
                }
                Err(brace) => format!("a brace {brace} without its other half"),
            };
            faults.add(&place, format!("{what} in {name}: {reason}"));
        }
    }
}

/// What stands in braces, or the first brace that stands alone.
fn places(sentence: &str) -> Vec<Result<&str, char>> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some(at) = rest.find(['{', '}']) {
        let inside = &rest[at + 1..];
        if rest[at..].starts_with('}') {
            found.push(Err('}'));
            break;
        }
        match inside.find(['{', '}']) {
            Some(end) if inside[end..].starts_with('}') => {
                found.push(Ok(&inside[..end]));
                rest = &inside[end + 1..];
            }
            _ => {
                found.push(Err('{'));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_hold_places_or_stand_alone() {
        assert_eq!(
            places("Since {value}, {label}."),
            [Ok("value"), Ok("label")]
        );
        assert_eq!(places("{value"), [Err('{')]);
        assert_eq!(places("a {b{value}"), [Err('{')]);
        assert_eq!(places("{value} or}"), [Ok("value"), Err('}')]);
        assert_eq!(places("no brace"), []);
    }
}
