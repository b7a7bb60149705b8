//! Columns that say nothing: without any value, or with one value only.

use limpide_engine::ColumnFacts;

use super::{Finding, Severity};
use crate::schema::Table;
use crate::text::Text;

/// What is to be known of a column, if anything.
pub(crate) fn about_column(table: &Table, facts: &ColumnFacts, rows: u64) -> Option<Finding> {
    let known = rows.saturating_sub(facts.missing);
    let (rule, rows_found, fr, en) = if known == 0 {
        (
            "empty",
            rows,
            "colonne sans aucune valeur",
            "column without any value",
        )
    } else if facts.is_constant && rows > 1 {
        (
            "constant",
            known,
            "colonne d’une seule valeur",
            "column of one value only",
        )
    } else {
        return None;
    };
    Some(Finding {
        table: table.name.clone(),
        rule: rule.to_owned(),
        column: Some(facts.name.clone()),
        severity: Severity::Note,
        label: Text {
            fr: fr.to_owned(),
            en: en.to_owned(),
        },
        rows: rows_found,
        share: rows_found as f64 / rows.max(1) as f64,
        examples: Vec::new(),
    })
}
