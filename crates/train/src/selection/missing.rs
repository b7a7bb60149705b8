//! Features of which too little is known.

use limpide_model::Column;

use super::ledger::Ledger;
use super::material::Material;
use super::report::Reason;
use super::rules::LEAST_KNOWN;
use crate::error::Result;

/// Drops what is known of too small a share of the clients.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    for feature in ledger.standing() {
        let known = match material.columns[feature] {
            Column::Numbers(numbers) => material
                .rows
                .iter()
                .filter(|&&row| !numbers[row].is_nan())
                .count(),
            Column::Categories(categories) => material
                .rows
                .iter()
                .filter(|&&row| categories[row].is_some())
                .count(),
        };
        let share = known as f64 / material.rows.len().max(1) as f64;
        if share < LEAST_KNOWN {
            ledger.drop(feature, Reason::Unknown { share });
        }
    }
    Ok(())
}
