//! A recipe's families against its tables and concepts.

use limpide_portfolio::Schema;

use crate::error::{Error, Result};
use crate::spec::{Family, RecipeSpec};

/// Checks what the types cannot say of a family.
///
/// # Errors
/// What it names and is not there.
pub(crate) fn check(spec: &RecipeSpec, schema: &Schema, family: &Family) -> Result<()> {
    for table in &family.tables {
        if !schema.tables.iter().any(|known| &known.name == table) {
            return Err(wrong(
                family,
                format!("the table {table} is not in schema.toml"),
            ));
        }
    }
    let counts = family
        .subsets
        .iter()
        .filter_map(|subset| subset.count.as_ref());
    let concepts = family.columns.iter().map(|column| &column.concept);
    for concept in concepts.chain(counts.map(|count| &count.concept)) {
        if !spec.concepts.iter().any(|known| &known.id == concept) {
            return Err(wrong(
                family,
                format!("the concept {concept} is not in recipe.toml"),
            ));
        }
    }
    for column in &family.columns {
        let known = |prefix: &String| family.subsets.iter().any(|s| &s.prefix == prefix);
        if let Some(prefix) = column.subsets.iter().find(|prefix| !known(prefix)) {
            return Err(wrong(
                family,
                format!("column {}: no subset {prefix}", column.name),
            ));
        }
    }
    Ok(())
}

/// An error about a family.
pub(crate) fn wrong(family: &Family, reason: String) -> Error {
    Error::Spec {
        family: family.name.clone(),
        reason,
    }
}
