//! One client's cells as bytes: how each is kept, two a byte, then the cells themselves.
//!
//! A number takes the fewest bytes that give it back to the bit: most are missing, zero, or small
//! whole numbers, and a row of 800 features is a kilobyte and a half where 64 bits each were six.

use std::collections::HashMap;

use crate::matrix::Cell;

const MISSING: u8 = 0;
const ZERO: u8 = 1;
const WHOLE_8: u8 = 2;
const WHOLE_16: u8 = 3;
const SINGLE: u8 = 4;
const DOUBLE: u8 = 5;
const TEXT: u8 = 6;

/// Categories by number, in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: HashMap<String, u32>,
    known: Vec<String>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.known.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.known.push(text.to_owned());
        number
    }

    /// The texts, in the order of their numbers.
    pub(super) fn into_known(self) -> Vec<String> {
        self.known
    }
}

/// Appends a row of so many cells.
pub(super) fn encode<'a>(
    cells: impl ExactSizeIterator<Item = Cell<'a>>,
    texts: &mut Texts,
    bytes: &mut Vec<u8>,
) {
    let start = bytes.len();
    bytes.resize(start + cells.len().div_ceil(2), 0);
    for (place, cell) in cells.enumerate() {
        let kept = match cell {
            Cell::Missing => MISSING,
            Cell::Text(text) => {
                bytes.extend(texts.number(text).to_le_bytes());
                TEXT
            }
            Cell::Number(number) => encode_number(number, bytes),
        };
        bytes[start + place / 2] |= kept << (4 * (place % 2));
    }
}

/// Appends a number, and says how it is kept.
fn encode_number(number: f64, bytes: &mut Vec<u8>) -> u8 {
    // Compared by their bits: minus zero is no zero, and a NaN has its own.
    let gives_back = |other: f64| other.to_bits() == number.to_bits();
    if gives_back(0.0) {
        return ZERO;
    }
    if gives_back(f64::from(number as i8)) {
        bytes.extend((number as i8).to_le_bytes());
        return WHOLE_8;
    }
    if gives_back(f64::from(number as i16)) {
        bytes.extend((number as i16).to_le_bytes());
        return WHOLE_16;
    }
    if gives_back(f64::from(number as f32)) {
        bytes.extend((number as f32).to_le_bytes());
        return SINGLE;
    }
    bytes.extend(number.to_le_bytes());
    DOUBLE
}

/// Reads a row of so many cells, and gives what stands behind it; `None` where the bytes are none.
pub(super) fn decode<'a, 'b>(
    n_cells: usize,
    bytes: &'b [u8],
    texts: &'a [String],
) -> Option<(Vec<Cell<'a>>, &'b [u8])> {
    let (kept, mut rest) = bytes.split_at_checked(n_cells.div_ceil(2))?;
    let mut cells = Vec::with_capacity(n_cells);
    for place in 0..n_cells {
        let cell = match kept[place / 2] >> (4 * (place % 2)) & 15 {
            MISSING => Cell::Missing,
            ZERO => Cell::Number(0.0),
            WHOLE_8 => Cell::Number(i8::from_le_bytes(take(&mut rest)?).into()),
            WHOLE_16 => Cell::Number(i16::from_le_bytes(take(&mut rest)?).into()),
            SINGLE => Cell::Number(f32::from_le_bytes(take(&mut rest)?).into()),
            DOUBLE => Cell::Number(f64::from_le_bytes(take(&mut rest)?)),
            TEXT => Cell::Text(texts.get(u32::from_le_bytes(take(&mut rest)?) as usize)?),
            _ => return None,
        };
        cells.push(cell);
    }
    Some((cells, rest))
}

/// Takes the first bytes away.
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The bits of a cell, for NaN is not itself.
    fn bits(cell: &Cell<'_>) -> (u64, String) {
        match cell {
            Cell::Missing => (0, "missing".to_owned()),
            Cell::Number(number) => (number.to_bits(), "number".to_owned()),
            Cell::Text(text) => (0, format!("text {text}")),
        }
    }

    #[test]
    fn every_number_comes_back_to_the_bit() {
        let mut numbers = vec![
            0.0,
            -0.0,
            0.1,
            1e-310,
            1e38,
            3e38,
            1e300,
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            -f64::NAN,
            f64::from_bits(0x7ff0_0000_0000_0001),
        ];
        for power in 0..70 {
            let near = 2f64.powi(power);
            numbers.extend([near, -near, near - 1.0, near + 1.0, 1.0 - near, near + 0.5]);
        }
        let mut cells: Vec<Cell<'_>> = vec![Cell::Missing, Cell::Text("a"), Cell::Text("")];
        cells.extend(numbers.into_iter().map(Cell::Number));
        cells.extend([Cell::Text("é"), Cell::Text("a")]);
        for length in [cells.len(), cells.len() - 1, 1, 0] {
            let (mut texts, mut bytes) = (Texts::default(), vec![7]);
            encode(cells[..length].iter().copied(), &mut texts, &mut bytes);
            bytes.push(9);
            let known = texts.into_known();
            let (found, rest) = decode(length, &bytes[1..], &known).unwrap();
            let wanted: Vec<_> = cells[..length].iter().map(bits).collect();
            assert_eq!(found.iter().map(bits).collect::<Vec<_>>(), wanted);
            assert_eq!(rest, [9]);
            // Whatever is missing of the bytes, nothing is made up.
            for cut in 0..bytes.len().saturating_sub(2) {
                assert_eq!(decode(length, &bytes[1..1 + cut], &known), None, "{cut}");
            }
        }
    }

    #[test]
    fn small_whole_numbers_take_few_bytes() {
        let size = |number: f64| {
            let (mut texts, mut bytes) = (Texts::default(), Vec::new());
            encode([Cell::Number(number)].into_iter(), &mut texts, &mut bytes);
            bytes.len() - 1
        };
        let sizes = [0.0, -5.0, 300.0, 0.5, 100_000.0, 0.1].map(size);
        assert_eq!(sizes, [0, 1, 2, 4, 4, 8]);
    }

    #[test]
    fn an_unknown_text_or_kind_is_none() {
        assert_eq!(decode(1, &[TEXT, 1, 0, 0, 0], &["a".to_owned()]), None);
        assert_eq!(decode(1, &[15], &[]), None);
    }
}
