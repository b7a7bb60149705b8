//! Tables: titles that are repeated on every page, a first column that names its rows, cells of several
//! lines. A row of very many lines is cut between pages.

use std::rc::Rc;

use krilla::tagging::TableHeaderScope;

use crate::blocks::Styles;
use crate::colours::{INK, LINE, STRONG_LINE};
use crate::content::{Align, Column, Table};
use crate::effects::rule;
use crate::fonts::Style;
use crate::lines::{Line, set};
use crate::strip::{ElementId, Elements, Follow, MEASURE, Role, Strip, Titles};

/// The space between columns.
const GUTTER: f32 = 12.0;
/// The space above and below a row's words.
const ROOM: f32 = 3.5;
/// Most lines of a row that stay together.
const TOGETHER: usize = 16;
/// How many lines of a longer row do.
const OF_LONGER: usize = 4;

pub(crate) fn strips(table: &Table, elements: &mut Elements, styles: Styles) -> Vec<Strip> {
    if table.rows.is_empty() || table.columns.is_empty() {
        return Vec::new();
    }
    let places = places(&table.columns);
    let element = elements.add(Role::Table(table.summary.clone()));
    let cells = styles.small.in_colour(INK);
    let mut strips: Vec<Strip> = Vec::new();
    let mut repeated = None;
    if table.columns.iter().any(|column| !column.title.is_empty()) {
        let head = elements.add_to(element, Role::TableHead);
        let head = elements.add_to(head, Role::TableRow);
        let cells: Vec<Cell> = (table.columns.iter().zip(&places))
            .map(|(column, place)| Cell {
                element: elements.add_to(head, Role::HeaderCell(TableHeaderScope::Column)),
                lines: set(&column.title, styles.small, place.width),
                place: *place,
            })
            .collect();
        let mut titles = row(cells, styles.small.leading);
        // Titles are few words: one strip.
        for strip in &mut titles {
            strip.decorate(rule(0.0, STRONG_LINE));
            strip.decorate(rule(strip.height, LINE));
            strip.follow = Follow::Kept;
        }
        if let Some(first) = titles.first_mut() {
            first.gap = 8.0;
            repeated = Some(Rc::new(Titles {
                height: first.height,
                pieces: first.pieces.clone(),
            }));
        }
        strips.append(&mut titles);
    }
    let body = elements.add_to(element, Role::TableBody);
    for (at, words) in table.rows.iter().enumerate() {
        let of = elements.add_to(body, Role::TableRow);
        let mut made = Vec::with_capacity(places.len());
        for (column, place) in places.iter().enumerate() {
            let role = match column {
                0 => Role::HeaderCell(TableHeaderScope::Row),
                _ => Role::Cell,
            };
            let text = words.get(column).map_or("", String::as_str);
            let style = style(cells, column, place.align);
            made.push(Cell {
                element: elements.add_to(of, role),
                lines: set(text, style, place.width),
                place: *place,
            });
        }
        let mut row = row(made, cells.leading);
        for strip in &mut row {
            strip.titles = repeated.clone();
        }
        if let Some(first) = row.first_mut() {
            if at == 0 && repeated.is_none() {
                first.gap = 8.0;
            }
            if at == 0 {
                first.follow = Follow::Free;
            }
        }
        if let Some(last) = row.last_mut() {
            last.decorate(rule(last.height, LINE));
        }
        strips.append(&mut row);
    }
    strips
}

fn style(cells: Style, column: usize, align: Align) -> Style {
    match (column, align) {
        (0, _) => cells.bold(),
        (_, Align::Right) => cells.tabular(),
        (_, Align::Left) => cells,
    }
}

/// Where a column's words stand.
#[derive(Clone, Copy)]
struct Place {
    left: f32,
    width: f32,
    align: Align,
}

fn places(columns: &[Column]) -> Vec<Place> {
    let gutters = GUTTER * (columns.len() - 1) as f32;
    let shares: f32 = columns.iter().map(|column| column.share).sum();
    let mut left = 0.0;
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let width = (MEASURE - gutters) * column.share / shares;
        places.push(Place {
            left,
            width,
            align: column.align,
        });
        left += width + GUTTER;
    }
    places
}

struct Cell {
    element: ElementId,
    lines: Vec<Line>,
    place: Place,
}

/// A row's strips: one, unless it has very many lines.
fn row(cells: Vec<Cell>, leading: f32) -> Vec<Strip> {
    let most = cells.iter().map(|cell| cell.lines.len()).max();
    let most = most.unwrap_or(0).max(1);
    let together = if most > TOGETHER { OF_LONGER } else { TOGETHER };
    let count = most.div_ceil(together);
    let mut strips: Vec<Strip> = (0..count)
        .map(|at| {
            let lines = (most - at * together).min(together);
            let rooms = usize::from(at == 0) + usize::from(at + 1 == count);
            Strip::new(0.0, lines as f32 * leading + rooms as f32 * ROOM)
        })
        .collect();
    for cell in cells {
        let mut lines = cell.lines.into_iter();
        for (at, strip) in strips.iter_mut().enumerate() {
            let some: Vec<Line> = lines.by_ref().take(together).collect();
            let top = if at == 0 { ROOM } else { 0.0 };
            match cell.place.align {
                Align::Left => strip.write(cell.element, cell.place.left, top, some),
                Align::Right => {
                    let right = cell.place.left + cell.place.width;
                    strip.write_to(cell.element, right, top, some)
                }
            };
        }
    }
    strips
}
