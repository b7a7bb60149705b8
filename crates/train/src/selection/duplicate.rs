//! Features that hold exactly another's values.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use limpide_model::Column;

use super::constant::same_bits;
use super::ledger::Ledger;
use super::material::Material;
use super::report::Reason;
use crate::error::Result;

/// Keeps of features with equal values in every row the first in the recipe's order, an
/// unprotected one where there is one.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let mut alike: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for feature in preferred(material, ledger.standing()) {
        let found = alike.entry(fingerprint(material, feature)).or_default();
        match found.iter().find(|&&kept| equal(material, kept, feature)) {
            Some(&of) => ledger.drop(
                feature,
                Reason::Duplicate {
                    of: material.features[of].name.clone(),
                },
            ),
            None => found.push(feature),
        }
    }
    Ok(())
}

/// Puts unprotected features first, else keeps the order.
fn preferred(material: &Material<'_>, mut features: Vec<usize>) -> Vec<usize> {
    features.sort_by_key(|&feature| material.features[feature].protected);
    features
}

fn fingerprint(material: &Material<'_>, feature: usize) -> u64 {
    // The hasher's keys are fixed, and equality decides: the hash only saves comparisons.
    let mut hasher = DefaultHasher::new();
    match material.columns[feature] {
        Column::Numbers(numbers) => {
            for &row in &material.rows {
                hasher.write_u64(same_bits(numbers[row]));
            }
        }
        Column::Categories(categories) => {
            for &row in &material.rows {
                categories[row].hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}

fn equal(material: &Material<'_>, a: usize, b: usize) -> bool {
    let mut rows = material.rows.iter();
    match (material.columns[a], material.columns[b]) {
        (Column::Numbers(a), Column::Numbers(b)) => {
            rows.all(|&row| same_bits(a[row]) == same_bits(b[row]))
        }
        (Column::Categories(a), Column::Categories(b)) => rows.all(|&row| a[row] == b[row]),
        _ => false,
    }
}
