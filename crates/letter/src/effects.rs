//! What counted, as a table: what it says of the client, a bar, and the number.

use std::rc::Rc;

use krilla::tagging::TableHeaderScope;

use crate::blocks::Styles;
use crate::colours::{AGAINST, FAVOUR, LINE, SECOND_INK, STRONG_LINE};
use crate::content::{Effect, Effects};
use crate::lines::{set, set_one};
use crate::outline::{Outline, point};
use crate::strip::{ElementId, Elements, Follow, MEASURE, Mark, Piece, Role, Shape, Strip, Titles};

/// Where the column of bars begins and ends.
const BARS: [f32; 2] = [300.0, 418.0];
/// Where the words end.
const WORDS: f32 = 284.0;
const THICK: f32 = 8.0;
/// The shortest bar that is seen.
const LEAST: f32 = 1.5;

pub(crate) fn strips(effects: &Effects, elements: &mut Elements, styles: Styles) -> Vec<Strip> {
    if effects.rows.is_empty() {
        return Vec::new();
    }
    let table = elements.add(Role::Table(effects.summary.clone()));
    let head = elements.add_to(table, Role::TableHead);
    let head = elements.add_to(head, Role::TableRow);
    let mut titles = Strip::new(10.0, 20.0).kept();
    titles.decorate(rule(0.0, STRONG_LINE));
    titles.decorate(rule(20.0, LINE));
    for (at, title) in effects.columns.iter().enumerate() {
        let cell = elements.add_to(head, Role::HeaderCell(TableHeaderScope::Column));
        let line = vec![set_one(title, styles.small)];
        let top = 10.0 - styles.small.leading / 2.0;
        match at {
            0 => titles.write(cell, 0.0, top, line),
            1 => titles.write(cell, BARS[0], top, line),
            _ => titles.write_to(cell, MEASURE, top, line),
        };
    }
    let repeated = Rc::new(Titles {
        height: titles.height,
        pieces: titles.pieces.clone(),
    });

    let most = |side: f64| {
        let sizes = effects.rows.iter().map(|row| (row.size * side).max(0.0));
        sizes.fold(0.0, f64::max) as f32
    };
    let scale = Scale::new(most(-1.0), most(1.0));
    let body = elements.add_to(table, Role::TableBody);
    let mut strips = vec![titles];
    let last = effects.rows.len() - 1;
    for (at, effect) in effects.rows.iter().enumerate() {
        let row = elements.add_to(body, Role::TableRow);
        let mut strip = strip(effect, row, &scale, elements, styles);
        strip.titles = Some(Rc::clone(&repeated));
        if at < last {
            strip.decorate(rule(strip.height, LINE));
        }
        // No row stands alone on a page: neither the first one nor the last.
        if at < last && (at == 0 || at + 1 == last) {
            strip.follow = Follow::Kept;
        }
        strips.push(strip);
    }
    strips
}

fn strip(
    effect: &Effect,
    row: ElementId,
    scale: &Scale,
    elements: &mut Elements,
    styles: Styles,
) -> Strip {
    let mut strip = Strip::new(0.0, 0.0);
    let body = styles.body;
    let named = elements.add_to(row, Role::HeaderCell(TableHeaderScope::Row));
    let mut reached = 5.0;
    let name = elements.add_to(named, Role::Paragraph);
    reached += strip.write(name, 0.0, reached, set(&effect.label, body.bold(), WORDS));
    let sentence = set(&effect.sentence, styles.said, WORDS);
    if !sentence.is_empty() {
        let said = elements.add_to(named, Role::Paragraph);
        reached += strip.write(said, 0.0, reached, sentence);
    }
    strip.height = reached + 5.0;

    let cell = elements.add_to(row, Role::Cell);
    let middle = 5.0 + body.leading / 2.0;
    let bar = elements.add_to(cell, Role::Figure(effect.words.clone()));
    strip.pieces.push(Piece {
        mark: Mark::Of(bar),
        shapes: vec![scale.bar(effect.size, middle)],
    });
    strip.decorate(Shape::Drawn {
        outline: Outline::segment(
            point(scale.zero, middle - THICK / 2.0 - 1.5),
            point(scale.zero, middle + THICK / 2.0 + 1.5),
        ),
        colour: SECOND_INK,
        width: 0.75,
    });
    let cell = elements.add_to(row, Role::Cell);
    let number = set_one(&effect.written, body.bold().tabular());
    strip.write_to(cell, MEASURE, 5.0, vec![number]);
    strip
}

/// Where bars begin, and how long they are.
struct Scale {
    zero: f32,
    points: f32,
}

impl Scale {
    fn new(below: f32, above: f32) -> Self {
        let [left, right] = BARS;
        let points = (right - left) / (below + above).max(f32::MIN_POSITIVE);
        Self {
            zero: left + below * points,
            points,
        }
    }

    fn bar(&self, size: f64, middle: f32) -> Shape {
        let long = (size.abs() as f32 * self.points).max(LEAST);
        let left = match size < 0.0 {
            true => self.zero - long,
            false => self.zero,
        };
        Shape::Filled {
            outline: Outline::Box {
                corner: point(left, middle - THICK / 2.0),
                width: long,
                height: THICK,
                radius: 2.0,
            },
            colour: if size < 0.0 { FAVOUR } else { AGAINST },
        }
    }
}

/// A line across the page.
pub(crate) fn rule(y: f32, colour: crate::colours::Colour) -> Shape {
    Shape::Drawn {
        outline: Outline::segment(point(0.0, y), point(MEASURE, y)),
        colour,
        width: 0.6,
    }
}

#[cfg(test)]
mod tests {
    use limpide_model::Lang;

    use super::*;

    fn kept(rows: usize) -> Vec<bool> {
        let effect = Effect {
            label: "Debt".to_owned(),
            sentence: "More than others.".to_owned(),
            size: 1.0,
            written: "+1.0".to_owned(),
            words: "raises the risk".to_owned(),
        };
        let effects = Effects {
            summary: String::new(),
            columns: ["Factor", "Effect", "Points"].map(str::to_owned),
            rows: vec![effect; rows],
        };
        let made = strips(&effects, &mut Elements::default(), Styles::new(Lang::En));
        made.iter()
            .skip(1)
            .map(|strip| strip.follow == Follow::Kept)
            .collect()
    }

    #[test]
    fn no_row_stands_alone_on_a_page() {
        assert_eq!(kept(1), [false]);
        assert_eq!(kept(2), [true, false]);
        assert_eq!(kept(5), [true, false, false, true, false]);
    }
}
