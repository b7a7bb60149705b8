//! What can go wrong when a decision is explained.

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
    /// It was asked to stop.
    #[error("stopped before the end")]
    Stopped,
    /// The row cannot be scored.
    #[error(transparent)]
    Model(#[from] limpide_model::Error),
}
