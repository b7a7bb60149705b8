//! How it went with some clients: the rate of default among those whose outcome is known.

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::Lang;
use limpide_model::metrics::wilson;
use serde::{Deserialize, Serialize};

use crate::format;
use crate::texts::{text, text_with};

/// Known outcomes below which no rate is given: its interval would be as wide as a guess.
pub const FEWEST_KNOWN: usize = 30;

/// Counts clients and their outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Clients.
    pub clients: usize,
    /// Those whose outcome is known.
    pub known: usize,
    /// Those who did not repay.
    pub defaults: usize,
    /// The rate of default among those whose outcome is known; `None` below [`FEWEST_KNOWN`].
    pub rate: Option<Rate>,
}

/// Holds a rate with its 95 % interval, all from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// The rate.
    pub rate: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

/// Counts outcomes: 1 where a client did not repay, 0 where one did, `None` where it is not known.
pub fn observed(outcomes: impl IntoIterator<Item = Option<u8>>) -> Observed {
    let (mut clients, mut known, mut defaults) = (0, 0, 0);
    for outcome in outcomes {
        clients += 1;
        known += usize::from(outcome.is_some());
        defaults += usize::from(outcome == Some(1));
    }
    let rate = (known >= FEWEST_KNOWN).then(|| {
        let [low, high] = wilson(defaults, known);
        Rate {
            rate: defaults as f64 / known as f64,
            low,
            high,
        }
    });
    Observed {
        clients,
        known,
        defaults,
        rate,
    }
}

/// Says how it went with similar clients, beside all clients.
pub fn sentence(similar: &Observed, all: &Observed, lang: Lang) -> String {
    let count = |clients: usize| format::number(clients as f64, 0, lang);
    let Some(rate) = similar.rate else {
        return text_with(
            lang,
            "similar-few",
            [
                ("count", FluentValue::from(similar.known)),
                ("shown", count(similar.known).into()),
                ("least", count(FEWEST_KNOWN).into()),
            ],
        );
    };
    // Rounded outwards: an interval is never told narrower than it is.
    let low = format::number((100.0 * rate.low).floor(), 0, lang);
    let high = format::number((100.0 * rate.high).ceil(), 0, lang);
    let key = match similar.known == 100 && similar.clients == 100 {
        true => "similar-hundred",
        false => "similar-rate",
    };
    let similar = text_with(
        lang,
        key,
        [
            ("clients", count(similar.known).into()),
            ("count", FluentValue::from(similar.defaults)),
            ("shown", count(similar.defaults).into()),
            ("rate", format::number(100.0 * rate.rate, 0, lang).into()),
            ("low", low.into()),
            ("high", high.into()),
        ],
    );
    let Some(all) = all.rate else {
        return text_with(lang, "similar-alone", [("similar", similar.into())]);
    };
    let all = format::number(100.0 * all.rate, 0, lang);
    text_with(
        lang,
        "similar-beside-all",
        [("similar", similar.into()), ("all", all.into())],
    )
}

/// Says what the rate of similar clients does not prove.
pub fn caveat(lang: Lang) -> String {
    text(lang, "similar-caveat")
}
