//! The way from the average applicant's risk to the client's, in probability.
//!
//! Contributions are log-odds and add up; probabilities do not, so each step is what its concept moves
//! the probability by when the concepts are added one after the other, largest first. The steps
//! telescope: each begins where the one before ended, and the last ends at the client's probability.

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::{Calibration, Lang};
use serde::{Deserialize, Serialize};

use crate::concepts::ConceptContribution;
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

/// Gives what each concept moves the probability by, in the given order; the last reaches `end`.
pub(crate) fn deltas(
    contributions: &[f64],
    base: f64,
    end: f64,
    calibration: &Calibration,
) -> Vec<(f64, f64)> {
    let mut margin = base;
    let mut from = calibration.probability(base);
    let mut out = Vec::with_capacity(contributions.len());
    for (at, contribution) in contributions.iter().enumerate() {
        margin += contribution;
        let last = at + 1 == contributions.len();
        // Adding the contributions up rounds differently than the scorer does; the end is the scorer's.
        let to = if last {
            end
        } else {
            calibration.probability(margin)
        };
        out.push((from, to));
        from = to;
    }
    out
}

/// Draws the waterfall from concepts ordered by size, each with its step in `deltas`.
pub(crate) fn build(
    concepts: &[ConceptContribution],
    deltas: &[(f64, f64)],
    start: f64,
    end: f64,
    lang: Lang,
) -> Waterfall {
    // Naming the last one takes no more room than pooling it alone.
    let named = if concepts.len() <= NAMED + 1 {
        concepts.len()
    } else {
        NAMED
    };
    let mut steps: Vec<Step> = concepts
        .iter()
        .zip(deltas)
        .take(named)
        .map(|(concept, &(from, to))| Step {
            concept: Some(concept.concept.clone()),
            label: concept.label.clone(),
            from,
            to,
            delta: to - from,
        })
        .collect();
    let others = concepts.len() - named;
    if others > 0 {
        let from = deltas[named].0;
        let count = FluentValue::from(others);
        let shown = format::number(others as f64, 0, lang);
        let label = text_with(
            lang,
            "waterfall-others",
            [("count", count), ("shown", shown.into())],
        );
        steps.push(Step {
            concept: None,
            label,
            from,
            to: end,
            delta: end - from,
        });
    }
    Waterfall {
        start,
        start_label: text(lang, "waterfall-start"),
        steps,
        others,
        end,
        end_label: text(lang, "waterfall-end"),
    }
}
