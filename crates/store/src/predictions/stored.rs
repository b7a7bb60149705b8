//! Words as the numbers that stand for them in a row: places in the list of all.

use crate::error::{Error, Result};

/// The number of a word.
pub(super) fn code<T: PartialEq>(all: &[T], one: T) -> Option<i16> {
    let place = all.iter().position(|other| *other == one)?;
    i16::try_from(place).ok()
}

/// The word of a number.
pub(super) fn word<T: Copy>(all: &[T], code: i64) -> Result<T> {
    let place = usize::try_from(code).ok();
    let word = place.and_then(|place| all.get(place));
    word.copied()
        .ok_or_else(|| Error::Damaged(format!("unknown word {code} in a prediction")))
}
