//! Pages to a file: drawn, every part marked, the structure and the properties written beside them.
//! The library refuses what does not hold to PDF/UA-1 and PDF/A-2a.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;

use krilla::color::rgb::Color;
use krilla::configure::ConfigurationBuilder;
use krilla::configure::validate::{Accessibility, Archival};
use krilla::destination::XyzDestination;
use krilla::geom::{Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, Node, Placement, SpanTag, Tag, TagGroup,
    TagTree,
};
use krilla::{Document, SerializeSettings};

use crate::blocks::{self, Styles};
use crate::colours::{Colour, LINE};
use crate::content::Letter;
use crate::error::Error;
use crate::fonts::{Face, Prepared};
use crate::lines::set_one;
use crate::paginate::{self, Page};
use crate::strip::{
    ElementId, Elements, MARGIN, MEASURE, Mark, PAPER_HEIGHT, PAPER_WIDTH, Piece, Role, Shape,
};

/// Where the line above the foot stands.
const FOOT: f32 = PAPER_HEIGHT - 50.0;

/// A letter as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Signs that the fonts lack, for which a box is drawn; the file's text has them.
    pub stand_ins: BTreeSet<char>,
}

/// Writes a letter.
///
/// # Errors
/// The result would be no accessible PDF.
pub fn write(letter: &Letter) -> Result<Written, Error> {
    let (strips, elements) = blocks::strips(letter);
    let pages = paginate::pages(strips);
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|error| Error::Refused(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(letter));
    let mut marks = Marks::default();
    let count = pages.len();
    for (at, page) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAPER_WIDTH, PAPER_HEIGHT);
        let settings = settings.ok_or_else(|| Error::Refused("no paper".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        marks.draw(page, at, &mut surface);
        foot(letter, [at + 1, count], &mut marks, &mut surface);
        surface.finish();
        sheet.finish();
    }
    document.set_outline(marks.outline(letter, &elements));
    let mut tree = TagTree::new().with_lang(Some(letter.lang.to_string()));
    for &root in &elements.roots {
        if let Some(group) = marks.group(root, &elements) {
            tree.push(group);
        }
    }
    document.set_tag_tree(tree);
    let pdf = document
        .finish()
        .map_err(|error| Error::Refused(format!("{error:?}")))?;
    Ok(Written {
        pdf,
        pages: count,
        stand_ins: marks.stand_ins,
    })
}

fn metadata(letter: &Letter) -> Metadata {
    let day = letter.day;
    Metadata::new()
        .title(letter.title.clone())
        .language(letter.lang.to_string())
        .authors(vec![letter.sender.clone()])
        .creator("Limpide".to_owned())
        .creation_date(
            DateTime::new(day.year)
                .month(day.month)
                .day(day.day)
                .hour(0)
                .minute(0)
                .second(0)
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        )
}

/// What was drawn, by the element that it belongs to.
#[derive(Default)]
struct Marks {
    drawn: BTreeMap<ElementId, Drawn>,
    stand_ins: BTreeSet<char>,
}

/// What was drawn of an element.
struct Drawn {
    identifiers: Vec<Identifier>,
    page: usize,
    /// Where its first piece stands: x, and the top of its line.
    at: Point,
    bounds: Option<Rect>,
}

impl Marks {
    fn draw(&mut self, page: &Page, number: usize, surface: &mut Surface<'_>) {
        for placed in &page.placed {
            surface.push_transform(&Transform::from_translate(placed.x, placed.y));
            for piece in &placed.pieces {
                self.piece(piece, number, [placed.x, placed.y], surface);
            }
            surface.pop();
        }
    }

    fn piece(&mut self, piece: &Piece, page: usize, [x, y]: [f32; 2], surface: &mut Surface<'_>) {
        let read_as = piece.shapes.iter().find_map(|shape| match shape {
            Shape::Text { line, .. } => line.read_as.as_deref(),
            _ => None,
        });
        for shape in &piece.shapes {
            if let Shape::Text { line, .. } = shape {
                self.note_stand_ins(line);
            }
        }
        let only_text = piece
            .shapes
            .iter()
            .all(|shape| matches!(shape, Shape::Text { .. }));
        let tag = match piece.mark {
            Mark::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            Mark::Of(_) if only_text => {
                ContentTag::Span(SpanTag::empty().with_actual_text(read_as))
            }
            Mark::Of(_) => ContentTag::Other,
        };
        let identifier = surface.start_tagged(tag);
        for shape in &piece.shapes {
            draw(shape, surface);
        }
        surface.end_tagged();
        if let Mark::Of(element) = piece.mark {
            let drawn = self.drawn.entry(element).or_insert_with(|| Drawn {
                identifiers: Vec::new(),
                page,
                at: Point::from_xy(x, y),
                bounds: bounds(piece, [x, y]),
            });
            drawn.identifiers.push(identifier);
        }
    }

    fn note_stand_ins(&mut self, line: &crate::lines::Line) {
        if let Some(read_as) = &line.read_as {
            let prepared = Prepared::new(read_as, line.style.weight);
            let signs = prepared.stand_ins.into_iter().map(|(_, sign)| sign);
            self.stand_ins.extend(signs);
        }
    }

    /// An element with all that it holds; `None` where nothing of it was drawn.
    fn group(&mut self, id: ElementId, elements: &Elements) -> Option<TagGroup> {
        let element = elements.get(id);
        let drawn = self.drawn.remove(&id);
        let mut group = tag(&element.role, drawn.as_ref());
        let is_cell = matches!(element.role, Role::Cell | Role::HeaderCell(_));
        let mut empty = true;
        for identifier in drawn.into_iter().flat_map(|drawn| drawn.identifiers) {
            group.push(Node::Leaf(identifier));
            empty = false;
        }
        for &child in &element.children {
            if let Some(child) = self.group(child, elements) {
                group.push(Node::Group(child));
                empty = false;
            }
        }
        // An empty cell still stands for its column.
        (!empty || is_cell).then_some(group)
    }

    /// Bookmarks: the title, and the headings below it.
    fn outline(&self, letter: &Letter, elements: &Elements) -> Outline {
        let mut top = None;
        let mut below = Vec::new();
        for &id in &elements.roots {
            let Some(drawn) = self.drawn.get(&id) else {
                continue;
            };
            let to = XyzDestination::new(drawn.page, drawn.at);
            match &elements.get(id).role {
                Role::Title(_) => top = Some(OutlineNode::new(letter.title.clone(), to)),
                Role::Heading(text) => below.push(OutlineNode::new(text.clone(), to)),
                _ => {}
            }
        }
        let mut outline = Outline::new();
        if let Some(mut top) = top {
            for node in below {
                top.push_child(node);
            }
            outline.push_child(top.with_open(true));
        }
        outline
    }
}

fn tag(role: &Role, drawn: Option<&Drawn>) -> TagGroup {
    let level = |number: u16| NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN);
    match role {
        Role::Title(text) => TagGroup::new(Tag::Hn(level(1), Some(text.clone()))),
        Role::Heading(text) => TagGroup::new(Tag::Hn(level(2), Some(text.clone()))),
        Role::Paragraph => TagGroup::new(Tag::P),
        Role::List(numbering) => TagGroup::new(Tag::L(*numbering)),
        Role::Item => TagGroup::new(Tag::LI),
        Role::Dot => TagGroup::new(Tag::Lbl),
        Role::ItemBody => TagGroup::new(Tag::LBody),
        Role::Table(summary) => TagGroup::new(Tag::Table.with_summary(Some(summary.clone()))),
        Role::TableHead => TagGroup::new(Tag::THead),
        Role::TableBody => TagGroup::new(Tag::TBody),
        Role::TableRow => TagGroup::new(Tag::TR),
        Role::HeaderCell(scope) => TagGroup::new(Tag::TH(*scope)),
        Role::Cell => TagGroup::new(Tag::TD),
        Role::Figure(words) => {
            let bounds = drawn.and_then(|drawn| Some(BBox::new(drawn.page, drawn.bounds?)));
            let figure = Tag::Figure(Some(words.clone()));
            TagGroup::new(
                figure
                    .with_bbox(bounds)
                    .with_placement(Some(Placement::Block)),
            )
        }
        Role::Group => TagGroup::new(Tag::Div),
    }
}

fn foot(letter: &Letter, [at, of]: [usize; 2], marks: &mut Marks, surface: &mut Surface<'_>) {
    let small = Styles::new(letter.lang).small;
    let number = set_one(&format!("{at} / {of}"), small);
    let words = set_one(&letter.foot, small);
    marks.note_stand_ins(&words);
    surface.push_transform(&Transform::from_translate(MARGIN, FOOT));
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Layout,
    )));
    draw(&crate::effects::rule(0.0, LINE), surface);
    surface.end_tagged();
    let y = 14.0;
    for (kind, shape) in [
        (
            ArtifactType::Footer,
            Shape::Text {
                x: 0.0,
                y,
                line: words,
            },
        ),
        (
            ArtifactType::PageNumber,
            Shape::Text {
                x: MEASURE - number.width,
                y,
                line: number,
            },
        ),
    ] {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        draw(&shape, surface);
        surface.end_tagged();
    }
    surface.pop();
}

fn draw(shape: &Shape, surface: &mut Surface<'_>) {
    match shape {
        Shape::Text { x, y, line } => {
            let style = line.style;
            surface.set_stroke(None);
            surface.set_fill(Some(fill(style.colour)));
            let font = Face::of(style.weight).font.clone();
            let at = Point::from_xy(*x, *y);
            surface.draw_glyphs(at, &line.glyphs, font, &line.text, style.size, false);
        }
        Shape::Filled { outline, colour } => {
            if let Some(path) = outline.path() {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*colour)));
                surface.draw_path(&path);
            }
        }
        Shape::Drawn {
            outline,
            colour,
            width,
        } => {
            if let Some(path) = outline.path() {
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke {
                    paint: Color::from(*colour).into(),
                    width: *width,
                    ..Stroke::default()
                }));
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: Color::from(colour).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

/// The box around a picture, on its page.
fn bounds(piece: &Piece, [x, y]: [f32; 2]) -> Option<Rect> {
    let mut edges: Option<[f32; 4]> = None;
    for shape in &piece.shapes {
        let [left, top, right, bottom] = match shape {
            Shape::Text { x, y, line } => [*x, y - line.style.size, x + line.width, *y],
            Shape::Filled { outline, .. } | Shape::Drawn { outline, .. } => outline.bounds(),
        };
        edges = Some(match edges {
            None => [left, top, right, bottom],
            Some(known) => [
                known[0].min(left),
                known[1].min(top),
                known[2].max(right),
                known[3].max(bottom),
            ],
        });
    }
    let [left, top, right, bottom] = edges?;
    Rect::from_ltrb(left + x, top + y, right + x, bottom + y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Weight;

    #[test]
    fn both_weights_have_the_stand_in() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            assert_eq!(Prepared::new("□", weight).stand_ins, []);
        }
    }
}
