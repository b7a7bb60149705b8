//! The way from the average applicant's risk to the client's, in probability.
//!
//! Contributions are log-odds and add up; probabilities do not, so each step is what its concept moves
//! the probability by when the concepts are added one after the other, largest first. The steps
//! telescope: each begins where the one before ended, and the last ends at the client's probability.

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::{Calibration, Listener, Reader};
use serde::{Deserialize, Serialize};

use crate::concepts::WeighedConcept;
use crate::format;
use crate::texts::{text, text_with};

/// Steps that are named; what is left is pooled.
const NAMED: usize = 6;

/// Holds the way from the average applicant's probability to the client's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Probability at the base margin.
    pub start: f64,
    /// What people call the start.
    pub start_label: String,
    /// The steps in order; where `others` is not 0 the last one pools them.
    pub steps: Vec<Step>,
    /// How many concepts the last step pools; 0 where every concept has its own step.
    pub others: usize,
    /// The client's probability.
    pub end: f64,
    /// What people call the end.
    pub end_label: String,
}

/// Holds one step; `delta` is `to − from`, in probability (0.052 for 5.2 points).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The concept's id; `None` for the pooled ones.
    pub concept: Option<String>,
    /// What people call it.
    pub label: String,
    /// Probability before.
    pub from: f64,
    /// Probability after.
    pub to: f64,
    /// Change of probability.
    pub delta: f64,
}

/// Gives the probabilities along the way: at the base, then after each concept in order, the last
/// being `end`. Sets each concept's points.
pub(crate) fn climb(
    concepts: &mut [WeighedConcept<'_>],
    base: f64,
    end: f64,
    calibration: &Calibration,
) -> Vec<f64> {
    let mut margin = base;
    let mut levels = vec![calibration.probability(base)];
    for concept in concepts.iter() {
        margin += concept.contribution;
        levels.push(calibration.probability(margin));
    }
    // Adding contributions up rounds differently than the scorer does; the end is the scorer's.
    if let Some(last) = levels.last_mut() {
        *last = end;
    }
    for (concept, pair) in concepts.iter_mut().zip(levels.windows(2)) {
        concept.points = pair[1] - pair[0];
    }
    levels
}

/// Draws the waterfall from concepts ordered by size and the probabilities between them.
pub(crate) fn build(concepts: &[WeighedConcept<'_>], levels: &[f64], reader: Reader) -> Waterfall {
    let lang = reader.lang;
    // Naming the last one takes no more room than pooling it alone.
    let named = if concepts.len() <= NAMED + 1 {
        concepts.len()
    } else {
        NAMED
    };
    let (start, end) = (levels[0], levels[concepts.len()]);
    let step = |concept: Option<String>, label: String, from: f64, to: f64| Step {
        concept,
        label,
        from,
        to,
        delta: to - from,
    };
    let mut steps: Vec<Step> = Vec::with_capacity(named + 1);
    for (at, concept) in concepts.iter().enumerate().take(named) {
        steps.push(step(
            Some(concept.id().to_owned()),
            concept.label(),
            levels[at],
            levels[at + 1],
        ));
    }
    let others = concepts.len() - named;
    if others > 0 {
        let count = ("count", FluentValue::from(others));
        let shown = ("shown", format::number(others as f64, 0, lang).into());
        steps.push(step(
            None,
            text_with(lang, "waterfall-others", [count, shown]),
            levels[named],
            end,
        ));
    }
    Waterfall {
        start,
        start_label: text(lang, "waterfall-start"),
        steps,
        others,
        end,
        end_label: match reader.listener {
            Listener::Staff => text(lang, "waterfall-end"),
            Listener::Client => text(lang, "waterfall-end-you"),
        },
    }
}
