//! The way from the average applicant's risk to the client's, as a chart and as a table; how sure
//! the result is, and what a second model says.

use askama::Template;
use limpide_explain::{Explanation, format};

use super::view::View;
use crate::charts::waterfall::{self, Drawing, NARROW, Row, WIDE};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/drivers.html")]
pub(super) struct Drivers {
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
    pub(super) fn load(view: &View<'_>, explanation: &Explanation) -> Self {
        let lang = view.texts.lang;
        let (waterfall, threshold) = (&explanation.waterfall, explanation.score.threshold);
        Self {
            texts: view.texts,
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
