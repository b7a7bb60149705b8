//! The catalogue in the terminal: all features as a table, or one in full.

use limpide_explain::format;
use limpide_features::{Catalogue, FeatureInfo, Role};
use limpide_model::Lang;

use super::page::{columns, facts, get, spread};
use super::words;
use crate::context::table;

/// All features: name, concept, missing share, median.
pub fn all(catalogue: &Catalogue, lang: Lang) -> String {
    let words = words::words(lang);
    let head = ["", words.concept, words.missing_head, words.median];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for info in &catalogue.features {
        let median = info.quantiles.get(&50);
        rows.push(vec![
            info.name.clone(),
            concept(catalogue, info, lang).to_owned(),
            format::percent(info.missing_share, lang),
            median.map_or_else(String::new, |value| format::plain(*value, lang)),
        ]);
    }
    table(&rows)
}

/// One feature in full.
pub fn one(catalogue: &Catalogue, info: &FeatureInfo, lang: Lang) -> String {
    let words = words::words(lang);
    let learned = catalogue
        .learned_features()
        .any(|other| other.name == info.name);
    let label = format::capitalised(get(&info.label, lang));
    let theme = catalogue.themes.iter().find(|theme| theme.id == info.theme);
    let theme = theme.map_or("", |theme| get(&theme.label, lang));
    let mut text = format!(
        "{}\n{label}\n{theme} · {}\n{}\n",
        info.name,
        concept(catalogue, info, lang),
        facts(info, learned, lang)
    );
    for (is_so, mark) in [
        (learned, words.learned),
        (info.protected, words.protected),
        (info.actionable, words.actionable),
    ] {
        if is_so {
            text.push_str(&format!("{mark}\n"));
        }
    }
    for (head, role) in [(words.values_of, Role::Value), (words.rows_by, Role::Rows)] {
        for columns in columns(info, role) {
            text.push_str(&format!("{head} {columns}\n"));
        }
    }
    text.push_str(&format!("{} {}\n", words.formula, info.sql));
    for (name, sql) in &info.computed {
        text.push_str(&format!("  {} {name} = {sql}\n", words.where_is));
    }
    let rows = spread(info, lang);
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(name, value)| vec![name, value])
        .collect();
    text.push_str(&table(&rows));
    text
}

fn concept<'a>(catalogue: &'a Catalogue, info: &'a FeatureInfo, lang: Lang) -> &'a str {
    let concept = catalogue.concepts.iter().find(|c| c.id == info.concept);
    concept.map_or(info.concept.as_str(), |concept| get(&concept.label, lang))
}
