//! A plot as SVG: one line over two axes, with a reference beside it.

use askama::Template;

/// The drawing's corners inside its view of 380 × 280: left, top, right, bottom.
const FRAME: [f64; 4] = [52.0, 12.0, 364.0, 226.0];
/// Steps that an axis has at most.
const STEPS: f64 = 5.0;

/// What is drawn, in its own units.
pub struct Plot<'a> {
    pub title: &'a str,
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    pub line: &'a [[f64; 2]],
    /// A line to compare with.
    pub reference: &'a [[f64; 2]],
    /// Whether each point of the line has a mark.
    pub has_marks: bool,
}

/// An axis from 0 to its end.
pub struct Axis<'a> {
    pub name: &'a str,
    pub end: f64,
    pub write: &'a dyn Fn(f64) -> String,
}

#[derive(Template)]
#[template(path = "plot.svg")]
struct Drawing<'a> {
    title: &'a str,
    x_name: &'a str,
    y_name: &'a str,
    xs: Vec<Tick>,
    ys: Vec<Tick>,
    line: String,
    reference: String,
    marks: Vec<[String; 2]>,
}

struct Tick {
    at: String,
    label: String,
}

impl Plot<'_> {
    /// The drawing, to stand inside a page.
    pub fn svg(&self) -> String {
        let place = |&[x, y]: &[f64; 2]| {
            let [left, top, right, bottom] = FRAME;
            let along = (x / self.x.end).clamp(0.0, 1.0);
            let up = (y / self.y.end).clamp(0.0, 1.0);
            [
                coordinate(left + along * (right - left)),
                coordinate(bottom - up * (bottom - top)),
            ]
        };
        let path = |points: &[[f64; 2]]| {
            let points: Vec<String> = points.iter().map(|point| place(point).join(" ")).collect();
            match points.is_empty() {
                true => String::new(),
                false => format!("M{}", points.join("L")),
            }
        };
        let ticks = |axis: &Axis<'_>, at: &dyn Fn(f64) -> String| {
            steps(axis.end)
                .into_iter()
                .map(|value| Tick {
                    at: at(value),
                    label: (axis.write)(value),
                })
                .collect()
        };
        let marks = self.line.iter().filter(|_| self.has_marks);
        let drawing = Drawing {
            title: self.title,
            x_name: self.x.name,
            y_name: self.y.name,
            xs: ticks(&self.x, &|x| place(&[x, 0.0])[0].clone()),
            ys: ticks(&self.y, &|y| place(&[0.0, y])[1].clone()),
            line: path(self.line),
            reference: path(self.reference),
            marks: marks.map(place).collect(),
        };
        drawing.render().expect("writing to a String cannot fail")
    }

    /// The drawing, as a file of its own.
    pub fn file(&self) -> Vec<u8> {
        let alone = "<svg xmlns=\"http://www.w3.org/2000/svg\" ";
        self.svg().replacen("<svg ", alone, 1).into_bytes()
    }
}

/// The values that an axis names: round ones, from 0 to its end.
fn steps(end: f64) -> Vec<f64> {
    let least = end / STEPS;
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(end);
    let count = (end / step + 1e-9) as usize;
    (0..=count).map(|number| number as f64 * step).collect()
}

/// A coordinate; two decimals are finer than any screen.
fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn an_axis_names_round_values_up_to_its_end() {
        assert_eq!(steps(1.0).len(), 6);
        assert_eq!(steps(0.5), [0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]);
        assert_eq!(steps(7.0), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(steps(0.013).len(), 3);
    }
}
