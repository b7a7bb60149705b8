//! A letter's content to strips, in the order in which it is read.

use krilla::tagging::ListNumbering;
use limpide_model::Lang;

use crate::colours::{
    AGAINST_INK, AGAINST_SOFT, BRAND, BRAND_SOFT, Colour, FAVOUR_INK, FAVOUR_SOFT,
};
use crate::colours::{INK, SECOND_INK};
use crate::content::{Block, Callout, Letter, Tone};
use crate::fonts::Style;
use crate::lines::{set, set_one};
use crate::outline::{Outline, point};
use crate::strip::{Elements, Follow, MEASURE, Role, Shape, Strip};
use crate::{effects, gauge, table};

/// The space within a callout's box.
const PADDING: f32 = 12.0;
/// The space between the gauge and what stands beside it.
const GUTTER: f32 = 24.0;
/// How far items of a list stand in.
const INDENT: f32 = 12.0;

/// The styles of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Styles {
    pub(crate) body: Style,
    pub(crate) small: Style,
    /// What explains a line above it.
    pub(crate) said: Style,
    pub(crate) title: Style,
    pub(crate) heading: Style,
    pub(crate) brand: Style,
}

impl Styles {
    pub(crate) fn new(lang: Lang) -> Self {
        let style = |size, leading, colour| Style::regular(size, leading, colour, lang);
        Self {
            body: style(10.0, 14.5, INK),
            small: style(8.25, 11.5, SECOND_INK),
            said: style(9.0, 12.5, SECOND_INK),
            title: style(19.5, 25.0, INK).bold(),
            heading: style(12.0, 16.0, INK).bold(),
            brand: style(13.0, 17.0, BRAND).bold(),
        }
    }
}

/// Sets a letter: its strips, and the elements that their pieces belong to.
pub(crate) fn strips(letter: &Letter) -> (Vec<Strip>, Elements) {
    let mut setter = Setter {
        styles: Styles::new(letter.lang),
        elements: Elements::default(),
        strips: Vec::new(),
    };
    setter.head(letter);
    for block in &letter.body {
        setter.block(block);
    }
    (setter.strips, setter.elements)
}

struct Setter {
    styles: Styles,
    elements: Elements,
    strips: Vec<Strip>,
}

impl Setter {
    fn head(&mut self, letter: &Letter) {
        let Styles {
            body, small, brand, ..
        } = self.styles;
        let mut strip = Strip::new(0.0, 0.0).kept();
        let sender = self.elements.add(Role::Paragraph);
        let mut reached = strip.write(sender, 0.0, 0.0, set(&letter.sender, brand, MEASURE * 0.7));
        if !letter.sender_address.is_empty() {
            let address = self.elements.add(Role::Paragraph);
            let lines = set(&letter.sender_address.join("\n"), small, MEASURE * 0.6);
            reached += strip.write(address, 0.0, reached + 2.0, lines) + 2.0;
        }
        let date = self.elements.add(Role::Paragraph);
        let muted = body.in_colour(SECOND_INK);
        strip.write_to(date, MEASURE, 1.0, vec![set_one(&letter.date, muted)]);
        strip.height = reached;
        self.strips.push(strip);

        if !letter.recipient.is_empty() {
            let recipient = self.elements.add(Role::Paragraph);
            let lines = set(&letter.recipient.join("\n"), body, MEASURE * 0.7);
            let mut strip = Strip::new(20.0, 0.0).kept();
            strip.height = strip.write(recipient, 0.0, 0.0, lines);
            self.strips.push(strip);
        }

        let title = self.elements.add(Role::Title(letter.title.clone()));
        let mut strip = Strip::new(26.0, 0.0).kept();
        let lines = set(&letter.title, self.styles.title, MEASURE);
        strip.height = strip.write(title, 0.0, 0.0, lines);
        self.strips.push(strip);
        if !letter.subject.is_empty() {
            self.paragraph(&letter.subject, muted, 10.0);
        }
    }

    fn block(&mut self, block: &Block) {
        let Styles {
            body,
            small,
            heading,
            ..
        } = self.styles;
        match block {
            Block::Heading(text) => {
                let element = self.elements.add(Role::Heading(text.clone()));
                let mut strip = Strip::new(20.0, 0.0).kept();
                strip.height = strip.write(element, 0.0, 0.0, set(text, heading, MEASURE));
                self.strips.push(strip);
            }
            Block::Paragraph(text) => self.paragraph(text, body, 7.0),
            Block::Note(text) => {
                let from = self.strips.len();
                self.paragraph(text, small, 6.0);
                for strip in &mut self.strips[from..] {
                    strip.follow = Follow::Kept;
                }
            }
            Block::List(items) => self.list(items),
            Block::Result(shown, callout) => {
                let mut strip = Strip::new(14.0, 0.0);
                let (width, height) =
                    gauge::draw(&mut strip, &mut self.elements, shown, self.styles);
                let left = width + GUTTER;
                let boxed = self.boxed(callout, MEASURE - left);
                strip.height = height.max(boxed.height);
                place(boxed, &mut strip, left, (height, 0.5));
                self.strips.push(strip);
            }
            Block::Callout(callout) => {
                let mut strip = Strip::new(18.0, 0.0);
                let boxed = self.boxed(callout, MEASURE);
                strip.height = boxed.height;
                place(boxed, &mut strip, 0.0, (0.0, 0.0));
                self.strips.push(strip);
            }
            Block::Effects(shown) => {
                self.strips
                    .extend(effects::strips(shown, &mut self.elements, self.styles));
            }
            Block::Table(shown) => {
                self.strips
                    .extend(table::strips(shown, &mut self.elements, self.styles));
            }
        }
    }

    /// A paragraph, a strip a line; its first two and its last two lines stay together.
    fn paragraph(&mut self, text: &str, style: Style, gap: f32) {
        let lines = set(text, style, MEASURE);
        let count = lines.len();
        if count == 0 {
            return;
        }
        let element = self.elements.add(Role::Paragraph);
        for (at, line) in lines.into_iter().enumerate() {
            let gap = if at == 0 { gap } else { 0.0 };
            let mut strip = Strip::new(gap, 0.0);
            strip.height = strip.write(element, 0.0, 0.0, vec![line]);
            if at + 1 < count && (at == 0 || at + 2 == count) {
                strip.follow = Follow::Kept;
            }
            self.strips.push(strip);
        }
    }

    fn list(&mut self, items: &[String]) {
        let body = self.styles.body;
        let list = self.elements.add(Role::List(ListNumbering::Disc));
        for item in items {
            let element = self.elements.add_to(list, Role::Item);
            let dot = self.elements.add_to(element, Role::Dot);
            let words = self.elements.add_to(element, Role::ItemBody);
            let lines = set(item, body, MEASURE - INDENT);
            let count = lines.len();
            for (at, line) in lines.into_iter().enumerate() {
                let gap = if at == 0 { 4.0 } else { 0.0 };
                let mut strip = Strip::new(gap, 0.0);
                if at == 0 {
                    strip.write(dot, 1.0, 0.0, vec![set_one("•", body)]);
                }
                strip.height = strip.write(words, INDENT, 0.0, vec![line]);
                if at + 1 < count && (at == 0 || at + 2 == count) {
                    strip.follow = Follow::Kept;
                }
                self.strips.push(strip);
            }
        }
    }

    /// A callout's box, to be placed.
    fn boxed(&mut self, callout: &Callout, width: f32) -> Strip {
        let body = self.styles.body;
        let (ink, soft) = tones(callout.tone);
        let inner = width - 2.0 * PADDING;
        let title = set(&callout.title, body.bold().in_colour(ink), inner);
        let text = set(&callout.text, body, inner);
        let leading = body.leading;
        let gap = if text.is_empty() { 0.0 } else { 6.0 };
        let height = 2.0 * PADDING - 4.0 + leading * (title.len() + text.len()) as f32 + gap;
        let mut strip = Strip::new(0.0, height);
        strip.decorate(Shape::Filled {
            outline: Outline::Box {
                corner: point(0.0, 0.0),
                width,
                height,
                radius: 6.0,
            },
            colour: soft,
        });
        let group = self.elements.add(Role::Group);
        let element = self.elements.add_to(group, Role::Paragraph);
        let mut reached = PADDING - 2.0;
        reached += strip.write(element, PADDING, reached, title) + gap;
        if !text.is_empty() {
            let element = self.elements.add_to(group, Role::Paragraph);
            strip.write(element, PADDING, reached, text);
        }
        strip
    }
}

fn tones(tone: Tone) -> (Colour, Colour) {
    match tone {
        Tone::Favour => (FAVOUR_INK, FAVOUR_SOFT),
        Tone::Against => (AGAINST_INK, AGAINST_SOFT),
        Tone::Neutral => (BRAND, BRAND_SOFT),
    }
}

/// Places one strip's pieces in another, at this place from the left and a part of the height that is
/// left over from the top.
fn place(inner: Strip, outer: &mut Strip, left: f32, (height, part): (f32, f32)) {
    let top = ((height - inner.height) * part).max(0.0);
    for mut piece in inner.pieces {
        for shape in &mut piece.shapes {
            shape.shift(left, top);
        }
        outer.pieces.push(piece);
    }
}
