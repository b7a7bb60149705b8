//! The way from the average applicant's risk to the client's, as bars.
//!
//! Lengths are parts of the width and heights are pixels, so that text keeps its size on any
//! screen. A wide and a narrow drawing differ in the room their labels take.

use limpide_explain::{Waterfall, format};
use limpide_model::Lang;

use super::{coordinate, step_for};

/// How much room labels take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proportions {
    /// Where bars start, in per cent of the width.
    left: f64,
    /// Where the axis ends, in per cent of the width; values stand to the right of bars.
    right: f64,
    /// Letters that fit on a line of a label.
    letters: usize,
    /// Most marks on the axis.
    marks: f64,
    /// Room that a value takes beside its bar, in per cent of the width.
    value: f64,
}

/// For a card beside another, or a page's width.
pub(crate) const WIDE: Proportions = Proportions {
    left: 23.0,
    right: 91.0,
    letters: 24,
    marks: 5.0,
    value: 6.5,
};
/// For a phone.
pub(crate) const NARROW: Proportions = Proportions {
    left: 37.0,
    right: 86.0,
    letters: 14,
    marks: 3.0,
    value: 15.0,
};

const LINE_HEIGHT: f64 = 15.0;
const BAR_HEIGHT: f64 = 18.0;
const LEAST_ROW_HEIGHT: f64 = 32.0;
const AXIS_HEIGHT: f64 = 28.0;

/// A drawn waterfall.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) height: String,
    /// Where labels end.
    pub(crate) labels_at: String,
    pub(crate) bars: Vec<Bar>,
    pub(crate) marks: Vec<Mark>,
    /// Where the threshold's line stands.
    pub(crate) threshold_at: String,
    /// Where lines end and the axis begins.
    pub(crate) foot: String,
    /// Where the axis' numbers stand.
    pub(crate) axis_at: String,
}

/// One row: a label and a bar.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) number: usize,
    pub(crate) lines: Vec<Line>,
    pub(crate) tone: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) y: String,
    pub(crate) row_y: String,
    pub(crate) row_height: String,
    pub(crate) value: String,
    pub(crate) value_x: String,
    pub(crate) value_y: String,
}

/// One line of a label.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) y: String,
    pub(crate) words: String,
}

/// One mark of the axis.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) x: String,
    pub(crate) words: String,
}

/// One row in words, for the table beside the drawing.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) effect: String,
    pub(crate) risk: String,
}

struct Step<'a> {
    label: &'a str,
    from: f64,
    to: f64,
    value: String,
    tone: &'static str,
}

/// Draws a waterfall with the threshold's line.
pub(crate) fn draw(
    waterfall: &Waterfall,
    threshold: f64,
    proportions: Proportions,
    lang: Lang,
) -> Drawing {
    let steps = steps(waterfall, lang);
    let largest = steps
        .iter()
        .flat_map(|step| [step.from, step.to])
        .fold(threshold, f64::max);
    let step = step_for(largest, proportions.marks);
    let count = (largest / step).ceil().max(1.0);
    let axis = Axis {
        proportions,
        end: (count * step).min(1.0),
        threshold,
    };
    let mut top = 0.0;
    let mut bars = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let bar = axis.bar(number, step, top);
        top += bar.1;
        bars.push(bar.0);
    }
    let marks = (0..=count as usize)
        .map(|at| at as f64 * step)
        .filter(|&at| at <= axis.end + 1e-9)
        .map(|at| Mark {
            x: axis.at(at),
            words: format::percent_whole(at, lang),
        })
        .collect();
    Drawing {
        height: coordinate(top + AXIS_HEIGHT),
        labels_at: per_cent(proportions.left - 1.6),
        bars,
        marks,
        threshold_at: axis.at(threshold.min(axis.end)),
        foot: coordinate(top),
        axis_at: coordinate(top + 18.0),
    }
}

/// The same rows in words.
pub(crate) fn rows(waterfall: &Waterfall, lang: Lang) -> Vec<Row> {
    let row = |label: &str, effect: String, risk: f64| Row {
        label: label.to_owned(),
        effect,
        risk: format::percent(risk, lang),
    };
    let mut rows = vec![row(&waterfall.start_label, String::new(), waterfall.start)];
    rows.extend(
        waterfall
            .steps
            .iter()
            .map(|step| row(&step.label, format::points(step.delta, lang), step.to)),
    );
    rows.push(row(&waterfall.end_label, String::new(), waterfall.end));
    rows
}

fn steps(waterfall: &Waterfall, lang: Lang) -> Vec<Step<'_>> {
    let whole = |label, to| Step {
        label,
        from: 0.0,
        to,
        value: format::percent(to, lang),
        tone: "neutral-fill",
    };
    let mut steps = vec![whole(waterfall.start_label.as_str(), waterfall.start)];
    steps.extend(waterfall.steps.iter().map(|step| Step {
        label: &step.label,
        from: step.from,
        to: step.to,
        value: format::points(step.delta, lang),
        tone: if step.delta > 0.0 {
            "against-fill"
        } else {
            "favour-fill"
        },
    }));
    steps.push(whole(waterfall.end_label.as_str(), waterfall.end));
    steps
}

struct Axis {
    proportions: Proportions,
    end: f64,
    threshold: f64,
}

impl Axis {
    fn place(&self, probability: f64) -> f64 {
        let Proportions { left, right, .. } = self.proportions;
        left + (right - left) * probability / self.end
    }

    fn at(&self, probability: f64) -> String {
        per_cent(self.place(probability))
    }

    /// Where the value of a bar that ends at `high` stands: beside the bar, or beyond the
    /// threshold's line where the line would cross it.
    fn value_place(&self, high: f64) -> f64 {
        let (bar, line) = (self.place(high), self.place(self.threshold));
        let crossed = line > bar && line < bar + self.proportions.value;
        if crossed { line } else { bar }
    }

    /// A bar and the height of its row.
    fn bar(&self, number: usize, step: &Step<'_>, top: f64) -> (Bar, f64) {
        let lines = wrap(step.label, self.proportions.letters);
        let text_height = lines.len() as f64 * LINE_HEIGHT;
        let height = (text_height + 6.0).max(LEAST_ROW_HEIGHT);
        let middle = top + height / 2.0;
        let first_line = middle - text_height / 2.0 + 11.5;
        let (low, high) = (step.from.min(step.to), step.from.max(step.to));
        let bar = Bar {
            number,
            lines: lines
                .into_iter()
                .enumerate()
                .map(|(at, words)| Line {
                    y: coordinate(first_line + at as f64 * LINE_HEIGHT),
                    words,
                })
                .collect(),
            tone: step.tone,
            x: self.at(low),
            // A step too small to see is still a line.
            width: per_cent((self.place(high) - self.place(low)).max(0.25)),
            y: coordinate(middle - BAR_HEIGHT / 2.0),
            row_y: coordinate(top),
            row_height: coordinate(height),
            value: step.value.clone(),
            value_x: per_cent(self.value_place(high)),
            value_y: coordinate(middle + 4.0),
        };
        (bar, height)
    }
}

fn per_cent(value: f64) -> String {
    format!("{}%", coordinate(value))
}

/// Breaks a label into lines of about so many letters; a longer word has a line of its own.
fn wrap(label: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn waterfall() -> Waterfall {
        let step = |label: &str, from: f64, to: f64| limpide_explain::Step {
            concept: None,
            label: label.to_owned(),
            from,
            to,
            delta: to - from,
        };
        Waterfall {
            start: 0.081,
            start_label: "Demandeur moyen".to_owned(),
            steps: vec![
                step("Notation de crédit externe", 0.081, 0.163),
                step("Refus antérieurs", 0.163, 0.142),
            ],
            others: 0,
            end: 0.142,
            end_label: "Ce client".to_owned(),
        }
    }

    #[test]
    fn bars_telescope_from_the_average_to_the_client() {
        let drawing = draw(&waterfall(), 0.11, WIDE, Lang::Fr);
        assert_eq!(drawing.bars.len(), 4);
        assert_eq!(drawing.bars[0].value_x, drawing.bars[1].x);
        assert_eq!(drawing.bars[1].tone, "against-fill");
        assert_eq!(drawing.bars[2].tone, "favour-fill");
        // The bar of the client ends where the last step does.
        assert_eq!(drawing.bars[2].x, drawing.bars[3].value_x);
        assert_eq!(drawing.bars[2].value, "\u{2212}2,1");
    }

    #[test]
    fn the_thresholds_line_crosses_no_value() {
        let drawing = draw(&waterfall(), 0.09, WIDE, Lang::Fr);
        assert_eq!(drawing.bars[0].value_x, drawing.threshold_at);
        let far = draw(&waterfall(), 0.15, WIDE, Lang::Fr);
        assert_eq!(far.bars[0].value_x, far.bars[1].x);
    }

    #[test]
    fn the_axis_reaches_the_largest_value_and_the_threshold() {
        let drawing = draw(&waterfall(), 0.11, WIDE, Lang::En);
        let words: Vec<&str> = drawing.marks.iter().map(|m| m.words.as_str()).collect();
        assert_eq!(words, ["0%", "5%", "10%", "15%", "20%"]);
        let high = draw(&waterfall(), 0.9, WIDE, Lang::En);
        assert_eq!(high.marks.last().unwrap().words, "100%");
    }

    #[test]
    fn a_narrow_label_breaks_between_words() {
        assert_eq!(
            wrap("Notation de crédit externe", 14),
            ["Notation de", "crédit externe"]
        );
        assert_eq!(wrap("Incompressiblement", 14), ["Incompressiblement"]);
    }

    #[test]
    fn the_table_has_the_drawings_rows() {
        let rows = rows(&waterfall(), Lang::En);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1].effect, "+8.2");
        assert_eq!(rows[3].risk, "14.2%");
    }
}
