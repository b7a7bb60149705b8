//! What a person may narrow clients by when one is compared with others.

use limpide_portfolio::Recipe;
use serde::{Deserialize, Serialize};

use crate::check::feature_names;
use crate::faults::{Faults, nearest_of};
use crate::spec::{FamilyKind, RecipeSpec, Text};

const FILE: &str = "recipe.toml";

/// A feature that clients may be narrowed by: a number by its bands, a category by its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// What it is asked for by.
    pub name: String,
    /// What people call it.
    #[serde(default)]
    pub label: Text,
    /// The feature.
    pub feature: String,
    /// Bands of a number, which must not overlap; none for a category.
    #[serde(default, rename = "band", skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
}

/// A range of numbers, in the feature's unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// What it is asked for by.
    pub name: String,
    /// The least number in it; no end below if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// The least number above it; no end above if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// What people call it.
    #[serde(default)]
    pub label: Text,
}

/// Checks what a recipe says of its filters.
pub(crate) fn check(recipe: &Recipe, spec: &RecipeSpec, faults: &mut Faults) {
    let families = spec.parsed.iter();
    let named: Vec<String> = families.flat_map(feature_names).map(|(n, _)| n).collect();
    for (place, filter) in spec.filters.iter().enumerate() {
        let what = format!("the filter {}", filter.name);
        let index = place.to_string();
        let mut fault = |keys: &[&str], reason: String| {
            let path = [&["filter", &index], keys].concat();
            faults.add(&recipe.place(FILE, &path), format!("{what}{reason}"));
        };
        label(&filter.label, &["label"], &mut fault);
        if spec.filters[..place]
            .iter()
            .any(|other| other.name == filter.name)
        {
            fault(&["name"], " stands twice".to_owned());
        }
        if !is_word(&filter.name) {
            fault(
                &["name"],
                ": its name must be of letters, digits, - and _".to_owned(),
            );
        }
        if !named.contains(&filter.feature) {
            let near = nearest_of(&filter.feature, named.iter().map(String::as_str));
            let reason = format!(": unknown feature {}{near}", filter.feature);
            fault(&["feature"], reason);
            continue;
        }
        match (is_category(spec, &filter.feature), filter.bands.is_empty()) {
            (true, false) => {
                let reason = format!(": {} holds categories, which have no bands", filter.feature);
                fault(&["band"], reason);
            }
            (false, true) => {
                let reason = format!(
                    ": {} holds numbers: add bands, such as band = [{{ name = \"low\", to = 10, \
                     label = {{ fr = \"…\", en = \"…\" }} }}]",
                    filter.feature
                );
                fault(&["feature"], reason);
            }
            _ => bands(&filter.bands, &mut fault),
        }
    }
}

fn bands(bands: &[Band], fault: &mut impl FnMut(&[&str], String)) {
    let ends = |band: &Band| {
        let from = band.from.unwrap_or(f64::NEG_INFINITY);
        (from, band.to.unwrap_or(f64::INFINITY))
    };
    for (place, band) in bands.iter().enumerate() {
        let index = place.to_string();
        label(&band.label, &["band", &index, "label"], fault);
        let at = ["band", &index, "name"];
        let (from, to) = ends(band);
        if from.is_nan() || to.is_nan() || from >= to {
            fault(
                &at,
                format!(": the band {} is empty: from must lie below to", band.name),
            );
        }
        if band.name == "same" || !is_word(&band.name) {
            let reason = format!(
                ": the band '{}' needs a name of letters, digits, - and _ that is not 'same'",
                band.name
            );
            fault(&at, reason);
        }
        for other in &bands[..place] {
            let (low, high) = ends(other);
            if other.name == band.name {
                fault(&at, format!(": the band {} stands twice", band.name));
            } else if from < high && low < to {
                let reason = format!(": the bands {} and {} overlap", other.name, band.name);
                fault(&at, reason);
            }
        }
    }
}

fn label(label: &Text, keys: &[&str], fault: &mut impl FnMut(&[&str], String)) {
    if label.fr.trim().is_empty() || label.en.trim().is_empty() {
        let reason = " needs a label in both languages: label = { fr = \"…\", en = \"…\" }";
        fault(keys, reason.to_owned());
    }
}

fn is_word(name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    !name.is_empty() && name.chars().all(is_part)
}

fn is_category(spec: &RecipeSpec, feature: &str) -> bool {
    let rows = spec
        .parsed
        .iter()
        .filter(|family| family.kind == FamilyKind::Row);
    let mut columns = rows.flat_map(|family| &family.columns);
    columns.any(|column| column.name == feature && column.category)
}
