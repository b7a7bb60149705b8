//! Derived features: what each reads of other features, and in which order they can be computed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use limpide_engine::arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use limpide_engine::{Outline, SqlFault};
use limpide_portfolio::Recipe;

use crate::check::feature_names;
use crate::faults::{Faults, sql_fault};
use crate::lineage::{Lineage, Readings};
use crate::spec::{Column, FamilyKind, RecipeSpec, family_file};

/// The name of the features' table in derived SQL.
const FEATURES: &str = "features";

/// What a derived feature reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Derived {
    /// The features that it names.
    pub(crate) reads: BTreeSet<String>,
    /// How many derived features stand behind it, one behind the other.
    pub(crate) level: usize,
}

/// Reads the derived families: refuses what they name and is not there, and cycles.
pub(crate) fn read_derived(
    recipe: &Recipe,
    spec: &RecipeSpec,
    readings: &mut Readings,
    faults: &mut Faults,
) {
    let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut places = BTreeMap::new();
    let outline = outline(spec);
    let Ok(rows) = outline.rows(FEATURES) else {
        return;
    };
    for family in &spec.parsed {
        if family.kind != FamilyKind::Derived {
            continue;
        }
        let file = family_file(&family.name);
        for (index, column) in family.columns.iter().enumerate() {
            let index = index.to_string();
            let path = ["column", &index, "sql"];
            let what = format!("the derived feature {}", column.name);
            let Some(sql) = &column.sql else {
                let place = recipe.place(&file, &path);
                faults.add(&place, format!("{what} has no sql"));
                continue;
            };
            match outline.expression(&rows, sql) {
                Ok(reading) => {
                    places.insert(column.name.clone(), recipe.place_of_line(&file, &path, 1));
                    reads.insert(column.name.clone(), reading.columns);
                }
                Err(fault) => {
                    let (place, reason) = sql_fault(recipe, &file, &path, &fault);
                    let reason = match fault {
                        SqlFault::UnknownColumn { name, .. } if name == recipe.schema.label => {
                            format!("{name} is the outcome, which no feature may read")
                        }
                        SqlFault::UnknownColumn { .. } => reason.replace("column", "feature"),
                        _ => reason,
                    };
                    faults.add(&place, format!("{what}: {reason}"));
                }
            }
        }
    }
    if let Some(cycle) = cycle(&reads) {
        if let Some(place) = cycle.first().and_then(|first| places.get(first)) {
            let reason = format!("derived features read each other: {}", cycle.join(" → "));
            faults.add(place, reason);
        }
        return;
    }
    let mut waiting: Vec<(String, BTreeSet<String>)> = reads.into_iter().collect();
    let mut level = 0;
    while !waiting.is_empty() {
        let names: BTreeSet<String> = waiting.iter().map(|(name, _)| name.clone()).collect();
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, reads)| reads.is_disjoint(&names));
        for (name, reads) in ready {
            let mut lineage = Lineage::default();
            for read in &reads {
                if let Some(behind) = readings.features.get(read) {
                    lineage.add(behind);
                }
            }
            readings.features.insert(name.clone(), lineage);
            readings.derived.insert(name, Derived { reads, level });
        }
        waiting = later;
        level += 1;
    }
}

/// All features as one table.
fn outline(spec: &RecipeSpec) -> Outline {
    let mut fields: Vec<Field> = Vec::new();
    for family in &spec.parsed {
        let is_category = |name: &str| {
            let named = |column: &&Column| column.name == name;
            let column = family.columns.iter().find(named);
            family.kind != FamilyKind::Aggregate && column.is_some_and(|column| column.category)
        };
        for (name, _) in feature_names(family) {
            let kind = if is_category(&name) {
                DataType::Utf8
            } else {
                DataType::Float64
            };
            if !fields.iter().any(|field| *field.name() == name) {
                fields.push(Field::new(name, kind, true));
            }
        }
    }
    let schema = Arc::new(ArrowSchema::new(fields));
    Outline::new([(FEATURES.to_owned(), schema)])
}

/// Features that read each other in a ring, the first also last; `None` if there is no ring.
fn cycle(reads: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut whole: BTreeSet<&str> = BTreeSet::new();
    for start in reads.keys() {
        let mut path: Vec<&str> = Vec::new();
        if let Some(ring) = walk(reads, start, &mut path, &mut whole) {
            return Some(ring);
        }
    }
    None
}

fn walk<'a>(
    reads: &'a BTreeMap<String, BTreeSet<String>>,
    name: &'a str,
    path: &mut Vec<&'a str>,
    whole: &mut BTreeSet<&'a str>,
) -> Option<Vec<String>> {
    if let Some(at) = path.iter().position(|passed| *passed == name) {
        let ring = path[at..].iter().chain([&name]);
        return Some(ring.map(|name| (*name).to_owned()).collect());
    }
    if whole.contains(name) {
        return None;
    }
    path.push(name);
    for read in reads.get(name).into_iter().flatten() {
        if let Some(ring) = walk(reads, read, path, whole) {
            return Some(ring);
        }
    }
    path.pop();
    whole.insert(name);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(pairs: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, reads)| {
                let reads = reads.iter().map(|read| (*read).to_owned());
                ((*name).to_owned(), reads.collect())
            })
            .collect()
    }

    #[test]
    fn a_ring_is_told_from_its_beginning_to_its_beginning() {
        let ring = reads(&[("a", &["x", "b"]), ("b", &["c"]), ("c", &["y", "b"])]);
        assert_eq!(cycle(&ring).unwrap_or_default(), ["b", "c", "b"]);
        assert_eq!(
            cycle(&reads(&[("a", &["a"])])).unwrap_or_default(),
            ["a", "a"]
        );
    }

    #[test]
    fn features_that_share_another_are_no_ring() {
        let diamond = reads(&[
            ("a", &["b", "c"]),
            ("b", &["d"]),
            ("c", &["d"]),
            ("d", &["x"]),
        ]);
        assert_eq!(cycle(&diamond), None);
    }
}
