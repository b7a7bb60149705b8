//! What a recipe asks to be learned from other clients: `learned.toml`.
//!
//! Nothing is fitted here. What is declared is checked, freed of what this portfolio's tables do
//! not give, put into words, and handed to training as it stands in the catalogue; the rows that
//! models of single rows read become details of the plan.
//!
//! - [`spec`]: what stands in TOML;
//! - [`check`]: against the recipe's features, tables and concepts;
//! - [`reads`]: its SQL, and what each feature is made of;
//! - [`declare`]: to the features that training will fit, and the rows that it needs.

pub(crate) mod check;
pub mod declare;
pub(crate) mod reads;
pub mod spec;

use limpide_portfolio::Recipe;

use crate::faults::Faults;
use crate::spec::RecipeSpec;

pub(crate) use declare::row_expressions;
pub use declare::{Declared, declare};
pub use spec::LearnedSpec;

/// Reads what a recipe asks to be learned; nothing where it has no such file, or a wrong one.
pub(crate) fn open(recipe: &Recipe, spec: &RecipeSpec, faults: &mut Faults) -> LearnedSpec {
    if recipe.text(FILE).is_err() {
        return LearnedSpec::default();
    }
    let Some(learned) = faults.take(recipe.toml::<LearnedSpec>(FILE)) else {
        return LearnedSpec::default();
    };
    for fault in check::check(spec, &recipe.schema, &learned) {
        let path: Vec<&str> = fault.path.iter().map(String::as_str).collect();
        faults.add(&recipe.place(FILE, &path), fault.reason);
    }
    learned
}

/// The file of a recipe that declares learned features; a recipe without it has none.
pub(crate) const FILE: &str = "learned.toml";
