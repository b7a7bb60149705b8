//! Short texts that go with a decision: what the risk means, and the waterfall in words.

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::{Decision, Lang, Listener, Reader, Score};
use serde::{Deserialize, Serialize};

use crate::format;
use crate::reasons::Reason;
use crate::texts::text_with;
use crate::waterfall::Waterfall;

/// Reasons named on each side of the chart's summary.
const NAMED: usize = 3;

/// Holds the short texts of an explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The risk as people out of a hundred, and how many the bank accepts.
    pub risk: String,
    /// The waterfall in words, for those who do not see it.
    pub chart: String,
    /// How far the decision is from another, and what could change it.
    pub stability: String,
}

/// Says the waterfall in words: where it starts and ends, and what moves it most.
pub(crate) fn chart(
    threshold: f64,
    waterfall: &Waterfall,
    [against, in_favour]: [&[Reason]; 2],
    reader: Reader,
) -> String {
    let lang = reader.lang;
    let key = match reader.listener {
        Listener::Staff => "summary-chart",
        Listener::Client => "summary-chart-you",
    };
    let mut out = text_with(
        lang,
        key,
        [
            ("start", format::percent(waterfall.start, lang).into()),
            ("end", format::percent(waterfall.end, lang).into()),
            ("threshold", format::percent(threshold, lang).into()),
        ],
    );
    for (key, reasons) in [("summary-raises", against), ("summary-lowers", in_favour)] {
        if reasons.is_empty() {
            continue;
        }
        let items: Vec<String> = reasons
            .iter()
            .take(NAMED)
            .map(|reason| item(reason, lang))
            .collect();
        out.push(' ');
        out.push_str(&text_with(lang, key, [("list", items.join(", ").into())]));
    }
    out
}

/// Says the risk as a count of people, out of a hundred, or of more where a hundred says too little.
pub fn risk(score: &Score, lang: Lang) -> String {
    let out_of = |per: f64| {
        (
            (score.probability * per).round(),
            (score.threshold.clamp(0.0, 1.0) * per).round(),
        )
    };
    let says_enough = |per: f64| {
        let (count, accepted) = out_of(per);
        // "About 11, the bank accepts up to 11" would not be read as a refusal.
        count > 0.0 && !(score.decision == Decision::Refused && count <= accepted)
    };
    let per = [100.0, 1000.0]
        .into_iter()
        .find(|&per| says_enough(per))
        .unwrap_or(10_000.0);
    let (count, accepted) = out_of(per);
    text_with(
        lang,
        "summary-risk",
        [
            ("per", format::number(per, 0, lang).into()),
            ("count", FluentValue::from(count)),
            ("shown", format::number(count, 0, lang).into()),
            ("accepted", format::number(accepted, 0, lang).into()),
        ],
    )
}

fn item(reason: &Reason, lang: Lang) -> String {
    let rounded = (reason.points.abs() * 1000.0).round() / 10.0;
    let places = [
        ("label", reason.label.as_str().into()),
        ("points", format::points(reason.points, lang).into()),
        ("count", FluentValue::from(rounded)),
    ];
    text_with(lang, "summary-item", places)
}
