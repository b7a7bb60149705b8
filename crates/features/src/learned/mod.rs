//! What a recipe asks to be learned from other clients: `learned.toml`.
//!
//! Nothing is fitted here. What is declared is checked, freed of what this portfolio's tables do
//! not give, put into words, and handed to training as it stands in the catalogue; the rows that
//! models of single rows read become details of the plan.
//!
//! - [`spec`]: what stands in TOML;
//! - [`check`]: against the recipe's features, tables and concepts;
//! - [`declare`]: to the features that training will fit, and the rows that it needs.

pub(crate) mod check;
pub mod declare;
pub mod spec;

use limpide_portfolio::Recipe;

use crate::error::Result;
use crate::spec::RecipeSpec;

pub use declare::{Declared, declare};
pub use spec::LearnedSpec;

/// Reads what a recipe asks to be learned; nothing where it has no such file.
///
/// # Errors
/// It does not parse, or names what is not there.
pub(crate) fn open(recipe: &Recipe, spec: &RecipeSpec) -> Result<LearnedSpec> {
    if recipe.text(FILE).is_err() {
        return Ok(LearnedSpec::default());
    }
    let learned: LearnedSpec = recipe.toml(FILE)?;
    match check::check(spec, &recipe.schema, &learned).first() {
        Some(fault) => Err(recipe.wrong(FILE, fault.told()).into()),
        None => Ok(learned),
    }
}

/// The file of a recipe that declares learned features; a recipe without it has none.
pub(crate) const FILE: &str = "learned.toml";
