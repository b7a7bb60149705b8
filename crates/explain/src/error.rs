//! What can go wrong when a decision is explained.

use std::collections::BTreeMap;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Base and contributions do not add up to the margin: a wrong explanation is never shown.
    #[error(
        "contributions do not add up: base and contributions make {sum}, the margin is {margin} \
         (difference {difference:e}, at most {limit:e} is accepted)"
    )]
    NotAdditive {
        /// Base plus contributions.
        sum: f64,
        /// The model's margin.
        margin: f64,
        /// How far apart they are.
        difference: f64,
        /// How far apart they may be.
        limit: f64,
    },
    /// There is nobody to hold a row against.
    #[error("a sample of 0 rows: wanted one at least to hold a client against")]
    EmptySample,
    /// A stored index of similar clients is not the one wanted.
    #[error("the stored index of similar clients cannot be used: {reason}")]
    StoredIndex {
        /// What was found.
        reason: String,
    },
    /// The client is none of the portfolio's.
    #[error("client {client} is not in the portfolio of {clients} clients")]
    UnknownClient {
        /// The client's number.
        client: i64,
        /// How many there are.
        clients: usize,
    },
    /// What was asked for is not there.
    #[error("{field}: found '{found}', expected {expected}")]
    Asked {
        /// What was being said.
        field: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// The model gives all clients the same risk.
    #[error("the model gives all clients the same risk, so that none is more like another")]
    Alike,
    /// A way to a yes is not granted when it is scored afresh: a wrong way is never shown.
    #[error(
        "a way to a yes is not granted when it is scored afresh: with {edits:?} the probability is \
         {probability}"
    )]
    NotAWay {
        /// The application's columns as they would be.
        edits: BTreeMap<String, f64>,
        /// The probability that the full path gives.
        probability: f64,
    },
    /// It was asked to stop.
    #[error("stopped before the end")]
    Stopped,
    /// The row cannot be scored.
    #[error(transparent)]
    Model(#[from] limpide_model::Error),
}
