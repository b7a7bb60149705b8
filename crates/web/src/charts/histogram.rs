//! How others' values of a feature spread, with the client's own marked: columns for numbers, rows
//! for categories. Lengths across are parts of the width and heights are pixels, so that text
//! keeps its size on any screen.

use limpide_explain::format;
use limpide_model::Lang;

use super::{Label, coordinate};
use crate::api::client_comparison::{WireAxis, WireDistribution};

/// Where columns start and end, in per cent of the width.
const LEFT: f64 = 11.0;
const RIGHT: f64 = 99.0;
/// Where columns start and end, in pixels from the top; the client's label stands above.
const TOP: f64 = 26.0;
const FOOT: f64 = 290.0;
/// Most marks on the axis of counts.
const MARKS: f64 = 4.0;
/// Most labels under the columns.
const LABELS: usize = 5;
/// Height of a category's row, and where its bar starts, in per cent of the width.
const ROW: f64 = 28.0;
const ROWS_LEFT: f64 = 38.0;
const ROWS_RIGHT: f64 = 86.0;

/// A drawn distribution.
#[derive(Debug)]
pub(crate) struct Histogram {
    pub(crate) height: String,
    pub(crate) bars: Vec<Bar>,
    /// Lines and labels of the axis of counts; none beside rows.
    pub(crate) marks: Vec<Mark>,
    pub(crate) labels: Vec<Label>,
    /// Where the client's line stands; none where the value is missing, or beside rows.
    pub(crate) own: Option<Own>,
    pub(crate) foot: String,
    /// Where the axis of counts ends and columns start.
    pub(crate) left: String,
}

/// One part's bar.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) own: bool,
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) y: String,
    pub(crate) height: String,
    /// How many clients, beside a row; empty above columns.
    pub(crate) value: String,
    pub(crate) value_x: String,
    pub(crate) value_y: String,
}

/// A line across, with its count.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) y: String,
    pub(crate) words_y: String,
    pub(crate) words: String,
}

/// The client's own value.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) x: String,
    pub(crate) words_x: String,
    pub(crate) anchor: &'static str,
}

/// One part in words.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) own: bool,
}

/// Draws a distribution; `own` is the client's number, if it is one.
pub(crate) fn draw(distribution: &WireDistribution, own: Option<f64>, lang: Lang) -> Histogram {
    match distribution.axis.categories {
        Some(_) => rows_of(distribution, lang),
        None => columns(distribution, own, lang),
    }
}

/// The same parts in words; `few` stands for a count that is not told.
pub(crate) fn rows(distribution: &WireDistribution, few: &str, lang: Lang) -> Vec<Row> {
    let counts = distribution.counts.iter().enumerate();
    let row = |(part, count): (usize, &Option<usize>)| Row {
        label: part_words(&distribution.axis, part),
        count: match count {
            Some(count) => written(*count, lang),
            None => few.to_owned(),
        },
        own: distribution.own == Some(part),
    };
    counts.map(row).collect()
}

/// What people call a part: its edges, its number or its category.
pub(crate) fn part_words(axis: &WireAxis, part: usize) -> String {
    let text = |at: usize| axis.texts.get(at).cloned().unwrap_or_default();
    match axis.edges {
        Some(_) => format!("{} – {}", text(part), text(part + 1)),
        None => text(part),
    }
}

/// Where a number stands along an axis, 0 to 1; the middle of its part where parts are no ranges.
pub(crate) fn place(axis: &WireAxis, part: Option<usize>, own: Option<f64>) -> Option<f64> {
    if let (Some(edges), Some(own)) = (&axis.edges, own) {
        let (first, last) = (*edges.first()?, *edges.last()?);
        return (last > first).then(|| ((own - first) / (last - first)).clamp(0.0, 1.0));
    }
    part.map(|part| (part as f64 + 0.5) / axis.parts as f64)
}

fn columns(distribution: &WireDistribution, own: Option<f64>, lang: Lang) -> Histogram {
    let axis = &distribution.axis;
    let parts = axis.parts.max(1) as f64;
    let across = |part: f64| LEFT + (RIGHT - LEFT) * part;
    let largest = distribution.counts.iter().flatten().copied().max();
    let step = step_of(largest.unwrap_or(0) as f64);
    let end = ((largest.unwrap_or(0) as f64 / step).ceil().max(1.0)) * step;
    let up = |count: f64| FOOT - (FOOT - TOP) * count / end;
    let gap = if parts > 16.0 { 0.12 } else { 0.18 };
    let bars = distribution.counts.iter().enumerate().map(|(part, count)| {
        let count = count.unwrap_or(0) as f64;
        let (from, to) = (part as f64 / parts, (part as f64 + 1.0) / parts);
        // Somebody is there: a line at least.
        let height = if count > 0.0 {
            (FOOT - up(count)).max(1.0)
        } else {
            0.0
        };
        Bar {
            own: distribution.own == Some(part),
            x: per_cent(across(from + gap / 2.0 / parts)),
            width: per_cent((across(to) - across(from)) * (1.0 - gap)),
            y: coordinate(FOOT - height),
            height: coordinate(height),
            value: String::new(),
            value_x: String::new(),
            value_y: String::new(),
        }
    });
    let marks = (0..=(end / step).round() as usize).map(|at| {
        let count = at as f64 * step;
        Mark {
            y: coordinate(up(count)),
            words_y: coordinate(up(count) + 4.0),
            words: format::number(count, 0, lang),
        }
    });
    let place = place(axis, distribution.own, own);
    Histogram {
        height: coordinate(FOOT + 26.0),
        bars: bars.collect(),
        marks: marks.collect(),
        labels: labels(axis, across),
        own: place.map(|place| Own {
            x: per_cent(across(place)),
            words_x: per_cent(across(place)),
            anchor: anchor(place),
        }),
        foot: coordinate(FOOT),
        left: per_cent(LEFT),
    }
}

/// A few of the parts' words under the columns, the first and the last among them.
fn labels(axis: &WireAxis, across: impl Fn(f64) -> f64) -> Vec<Label> {
    let n = axis.texts.len();
    let every = n.saturating_sub(1).div_ceil(LABELS - 1).max(1);
    let places = (0..n).step_by(every).enumerate();
    let label = |(shown, at): (usize, usize)| {
        let place = match axis.edges {
            Some(_) => at as f64 / axis.parts.max(1) as f64,
            None => (at as f64 + 0.5) / axis.parts.max(1) as f64,
        };
        Label {
            x: per_cent(across(place)),
            y: coordinate(FOOT + 18.0),
            anchor: match at {
                0 if axis.edges.is_some() => "start",
                at if at + 1 == n && axis.edges.is_some() => "end",
                _ => "middle",
            },
            narrow: shown % 2 == 0,
            words: axis.texts[at].clone(),
        }
    };
    places.map(label).collect()
}

fn rows_of(distribution: &WireDistribution, lang: Lang) -> Histogram {
    let largest = distribution.counts.iter().flatten().copied().max();
    let largest = largest.unwrap_or(0).max(1) as f64;
    let length = |count: usize| (ROWS_RIGHT - ROWS_LEFT) * count as f64 / largest;
    let (mut bars, mut labels) = (Vec::new(), Vec::new());
    for (part, count) in distribution.counts.iter().enumerate() {
        let own = distribution.own == Some(part);
        if *count == Some(0) && !own {
            continue;
        }
        let top = labels.len() as f64 * ROW;
        let shown = count.unwrap_or(0);
        bars.push(Bar {
            own,
            x: per_cent(ROWS_LEFT),
            width: per_cent(length(shown).max(0.25)),
            y: coordinate(top + 5.0),
            height: "18".to_owned(),
            value: count.map(|count| written(count, lang)).unwrap_or_default(),
            value_x: per_cent(ROWS_LEFT + length(shown)),
            value_y: coordinate(top + 18.0),
        });
        labels.push(Label {
            x: per_cent(ROWS_LEFT - 1.5),
            y: coordinate(top + 18.0),
            anchor: "end",
            narrow: true,
            words: shortened(&part_words(&distribution.axis, part), 24),
        });
    }
    Histogram {
        height: coordinate(labels.len() as f64 * ROW + 4.0),
        foot: coordinate(labels.len() as f64 * ROW),
        bars,
        marks: Vec::new(),
        labels,
        own: None,
        left: per_cent(ROWS_LEFT),
    }
}

/// On which side of its line a label stands, so that it stays inside the drawing.
pub(crate) fn anchor(place: f64) -> &'static str {
    match place {
        place if place < 0.2 => "start",
        place if place > 0.8 => "end",
        _ => "middle",
    }
}

/// Words that fit beside a chart; the table holds them whole.
pub(crate) fn shortened(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let kept: String = words.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

fn per_cent(value: f64) -> String {
    format!("{}%", coordinate(value))
}

fn written(count: usize, lang: Lang) -> String {
    format::number(count as f64, 0, lang)
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that divides an axis into few marks.
fn step_of(largest: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for factor in [1.0, 2.0, 2.5, 5.0] {
            let step: f64 = factor * power;
            if largest / step <= MARKS && step.fract() == 0.0 {
                return step;
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(counts: &[usize], own: Option<usize>) -> WireDistribution {
        WireDistribution {
            axis: WireAxis {
                parts: counts.len(),
                edges: Some((0..=counts.len()).map(|edge| edge as f64).collect()),
                values: None,
                categories: None,
                texts: (0..=counts.len()).map(|edge| edge.to_string()).collect(),
            },
            counts: counts.iter().map(|&count| Some(count)).collect(),
            missing: Some(0),
            own,
        }
    }

    #[test]
    fn the_clients_line_stands_at_its_number_and_inside_the_drawing() {
        let distribution = ranges(&[10, 20, 30, 40], Some(1));
        let middle = draw(&distribution, Some(2.0), Lang::En).own;
        assert_eq!(middle.map(|own| own.x), Some("55%".to_owned()));
        let beyond = draw(&distribution, Some(1e9), Lang::En).own;
        assert_eq!(beyond.map(|own| own.x), Some("99%".to_owned()));
        assert!(draw(&ranges(&[1, 2], None), None, Lang::En).own.is_none());
    }

    #[test]
    fn marks_are_whole_clients() {
        for largest in [1, 3, 7, 12, 99, 356_255] {
            let drawn = draw(&ranges(&[largest, 0], None), None, Lang::En);
            assert!((2..=5).contains(&drawn.marks.len()), "{largest}");
        }
    }

    #[test]
    fn a_count_that_is_not_told_is_said_to_be_small() {
        let mut distribution = ranges(&[10, 20], Some(0));
        distribution.counts[1] = None;
        let rows = rows(&distribution, "few", Lang::En);
        assert_eq!((rows[0].count.as_str(), rows[0].own), ("10", true));
        assert_eq!((rows[1].count.as_str(), rows[1].own), ("few", false));
        assert_eq!(rows[1].label, "1 – 2");
    }

    #[test]
    fn long_words_are_cut_between_letters() {
        assert_eq!(shortened("Électricité", 6), "Élect…");
        assert_eq!(shortened("Court", 6), "Court");
    }
}
