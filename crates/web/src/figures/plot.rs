//! Plots as SVG: numbers and finished words in, text out.
//!
//! A plot is 360 units wide, so that its letters are read on a telephone as well as on paper. Colours stand in
//! [`STYLE`], and no meaning hangs on colour alone. Nothing is drawn outside of the view box, whatever the numbers are.

/// Width of every plot.
pub const WIDTH: f64 = 360.0;
/// Height of a chart with axes.
const HEIGHT: f64 = 236.0;
/// Room for the marks of the vertical axis, its name, the right edge, and the horizontal axis with its name.
const LEFT: f64 = 44.0;
const TOP: f64 = 26.0;
const RIGHT: f64 = 18.0;
const BOTTOM: f64 = 40.0;
/// Height of a row of bars or intervals, its label above it.
const ROW: f64 = 32.0;
/// Room for the value beside the longest bar.
const BESIDE: f64 = 52.0;
/// Width of a letter, on average.
const LETTER: f64 = 5.8;

/// Colours and strokes, in the page's own custom properties.
pub const STYLE: &str = "\
.plot{display:block;width:100%;height:auto;max-width:32rem;font-family:inherit;font-size:11px;fill:var(--ink-2)}\
.plot .grid{stroke:var(--line);stroke-width:1;fill:none}\
.plot .axis{stroke:var(--control);stroke-width:1;fill:none}\
.plot .name{fill:var(--ink);font-weight:600}\
.plot .value{fill:var(--ink);font-variant-numeric:tabular-nums}\
.plot .line{stroke:var(--brand);stroke-width:2;fill:none;stroke-linejoin:round}\
.plot .reference{stroke:var(--control);stroke-width:1.5;stroke-dasharray:4 4;fill:none}\
.plot .rule{stroke:var(--accent);stroke-width:1.5;fill:none}\
.plot .whisker{stroke:var(--brand);stroke-width:1.5;fill:none}\
.plot .dot{fill:var(--surface);stroke:var(--brand);stroke-width:2}\
.plot .chosen{fill:var(--accent);stroke:var(--surface);stroke-width:2}\
.plot .band{fill:var(--accent);opacity:.14}\
.plot .ribbon{fill:var(--brand);opacity:.16;stroke:none}\
.plot .bar{fill:var(--bars)}\
.plot .bar.marked{fill:var(--accent)}\
.plot .fitted{fill:var(--brand-soft);stroke:var(--control);stroke-width:1}\
.plot .judged{fill:var(--brand);stroke:var(--brand);stroke-width:1}\
.plot .on-judged{fill:var(--surface);font-weight:600}";

/// The colours of [`STYLE`] for a drawing that stands in no page: on paper, whatever shows it.
const ALONE: &str = "\
.plot{--surface:#ffffff;--ink:#131a26;--ink-2:#4d586a;--line:#e1e5ec;--control:#8791a3;--brand:#29439b;\
--brand-soft:#e6ecfc;--accent:#b3470b;--bars:#7f8fb4;background:#ffffff}";

/// What a plot is called, for those who cannot see it; the id is unique on the page.
pub struct Name<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// In a few words.
    pub title: &'a str,
    /// What it shows.
    pub description: &'a str,
}

/// One axis of a chart.
pub struct Axis<'a> {
    /// What it measures.
    pub name: &'a str,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Places and their words.
    pub ticks: Vec<(f64, String)>,
}

/// What is drawn between the axes, in the order of drawing.
pub enum Mark<'a> {
    /// A line through points.
    Line(Vec<(f64, f64)>),
    /// A dashed line to compare with.
    Reference(Vec<(f64, f64)>),
    /// A point with the ends of its interval, upright: x, low, middle, high.
    Interval([f64; 4]),
    /// An upright line with words at its top.
    Rule(f64, &'a str),
    /// A region around a line: x, low, high, from left to right.
    Ribbon(Vec<[f64; 3]>),
    /// A region between two places of the horizontal axis.
    Band(f64, f64),
    /// A point that stands out.
    Chosen(f64, f64),
    /// Words that begin, or end where they would leave the chart, at a point.
    Words(f64, f64, &'a str),
}

/// A drawing as a file of its own.
pub fn file(svg: &str) -> Vec<u8> {
    let alone = svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    let styled = format!("</title><style>{ALONE}{STYLE}</style>");
    alone.replacen("</title>", &styled, 1).into_bytes()
}

/// A chart with two axes.
pub fn chart(name: &Name<'_>, x: &Axis<'_>, y: &Axis<'_>, marks: &[Mark<'_>]) -> String {
    let frame = Frame { x, y };
    let (foot, end) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut svg = open(name, HEIGHT);
    for (value, words) in &y.ticks {
        let at = frame.down(*value);
        svg.push_str(&line("grid", [LEFT, at, end, at]));
        svg.push_str(&text("", LEFT - 6.0, at + 4.0, "end", words));
    }
    for (value, words) in &x.ticks {
        let at = frame.across(*value);
        svg.push_str(&line("grid", [at, TOP, at, foot]));
        svg.push_str(&text("", at, foot + 15.0, "middle", words));
    }
    svg.push_str(&line("axis", [LEFT, foot, end, foot]));
    svg.push_str(&text("name", 0.0, 12.0, "start", y.name));
    svg.push_str(&text("name", end, HEIGHT - 6.0, "end", x.name));
    for mark in marks {
        svg.push_str(&frame.draw(mark));
    }
    close(svg)
}

/// One row of bars or intervals.
pub struct Row<'a> {
    /// What it is of.
    pub label: &'a str,
    /// The value as words.
    pub words: &'a str,
    /// Low, middle and high; of a bar the middle counts.
    pub values: [f64; 3],
    /// Whether it stands out.
    pub marked: bool,
}

/// Bars from nothing to their values, one below the other, each under its label.
pub fn bars(name: &Name<'_>, rows: &[Row<'_>]) -> String {
    let largest = rows.iter().map(|row| finite(row.values[1]));
    let largest = largest.fold(0.0, f64::max);
    let mut svg = open(name, rows.len() as f64 * ROW);
    for (place, row) in rows.iter().enumerate() {
        let top = place as f64 * ROW;
        let length = part(row.values[1], 0.0, largest) * (WIDTH - BESIDE);
        let length = if largest > 0.0 { length.max(1.0) } else { 1.0 };
        let class = if row.marked { "bar marked" } else { "bar" };
        svg.push_str(&text("", 0.0, top + 12.0, "start", row.label));
        svg.push_str(&rectangle(class, [0.0, top + 17.0, length, 10.0]));
        svg.push_str(&text("value", length + 6.0, top + 26.0, "start", row.words));
    }
    close(svg)
}

/// Intervals on one axis, one below the other, each under its label.
pub fn intervals(name: &Name<'_>, axis: &Axis<'_>, rows: &[Row<'_>]) -> String {
    let (left, right) = (8.0, WIDTH - RIGHT);
    let foot = rows.len() as f64 * ROW + 4.0;
    let across = |value: f64| left + part(value, axis.from, axis.to) * (right - left);
    let mut svg = open(name, foot + BOTTOM);
    for (value, words) in &axis.ticks {
        let at = across(*value);
        svg.push_str(&line("grid", [at, 0.0, at, foot]));
        svg.push_str(&text("", at, foot + 15.0, "middle", words));
    }
    svg.push_str(&line("axis", [left, foot, right, foot]));
    svg.push_str(&text("name", right, foot + BOTTOM - 6.0, "end", axis.name));
    for (place, row) in rows.iter().enumerate() {
        let (top, at) = (place as f64 * ROW, row.values.map(across));
        let middle = top + 23.0;
        let class = if row.marked { "name" } else { "" };
        let room = right - left - LETTER * (row.words.chars().count() + 2) as f64;
        let label = shortened(row.label, room);
        svg.push_str(&text(class, left, top + 13.0, "start", &label));
        svg.push_str(&text("value", right, top + 13.0, "end", row.words));
        svg.push_str(&line("whisker", [at[0], middle, at[2], middle]));
        let class = if row.marked { "chosen" } else { "dot" };
        svg.push_str(&circle(class, at[1], middle));
    }
    close(svg)
}

/// Which clients a model learns from and which it is judged on: a row a model, a block a fold.
pub fn folds(name: &Name<'_>, folds: usize, model: &str, judged: &str) -> String {
    let (left, row) = (66.0, 26.0);
    let width = (WIDTH - left) / folds.max(1) as f64;
    let mut svg = open(name, folds as f64 * row);
    for place in 0..folds {
        let top = place as f64 * row;
        let words = format!("{model} {}", place + 1);
        svg.push_str(&text("", 0.0, top + 16.0, "start", &words));
        for fold in 0..folds {
            let class = if fold == place { "judged" } else { "fitted" };
            let from = left + fold as f64 * width;
            let size = [from + 1.0, top + 2.0, width - 2.0, row - 6.0];
            svg.push_str(&rectangle(class, size));
            if fold == place && folds <= 6 {
                let middle = from + width / 2.0;
                svg.push_str(&text("on-judged", middle, top + 16.0, "middle", judged));
            }
        }
    }
    close(svg)
}

/// Round places between two ends, at most so many.
pub fn ticks(from: f64, to: f64, most: usize) -> Vec<f64> {
    let span = to - from;
    if !span.is_finite() || span <= 0.0 || most == 0 {
        return Vec::new();
    }
    let rough = span / most as f64;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    // Half a millionth of a step forgives rounding at the ends.
    let count = |step: f64| ((to / step + 5e-7).floor() - (from / step - 5e-7).ceil()) + 1.0;
    let fitting = steps.into_iter().find(|&step| count(step) <= most as f64);
    let step = fitting.unwrap_or(20.0 * power);
    let first = (from / step - 5e-7).ceil();
    (0..count(step).clamp(0.0, most as f64) as usize)
        .map(|place| (first + place as f64) * step)
        .collect()
}

struct Frame<'a> {
    x: &'a Axis<'a>,
    y: &'a Axis<'a>,
}

impl Frame<'_> {
    fn across(&self, value: f64) -> f64 {
        LEFT + part(value, self.x.from, self.x.to) * (WIDTH - RIGHT - LEFT)
    }

    fn down(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - part(value, self.y.from, self.y.to) * (HEIGHT - BOTTOM - TOP)
    }

    fn path(&self, class: &str, points: &[(f64, f64)]) -> String {
        let places = points.iter().map(|&(x, y)| {
            let (x, y) = (coordinate(self.across(x)), coordinate(self.down(y)));
            format!("{x},{y}")
        });
        let places: Vec<String> = places.collect();
        format!(
            r#"<polyline class="{class}" points="{}"/>"#,
            places.join(" ")
        )
    }

    fn draw(&self, mark: &Mark<'_>) -> String {
        let foot = HEIGHT - BOTTOM;
        match mark {
            Mark::Line(points) => self.path("line", points),
            Mark::Reference(points) => self.path("reference", points),
            Mark::Interval([x, low, middle, high]) => {
                let at = self.across(*x);
                let whisker = [at, self.down(*low), at, self.down(*high)];
                line("whisker", whisker) + &circle("dot", at, self.down(*middle))
            }
            Mark::Rule(x, words) => {
                let at = self.across(*x);
                line("rule", [at, TOP, at, foot]) + &beside(at, TOP + 10.0, words)
            }
            Mark::Ribbon(places) => {
                let lows = places.iter().map(|&[x, low, _]| (x, low));
                let highs = places.iter().rev().map(|&[x, _, high]| (x, high));
                self.path("ribbon", &lows.chain(highs).collect::<Vec<_>>())
            }
            Mark::Band(from, to) => {
                let (from, to) = (self.across(*from), self.across(*to));
                let size = [from.min(to), TOP, (to - from).abs(), foot - TOP];
                rectangle("band", size)
            }
            Mark::Chosen(x, y) => circle("chosen", self.across(*x), self.down(*y)),
            Mark::Words(x, y, words) => beside(self.across(*x), self.down(*y), words),
        }
    }
}

/// A label that fits into a width; the table behind a plot holds it whole.
fn shortened(label: &str, width: f64) -> String {
    let most = (width / LETTER) as usize;
    if label.chars().count() <= most {
        return label.to_owned();
    }
    let kept: String = label.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Words to the right of a place, or to its left in the chart's right half.
fn beside(at: f64, down: f64, words: &str) -> String {
    if at > WIDTH * 0.55 {
        text("name", at - 6.0, down, "end", words)
    } else {
        text("name", at + 6.0, down, "start", words)
    }
}

/// Where a value lies between two ends, in [0, 1]; in the middle where that cannot be said.
fn part(value: f64, from: f64, to: f64) -> f64 {
    let part = (value - from) / (to - from);
    if part.is_finite() {
        part.clamp(0.0, 1.0)
    } else {
        0.5
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

fn open(name: &Name<'_>, height: f64) -> String {
    let Name {
        id,
        title,
        description,
    } = name;
    format!(
        r#"<svg class="plot" viewBox="0 0 {WIDTH} {}" role="img" aria-labelledby="{id}-title" aria-describedby="{id}-words"><title id="{id}-title">{}</title><desc id="{id}-words">{}</desc>"#,
        coordinate(height.max(1.0)),
        escape(title),
        escape(description)
    )
}

fn close(mut svg: String) -> String {
    svg.push_str("</svg>");
    svg
}

fn line(class: &str, places: [f64; 4]) -> String {
    let [x1, y1, x2, y2] = places.map(coordinate);
    format!(r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#)
}

fn rectangle(class: &str, places: [f64; 4]) -> String {
    let [x, y, width, height] = places.map(coordinate);
    format!(r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#)
}

fn circle(class: &str, x: f64, y: f64) -> String {
    let (x, y) = (coordinate(x), coordinate(y));
    format!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="4"/>"#)
}

fn text(class: &str, x: f64, y: f64, anchor: &str, words: &str) -> String {
    let (x, y) = (coordinate(x), coordinate(y));
    let class = match class {
        "" => String::new(),
        class => format!(r#" class="{class}""#),
    };
    let words = escape(words);
    format!(r#"<text{class} x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>"#)
}

/// A coordinate as an attribute; two decimals are finer than any screen.
fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escape(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
