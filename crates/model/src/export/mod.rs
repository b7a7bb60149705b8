//! Models for other programs to score with.

pub mod xgboost;
