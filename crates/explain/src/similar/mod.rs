//! The clients most like one in the model's eyes, and how it went with them.
//!
//! Two clients are alike in a tree where they fall into the same leaf. Their proximity is the
//! share of the kept trees in which they do, from 0 to 1. No outcome enters it; but the trees were
//! grown on these clients' outcomes, so that leaves gather clients who went the same way, and the
//! rate observed among similar clients is somewhat closer to the score than it would be on clients
//! whom the model never saw. It illustrates a score and is no second opinion on it.
//!
//! - [`Partitions`]: how a model divides its clients: leaves, bins;
//! - [`LeafIndex`]: where each client of a portfolio falls, and who falls where one does;
//! - [`stored`]: the index as bytes, for a file;
//! - [`observed`]: the rate of default among some clients, with its interval.
//!
//! # Source
//! Breiman, "Random forests", Machine Learning 45, 2001; "proximities" in Breiman and Cutler's manual
//! of 2003.

mod index;
mod observed;
mod partitions;
pub mod stored;

pub use index::{LeafIndex, Neighbour};
pub use observed::{FEWEST_KNOWN, Observed, Rate, caveat, observed, sentence};
pub use partitions::Partitions;

/// Clients whose cells lie beside each other, partition after partition.
pub(crate) const BLOCK: usize = 64;
