//! Features that say the same of nearly everyone, or nothing of nearly anyone.

use std::collections::BTreeMap;

use limpide_model::Column;

use super::ledger::Ledger;
use super::material::Material;
use super::report::Reason;
use super::rules::{DIFFERING_ROWS, DIFFERING_SHARE};
use crate::error::Result;

/// Drops what differs from its most frequent value, a missing one included, in too few rows:
/// no tree could split there and no weight could be learned.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let share = (material.rows.len() as f64 * DIFFERING_SHARE).ceil() as usize;
    let needed = share.clamp(2, DIFFERING_ROWS);
    for feature in ledger.standing() {
        let differing = material.rows.len() - most_frequent(material, feature);
        if differing < needed {
            ledger.drop(feature, Reason::Constant { differing, needed });
        }
    }
    Ok(())
}

/// Counts the rows that hold the most frequent value.
fn most_frequent(material: &Material<'_>, feature: usize) -> usize {
    match material.columns[feature] {
        Column::Numbers(numbers) => {
            let mut bits: Vec<u64> = material
                .rows
                .iter()
                .map(|&row| same_bits(numbers[row]))
                .collect();
            bits.sort_unstable();
            bits.chunk_by(|a, b| a == b)
                .map(<[u64]>::len)
                .max()
                .unwrap_or(0)
        }
        Column::Categories(categories) => {
            let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
            for &row in &material.rows {
                *counts.entry(categories[row].as_deref()).or_default() += 1;
            }
            counts.into_values().max().unwrap_or(0)
        }
    }
}

/// Gives bits that are equal where the numbers are: one zero, one missing value.
pub(super) fn same_bits(number: f64) -> u64 {
    if number.is_nan() {
        f64::NAN.to_bits()
    } else {
        (number + 0.0).to_bits()
    }
}
