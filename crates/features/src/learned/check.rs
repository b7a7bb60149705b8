//! A recipe's learned features against its other features, its tables and its concepts.

use std::collections::BTreeMap;

use limpide_portfolio::Schema;

use super::spec::{Group, LearnedSpec, RowModel};
use crate::aggregates::aggregates_of;
use crate::catalogue::Kind;
use crate::faults::nearest_of;
use crate::spec::{FamilyKind, RecipeSpec, Text};

/// What is wrong, and the keys in the file that lead there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) path: Vec<String>,
    pub(crate) reason: String,
}

/// Lists what is wrong; nothing if all is right.
pub(crate) fn check(spec: &RecipeSpec, schema: &Schema, learned: &LearnedSpec) -> Vec<Fault> {
    let mut checker = Checker {
        spec,
        schema,
        kinds: kinds(spec),
        faults: Vec::new(),
    };
    for (place, neighbours) in learned.neighbours.iter().enumerate() {
        let at = At(vec!["neighbours".to_owned(), place.to_string()]);
        let what = &neighbours.name;
        checker.label(&at.then("label"), what, &neighbours.label);
        checker.concept(&at.then("concept"), what, &neighbours.concept);
        for (input_place, input) in neighbours.inputs.iter().enumerate() {
            let at = at.then("inputs").then(&input_place.to_string());
            checker.feature(&at, what, input, Kind::Number);
        }
        if neighbours.inputs.is_empty() {
            checker.fault(&at, format!("{what} has no inputs: expected at least one"));
        }
        if neighbours.k == 0 {
            checker.fault(
                &at.then("k"),
                format!("{what}: k is 0, expected at least 1"),
            );
        }
    }
    for (place, group) in learned.groups.iter().enumerate() {
        checker.group(&At(vec!["group".to_owned(), place.to_string()]), group);
    }
    for (place, rows) in learned.rows.iter().enumerate() {
        let at = At(vec!["rows".to_owned(), place.to_string()]);
        let same = |other: &RowModel| other.name == rows.name;
        if learned.rows.iter().position(same) != Some(place) {
            checker.fault(
                &at.then("name"),
                format!("the rows {} stand twice", rows.name),
            );
        }
        checker.rows(&at, rows);
    }
    checker.names(learned);
    checker.faults
}

/// The keys that lead to a place.
#[derive(Clone)]
struct At(Vec<String>);

impl At {
    fn then(&self, key: &str) -> Self {
        let mut path = self.0.clone();
        path.push(key.to_owned());
        Self(path)
    }
}

struct Checker<'a> {
    spec: &'a RecipeSpec,
    schema: &'a Schema,
    kinds: BTreeMap<String, Kind>,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, at: &At, reason: String) {
        self.faults.push(Fault {
            path: at.0.clone(),
            reason,
        });
    }

    fn label(&mut self, at: &At, what: &str, label: &Text) {
        for (text, language) in [(&label.fr, "French (fr)"), (&label.en, "English (en)")] {
            if text.trim().is_empty() {
                self.fault(at, format!("{what} has no label in {language}"));
            }
        }
    }

    fn concept(&mut self, at: &At, what: &str, concept: &str) {
        let known = self.spec.concepts.iter().map(|known| known.id.as_str());
        if !known.clone().any(|known| known == concept) {
            let near = nearest_of(concept, known);
            self.fault(at, format!("{what}: unknown concept {concept}{near}"));
        }
    }

    fn feature(&mut self, at: &At, what: &str, name: &str, expected: Kind) {
        let found = self.kinds.get(name).copied();
        if found == Some(expected) {
            return;
        }
        let word = |kind| match kind {
            Kind::Number => "a number",
            Kind::Category => "a category",
        };
        let reason = match found {
            Some(found) => format!(
                "{what}: the feature {name} is {}, expected {}",
                word(found),
                word(expected)
            ),
            None => {
                let fitting = self.kinds.iter().filter(|(_, kind)| **kind == expected);
                let near = nearest_of(name, fitting.map(|(name, _)| name.as_str()));
                format!("{what}: unknown feature {name}{near}")
            }
        };
        self.fault(at, reason);
    }

    fn group(&mut self, at: &At, group: &Group) {
        let what = &group.name;
        self.label(&at.then("label"), what, &group.label);
        for (place, key) in group.by.iter().enumerate() {
            let at = at.then("by").then(&place.to_string());
            let kind = match key.bands.is_empty() {
                true => Kind::Category,
                false => Kind::Number,
            };
            self.feature(&at.then("feature"), what, &key.feature, kind);
            let rises = key.bands.windows(2).all(|pair| pair[0] < pair[1]);
            if !rises || !key.bands.iter().all(|edge| edge.is_finite()) {
                let name = &key.feature;
                self.fault(&at, format!("{what}: the bands of {name} do not rise"));
            }
        }
        for (place, number) in group.numbers.iter().enumerate() {
            let at = at.then("number").then(&place.to_string()).then("feature");
            self.feature(&at, what, &number.feature, Kind::Number);
        }
    }

    fn rows(&mut self, at: &At, rows: &RowModel) {
        let what = format!("the rows {}", rows.name);
        self.concept(&at.then("concept"), &what, &rows.concept);
        let tables = || self.schema.tables.iter().map(|table| table.name.as_str());
        let mut unknown = Vec::new();
        for (place, table) in rows.tables.iter().enumerate() {
            if !tables().any(|known| known == table) {
                let near = nearest_of(table, tables());
                let at = at.then("tables").then(&place.to_string());
                unknown.push((at, format!("{what}: unknown table {table}{near}")));
            }
        }
        for (at, reason) in unknown {
            self.fault(&at, reason);
        }
        if !rows
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            let reason =
                format!("{what}: expected letters, digits and _ only, as in a file's name");
            self.fault(&at.then("name"), reason);
        }
        let names = || rows.columns.iter().map(|column| column.name.as_str());
        for (place, name) in names().enumerate() {
            if names().position(|other| other == name) != Some(place) {
                let at = at.then("column").then(&place.to_string()).then("name");
                self.fault(&at, format!("{what}: the column {name} stands twice"));
            }
        }
        if rows.columns.is_empty() {
            self.fault(at, format!("{what} have no columns: expected at least one"));
        }
        if let Some(latest) = &rows.latest
            && !names().any(|name| name == latest)
        {
            let near = nearest_of(latest, names());
            let reason = format!("{what}: unknown column {latest}{near}");
            self.fault(&at.then("latest"), reason);
        }
        for (place, output) in rows.outputs.iter().enumerate() {
            let at = at.then("output").then(&place.to_string());
            self.label(&at.then("label"), &output.name, &output.label);
            if output.summary == super::spec::Summary::Latest && rows.latest.is_none() {
                let name = &output.name;
                let reason = format!("{name}: {what} do not say which is the latest");
                self.fault(&at, reason);
            }
        }
        let Some(table) = self.schema.tables.iter().find(|t| t.name == rows.rows) else {
            return;
        };
        let mut strange = Vec::new();
        for (place, column) in rows.columns.iter().enumerate() {
            let known = || table.numbers.iter().map(String::as_str);
            if column.sql.is_none() && !known().any(|known| known == column.name) {
                let near = nearest_of(&column.name, known());
                let at = at.then("column").then(&place.to_string()).then("name");
                let name = &column.name;
                let table = &table.name;
                let reason = format!("{what}: {table} has no column of numbers {name}{near}");
                strange.push((at, reason));
            }
        }
        for (at, reason) in strange {
            self.fault(&at, reason);
        }
    }

    /// Every feature has a name of its own.
    fn names(&mut self, learned: &LearnedSpec) {
        let mut seen: Vec<String> = self.kinds.keys().cloned().collect();
        for (name, path) in learned.names() {
            if seen.contains(&name) {
                self.fault(&At(path), format!("the feature {name} stands twice"));
            }
            seen.push(name);
        }
    }
}

/// The kinds of all features that the recipe's families can give.
fn kinds(spec: &RecipeSpec) -> BTreeMap<String, Kind> {
    let mut kinds = BTreeMap::new();
    for family in &spec.parsed {
        if family.kind == FamilyKind::Aggregate {
            for subset in &family.subsets {
                let features = aggregates_of(family, subset);
                kinds.extend(
                    features
                        .into_iter()
                        .map(|feature| (feature.name, Kind::Number)),
                );
            }
            continue;
        }
        for column in &family.columns {
            let kind = match column.category {
                true => Kind::Category,
                false => Kind::Number,
            };
            kinds.insert(column.name.clone(), kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use limpide_portfolio::Recipe;

    use super::*;
    use crate::learned::spec::Summary;

    fn told(change: impl Fn(&mut LearnedSpec)) -> Vec<String> {
        let recipe = Recipe::open("home-credit").expect("it is built in");
        let spec = RecipeSpec::open(&recipe).expect("it is sound");
        let mut learned = spec.learned.clone();
        change(&mut learned);
        let faults = check(&spec, &recipe.schema, &learned);
        faults.into_iter().map(|fault| fault.reason).collect()
    }

    #[test]
    fn what_is_misspelt_is_named_with_the_nearest_valid_name() {
        assert!(told(|_| ()).is_empty());
        assert_eq!(
            told(|learned| learned.neighbours[0].inputs[0] = "EXT_SORCE_1".to_owned()),
            ["NEIGHBOURS_DEFAULT_RATE: unknown feature EXT_SORCE_1; the nearest is EXT_SOURCE_1"]
        );
        assert_eq!(
            told(|learned| learned.neighbours[0].concept = "external_ratings".to_owned()),
            [
                "NEIGHBOURS_DEFAULT_RATE: unknown concept external_ratings; the nearest is external_rating"
            ]
        );
        assert_eq!(
            told(|learned| learned.groups[0].by[0].feature = "AMT_CREDIT".to_owned()),
            ["PEERS: the feature AMT_CREDIT is a number, expected a category"]
        );
        assert_eq!(
            told(|learned| learned.groups[0].by[2].bands.reverse()),
            ["PEERS: the bands of DAYS_BIRTH do not rise"]
        );
        assert_eq!(
            told(|learned| learned.rows[1].tables[0] = "bureaux".to_owned()),
            ["the rows bureau: unknown table bureaux; the nearest is bureau"]
        );
        assert_eq!(
            told(|learned| learned.rows[1].columns[0].name = "DAYS_CREDITS".to_owned()).last(),
            Some(&"the rows bureau: bureau has no column of numbers DAYS_CREDITS; the nearest is DAYS_CREDIT".to_owned())
        );
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert_eq!(
            told(|learned| learned.rows[0].latest = None),
            ["PREVIOUS_RISK_LATEST: the rows previous do not say which is the latest"]
        );
        assert_eq!(
            told(|learned| learned.rows[0].outputs[1].name = "AMT_CREDIT".to_owned()),
            ["the feature AMT_CREDIT stands twice"]
        );
        assert_eq!(
            told(|learned| learned.rows[0].outputs[0].label.en.clear()),
            ["PREVIOUS_RISK_MEAN has no label in English (en)"]
        );
        assert_eq!(
            told(|learned| learned.neighbours[0].k = 0),
            ["NEIGHBOURS_DEFAULT_RATE: k is 0, expected at least 1"]
        );
        let latest = |learned: &LearnedSpec| learned.rows[0].outputs[3].summary;
        let recipe = Recipe::open("home-credit").expect("it is built in");
        let spec = RecipeSpec::open(&recipe).expect("it is sound");
        assert_eq!(latest(&spec.learned), Summary::Latest);
    }
}
