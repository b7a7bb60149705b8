//! How the values of each feature spread, from the written matrix, a few columns at a time.
//!
//! Quantiles are exact: each is a value that a client has. Memory does not grow with the number of
//! features.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use limpide_engine::ParquetColumns;
use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::Float64Type;

use crate::catalogue::{CategoryShare, FeatureInfo, Histogram, Kind};
use crate::error::Result;
use crate::spec::Text;

/// The quantiles that a catalogue holds, in per cent.
pub const LEVELS: [u8; 9] = [0, 1, 5, 25, 50, 75, 95, 99, 100];

/// Bars of a histogram.
const BARS: usize = 20;
/// Categories that a catalogue names with their shares.
const MOST_CATEGORIES: usize = 20;
/// Columns before the first feature: the client and the outcome.
const BEFORE: usize = 2;
/// Columns that a thread reads at once.
const AT_ONCE: usize = 4;

/// Completes the catalogue's entries from the matrix at `path`, whose features they are in order.
/// `values` are what the recipe calls categories.
///
/// # Errors
/// The matrix cannot be read.
pub fn describe(
    path: &Path,
    features: Vec<FeatureInfo>,
    values: &BTreeMap<String, Text>,
    threads: usize,
) -> Result<Vec<FeatureInfo>> {
    let matrix = ParquetColumns::open(path)?;
    let (next, total) = (AtomicUsize::new(0), features.len());
    let described: Mutex<Vec<Option<FeatureInfo>>> =
        Mutex::new(features.into_iter().map(Some).collect());
    let failed = Mutex::new(None);
    let work = || {
        loop {
            let from = next.fetch_add(AT_ONCE, Ordering::Relaxed);
            let range = from..total.min(from + AT_ONCE);
            if range.is_empty() {
                return;
            }
            let columns: Vec<usize> = range.clone().map(|place| place + BEFORE).collect();
            match matrix.read(&columns) {
                Ok(batches) => {
                    for (column, place) in range.enumerate() {
                        let taken = lock(&described)[place].take();
                        let Some(mut info) = taken else { continue };
                        complete(&mut info, &batches, column, values);
                        lock(&described)[place] = Some(info);
                    }
                }
                Err(error) => {
                    next.store(total, Ordering::Relaxed);
                    lock(&failed).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error.into());
    }
    let described = described
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Ok(described.into_iter().flatten().collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Completes one entry from its column of the batches.
fn complete(
    info: &mut FeatureInfo,
    batches: &[RecordBatch],
    column: usize,
    values: &BTreeMap<String, Text>,
) {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let arrays = || batches.iter().map(|batch| batch.column(column));
    let missing: usize = arrays().map(|array| array.null_count()).sum();
    info.missing_share = missing as f64 / rows.max(1) as f64;
    if info.kind == Kind::Number {
        let mut known: Vec<f64> = Vec::with_capacity(rows - missing);
        for array in arrays() {
            known.extend(array.as_primitive::<Float64Type>().iter().flatten());
        }
        info.quantiles = quantiles(&mut known);
        info.histogram = histogram(&known, &info.quantiles);
        return;
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for array in arrays() {
        for text in array.as_string::<i32>().iter().flatten() {
            *counts.entry(text).or_default() += 1;
        }
    }
    let named = counts.keys().filter_map(|text| values.get_key_value(*text));
    info.values = named
        .map(|(text, name)| (text.clone(), name.clone()))
        .collect();
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(text, count)| (std::cmp::Reverse(*count), *text));
    let shares = counts.iter().take(MOST_CATEGORIES);
    info.categories = shares
        .map(|(text, count)| CategoryShare {
            value: (*text).to_owned(),
            share: *count as f64 / rows as f64,
        })
        .collect();
}

/// The quantiles of known values at [`LEVELS`]: of n sorted values the one at ⌊level × (n − 1)⌋, from
/// 0; none of no values. The values are left in another order.
fn quantiles(values: &mut [f64]) -> BTreeMap<u8, f64> {
    let Some(last) = values.len().checked_sub(1) else {
        return BTreeMap::new();
    };
    let ranks = LEVELS.map(|level| last * usize::from(level) / 100);
    select(values, 0, &ranks);
    let pairs = LEVELS.into_iter().zip(ranks);
    pairs.map(|(level, rank)| (level, values[rank])).collect()
}

/// Puts the values of these ranks, which rise, where a sort would put them; `before` values stand
/// before the slice.
fn select(values: &mut [f64], before: usize, ranks: &[usize]) {
    let Some(rank) = ranks.get(ranks.len() / 2).copied() else {
        return;
    };
    let (lower, _, upper) = values.select_nth_unstable_by(rank - before, f64::total_cmp);
    let is_lower = ranks.partition_point(|other| *other < rank);
    let is_equal = ranks.partition_point(|other| *other <= rank);
    select(lower, before, &ranks[..is_lower]);
    select(upper, rank + 1, &ranks[is_equal..]);
}

/// How many values stand in each of equal parts between the 1 % and the 99 % quantile; those
/// beyond are counted at the ends. `None` if all of them are one value.
fn histogram(values: &[f64], quantiles: &BTreeMap<u8, f64>) -> Option<Histogram> {
    let range = |low: u8, high: u8| Some((*quantiles.get(&low)?, *quantiles.get(&high)?));
    let (from, to) = [range(1, 99)?, range(0, 100)?]
        .into_iter()
        .find(|(from, to)| from < to)?;
    let mut counts = vec![0; BARS];
    for value in values {
        let place = (value - from) / (to - from) * BARS as f64;
        counts[(place.max(0.0) as usize).min(BARS - 1)] += 1;
    }
    Some(Histogram { from, to, counts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        for length in [1_usize, 2, 3, 7, 100, 101, 5_000] {
            // A permutation with repeats: 37 has no factor in common with the lengths.
            let mut values: Vec<f64> = (0..length)
                .map(|i| ((i * 37) % length / 2) as f64 - 3.0)
                .collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            for (level, value) in quantiles(&mut values) {
                assert_eq!(value, sorted[(length - 1) * usize::from(level) / 100]);
            }
        }
        assert_eq!(quantiles(&mut []), BTreeMap::new());
    }

    #[test]
    fn a_histogram_counts_every_value_once() {
        let mut values: Vec<f64> = (0..1_000).map(f64::from).collect();
        values.push(1e9);
        let quantiles = quantiles(&mut values);
        let histogram = histogram(&values, &quantiles).expect("the values differ");
        assert_eq!((histogram.from, histogram.to), (10.0, 990.0));
        assert_eq!(histogram.counts.iter().sum::<u64>(), 1_001);
        let (first, rest) = (histogram.counts[0], &histogram.counts[1..19]);
        assert!(rest.iter().all(|count| *count == 49), "{rest:?}");
        assert_eq!(first, 59);
    }

    #[test]
    fn one_value_has_no_histogram_and_a_rare_one_is_seen() {
        let histogram_of = |mut values: Vec<f64>| {
            let quantiles = quantiles(&mut values);
            histogram(&values, &quantiles)
        };
        assert_eq!(histogram_of(vec![3.0; 10]), None);
        let mut rare = vec![0.0; 1_000];
        rare.push(1.0);
        let counts = histogram_of(rare).map(|found| found.counts);
        assert_eq!(
            counts.map(|counts| (counts[0], counts[19])),
            Some((1_000, 1))
        );
    }
}
