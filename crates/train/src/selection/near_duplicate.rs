//! Features that put clients into nearly the same order as another.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::material::{Material, sample};
use super::ranks::{Ranked, auc_alone, correlation};
use super::report::Reason;
use super::rules::{CORRELATED_ROWS, MOST_ALIKE, NOTICEABLY_BETTER};
use crate::error::Result;
use crate::random::derive;

/// Keeps one of the features that are missing in the same rows and whose ranks correlate as
/// good as fully, whichever way they point: a tree can tell no more from one than from another.
///
/// The one kept is unprotected where one is; else the one that alone tells more, where it tells
/// noticeably more; else the first in the recipe's order.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let places: Vec<usize> = (0..material.rows.len()).collect();
    let places = sample(&places, CORRELATED_ROWS, derive(material.seed, &[1]));
    let mut groups: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
    for feature in ledger.standing() {
        if let Some(numbers) = material.numbers(feature) {
            groups
                .entry(missing_pattern(numbers))
                .or_default()
                .push(feature);
        }
    }
    for features in groups.into_values().filter(|features| features.len() > 1) {
        material.observer.check()?;
        check_group(material, ledger, &features, &places);
    }
    Ok(())
}

fn check_group(material: &Material<'_>, ledger: &mut Ledger, features: &[usize], places: &[usize]) {
    let ranked: Vec<Ranked> = features
        .iter()
        .map(|&feature| rank(material, feature, places))
        .collect();
    let mut pairs: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
    for a in 0..features.len() {
        for b in a + 1..features.len() {
            let alike = correlation(&ranked[a], &ranked[b]);
            if alike.abs() >= MOST_ALIKE {
                pairs.entry(a).or_default().push((b, alike));
                pairs.entry(b).or_default().push((a, alike));
            }
        }
    }
    let mut order: Vec<(bool, i64, usize)> = pairs
        .keys()
        .map(|&place| {
            let feature = features[place];
            let alone = material.numbers(feature).map_or(0.5, |numbers| {
                auc_alone(numbers.zip(material.labels.iter().copied()))
            });
            // In steps: a difference within one is chance, and the recipe's order decides.
            let steps = (alone / NOTICEABLY_BETTER).round() as i64;
            (material.features[feature].protected, -steps, place)
        })
        .collect();
    order.sort_unstable();
    let mut kept = Vec::new();
    for (_, _, place) in order {
        let strongest = pairs[&place]
            .iter()
            .filter(|(other, _)| kept.contains(other))
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)));
        match strongest {
            Some(&(other, correlation)) => {
                let of = material.features[features[other]].name.clone();
                ledger.drop(features[place], Reason::NearDuplicate { of, correlation });
            }
            None => kept.push(place),
        }
    }
}

fn rank(material: &Material<'_>, feature: usize, places: &[usize]) -> Ranked {
    let all: Vec<f64> = material.numbers(feature).into_iter().flatten().collect();
    Ranked::new(places.iter().map(|&place| all[place]))
}

/// Gives one bit a row: set where nothing is known.
fn missing_pattern(numbers: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut words = Vec::new();
    for (place, number) in numbers.enumerate() {
        if place % 64 == 0 {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= u64::from(number.is_nan()) << (place % 64);
        }
    }
    words
}
