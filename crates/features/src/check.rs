//! A recipe's words and names: labels in both languages, concepts, themes, subsets, vocabulary.

use std::collections::BTreeMap;

use limpide_portfolio::{Place, Recipe};

use crate::aggregates::{AggregateSource, aggregates_of};
use crate::faults::{Faults, nearest_of};
use crate::sentences;
use crate::spec::{
    Aggregate, Column, Family, FamilyKind, RecipeSpec, Subset, Text, VOCABULARY, family_file,
};

/// Checks what a recipe says, apart from its SQL.
pub(crate) fn check(recipe: &Recipe, spec: &RecipeSpec, faults: &mut Faults) {
    let mut checker = Checker {
        recipe,
        spec,
        faults,
    };
    checker.themes_and_concepts();
    checker.values();
    checker.vocabulary();
    for family in &spec.parsed {
        checker.family(family);
    }
    checker.names();
    checker.display();
    sentences::check(recipe, spec, faults);
}

/// The names of all features that a recipe can give, with the keys that lead to what makes them.
pub(crate) fn feature_names(family: &Family) -> Vec<(String, Vec<String>)> {
    let column =
        |index: usize, key: &str| vec!["column".to_owned(), index.to_string(), key.to_owned()];
    if family.kind != FamilyKind::Aggregate {
        let columns = family.columns.iter().enumerate();
        return columns
            .map(|(index, found)| (found.name.clone(), column(index, "name")))
            .collect();
    }
    let place = |of: &Column| family.columns.iter().position(|c| std::ptr::eq(c, of));
    let mut names = Vec::new();
    for (index, subset) in family.subsets.iter().enumerate() {
        for feature in aggregates_of(family, subset) {
            let path = match feature.source {
                AggregateSource::Count(_) => {
                    vec!["subset".to_owned(), index.to_string(), "count".to_owned()]
                }
                AggregateSource::Column(of, _) => column(place(of).unwrap_or(0), "aggregates"),
                AggregateSource::Share(of, share) => {
                    let mut path = column(place(of).unwrap_or(0), "shares");
                    let share = of.shares.iter().position(|s| std::ptr::eq(s, share));
                    path.push(share.unwrap_or(0).to_string());
                    path
                }
            };
            names.push((feature.name, path));
        }
    }
    names
}

/// A column's aggregates in any subset.
pub(crate) fn all_aggregates(column: &Column) -> impl Iterator<Item = &Aggregate> {
    let also = column.also.iter().flat_map(|also| &also.aggregates);
    column.aggregates.iter().chain(also)
}

fn twice(what: &str, first: &Place) -> String {
    format!("{what} stands twice: first in {first}")
}

struct Checker<'a> {
    recipe: &'a Recipe,
    spec: &'a RecipeSpec,
    faults: &'a mut Faults,
}

impl Checker<'_> {
    fn fault(&mut self, file: &str, path: &[&str], reason: String) {
        let place = self.recipe.place(file, path);
        self.faults.add(&place, reason);
    }

    /// Both languages, and something in each.
    fn label(&mut self, file: &str, path: &[&str], what: &str, label: &Text) {
        let is_empty = |text: &str| text.trim().is_empty();
        let reason = match (is_empty(&label.fr), is_empty(&label.en)) {
            (false, false) => return,
            (true, true) => "has no label: add label = { fr = \"…\", en = \"…\" }",
            (true, false) => "has no label in French (fr)",
            (false, true) => "has no label in English (en)",
        };
        self.fault(file, path, format!("{what} {reason}"));
    }

    fn themes_and_concepts(&mut self) {
        const FILE: &str = "recipe.toml";
        let spec = self.spec;
        self.label(FILE, &["title"], "the lender", &spec.title);
        let mut themes: Vec<&str> = Vec::new();
        for (index, theme) in spec.themes.iter().enumerate() {
            let path = ["theme", &index.to_string(), "label"];
            let what = format!("the theme {}", theme.id);
            self.label(FILE, &path, &what, &theme.label);
            if themes.contains(&theme.id.as_str()) {
                self.fault(FILE, &path[..2], format!("{what} stands twice"));
            }
            themes.push(&theme.id);
        }
        let mut concepts: Vec<&str> = Vec::new();
        for (index, concept) in spec.concepts.iter().enumerate() {
            let index = index.to_string();
            let path = ["concept", &index, "label"];
            let what = format!("the concept {}", concept.id);
            self.label(FILE, &path, &what, &concept.label);
            if concepts.contains(&concept.id.as_str()) {
                self.fault(FILE, &path[..2], format!("{what} stands twice"));
            }
            concepts.push(&concept.id);
            if !themes.contains(&concept.theme.as_str()) {
                let near = nearest_of(&concept.theme, themes.iter().copied());
                let reason = format!("{what}: unknown theme {}{near}", concept.theme);
                self.fault(FILE, &["concept", &index, "theme"], reason);
            }
        }
    }

    fn values(&mut self) {
        for (value, words) in &self.spec.values {
            let what = format!("the value '{value}'");
            self.label("values.toml", &[value], &what, words);
        }
    }

    /// The vocabulary is that of columns of texts that are there.
    fn vocabulary(&mut self) {
        let tables = &self.recipe.schema.tables;
        for (name, columns) in &self.spec.vocabulary {
            let Some(table) = tables.iter().find(|table| table.name == *name) else {
                let near = nearest_of(name, tables.iter().map(|table| table.name.as_str()));
                self.fault(VOCABULARY, &[name], format!("unknown table {name}{near}"));
                continue;
            };
            for column in columns.keys() {
                if !table.texts.contains(column) {
                    let near = nearest_of(column, table.texts.iter().map(String::as_str));
                    let reason = format!("{column} is no column of texts of {name}{near}");
                    self.fault(VOCABULARY, &[name, column], reason);
                }
            }
        }
    }

    fn family(&mut self, family: &Family) {
        let file = family_file(&family.name);
        for (index, subset) in family.subsets.iter().enumerate() {
            let same = |other: &Subset| other.prefix == subset.prefix;
            let first = family.subsets.iter().position(same).unwrap_or(index);
            let (is_first, first) = (first == index, first.to_string());
            let index = index.to_string();
            let what = format!("the subset {}", subset.prefix);
            self.label(&file, &["subset", &index, "label"], &what, &subset.label);
            if !is_first {
                let first = self.recipe.place(&file, &["subset", &first, "prefix"]);
                let path = ["subset", &index, "prefix"];
                self.fault(&file, &path, twice(&what, &first));
            }
            if let Some(count) = &subset.count {
                let path = ["subset", &index, "count", "concept"];
                self.concept(&file, &path, &what, &count.concept);
            }
        }
        if let Some(time) = &family.time {
            self.label(&file, &["time", "per"], "the time", &time.per);
            let names = || family.columns.iter().map(|column| column.name.as_str());
            if !names().any(|name| name == time.column) {
                let near = nearest_of(&time.column, names());
                let reason = format!("the time {} is none of the columns{near}", time.column);
                self.fault(&file, &["time", "column"], reason);
            }
        }
        for (index, column) in family.columns.iter().enumerate() {
            let same = |other: &Column| other.name == column.name;
            let first = family.columns.iter().position(same).unwrap_or(index);
            // Otherwise a column is a feature, and told as one.
            if first < index && family.kind == FamilyKind::Aggregate {
                let first = ["column", &first.to_string(), "name"];
                let first = self.recipe.place(&file, &first);
                let path = ["column", &index.to_string(), "name"];
                self.fault(
                    &file,
                    &path,
                    twice(&format!("the column {}", column.name), &first),
                );
            }
            self.column(&file, family, &index.to_string(), column);
        }
    }

    fn column(&mut self, file: &str, family: &Family, index: &str, column: &Column) {
        let what = format!("the column {}", column.name);
        self.label(file, &["column", index, "label"], &what, &column.label);
        let path = ["column", index, "concept"];
        self.concept(file, &path, &what, &column.concept);
        let prefixes = || family.subsets.iter().map(|subset| subset.prefix.as_str());
        let here = column.subsets.iter().map(|prefix| ("subsets", prefix));
        let also = column.also.iter().flat_map(|also| &also.subsets);
        for (key, prefix) in here.chain(also.map(|prefix| ("also", prefix))) {
            if !prefixes().any(|known| known == prefix) {
                let near = nearest_of(prefix, prefixes());
                let path = ["column", index, key];
                let place = self.recipe.place_of_word(file, &path, prefix);
                let reason = format!("{what}: unknown subset {prefix}{near}");
                self.faults.add(&place, reason);
            }
        }
        if family.time.is_none() && all_aggregates(column).any(|a| *a == Aggregate::Trend) {
            let reason = format!(
                "{what} has a trend, but the family does not say its time: add \
                 time = {{ column = …, per = … }}"
            );
            self.fault(file, &["column", index], reason);
        }
        for (place, share) in column.shares.iter().enumerate() {
            let place = place.to_string();
            let what = format!("the share of '{}'", share.value);
            let path = ["column", index, "shares", &place, "label"];
            self.label(file, &path, &what, &share.label);
        }
    }

    fn concept(&mut self, file: &str, path: &[&str], what: &str, concept: &str) {
        let known = || self.spec.concepts.iter().map(|known| known.id.as_str());
        if !known().any(|known| known == concept) {
            let near = nearest_of(concept, known());
            self.fault(
                file,
                path,
                format!("{what}: unknown concept {concept}{near}"),
            );
        }
    }

    /// Every feature has a name of its own.
    fn names(&mut self) {
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        for family in &self.spec.parsed {
            let file = family_file(&family.name);
            let mut told = Vec::new();
            for (name, path) in feature_names(family) {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let place = self.recipe.place(&file, &path);
                match seen.get(&name) {
                    // A subset that stands twice has been told.
                    Some(first) if *first == place => {}
                    // One place that repeats another repeats all of its features.
                    Some(first) if !told.contains(&(first.clone(), place.clone())) => {
                        let reason = twice(&format!("the feature {name}"), first);
                        self.faults.add(&place, reason);
                        told.push((first.clone(), place));
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(name, place);
                    }
                }
            }
        }
    }

    fn display(&mut self) {
        const FILE: &str = "recipe.toml";
        let spec = self.spec;
        let named: Vec<String> = spec
            .parsed
            .iter()
            .flat_map(feature_names)
            .map(|(name, _)| name)
            .collect();
        let display = &spec.display;
        let mut shown: Vec<(Vec<String>, &String)> = Vec::new();
        let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        for (index, name) in display.header.iter().enumerate() {
            shown.push((path(&["display", "header", &index.to_string()]), name));
        }
        for (index, name) in display.tries.iter().enumerate() {
            shown.push((path(&["display", "tries", &index.to_string()]), name));
        }
        for (name, label) in &display.labels {
            let keys = ["display", "labels", name.as_str()];
            shown.push((path(&keys), name));
            self.label(FILE, &keys, &format!("the display of {name}"), label);
        }
        for (place, panel) in display.panels.iter().enumerate() {
            let place = place.to_string();
            let keys = ["display", "panel", &place, "label"];
            self.label(FILE, &keys, "a panel of the display", &panel.label);
            for (index, name) in panel.features.iter().enumerate() {
                let keys = ["display", "panel", &place, "features", &index.to_string()];
                shown.push((path(&keys), name));
            }
        }
        for (path, name) in shown {
            if !named.contains(name) {
                let near = nearest_of(name, named.iter().map(String::as_str));
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                self.fault(FILE, &path, format!("unknown feature {name}{near}"));
            }
        }
    }
}
