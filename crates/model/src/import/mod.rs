//! Trees of other programs, brought to the compact form.

pub(crate) mod lightgbm;
pub(crate) mod xgboost;
