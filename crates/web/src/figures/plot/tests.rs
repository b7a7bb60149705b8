//! Whatever the numbers are, plots can be drawn.

#![allow(clippy::unwrap_used)]
use super::*;

const NAME: Name<'_> = Name {
    id: "p",
    title: "A <title>",
    description: "\"Words\" & more",
};

/// Numbers of every size and sort, from a seed.
struct Draw(u64);

impl Draw {
    fn number(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let uniform = (self.0 >> 11) as f64 / (1u64 << 53) as f64;
        match self.0 >> 40 & 15 {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => -f64::INFINITY,
            3 => uniform * 1e300,
            4 => 0.0,
            5 => -uniform * 1e-300,
            _ => uniform * 2.0 - 0.5,
        }
    }

    fn points(&mut self, n: usize) -> Vec<(f64, f64)> {
        (0..n).map(|_| (self.number(), self.number())).collect()
    }

    fn axis(&mut self) -> Axis<'static> {
        let (from, to) = (self.number(), self.number());
        let ticks = ticks(from, to, 5).into_iter();
        Axis {
            name: "axis",
            from,
            to,
            ticks: ticks.map(|tick| (tick, format!("{tick}"))).collect(),
        }
    }
}

/// The numbers of an attribute, wherever it stands.
fn attribute(element: &str, name: &str) -> Vec<f64> {
    let start = format!(" {name}=\"");
    let Some(from) = element.find(&start) else {
        return Vec::new();
    };
    let rest = &element[from + start.len()..];
    let values = rest[..rest.find('"').unwrap()].split([' ', ',']);
    let values = values.filter(|value| !value.is_empty());
    values.map(|value| value.parse().unwrap()).collect()
}

/// Asserts that all shapes lie in the view box, and gives their number.
fn stays_inside(svg: &str) -> usize {
    let size = attribute(svg, "viewBox");
    let (width, height) = (size[2], size[3]);
    let inside = |values: &[f64], end: f64, element: &str| {
        for value in values {
            assert!((0.0..=end + 0.01).contains(value), "{value} in {element}");
        }
    };
    let mut shapes = 0;
    for element in svg.split('<').skip(2) {
        for name in ["x", "x1", "x2", "cx"] {
            inside(&attribute(element, name), width, element);
        }
        for name in ["y", "y1", "y2", "cy"] {
            inside(&attribute(element, name), height, element);
        }
        for pair in attribute(element, "points").chunks(2) {
            inside(&pair[..1], width, element);
            inside(&pair[1..], height, element);
        }
        if element.starts_with("rect") {
            let of = |name: &str| attribute(element, name)[0];
            inside(&[of("x") + of("width")], width, element);
            inside(&[of("y") + of("height")], height, element);
            assert!(of("width") >= 0.0 && of("height") >= 0.0, "{element}");
        }
        shapes += usize::from(!element.starts_with('/'));
    }
    shapes
}

#[test]
fn whatever_the_numbers_are_a_chart_stays_in_its_view_box() {
    let mut draw = Draw(1);
    for _ in 0..500 {
        let (x, y) = (draw.axis(), draw.axis());
        let marks = [
            Mark::Line(draw.points(20)),
            Mark::Reference(draw.points(2)),
            Mark::Interval([0; 4].map(|_| draw.number())),
            Mark::Rule(draw.number(), "rule"),
            Mark::Band(draw.number(), draw.number()),
            Mark::Chosen(draw.number(), draw.number()),
            Mark::Words(draw.number(), draw.number(), "words"),
        ];
        assert!(stays_inside(&chart(&NAME, &x, &y, &marks)) > 10);
    }
}

#[test]
fn whatever_the_numbers_are_rows_stay_in_their_view_box() {
    let mut draw = Draw(2);
    for n in 0..200 {
        let rows: Vec<Row<'_>> = (0..n % 30)
            .map(|place| Row {
                label: "label",
                words: "words",
                values: [0; 3].map(|_| draw.number()),
                marked: place == 0,
            })
            .collect();
        stays_inside(&bars(&NAME, &rows));
        stays_inside(&intervals(&NAME, &draw.axis(), &rows));
        stays_inside(&folds(&NAME, n % 30, "model", "judged"));
    }
}

#[test]
fn ticks_are_round_rising_and_no_more_than_asked_for() {
    assert_eq!(
        ticks(0.0, 1.0, 6),
        [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
    );
    assert_eq!(ticks(0.0, 0.3, 4), [0.0, 0.1, 0.2, 0.30000000000000004]);
    assert_eq!(ticks(2.0, 2.0, 4), Vec::<f64>::new());
    assert_eq!(ticks(f64::NAN, 2.0, 4), Vec::<f64>::new());
    let mut draw = Draw(3);
    for _ in 0..2000 {
        let (a, b) = (draw.number(), draw.number());
        let (from, to) = (a.min(b), a.max(b));
        let found = ticks(from, to, 5);
        assert!(found.len() <= 5, "{from} to {to}: {found:?}");
        assert!(found.is_sorted());
        if from.is_finite() && to > from && to < 1e299 {
            assert!(!found.is_empty(), "{from} to {to}");
        }
    }
}

#[test]
fn words_are_written_so_that_they_stay_words() {
    let svg = bars(&NAME, &[]);
    assert!(svg.contains("A &lt;title&gt;"));
    assert!(svg.contains("&quot;Words&quot; &amp; more"));
}

#[test]
fn a_long_label_leaves_room_for_its_value() {
    let label = "a label that is longer than any plot is wide, and goes on and on";
    let axis = Axis {
        name: "axis",
        from: 0.0,
        to: 1.0,
        ticks: vec![],
    };
    let row = Row {
        label,
        words: "0.041",
        values: [0.0, 0.5, 1.0],
        marked: false,
    };
    let drawn = intervals(&NAME, &axis, &[row]);
    assert!(drawn.contains("a label that is longer") && drawn.contains('…'));
    assert!(!drawn.contains(label) && drawn.contains("0.041"));
}
