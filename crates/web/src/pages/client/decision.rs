//! The result: gauge, verdict, and where the risk stands.

use askama::Template;
use limpide_explain::{Explanation, format};
use limpide_model::{Decision as Decided, Score};

use crate::charts::gauge::{self, Gauge};
use crate::pages::Tone;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/decision.html")]
pub(in crate::pages) struct Decision {
    texts: Texts,
    own: bool,
    gauge: Gauge,
    gauge_words: String,
    verdict: String,
    tone: Tone,
    risk: String,
    distance: String,
    /// The interval of the risk; empty where it has none.
    margin: String,
}

impl Decision {
    /// The result, in words for staff, or for the client whose own it is.
    pub(in crate::pages) fn load(texts: Texts, own: bool, explanation: &Explanation) -> Self {
        let (lang, score) = (texts.lang, &explanation.score);
        let gauge = gauge::draw(score, lang);
        let verdict = verdict(score.decision, own, texts);
        let words = [
            ("risk", gauge.figure.as_str()),
            ("threshold", gauge.threshold.as_str()),
            ("verdict", verdict.as_str()),
        ];
        Self {
            own,
            gauge_words: texts.with("gauge-words", &words),
            verdict,
            tone: Tone::of(score.decision),
            risk: explanation.summary.risk.clone(),
            distance: distance(score, texts),
            margin: margin(score, texts),
            gauge,
            texts,
        }
    }

    /// Tells the client that a person approved, whatever the estimate says.
    pub(in crate::pages) fn approved(self) -> Self {
        Self {
            verdict: self.texts.get("own-decided-granted"),
            tone: Tone::of(Decided::Granted),
            ..self
        }
    }
}

/// A decision in words, for staff or for the client.
pub(super) fn verdict(decision: Decided, own: bool, texts: Texts) -> String {
    match (decision, own) {
        (Decided::Granted, false) => texts.get("decision-granted"),
        (Decided::Refused, false) => texts.get("decision-refused"),
        (Decided::Review, false) => texts.get("decision-review"),
        (Decided::Granted, true) => texts.get("own-granted"),
        (Decided::Refused, true) => texts.get("own-refused"),
        (Decided::Review, true) => texts.get("own-review"),
    }
}

/// How far the risk is from the threshold, in words.
fn distance(score: &Score, texts: Texts) -> String {
    let apart = format::points_apart(score.distance, texts.lang);
    let words = [("apart", apart.as_str())];
    if score.distance < 0.0 {
        texts.with("distance-below", &words)
    } else {
        texts.with("distance-above", &words)
    }
}

fn margin(score: &Score, texts: Texts) -> String {
    let [low, high] = score.interval.map(|end| format::percent(end, texts.lang));
    if low == high {
        return String::new();
    }
    texts.with("margin-words", &[("low", &low), ("high", &high)])
}
