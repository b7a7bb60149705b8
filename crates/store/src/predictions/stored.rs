//! Words as the numbers that stand for them in a row: places in the list of all.

use crate::error::{Error, Result};

/// The number of a word. One that is not in the list has a number that stands for no word: what is read back says so,
/// where without a number the row would not be there.
pub(super) fn code<T: PartialEq>(all: &[T], one: T) -> i16 {
    let place = all.iter().position(|other| *other == one);
    place.map_or(i16::MAX, |place| i16::try_from(place).unwrap_or(i16::MAX))
}

/// The word of a number.
pub(super) fn word<T: Copy>(all: &[T], code: i64) -> Result<T> {
    let place = usize::try_from(code).ok();
    let word = place.and_then(|place| all.get(place));
    word.copied()
        .ok_or_else(|| Error::Damaged(format!("unknown word {code} in a prediction")))
}
