//! The way from the average applicant's risk to the client's, as a chart and as a table; how sure
//! the result is, and what a second model says.

use askama::Template;
use limpide_explain::{Explanation, format};

use crate::charts::waterfall::{self, Drawing, NARROW, Row, WIDE};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/drivers.html")]
pub(in crate::pages) struct Drivers {
    texts: Texts,
    threshold: String,
    words: String,
    wide: Drawing,
    narrow: Drawing,
    rows: Vec<Row>,
    stability: String,
    second: Option<Second>,
}

/// What a second model says.
struct Second {
    agrees: bool,
    sentence: String,
}

impl Drivers {
    pub(in crate::pages) fn load(texts: Texts, explanation: &Explanation) -> Self {
        let lang = texts.lang;
        let (waterfall, threshold) = (&explanation.waterfall, explanation.score.threshold);
        Self {
            texts,
            threshold: format::percent(threshold, lang),
            words: explanation.summary.chart.clone(),
            wide: waterfall::draw(waterfall, threshold, WIDE, lang),
            narrow: waterfall::draw(waterfall, threshold, NARROW, lang),
            rows: waterfall::rows(waterfall, lang),
            stability: explanation.summary.stability.clone(),
            second: explanation.second.as_ref().map(|second| Second {
                agrees: second.agrees,
                sentence: second.sentence.clone(),
            }),
        }
    }
}
