//! The decision's gauge: a 220° arc with a gap and a tick at the threshold, a ring for the client.

use limpide_explain::format;
use limpide_model::{Lang, Score};

use super::coordinate;

const CENTRE_X: f64 = 150.0;
const CENTRE_Y: f64 = 138.0;
const RADIUS: f64 = 108.0;
/// Where the arc starts, in degrees counted from the right, against the clock.
const START: f64 = 200.0;
const SWEEP: f64 = 220.0;
/// The shortest interval that is drawn, as a part of the arc.
const LEAST_INTERVAL: f64 = 0.012;
/// Half of the gap at the threshold, as a part of the arc.
const HALF_GAP: f64 = 0.011;
/// Scales that a gauge may have: its end is one of these probabilities.
const ENDS: [f64; 6] = [0.1, 0.2, 0.3, 0.5, 0.75, 1.0];

/// The shapes of a gauge, to be seen from (14, 8) to (286, 208).
#[derive(Debug)]
pub(crate) struct Gauge {
    /// Arc below the threshold.
    pub(crate) favour: String,
    /// Arc above the threshold.
    pub(crate) against: String,
    /// Line across the arc at the threshold: x1, y1, x2, y2.
    pub(crate) tick: [String; 4],
    /// Where the threshold's label stands, and which of its ends is there.
    pub(crate) label: [String; 2],
    pub(crate) label_anchor: &'static str,
    /// The arc of the risk's interval, inside the gauge; none where it is too short to see.
    pub(crate) interval: Option<String>,
    /// Centre of the client's ring.
    pub(crate) ring: [String; 2],
    /// Where the ends' labels stand: x of 0, x of the end, their y.
    pub(crate) ends: [String; 3],
    pub(crate) threshold: String,
    pub(crate) figure: String,
    pub(crate) end: String,
}

/// The probability at the arc's end, for a threshold.
pub(crate) fn end(threshold: f64) -> f64 {
    let wide_enough = |end: &f64| threshold * 2.5 <= *end;
    ENDS.into_iter().find(wide_enough).unwrap_or(1.0)
}

/// Draws a score.
pub(crate) fn draw(score: &Score, lang: Lang) -> Gauge {
    let end = end(score.threshold);
    let threshold = (score.threshold / end).clamp(0.0, 1.0);
    let client = (score.probability / end).clamp(0.0, 1.0);
    let [inner, outer] = [
        point(threshold, RADIUS - 14.0),
        point(threshold, RADIUS + 14.0),
    ];
    let label = point(threshold, RADIUS + 22.0);
    let [zero, last] = [point(0.0, RADIUS), point(1.0, RADIUS)];
    Gauge {
        favour: arc(0.0, threshold - HALF_GAP, RADIUS),
        against: arc(threshold + HALF_GAP, 1.0, RADIUS),
        tick: [inner.0, inner.1, outer.0, outer.1].map(coordinate),
        label: [label.0, label.1 + 4.0].map(coordinate),
        label_anchor: match label.0 - CENTRE_X {
            left if left < -12.0 => "end",
            right if right > 12.0 => "start",
            _ => "middle",
        },
        interval: interval(score.interval, end),
        ring: [point(client, RADIUS).0, point(client, RADIUS).1].map(coordinate),
        ends: [zero.0, last.0, zero.1 + 29.0].map(coordinate),
        threshold: format::percent(score.threshold, lang),
        figure: format::percent(score.probability, lang),
        end: end_label(end, lang),
    }
}

/// A probability beyond the end is drawn at the end: the label says so.
pub(crate) fn end_label(end: f64, lang: Lang) -> String {
    let written = format::percent_whole(end, lang);
    if end < 1.0 {
        format!("{written}+")
    } else {
        written
    }
}

fn point(part: f64, radius: f64) -> (f64, f64) {
    let angle = (START - SWEEP * part).to_radians();
    (
        CENTRE_X + radius * angle.cos(),
        CENTRE_Y - radius * angle.sin(),
    )
}

fn interval([low, high]: [f64; 2], end: f64) -> Option<String> {
    let (from, to) = ((low / end).clamp(0.0, 1.0), (high / end).clamp(0.0, 1.0));
    (to - from >= LEAST_INTERVAL).then(|| arc(from, to, RADIUS - 17.0))
}

fn arc(from: f64, to: f64, radius: f64) -> String {
    if to <= from {
        return String::new();
    }
    let (start, end) = (point(from, radius), point(to, radius));
    let large = u8::from(SWEEP * (to - from) > 180.0);
    format!(
        "M{} {}A{radius} {radius} 0 {large} 1 {} {}",
        coordinate(start.0),
        coordinate(start.1),
        coordinate(end.0),
        coordinate(end.1)
    )
}

#[cfg(test)]
mod tests {
    use limpide_model::Decision;

    use super::*;

    fn score(probability: f64, threshold: f64) -> Score {
        Score {
            margin: 0.0,
            probability,
            interval: [probability; 2],
            decision: Decision::Refused,
            threshold,
            distance: probability - threshold,
        }
    }

    #[test]
    fn the_scale_leaves_room_beyond_the_threshold() {
        assert_eq!(draw(&score(0.142, 0.11), Lang::En).end, "30%+");
        assert_eq!(draw(&score(0.142, 0.5), Lang::En).end, "100%");
    }

    #[test]
    fn a_risk_beyond_the_scale_stands_at_its_end() {
        let gauge = draw(&score(0.9, 0.11), Lang::En);
        let end = point(1.0, RADIUS);
        assert_eq!(gauge.ring, [end.0, end.1].map(coordinate));
        assert_eq!(gauge.figure, "90.0%");
    }

    #[test]
    fn a_threshold_at_either_end_leaves_one_arc() {
        assert_eq!(draw(&score(0.2, 0.0), Lang::Fr).favour, "");
        assert_eq!(draw(&score(0.2, 1.0), Lang::Fr).against, "");
    }

    #[test]
    fn the_arc_is_symmetric() {
        let (left, right) = (point(0.0, RADIUS), point(1.0, RADIUS));
        assert!((left.0 + right.0 - 2.0 * CENTRE_X).abs() < 1e-9);
        assert!((left.1 - right.1).abs() < 1e-9);
    }
}
