//! The colours of letters: the pages' own, on white.

use krilla::color::rgb::Color;

pub(crate) const INK: Colour = Colour(0x13, 0x1a, 0x26);
pub(crate) const SECOND_INK: Colour = Colour(0x53, 0x5e, 0x70);
pub(crate) const LINE: Colour = Colour(0xd3, 0xd8, 0xe2);
pub(crate) const STRONG_LINE: Colour = Colour(0x87, 0x91, 0xa3);
pub(crate) const BRAND: Colour = Colour(0x29, 0x43, 0x9b);
pub(crate) const BRAND_SOFT: Colour = Colour(0xed, 0xf1, 0xfd);
pub(crate) const FAVOUR: Colour = Colour(0x0f, 0x7a, 0x74);
pub(crate) const FAVOUR_SOFT: Colour = Colour(0xe4, 0xf4, 0xf2);
pub(crate) const FAVOUR_INK: Colour = Colour(0x0b, 0x5a, 0x55);
pub(crate) const AGAINST: Colour = Colour(0xb8, 0x48, 0x1a);
pub(crate) const AGAINST_SOFT: Colour = Colour(0xfd, 0xee, 0xe6);
pub(crate) const AGAINST_INK: Colour = Colour(0x8f, 0x35, 0x10);
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(u8, u8, u8);

impl From<Colour> for Color {
    fn from(colour: Colour) -> Self {
        Self::new(colour.0, colour.1, colour.2)
    }
}
