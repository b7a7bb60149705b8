//! The two fonts that letters are written in, what they cannot show, and how a text becomes glyphs.
//!
//! Inter has Latin with all its extensions, Greek and Cyrillic. Any other sign is drawn as [`STAND_IN`];
//! what it stands for stays in the file as text to be read aloud, searched and copied.

use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use limpide_model::Lang;
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, Language, UnicodeBuffer};

use crate::colours::Colour;

/// What is drawn for a sign that the fonts do not have.
pub(crate) const STAND_IN: char = '□';

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// Whether figures are all of one width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figures {
    Proportional,
    Tabular,
}

/// How a text is set. Sizes are in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    /// From one baseline to the next.
    pub(crate) leading: f32,
    pub(crate) colour: Colour,
    pub(crate) figures: Figures,
    pub(crate) lang: Lang,
}

impl Style {
    pub(crate) fn regular(size: f32, leading: f32, colour: Colour, lang: Lang) -> Self {
        Self {
            weight: Weight::Regular,
            size,
            leading,
            colour,
            figures: Figures::Proportional,
            lang,
        }
    }

    pub(crate) fn bold(self) -> Self {
        Self {
            weight: Weight::SemiBold,
            ..self
        }
    }

    pub(crate) fn tabular(self) -> Self {
        Self {
            figures: Figures::Tabular,
            ..self
        }
    }

    pub(crate) fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// From the top of a line to its baseline: the letters' height stands in the middle.
    pub(crate) fn ascent(&self) -> f32 {
        (self.leading + CAPITALS * self.size) / 2.0
    }
}

/// The height of capitals, as a part of the size.
const CAPITALS: f32 = 1490.0 / 2048.0;

/// A font twice: as it measures, and as it is written into files.
pub(crate) struct Face {
    shaper: rustybuzz::Face<'static>,
    pub(crate) font: Font,
    units: f32,
}

static REGULAR: LazyLock<Face> =
    LazyLock::new(|| Face::new(include_bytes!("../fonts/Inter-Regular.ttf")));
static SEMI_BOLD: LazyLock<Face> =
    LazyLock::new(|| Face::new(include_bytes!("../fonts/Inter-SemiBold.ttf")));

impl Face {
    pub(crate) fn of(weight: Weight) -> &'static Self {
        match weight {
            Weight::Regular => &REGULAR,
            Weight::SemiBold => &SEMI_BOLD,
        }
    }

    fn new(bytes: &'static [u8]) -> Self {
        let shaper =
            rustybuzz::Face::from_slice(bytes, 0).expect("the font is part of the program");
        let font = Font::new(bytes.into(), 0).expect("the font is part of the program");
        Self {
            units: font.units_per_em(),
            shaper,
            font,
        }
    }

    fn has(&self, sign: char) -> bool {
        self.shaper.glyph_index(sign).is_some()
    }
}

/// A text that the font can show, and what some of its signs stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prepared {
    pub(crate) text: String,
    /// Places of stand-ins, and the signs they stand for, in order.
    pub(crate) stand_ins: Vec<(usize, char)>,
}

impl Prepared {
    /// Every sign that the font lacks makes way for a stand-in. What steers a text's direction or
    /// form and cannot be seen is left out, and every control is a space.
    pub(crate) fn new(text: &str, weight: Weight) -> Self {
        let face = Face::of(weight);
        let mut prepared = Self::default();
        for sign in text.chars() {
            match sign {
                '\u{200c}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ad}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{1f3fb}'..='\u{1f3ff}' => {}
                sign if sign.is_control() => prepared.text.push(' '),
                sign if face.has(sign) => prepared.text.push(sign),
                sign => {
                    prepared.stand_ins.push((prepared.text.len(), sign));
                    prepared.text.push(STAND_IN);
                }
            }
        }
        prepared
    }

    /// What a part of the text is to be read as; `None`: as it stands.
    pub(crate) fn read_as(&self, part: Range<usize>) -> Option<String> {
        let mut inside = self.stand_ins.iter();
        inside.find(|(place, _)| part.contains(place))?;
        let mut read = String::with_capacity(part.len());
        for (place, sign) in self.text[part.clone()].char_indices() {
            let place = place + part.start;
            let stand_in = self
                .stand_ins
                .binary_search_by_key(&place, |&(place, _)| place);
            read.push(stand_in.map_or(sign, |found| self.stand_ins[found].1));
        }
        Some(read)
    }
}

/// The glyphs of a prepared text, each with the part of the text that it shows; widths are in parts
/// of the size.
pub(crate) fn shape(text: &str, style: &Style) -> Vec<KrillaGlyph> {
    let face = Face::of(style.weight);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    if let Ok(language) = Language::from_str(&style.lang.to_string()) {
        buffer.set_language(language);
    }
    buffer.guess_segment_properties();
    let tabular = [Feature::new(Tag::from_bytes(b"tnum"), 1, ..)];
    let features = match style.figures {
        Figures::Proportional => &tabular[..0],
        Figures::Tabular => &tabular[..],
    };
    let shaped = rustybuzz::shape(&face.shaper, features, buffer);
    let (infos, places) = (shaped.glyph_infos(), shaped.glyph_positions());
    let mut glyphs: Vec<KrillaGlyph> = Vec::with_capacity(infos.len());
    // From the last on: a cluster ends where the next one begins.
    let mut end = text.len();
    for (at, (info, place)) in infos.iter().zip(places).enumerate().rev() {
        let start = info.cluster as usize;
        glyphs.push(KrillaGlyph {
            glyph_id: GlyphId::new(info.glyph_id),
            text_range: start..end,
            x_advance: place.x_advance as f32 / face.units,
            x_offset: place.x_offset as f32 / face.units,
            y_offset: place.y_offset as f32 / face.units,
            y_advance: place.y_advance as f32 / face.units,
            location: None,
        });
        if at > 0 && infos[at - 1].cluster != info.cluster {
            end = start;
        }
    }
    glyphs.reverse();
    glyphs
}
