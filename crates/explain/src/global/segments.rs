//! What counts in each part of the clients: by category of one feature, or by quarters of its numbers.

use limpide_model::{Bundle, Kind, Value};
use serde::{Deserialize, Serialize};

use super::dependence::FEWEST_TOLD;
use super::running::{self, Running, Strength};
use super::sample::Sample;
use super::values::Values;
use crate::contributions::Contributions;
use crate::similar::FEWEST_KNOWN;

/// Bands that a number is cut into.
const BANDS: usize = 4;
/// Categories that are parts of their own.
const MOST_CATEGORIES: usize = 12;
/// Features that are told of in each part: those that count most there.
const MOST_FEATURES: usize = 15;

/// Holds the parts that one feature makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segmentation {
    /// The feature's name.
    pub feature: String,
    /// Its parts: bands by rising value or categories, the commonest first; then all other categories, then clients
    /// of whom nothing is known. None is of fewer than five.
    pub segments: Vec<Segment>,
}

/// Holds what counts in one part of the clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Which values of the feature.
    #[serde(flatten)]
    pub values: Values,
    /// How many of the sampled clients.
    pub clients: usize,
    /// Those of them whose outcome is known.
    pub known: usize,
    /// The share of those that did not repay; absent where fewer than 30 outcomes are known.
    pub default_rate: Option<f64>,
    /// Their mean probability.
    pub mean_probability: f64,
    /// Every concept, the largest mean size first.
    pub concepts: Vec<Strength>,
    /// The features that count most here, the largest mean size first.
    pub features: Vec<Strength>,
}

/// Parts the sampled clients by one feature.
pub fn segments(
    bundle: &Bundle,
    feature: usize,
    sample: Sample<'_>,
    contributions: &[Contributions],
) -> Segmentation {
    let described = &bundle.features[feature];
    let column = || sample.rows.iter().map(|row| &row[feature]);
    let parts = match described.kind {
        Kind::Number => bands(column()),
        Kind::Category => categories(column()),
    };
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    for (client, value) in column().enumerate() {
        if let Some(part) = parts.iter().position(|part| holds(part, value)) {
            members[part].push(client);
        }
    }
    let described = parts.into_iter().zip(members);
    let described = described.filter(|(_, members)| members.len() >= FEWEST_TOLD);
    let described = described
        .map(|(values, members)| segment(bundle, values, &members, sample.outcomes, contributions));
    Segmentation {
        feature: bundle.features[feature].name.clone(),
        segments: described.collect(),
    }
}

fn segment(
    bundle: &Bundle,
    values: Values,
    members: &[usize],
    outcomes: &[Option<u8>],
    contributions: &[Contributions],
) -> Segment {
    let mut running = Running::new(bundle);
    let mut probability = 0.0;
    for &client in members {
        running.add(&contributions[client].per_feature);
        probability += bundle.calibration.probability(contributions[client].margin);
    }
    let known: Vec<u8> = members
        .iter()
        .filter_map(|&client| outcomes[client])
        .collect();
    let defaults = known.iter().filter(|&&label| label == 1).count();
    let running::Strengths {
        mut features,
        concepts,
        ..
    } = running.finish(bundle);
    features.truncate(MOST_FEATURES);
    Segment {
        values,
        clients: members.len(),
        known: known.len(),
        default_rate: (known.len() >= FEWEST_KNOWN).then(|| defaults as f64 / known.len() as f64),
        mean_probability: probability / members.len() as f64,
        concepts,
        features,
    }
}

/// Whether a part holds a value; parts are asked in their order.
fn holds(part: &Values, value: &Value) -> bool {
    match (part, value) {
        (Values::Range { low, high }, value) => value.number().is_some_and(|number| {
            low.is_none_or(|low| low <= number) && high.is_none_or(|high| number < high)
        }),
        (Values::Categories { categories }, Value::Category(found)) => categories.contains(found),
        (Values::Number { number }, value) => value.number() == Some(*number),
        (Values::Other, Value::Category(_)) => true,
        (Values::Missing, value) => value.is_missing(),
        _ => false,
    }
}

/// Quarters of the known values; of few different values each is a part.
fn bands<'a>(column: impl Iterator<Item = &'a Value>) -> Vec<Values> {
    let mut known: Vec<f64> = column.filter_map(Value::number).collect();
    known.sort_by(f64::total_cmp);
    let mut different = known.clone();
    different.dedup();
    let mut parts: Vec<Values> = if different.len() <= BANDS {
        let values = different.into_iter();
        values.map(|number| Values::Number { number }).collect()
    } else {
        let edges = (1..BANDS).map(|band| known[band * known.len() / BANDS]);
        let mut edges: Vec<f64> = edges.filter(|edge| *edge > known[0]).collect();
        edges.dedup();
        let end = |place: usize| edges.get(place).copied();
        let range = |place: usize| Values::Range {
            low: place.checked_sub(1).and_then(end),
            high: end(place),
        };
        (0..=edges.len()).map(range).collect()
    };
    parts.push(Values::Missing);
    parts
}

fn categories<'a>(column: impl Iterator<Item = &'a Value>) -> Vec<Values> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for category in column.filter_map(Value::category) {
        *counts.entry(category).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let told = ranked.into_iter().take(MOST_CATEGORIES);
    let told = told.map(|(category, _)| Values::Categories {
        categories: vec![category.to_owned()],
    });
    told.chain([Values::Other, Values::Missing]).collect()
}
