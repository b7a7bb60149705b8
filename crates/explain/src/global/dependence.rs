//! What a feature adds to the margin, value by value, over many clients.
//!
//! The contribution at one value differs from client to client where the model lets features act together: the band
//! says how much.
//!
//! # Source
//! Lundberg et al., "From local explanations to global understanding with explainable AI for trees", Nature Machine
//! Intelligence 2020, "SHAP dependence plots"; here in bins with rounded ends, none of fewer than five clients, so that
//! no client is told of alone.

use std::collections::BTreeMap;

use limpide_model::{Bundle, Value};
use serde::{Deserialize, Serialize};

use crate::contributions::Contributions;

/// Bins of a number at most.
const MOST_BINS: usize = 20;
/// Clients that a bin holds at least, where there are so many.
const FEWEST_CLIENTS: usize = 20;
/// Clients below which nothing is told of them.
pub(super) const FEWEST_TOLD: usize = 5;
/// Digits that a bin's ends keep, from the first that is not 0.
const DIGITS: i32 = 3;
/// Categories that are told one by one.
const MOST_CATEGORIES: usize = 20;

/// Holds what one feature adds, value by value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependence {
    /// The feature's name.
    pub feature: String,
    /// Its known numbers in bins of about as many clients, by rising value; empty for categories.
    pub bins: Vec<NumberBin>,
    /// Its categories, the commonest first; empty for numbers.
    pub categories: Vec<(String, Spread)>,
    /// All other categories together.
    pub others: Option<Spread>,
    /// Clients of whom nothing is known.
    pub missing: Option<Spread>,
}

/// Holds the clients whose values lie in one bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NumberBin {
    /// The smallest value in it, in three digits where they differ.
    pub low: f64,
    /// The value in its middle.
    pub median: f64,
    /// The largest value in it, likewise.
    pub high: f64,
    /// What the feature adds there.
    #[serde(flatten)]
    pub spread: Spread,
}

/// Says what a feature adds for some clients, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How many clients.
    pub clients: usize,
    /// The mean contribution.
    pub mean: f64,
    /// What a tenth of them lie below.
    pub p10: f64,
    /// What a tenth of them lie above.
    pub p90: f64,
}

/// Marks one client on one feature's curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The feature's name.
    pub feature: String,
    /// The client's value.
    pub value: Value,
    /// What it adds to the client's margin, in log-odds.
    pub contribution: f64,
}

/// Gives one feature's curve over the given clients; clients of one value are never parted.
pub fn dependence(
    bundle: &Bundle,
    feature: usize,
    rows: &[Vec<Value>],
    contributions: &[Contributions],
) -> Dependence {
    let mut numbers: Vec<(f64, f64)> = Vec::new();
    let mut categories: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut missing = Vec::new();
    for (row, found) in rows.iter().zip(contributions) {
        let contribution = found.per_feature[feature];
        match &row[feature] {
            Value::Category(category) => categories.entry(category).or_default().push(contribution),
            value => match value.number() {
                Some(number) => numbers.push((number, contribution)),
                None => missing.push(contribution),
            },
        }
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut ranked: Vec<(&str, Vec<f64>)> = categories.into_iter().collect();
    ranked.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    let enough = ranked.partition_point(|(_, found)| found.len() >= FEWEST_TOLD);
    let others = ranked.split_off(enough.min(MOST_CATEGORIES));
    let others = others.into_iter().flat_map(|(_, found)| found).collect();
    let told = ranked.into_iter();
    let told = told.filter_map(|(category, found)| Some((category.to_owned(), spread(found)?)));
    Dependence {
        feature: bundle.features[feature].name.clone(),
        bins: bins(&numbers),
        categories: told.collect(),
        others: spread(others),
        missing: spread(missing),
    }
}

/// Marks one client on the given curves.
pub fn marks(
    bundle: &Bundle,
    curves: &[Dependence],
    row: &[Value],
    contributions: &Contributions,
) -> Vec<Mark> {
    let marks = curves.iter().filter_map(|curve| {
        let place = bundle.feature(&curve.feature)?;
        Some(Mark {
            feature: curve.feature.clone(),
            value: row.get(place)?.clone(),
            contribution: *contributions.per_feature.get(place)?,
        })
    });
    marks.collect()
}

/// Cuts sorted values; a last bin that is less than half full joins the one before.
fn bins(sorted: &[(f64, f64)]) -> Vec<NumberBin> {
    let size = sorted.len().div_ceil(MOST_BINS).max(FEWEST_CLIENTS);
    let mut ends: Vec<usize> = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        end += tied.len();
        if end - start >= size {
            ends.push(end);
            start = end;
        }
    }
    if start < sorted.len() {
        if 2 * (sorted.len() - start) < size {
            ends.pop();
        }
        ends.push(sorted.len());
    }
    let mut from = 0;
    let bins = ends.into_iter().filter_map(|end| {
        let members = &sorted[from..end];
        from = end;
        let ends = [members.first()?.0, members.last()?.0];
        // A value that all of them have is nobody's own.
        let [low, high] = match ends[0] == ends[1] {
            true => ends,
            false => ends.map(rounded),
        };
        Some(NumberBin {
            low,
            median: members[members.len() / 2].0,
            high,
            spread: spread(members.iter().map(|member| member.1).collect())?,
        })
    });
    bins.collect()
}

/// A number with its first digits alone.
fn rounded(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let scale = 10f64.powi(DIGITS - 1 - number.abs().log10().floor() as i32);
    (number * scale).round() / scale
}

/// Describes contributions; nothing where they are of too few clients.
fn spread(mut contributions: Vec<f64>) -> Option<Spread> {
    if contributions.len() < FEWEST_TOLD {
        return None;
    }
    let last = contributions.len() - 1;
    contributions.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * last as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        let (low, high) = (contributions[low], contributions[(low + 1).min(last)]);
        low + part * (high - low)
    };
    Some(Spread {
        clients: contributions.len(),
        mean: contributions.iter().sum::<f64>() / contributions.len() as f64,
        p10: quantile(0.1),
        p90: quantile(0.9),
    })
}
