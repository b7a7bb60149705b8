//! Trees of other programs, brought to the compact form.
//!
//! What cannot be taken over exactly is refused in words: categorical splits, linear leaves,
//! several outputs, objectives whose margin is no log-odds of a default.

mod foreign;
pub(crate) mod lightgbm;
pub(crate) mod xgboost;

pub use foreign::{Bound, Foreign, known_columns};

/// Least cover of a leaf, so that no share of a parent's cover is 0 / 0.
const LEAST_COVER: f64 = 1e-16;
