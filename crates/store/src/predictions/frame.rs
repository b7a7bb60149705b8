//! How a journal's file is written: a head, then records one after the other, each with its length
//! and a checksum, so that half a record at the end is known for what it is. Pure.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Prediction, PredictionKind};
use crate::decisions::Advice;
use crate::error::{Error, Result};
use crate::people::Role;

/// The mark of a journal and the version of its form.
const MARK: &[u8; 8] = b"LMPDPRD2";
/// Bytes of a head: the mark, and the journal's number.
pub(super) const HEAD: usize = 16;
/// Bytes before a record: its length and its checksum.
const BEFORE: usize = 12;

/// What a journal's file holds.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    /// The journal's number; `None`: the file has no head of ours.
    pub(super) number: Option<i64>,
    /// Its records, up to the first one that is not whole.
    pub(super) records: Vec<Prediction>,
    /// How it ends.
    pub(super) end: End,
}

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With its last record.
    Whole,
    /// Inside a record that was being written, which nobody was answered.
    Torn,
    /// With a record that was changed, or is none.
    Damaged,
}

/// A file's head.
pub(super) fn head(number: i64) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(MARK);
    head[8..].copy_from_slice(&number.to_le_bytes());
    head
}

/// A record as it is appended.
pub(super) fn write(prediction: &Prediction) -> Result<Vec<u8>> {
    let mut frame = Vec::with_capacity(256 + prediction.inputs.as_ref().map_or(0, String::len));
    frame.resize(BEFORE, 0);
    let mut frame = postcard::to_extend(&Record::of(prediction), frame)
        .map_err(|error| Error::Damaged(error.to_string()))?;
    let record = &frame[BEFORE..];
    let length = u32::try_from(record.len())
        .map_err(|_| Error::Damaged("a prediction of more than 4 GB".to_owned()))?;
    let sum = checksum(record);
    frame[..4].copy_from_slice(&length.to_le_bytes());
    frame[4..BEFORE].copy_from_slice(&sum);
    Ok(frame)
}

/// A prediction as its bytes tell it.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    at_ms: i64,
    kind: PredictionKind,
    client: Option<i64>,
    bundle: &'a str,
    row_hash: [u8; 16],
    inputs: Option<&'a str>,
    probability: f64,
    interval: [f64; 2],
    decision: Advice,
    role: Option<Role>,
}

impl<'a> Record<'a> {
    fn of(prediction: &'a Prediction) -> Self {
        Self {
            at_ms: prediction.at_ms,
            kind: prediction.kind,
            client: prediction.client,
            bundle: &prediction.bundle,
            row_hash: prediction.row_hash,
            inputs: prediction.inputs.as_deref(),
            probability: prediction.probability,
            interval: prediction.interval,
            decision: prediction.decision,
            role: prediction.role,
        }
    }

    /// The prediction; the name of its bundle is shared with the one before it.
    fn prediction(self, before: Option<&Prediction>) -> Prediction {
        let bundle = match before {
            Some(before) if *before.bundle == *self.bundle => Arc::clone(&before.bundle),
            _ => self.bundle.into(),
        };
        Prediction {
            at_ms: self.at_ms,
            kind: self.kind,
            client: self.client,
            bundle,
            row_hash: self.row_hash,
            inputs: self.inputs.map(str::to_owned),
            probability: self.probability,
            interval: self.interval,
            decision: self.decision,
            role: self.role,
        }
    }
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Read {
    let mut read = Read {
        number: None,
        records: Vec::new(),
        end: End::Whole,
    };
    let Some((head, mut rest)) = bytes.split_first_chunk::<HEAD>() else {
        read.end = End::Torn;
        return read;
    };
    let (mark, number) = head.split_at(8);
    if mark != MARK {
        read.end = End::Damaged;
        return read;
    }
    read.number = number.try_into().ok().map(i64::from_le_bytes);
    while !rest.is_empty() {
        match next(rest) {
            Ok((record, after)) => {
                let prediction = record.prediction(read.records.last());
                read.records.push(prediction);
                rest = after;
            }
            Err(end) => {
                read.end = end;
                break;
            }
        }
    }
    read
}

/// The first record, and what follows it.
fn next(bytes: &[u8]) -> std::result::Result<(Record<'_>, &[u8]), End> {
    let (before, rest) = bytes.split_first_chunk::<BEFORE>().ok_or(End::Torn)?;
    let [a, b, c, d, sum @ ..] = before;
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    let (record, after) = rest.split_at_checked(length).ok_or(End::Torn)?;
    if checksum(record) != *sum {
        return Err(End::Damaged);
    }
    match postcard::take_from_bytes(record) {
        Ok((record, [])) => Ok((record, after)),
        _ => Err(End::Damaged),
    }
}

fn checksum(record: &[u8]) -> [u8; 8] {
    let hash = blake3::hash(record);
    let mut sum = [0; 8];
    sum.copy_from_slice(&hash.as_bytes()[..8]);
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Numbers that follow from a seed.
    struct Draws(u64);

    impl Draws {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005) + 1;
            (self.0 >> 33) as usize % most
        }
    }

    fn drawn(draws: &mut Draws) -> Prediction {
        let inputs = "[0.1,\"Propriétaire\",null]".repeat(draws.below(9));
        Prediction {
            at_ms: draws.below(1 << 30) as i64,
            kind: PredictionKind::ALL[draws.below(6)],
            client: (draws.below(2) == 0).then_some(draws.below(1000) as i64 - 500),
            bundle: "b".repeat(draws.below(65)).into(),
            row_hash: [draws.below(256) as u8; 16],
            inputs: (!inputs.is_empty()).then_some(inputs),
            probability: draws.below(1 << 20) as f64 / 3e7,
            interval: [0.1 + 0.2, f64::MIN_POSITIVE],
            decision: Advice::Review,
            role: (draws.below(2) == 0).then_some(Role::Adviser),
        }
    }

    fn file(draws: &mut Draws) -> (Vec<Prediction>, Vec<u8>) {
        let records: Vec<Prediction> = (0..draws.below(12)).map(|_| drawn(draws)).collect();
        let mut bytes = head(-7).to_vec();
        for record in &records {
            bytes.extend(write(record).unwrap());
        }
        (records, bytes)
    }

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let mut draws = Draws(1);
        for _ in 0..200 {
            let (records, bytes) = file(&mut draws);
            let read = read(&bytes);
            assert_eq!((read.number, read.end), (Some(-7), End::Whole));
            assert_eq!(read.records, records);
        }
    }

    #[test]
    fn a_file_cut_anywhere_gives_the_records_before_the_cut_and_is_not_damaged() {
        let mut draws = Draws(2);
        for _ in 0..20 {
            let (records, bytes) = file(&mut draws);
            for cut in 0..bytes.len() {
                let read = read(&bytes[..cut]);
                assert_ne!(read.end, End::Damaged);
                assert_eq!(read.records, records[..read.records.len()]);
                if read.end == End::Whole {
                    let again: usize = read
                        .records
                        .iter()
                        .map(|one| write(one).unwrap().len())
                        .sum();
                    assert_eq!(again + HEAD, cut);
                }
            }
        }
    }

    #[test]
    fn a_changed_byte_never_changes_a_record() {
        let mut draws = Draws(3);
        for _ in 0..400 {
            let (records, mut bytes) = file(&mut draws);
            let place = draws.below(bytes.len());
            bytes[place] ^= 1 << draws.below(8);
            let read = read(&bytes);
            assert_eq!(read.records, records[..read.records.len()]);
            let of_the_number = (8..HEAD).contains(&place);
            assert!(of_the_number || read.end != End::Whole, "{place}");
        }
    }

    #[test]
    fn bytes_of_any_kind_are_read_without_harm() {
        let mut draws = Draws(4);
        for _ in 0..2000 {
            let mut bytes = if draws.below(2) == 0 {
                head(1).to_vec()
            } else {
                Vec::new()
            };
            let length = draws.below(200);
            bytes.extend((0..length).map(|_| draws.below(256) as u8));
            assert!(read(&bytes).records.is_empty());
        }
    }
}
