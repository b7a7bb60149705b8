//! How far a decision is from another one.
//!
//! A decision changes where the probability crosses an end of the zone of review, or the threshold
//! where there is no zone. What a concept alone could do is told by the probability with the
//! concept at its average: its contribution, which is what it adds to the average, left out.

use limpide_model::{Bundle, Decision, Lang, Score};
use serde::{Deserialize, Serialize};

use crate::concepts::{WeighedConcept, counts};
use crate::format;
use crate::texts::{text, text_with};

/// Holds how far a decision is from the nearest other one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// The probability at which the decision would change.
    pub edge: f64,
    /// `probability − edge`, in probability (0.052 for 5.2 points).
    pub distance: f64,
    /// What would be decided on the other side of the edge.
    pub beyond: Decision,
    /// Whether the interval of the probability holds the edge.
    pub uncertain: bool,
    /// The largest concept that would change the decision if it alone were as for an average
    /// applicant.
    pub turn: Option<Turn>,
}

/// Holds what a concept at its average would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The concept's id.
    pub concept: String,
    /// What people call it.
    pub label: String,
    /// The probability that there would be.
    pub probability: f64,
    /// The decision that there would be.
    pub decision: Decision,
}

/// Measures how far a decision is from another; concepts are ordered by size.
pub(crate) fn measure(
    bundle: &Bundle,
    score: &Score,
    concepts: &[WeighedConcept<'_>],
) -> Stability {
    let (edge, beyond) = nearest_edge(bundle, score);
    let [low, high] = score.interval;
    Stability {
        edge,
        distance: score.probability - edge,
        beyond,
        // A probability at the edge is decided as one above it.
        uncertain: low < edge && edge <= high,
        turn: concepts
            .iter()
            .find_map(|concept| turn(bundle, score, concept)),
    }
}

fn nearest_edge(bundle: &Bundle, score: &Score) -> (f64, Decision) {
    let [low, high] = bundle.policy.review;
    let reviewed = |otherwise| {
        if low < high {
            Decision::Review
        } else {
            otherwise
        }
    };
    match score.decision {
        Decision::Granted => (low, reviewed(Decision::Refused)),
        Decision::Refused => (high, reviewed(Decision::Granted)),
        Decision::Review if score.probability - low < high - score.probability => {
            (low, Decision::Granted)
        }
        Decision::Review => (high, Decision::Refused),
    }
}

fn turn(bundle: &Bundle, score: &Score, concept: &WeighedConcept<'_>) -> Option<Turn> {
    if !counts(concept.contribution) {
        return None;
    }
    let average = bundle.score_margin(score.margin - concept.contribution);
    (average.decision != score.decision).then(|| Turn {
        concept: concept.id().to_owned(),
        label: concept.label(),
        probability: average.probability,
        decision: average.decision,
    })
}

/// Says it in three sentences: the distance, what the uncertainty makes of it, and what a single
/// concept could change.
pub(crate) fn words(stability: &Stability, score: &Score, lang: Lang) -> String {
    let key = match score.decision {
        Decision::Refused => "stability-above",
        Decision::Review if stability.beyond == Decision::Granted => "stability-above",
        _ => "stability-below",
    };
    let distance = [
        (
            "apart",
            format::points_apart(stability.distance, lang).into(),
        ),
        ("edge", format::percent(stability.edge, lang).into()),
        ("beyond", outcome(stability.beyond, lang).into()),
    ];
    let turned = match &stability.turn {
        None => text(lang, "stability-no-turn"),
        Some(turn) => {
            let places = [
                ("label", turn.label.as_str().into()),
                ("then", outcome(turn.decision, lang).into()),
            ];
            text_with(lang, "stability-turn", places)
        }
    };
    let mut sentences = vec![text_with(lang, key, distance)];
    sentences.extend(doubt(stability, score, lang));
    sentences.push(turned);
    sentences.join(" ")
}

/// What the uncertainty of the probability makes of it; `None` where none can be seen.
fn doubt(stability: &Stability, score: &Score, lang: Lang) -> Option<String> {
    let [low, high] = score.interval.map(|end| format::percent(end, lang));
    if low == high {
        return None;
    }
    let key = if stability.uncertain {
        "stability-uncertain"
    } else {
        "stability-certain"
    };
    Some(text_with(
        lang,
        key,
        [("low", low.into()), ("high", high.into())],
    ))
}

/// What would become of the request: "the request would be granted".
fn outcome(decision: Decision, lang: Lang) -> String {
    let key = match decision {
        Decision::Granted => "would-grant",
        Decision::Review => "would-review",
        Decision::Refused => "would-refuse",
    };
    text(lang, key)
}
