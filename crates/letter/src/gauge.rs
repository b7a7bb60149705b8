//! The estimated risk on an arc of 220° that is cut at the threshold, a ring where the client stands.

use crate::blocks::Styles;
use crate::colours::{AGAINST, FAVOUR, INK, SECOND_INK, WHITE};
use crate::content::Gauge;
use crate::lines::{Line, set_one};
use crate::outline::{Outline, Point, on_circle, point};
use crate::strip::{Elements, Mark, Piece, Role, Shape, Strip};

const WIDTH: f32 = 178.0;
const HEIGHT: f32 = 116.0;
const CENTRE: Point = Point { x: 90.0, y: 86.0 };
const RADIUS: f32 = 65.0;
const THICK: f32 = 10.5;
/// Where the arc starts, in degrees from the right, against the clock.
const START: f32 = 200.0;
const SWEEP: f32 = 220.0;
/// Half of the gap at the threshold, as a part of the arc.
const HALF_GAP: f32 = 0.012;

/// Draws a gauge as one picture; gives its width and height.
pub(crate) fn draw(
    strip: &mut Strip,
    elements: &mut Elements,
    gauge: &Gauge,
    styles: Styles,
) -> (f32, f32) {
    let [at, threshold] = [gauge.at, gauge.threshold_at].map(|part| part.clamp(0.0, 1.0) as f32);
    let mut shapes = Vec::new();
    let mut arc = |from: f32, to: f32, colour| {
        if to > from {
            shapes.push(Shape::Drawn {
                outline: Outline::Arc {
                    centre: CENTRE,
                    radius: RADIUS,
                    from: angle(from),
                    to: angle(to),
                },
                colour,
                width: THICK,
            });
        }
    };
    arc(0.0, threshold - HALF_GAP, FAVOUR);
    arc(threshold + HALF_GAP, 1.0, AGAINST);
    let on = |part: f32, radius: f32| on_circle(CENTRE, radius, angle(part));
    shapes.push(Shape::Drawn {
        outline: Outline::segment(on(threshold, RADIUS - 9.0), on(threshold, RADIUS + 9.0)),
        colour: INK,
        width: 1.5,
    });
    for (radius, colour) in [(7.0, INK), (4.2, WHITE)] {
        let middle = on(at, RADIUS);
        shapes.push(Shape::Filled {
            outline: Outline::Box {
                corner: point(middle.x - radius, middle.y - radius),
                width: 2.0 * radius,
                height: 2.0 * radius,
                radius,
            },
            colour,
        });
    }

    let bold = styles.small.bold().in_colour(INK);
    let label = set_one(&gauge.threshold, bold);
    let place = on(threshold, RADIUS + 13.0);
    let x = match place.x - CENTRE.x {
        left if left < -8.0 => place.x - label.width,
        right if right > 8.0 => place.x,
        _ => place.x - label.width / 2.0,
    };
    shapes.push(Shape::Text {
        x,
        y: place.y + 2.0,
        line: label,
    });
    let mut figure = bold;
    figure.size = 25.0;
    let muted = styles.small.in_colour(SECOND_INK);
    shapes.push(centred(
        set_one(&gauge.figure, figure),
        CENTRE.x,
        CENTRE.y - 1.0,
    ));
    shapes.push(centred(
        set_one(&gauge.label, muted),
        CENTRE.x,
        CENTRE.y + 14.0,
    ));
    for (part, text) in [(0.0, "0"), (1.0, gauge.end.as_str())] {
        let place = on(part, RADIUS);
        shapes.push(centred(set_one(text, muted), place.x, place.y + 13.0));
    }
    let element = elements.add(Role::Figure(gauge.words.clone()));
    strip.pieces.push(Piece {
        mark: Mark::Of(element),
        shapes,
    });
    (WIDTH, HEIGHT + 10.0)
}

fn angle(part: f32) -> f32 {
    START - SWEEP * part
}

fn centred(line: Line, x: f32, y: f32) -> Shape {
    Shape::Text {
        x: x - line.width / 2.0,
        y,
        line,
    }
}
