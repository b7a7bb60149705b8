//! How sure a result is, on the wire: how far the decision is from another, and what a second
//! model says.

use limpide_explain::{Divide, SecondOpinion, Stability, Turn};
use serde::Serialize;
use utoipa::ToSchema;

use super::WireDecision;

/// How far a decision is from the nearest other one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stability)]
pub(crate) struct WireStability {
    /// Probability at which the decision would change.
    #[schema(minimum = 0, maximum = 1)]
    edge: f64,
    /// `probability` − `edge`: 0.052 for 5.2 points.
    distance: f64,
    /// What would be decided on the other side of the edge.
    beyond: WireDecision,
    /// Whether the interval of the probability holds the edge.
    uncertain: bool,
    /// Largest concept that would change the decision if it alone were average; `null` if none.
    turn: Option<WireTurn>,
    /// All of it in the language asked for.
    sentence: String,
}

/// What a concept at its average would change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Turn)]
pub(crate) struct WireTurn {
    /// Id of the concept.
    concept: String,
    /// What people call it.
    label: String,
    /// Probability that there would be.
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// Decision that there would be.
    decision: WireDecision,
}

/// What a second model, which can be read, makes of the same client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondOpinion)]
pub(crate) struct WireSecondOpinion {
    /// Name of the second model's candidate.
    name: String,
    /// Its probability of not repaying, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// Its decision; it asks for no review.
    decision: WireDecision,
    /// Probability from which on it refuses.
    threshold: f64,
    /// Whether both models decide the same.
    agrees: bool,
    /// Concept that they weigh most differently; `null` where they agree.
    divides: Option<WireDivide>,
    /// All of it in the language asked for.
    sentence: String,
}

/// What two models make of one concept, in log-odds from each one's average.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Divide)]
pub(crate) struct WireDivide {
    /// Id of the concept.
    concept: String,
    /// What people call it.
    label: String,
    /// Its contribution in the first model.
    first: f64,
    /// Its contribution in the second model.
    second: f64,
}

impl WireStability {
    pub(crate) fn new(from: Stability, sentence: String) -> Self {
        Self {
            edge: from.edge,
            distance: from.distance,
            beyond: from.beyond.into(),
            uncertain: from.uncertain,
            turn: from.turn.map(WireTurn::from),
            sentence,
        }
    }
}

impl From<Turn> for WireTurn {
    fn from(from: Turn) -> Self {
        Self {
            concept: from.concept,
            label: from.label,
            probability: from.probability,
            decision: from.decision.into(),
        }
    }
}

impl From<SecondOpinion> for WireSecondOpinion {
    fn from(from: SecondOpinion) -> Self {
        Self {
            name: from.name,
            probability: from.probability,
            decision: from.decision.into(),
            threshold: from.threshold,
            agrees: from.agrees,
            divides: from.divides.map(WireDivide::from),
            sentence: from.sentence,
        }
    }
}

impl From<Divide> for WireDivide {
    fn from(from: Divide) -> Self {
        Self {
            concept: from.concept,
            label: from.label,
            first: from.first,
            second: from.second,
        }
    }
}
