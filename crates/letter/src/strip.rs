//! What is placed on a page as one: strips of a given height, full of pieces, each of which is marked as
//! the content of an element or as decoration.

use std::rc::Rc;

use krilla::tagging::{ListNumbering, TableHeaderScope};

use crate::colours::Colour;
use crate::lines::Line;
use crate::outline::Outline;

/// Width of the paper, A4, in points.
pub(crate) const PAPER_WIDTH: f32 = 595.28;
/// Its height.
pub(crate) const PAPER_HEIGHT: f32 = 841.89;
/// The margin at the left and at the right.
pub(crate) const MARGIN: f32 = 62.0;
/// What is left for content.
pub(crate) const MEASURE: f32 = PAPER_WIDTH - 2.0 * MARGIN;

/// A part of a page that is never cut; places are counted from its left top corner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strip {
    /// The space above it; none at the top of a page.
    pub(crate) gap: f32,
    pub(crate) height: f32,
    /// Whether it stands on the page of the strip that follows.
    pub(crate) follow: Follow,
    pub(crate) pieces: Vec<Piece>,
    /// What is repeated above it where it begins a page: the titles of its table.
    pub(crate) titles: Option<Rc<Titles>>,
}

/// How a strip stands to the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Follow {
    /// A page may end between them.
    #[default]
    Free,
    /// Both stand on one page.
    Kept,
}

/// A table's titles, to be repeated.
#[derive(Debug)]
pub(crate) struct Titles {
    pub(crate) height: f32,
    pub(crate) pieces: Vec<Piece>,
}

/// Something drawn, with what it is.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) mark: Mark,
    pub(crate) shapes: Vec<Shape>,
}

/// What something drawn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Content of an element.
    Of(ElementId),
    /// It says nothing.
    Decoration,
}

/// A shape; places are in points from the left top corner of the strip.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A line of text, its baseline beginning here.
    Text { x: f32, y: f32, line: Line },
    /// A filled outline.
    Filled { outline: Outline, colour: Colour },
    /// A drawn outline.
    Drawn {
        outline: Outline,
        colour: Colour,
        width: f32,
    },
}

impl Shape {
    /// Moves it to the right and down.
    pub(crate) fn shift(&mut self, right: f32, down: f32) {
        match self {
            Self::Text { x, y, .. } => {
                *x += right;
                *y += down;
            }
            Self::Filled { outline, .. } | Self::Drawn { outline, .. } => {
                outline.shift(right, down);
            }
        }
    }
}

/// An element's place in [`Elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ElementId(usize);

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Role {
    Title(String),
    Heading(String),
    Paragraph,
    List(ListNumbering),
    Item,
    Dot,
    ItemBody,
    Table(String),
    TableHead,
    TableBody,
    TableRow,
    HeaderCell(TableHeaderScope),
    Cell,
    /// A picture, in words.
    Figure(String),
    /// What belongs together.
    Group,
}

/// An element of the letter's structure.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) role: Role,
    pub(crate) children: Vec<ElementId>,
}

/// The structure of a letter, in the order in which it is read.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    all: Vec<Element>,
    /// Those at the top.
    pub(crate) roots: Vec<ElementId>,
}

impl Elements {
    /// Adds an element at the top.
    pub(crate) fn add(&mut self, role: Role) -> ElementId {
        let id = self.push(role);
        self.roots.push(id);
        id
    }

    /// Adds an element to another one.
    pub(crate) fn add_to(&mut self, parent: ElementId, role: Role) -> ElementId {
        let id = self.push(role);
        self.all[parent.0].children.push(id);
        id
    }

    pub(crate) fn get(&self, id: ElementId) -> &Element {
        &self.all[id.0]
    }

    fn push(&mut self, role: Role) -> ElementId {
        self.all.push(Element {
            role,
            children: Vec::new(),
        });
        ElementId(self.all.len() - 1)
    }
}

impl Strip {
    /// An empty strip.
    pub(crate) fn new(gap: f32, height: f32) -> Self {
        Self {
            gap,
            height,
            ..Self::default()
        }
    }

    /// Draws something that says nothing.
    pub(crate) fn decorate(&mut self, shape: Shape) {
        self.pieces.push(Piece {
            mark: Mark::Decoration,
            shapes: vec![shape],
        });
    }

    /// Writes lines below each other from this corner, as the content of an element; gives their
    /// height.
    pub(crate) fn write(&mut self, of: ElementId, x: f32, top: f32, lines: Vec<Line>) -> f32 {
        let mut reached = top;
        for line in lines {
            let style = line.style;
            let y = reached + style.ascent();
            reached += style.leading;
            self.pieces.push(Piece {
                mark: Mark::Of(of),
                shapes: vec![Shape::Text { x, y, line }],
            });
        }
        reached - top
    }

    /// The same, each line ending at this place.
    pub(crate) fn write_to(
        &mut self,
        of: ElementId,
        right: f32,
        top: f32,
        lines: Vec<Line>,
    ) -> f32 {
        let mut reached = top;
        for line in lines {
            let x = right - line.width;
            reached += self.write(of, x, reached, vec![line]);
        }
        reached - top
    }

    pub(crate) fn kept(mut self) -> Self {
        self.follow = Follow::Kept;
        self
    }
}
