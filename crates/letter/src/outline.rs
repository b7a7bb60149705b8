//! Outlines of plain shapes.

/// An outline; places are in points.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outline {
    /// A straight line.
    Segment { from: Point, to: Point },
    /// A box with round corners.
    Box {
        corner: Point,
        width: f32,
        height: f32,
        radius: f32,
    },
    /// A part of a circle. Angles are in degrees from the right, against the clock.
    Arc {
        centre: Point,
        radius: f32,
        from: f32,
        to: f32,
    },
}

/// A place: to the right, downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

pub(crate) fn point(x: f32, y: f32) -> Point {
    Point { x, y }
}

/// A place on a circle.
pub(crate) fn on_circle(centre: Point, radius: f32, angle: f32) -> Point {
    let angle = angle.to_radians();
    point(
        centre.x + radius * angle.cos(),
        centre.y - radius * angle.sin(),
    )
}

/// How far the handles of a quarter circle's curve reach, as a part of its radius.
const QUARTER: f32 = 0.552_284_8;

impl Outline {
    pub(crate) fn segment(from: Point, to: Point) -> Self {
        Self::Segment { from, to }
    }

    /// The box around it: left, top, right, bottom; of an arc, around its circle.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        match *self {
            Self::Segment { from, to } => [
                from.x.min(to.x),
                from.y.min(to.y),
                from.x.max(to.x),
                from.y.max(to.y),
            ],
            Self::Box {
                corner,
                width,
                height,
                ..
            } => [corner.x, corner.y, corner.x + width, corner.y + height],
            Self::Arc { centre, radius, .. } => [
                centre.x - radius,
                centre.y - radius,
                centre.x + radius,
                centre.y + radius,
            ],
        }
    }

    /// Moves it to the right and down.
    pub(crate) fn shift(&mut self, right: f32, down: f32) {
        let move_to = |place: &mut Point| {
            place.x += right;
            place.y += down;
        };
        match self {
            Self::Segment { from, to } => {
                move_to(from);
                move_to(to);
            }
            Self::Box { corner, .. } => move_to(corner),
            Self::Arc { centre, .. } => move_to(centre),
        }
    }

    pub(crate) fn path(&self) -> Option<krilla::geom::Path> {
        let mut path = krilla::geom::PathBuilder::new();
        match *self {
            Self::Segment { from, to } => {
                path.move_to(from.x, from.y);
                path.line_to(to.x, to.y);
            }
            Self::Box {
                corner,
                width,
                height,
                radius,
            } => {
                let radius = radius.min(width / 2.0).min(height / 2.0);
                let (left, top) = (corner.x, corner.y);
                let (right, bottom) = (left + width, top + height);
                let handle = radius * (1.0 - QUARTER);
                path.move_to(left + radius, top);
                path.line_to(right - radius, top);
                path.cubic_to(
                    right - handle,
                    top,
                    right,
                    top + handle,
                    right,
                    top + radius,
                );
                path.line_to(right, bottom - radius);
                path.cubic_to(
                    right,
                    bottom - handle,
                    right - handle,
                    bottom,
                    right - radius,
                    bottom,
                );
                path.line_to(left + radius, bottom);
                path.cubic_to(
                    left + handle,
                    bottom,
                    left,
                    bottom - handle,
                    left,
                    bottom - radius,
                );
                path.line_to(left, top + radius);
                path.cubic_to(left, top + handle, left + handle, top, left + radius, top);
                path.close();
            }
            Self::Arc {
                centre,
                radius,
                from,
                to,
            } => {
                let parts = ((to - from).abs() / 45.0).ceil().max(1.0);
                let step = (to - from) / parts;
                // A curve of at most an eighth of a circle lies within a ten thousandth of its radius.
                let reach = 4.0 / 3.0 * (step.to_radians() / 4.0).tan() * radius;
                let start = on_circle(centre, radius, from);
                path.move_to(start.x, start.y);
                for part in 0..parts as usize {
                    let begin = from + step * part as f32;
                    let end = begin + step;
                    let [first, last] = [begin, end].map(|angle| on_circle(centre, radius, angle));
                    let (begin, end) = (begin.to_radians(), end.to_radians());
                    path.cubic_to(
                        first.x - reach * begin.sin(),
                        first.y - reach * begin.cos(),
                        last.x + reach * end.sin(),
                        last.y + reach * end.cos(),
                        last.x,
                        last.y,
                    );
                }
            }
        }
        path.finish()
    }
}
