//! A recipe's families against its tables and concepts.

use limpide_portfolio::Schema;

use crate::error::{Error, Result};
use crate::spec::{Aggregate, Family, RecipeSpec};

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
        let further = column.also.iter().flat_map(|also| &also.subsets);
        let mut prefixes = column.subsets.iter().chain(further);
        if let Some(prefix) = prefixes.find(|prefix| !known(prefix)) {
            return Err(wrong(
                family,
                format!("column {}: no subset {prefix}", column.name),
            ));
        }
    }
    check_trends(family)
}

/// Checks that a family with trends knows when its rows happened.
fn check_trends(family: &Family) -> Result<()> {
    if let Some(time) = &family.time {
        if !family
            .columns
            .iter()
            .any(|column| column.name == time.column)
        {
            let reason = format!("its time is {}, which is none of its columns", time.column);
            return Err(wrong(family, reason));
        }
        return Ok(());
    }
    let trend = family.columns.iter().find(|column| {
        let further = column.also.iter().flat_map(|also| &also.aggregates);
        let mut aggregates = column.aggregates.iter().chain(further);
        aggregates.any(|aggregate| *aggregate == Aggregate::Trend)
    });
    match trend {
        Some(column) => {
            let reason = format!(
                "column {} has a trend, but the family does not say its time: add time = {{ column = …, per = … }}",
                column.name
            );
            Err(wrong(family, reason))
        }
        None => Ok(()),
    }
}

/// An error about a family.
pub(crate) fn wrong(family: &Family, reason: String) -> Error {
    Error::Spec {
        family: family.name.clone(),
        reason,
    }
}
