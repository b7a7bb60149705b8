//! A small bar for lists: the risk against the threshold.

use limpide_model::Score;

use super::coordinate;

/// The shapes of a bar in a view of 120 × 8.
#[derive(Debug)]
pub(crate) struct Meter {
    /// Length of the bar.
    pub(crate) length: String,
    /// Where the threshold's tick stands.
    pub(crate) tick: String,
    /// Length from the threshold to the end.
    pub(crate) beyond: String,
}

/// Draws a score; the bar is full at three times the threshold.
pub(crate) fn draw(score: &Score) -> Meter {
    let end = (score.threshold * 3.0).clamp(0.05, 1.0);
    let along = |probability: f64| (probability / end).clamp(0.0, 1.0) * 120.0;
    Meter {
        length: coordinate(along(score.probability)),
        tick: coordinate(along(score.threshold)),
        beyond: coordinate(120.0 - along(score.threshold)),
    }
}
