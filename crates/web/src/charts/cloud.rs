//! Two features of many clients at once, as a grid whose cells are darker where more clients are,
//! and the client's own point. Widths are parts of the width and heights pixels.

use limpide_explain::format;
use limpide_model::Lang;

use super::histogram::{part_words, place, shortened};
use super::{Label, coordinate};
use crate::api::client_comparison::{WireAxis, WireCell, WireCloud};

const LEFT: f64 = 22.0;
const RIGHT: f64 = 99.0;
const TOP: f64 = 10.0;
const FOOT: f64 = 250.0;
/// Shades of the grid.
const LEVELS: f64 = 5.0;
/// Most labels of an axis.
const LABELS: usize = 5;
/// Letters that fit beside the grid.
const LETTERS: usize = 13;
/// Cells that are told in words, those with most clients first.
const MOST_ROWS: usize = 12;

/// A drawn cloud.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) height: String,
    pub(crate) cells: Vec<Cell>,
    pub(crate) x: Vec<Label>,
    pub(crate) y: Vec<Label>,
    /// Where the client's own point stands; none where one of both values is missing.
    pub(crate) own: Option<[String; 2]>,
    pub(crate) frame: [String; 4],
}

/// One part with clients in it.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) level: usize,
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) y: String,
    pub(crate) height: String,
}

/// A cell in words: both parts and how many clients.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) count: String,
}

/// Where the client stands: part and number along both features.
pub(crate) type OwnPlace = [(Option<usize>, Option<f64>); 2];

/// Draws a cloud.
pub(crate) fn draw(cloud: &WireCloud, own: OwnPlace) -> Drawing {
    let (nx, ny) = (cloud.x.parts.max(1) as f64, cloud.y.parts.max(1) as f64);
    let across = |part: f64| LEFT + (RIGHT - LEFT) * part;
    let up = |part: f64| FOOT - (FOOT - TOP) * part;
    let largest = cloud.density.iter().map(|cell| cell.clients).max();
    let full = (1.0 + largest.unwrap_or(0) as f64).ln();
    let cells = cloud.density.iter().map(|cell| Cell {
        level: ((1.0 + cell.clients as f64).ln() / full * LEVELS)
            .ceil()
            .clamp(1.0, LEVELS) as usize,
        x: per_cent(across(cell.x as f64 / nx)),
        width: per_cent((RIGHT - LEFT) / nx),
        y: coordinate(up((cell.y as f64 + 1.0) / ny)),
        height: coordinate((FOOT - TOP) / ny),
    });
    let [x, y] = own;
    let point = place(&cloud.x, x.0, x.1).zip(place(&cloud.y, y.0, y.1));
    Drawing {
        height: coordinate(FOOT + 26.0),
        cells: cells.collect(),
        x: labels(&cloud.x, |part, first, last| Label {
            x: per_cent(across(part)),
            y: coordinate(FOOT + 18.0),
            anchor: match (first, last) {
                (true, _) => "start",
                (_, true) => "end",
                _ => "middle",
            },
            narrow: true,
            words: String::new(),
        }),
        y: labels(&cloud.y, |part, _, _| Label {
            x: per_cent(LEFT - 1.5),
            y: coordinate(up(part) + 4.0),
            anchor: "end",
            narrow: true,
            words: String::new(),
        }),
        own: point.map(|(x, y)| [per_cent(across(x)), coordinate(up(y))]),
        frame: [
            per_cent(LEFT),
            coordinate(TOP),
            per_cent(RIGHT - LEFT),
            coordinate(FOOT - TOP),
        ],
    }
}

/// The cells with most clients, in words.
pub(crate) fn rows(cloud: &WireCloud, lang: Lang) -> Vec<Row> {
    let mut cells: Vec<_> = cloud.density.iter().collect();
    cells.sort_by_key(|cell| (std::cmp::Reverse(cell.clients), cell.x, cell.y));
    let row = |cell: &&WireCell| Row {
        x: part_words(&cloud.x, cell.x),
        y: part_words(&cloud.y, cell.y),
        count: format::number(cell.clients as f64, 0, lang),
    };
    cells.iter().take(MOST_ROWS).map(row).collect()
}

/// A few of an axis' words; `at` makes a label of its place, and whether it is the first or last.
fn labels(axis: &WireAxis, at: impl Fn(f64, bool, bool) -> Label) -> Vec<Label> {
    let n = axis.texts.len();
    let every = n.saturating_sub(1).div_ceil(LABELS - 1).max(1);
    let places = (0..n).step_by(every).enumerate();
    let label = |(shown, place): (usize, usize)| {
        let ranges = axis.edges.is_some();
        let middle = if ranges { 0.0 } else { 0.5 };
        let part = (place as f64 + middle) / axis.parts.max(1) as f64;
        let label = at(part, ranges && place == 0, ranges && place + 1 == n);
        Label {
            narrow: shown % 2 == 0,
            words: shortened(&axis.texts[place], LETTERS),
            ..label
        }
    };
    places.map(label).collect()
}

fn per_cent(value: f64) -> String {
    format!("{}%", coordinate(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(parts: usize) -> WireAxis {
        WireAxis {
            parts,
            edges: Some((0..=parts).map(|edge| edge as f64).collect()),
            values: None,
            categories: None,
            texts: (0..=parts).map(|edge| edge.to_string()).collect(),
        }
    }

    fn cloud() -> WireCloud {
        let cell = |x, y, clients| WireCell {
            x,
            y,
            clients,
            known: None,
            defaults: None,
        };
        WireCloud {
            x: axis(4),
            y: axis(2),
            clients: 111,
            own: None,
            points: None,
            density: vec![cell(0, 0, 1), cell(1, 1, 100), cell(3, 0, 10)],
        }
    }

    #[test]
    fn the_fullest_cell_is_darkest_and_comes_first_in_words() {
        let drawing = draw(&cloud(), [(None, None); 2]);
        let levels: Vec<usize> = drawing.cells.iter().map(|cell| cell.level).collect();
        assert_eq!(levels, [1, 5, 3]);
        assert!(drawing.own.is_none());
        let rows = rows(&cloud(), Lang::En);
        assert_eq!(rows[0].x, "1 – 2");
        assert_eq!(rows[0].count, "100");
    }

    #[test]
    fn the_clients_point_stands_at_both_numbers() {
        let drawing = draw(&cloud(), [(Some(2), Some(2.0)), (Some(1), Some(1.0))]);
        assert_eq!(drawing.own, Some(["60.5%".to_owned(), "130".to_owned()]));
    }
}
