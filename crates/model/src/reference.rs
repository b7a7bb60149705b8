//! What the training population looked like: what a client is compared with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dataset::Column;

/// Describes the training population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// One description a feature, aligned with the bundle's features.
    pub features: Vec<FeatureReference>,
    /// The share of clients that did not repay.
    pub default_rate: f64,
    /// The mean of the out-of-fold probabilities.
    pub mean_probability: f64,
}

/// Describes one feature's values in the training population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureReference {
    /// The share of clients of whom nothing is known.
    pub missing_share: f64,
    /// The percentiles 0 to 100 of the known values; empty for categories and where all is missing.
    pub quantiles: Vec<f64>,
    /// The mean of the known values; 0 for categories.
    pub mean: f64,
    /// The categories and their shares of all clients, the commonest first; empty for numbers.
    pub categories: Vec<(String, f64)>,
}

impl Reference {
    /// Describes a population by its columns, learned ones included, and its labels.
    pub fn describe(columns: &[&Column], labels: &[u8], mean_probability: f64) -> Self {
        let defaults = labels.iter().filter(|&&label| label == 1).count();
        Self {
            features: columns
                .iter()
                .map(|column| FeatureReference::describe(column))
                .collect(),
            default_rate: share(defaults, labels.len()),
            mean_probability,
        }
    }
}

impl FeatureReference {
    /// Describes one feature's values.
    pub fn describe(column: &Column) -> Self {
        match column {
            Column::Numbers(numbers) => describe_numbers(numbers),
            Column::Categories(categories) => describe_categories(categories),
        }
    }

    /// Gives the share of known values below a number, ties counted half, between the
    /// percentiles by interpolation; `None` where there are no percentiles.
    pub fn share_below(&self, number: f64) -> Option<f64> {
        let quantiles = &self.quantiles;
        let last = quantiles.len().checked_sub(1)?;
        let (from, to) = (
            quantiles.partition_point(|&quantile| quantile < number),
            quantiles.partition_point(|&quantile| quantile <= number),
        );
        let place = if from < to {
            (from + to - 1) as f64 / 2.0
        } else if from == 0 {
            0.0
        } else if from > last {
            last as f64
        } else {
            let (low, high) = (quantiles[from - 1], quantiles[from]);
            (from - 1) as f64 + (number - low) / (high - low)
        };
        Some(if last == 0 { 0.5 } else { place / last as f64 })
    }
}

fn describe_numbers(numbers: &[f64]) -> FeatureReference {
    let mut known: Vec<f64> = numbers
        .iter()
        .copied()
        .filter(|number| number.is_finite())
        .collect();
    known.sort_by(f64::total_cmp);
    let quantiles = match known.len() {
        0 => Vec::new(),
        n => (0..=100)
            .map(|percent| quantile(&known, percent as f64 / 100.0 * (n - 1) as f64))
            .collect(),
    };
    let sum: f64 = known.iter().sum();
    FeatureReference {
        missing_share: share(numbers.len() - known.len(), numbers.len()),
        quantiles,
        mean: if known.is_empty() {
            0.0
        } else {
            sum / known.len() as f64
        },
        categories: Vec::new(),
    }
}

fn describe_categories(categories: &[Option<String>]) -> FeatureReference {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for category in categories.iter().flatten() {
        *counts.entry(category).or_default() += 1;
    }
    let known: usize = counts.values().sum();
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    FeatureReference {
        missing_share: share(categories.len() - known, categories.len()),
        quantiles: Vec::new(),
        mean: 0.0,
        categories: ranked
            .into_iter()
            .map(|(category, count)| (category.to_owned(), share(count, categories.len())))
            .collect(),
    }
}

/// Interpolates between sorted values at a place counted from 0.
fn quantile(sorted: &[f64], place: f64) -> f64 {
    let low = place.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
