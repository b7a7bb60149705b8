//! Geometry of the pages' SVG: numbers in, attributes of shapes out. Colours stay in the style
//! sheet, so that dark mode and forced colours follow; words stay in the texts.

pub(crate) mod cloud;
pub(crate) mod gauge;
pub(crate) mod histogram;
pub(crate) mod meter;
pub(crate) mod waterfall;

/// The words of a part of an axis, or of the edge between two.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) anchor: &'static str,
    /// Whether there is room for it on a phone.
    pub(crate) narrow: bool,
    pub(crate) words: String,
}

/// A coordinate as an SVG attribute; two decimals are finer than any screen.
pub(crate) fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The smallest of these steps that needs at most `most` of them to reach `value`.
fn step_for(value: f64, most: f64) -> f64 {
    [0.01, 0.02, 0.05, 0.1, 0.2]
        .into_iter()
        .find(|step| value / step <= most)
        .unwrap_or(0.25)
}
