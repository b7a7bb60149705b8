//! The analyst's pages: the model in force, its features, and how another one comes to decide. Adviser and client see
//! none of them.

pub(crate) mod drift;
pub(crate) mod fairness;
pub(crate) mod feature;
pub(crate) mod features;
pub(crate) mod model;
mod moved;
pub(crate) mod quality;
pub(crate) mod runs;
pub(crate) mod versions;
