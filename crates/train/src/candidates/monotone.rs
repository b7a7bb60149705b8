//! Boosted trees that go the recipe's way: where it says which way the risk goes with a feature, the
//! margin never goes against it, all else equal.
//!
//! A missing value stands outside the order. Features without a direction are free, and so are
//! categories.

use limpide_model::{Direction, Scorer};

use super::Training;
use super::boosted::{Ground, Manner};
use crate::error::Result;

/// Grows the trees of `boosted` under the recipe's directions.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let directions: Vec<Direction> = training.columns.iter().map(|note| note.direction).collect();
    let ground = Ground::new(training.encoded.clone(), training.width)?;
    let boosting = &training.hyperparameters.boosting;
    let trees = ground.grow_bags(training, boosting, Manner::Monotone(&directions))?;
    Ok(Scorer::Trees(trees))
}
