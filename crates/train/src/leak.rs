//! Stops where the answer is among the questions.

use limpide_model::metrics::auc;
use limpide_model::{Column, Dataset, evidence};
use rayon::prelude::*;

use crate::config::Limits;
use crate::error::{Error, Result};
use crate::folds::Repeat;
use crate::observer::{Observer, Stage};

/// Features named when a model is suspected, and kept in the bundle.
const NAMED: usize = 3;

/// Holds every feature's AUC alone, aligned with the features.
pub(crate) struct Alone(Vec<f64>);

impl Alone {
    /// Holds each feature alone against the labels.
    ///
    /// A number is taken whichever way it points, with missing values below all others or above
    /// them, whichever tells more. A category is ranked by its default rate in the other folds,
    /// so that rare ones prove nothing.
    pub(crate) fn measure(
        dataset: &Dataset,
        repeat: &Repeat,
        observer: &Observer<'_>,
    ) -> Result<Self> {
        let total = dataset.columns.len();
        observer.report(Stage::LeakGuard, 0, total);
        let alone = dataset.columns.par_iter().map(|column| {
            observer.check()?;
            Ok(match column {
                Column::Numbers(numbers) => number_alone(numbers, &dataset.labels),
                Column::Categories(categories) => {
                    category_alone(categories, &dataset.labels, repeat)
                }
            })
        });
        let alone = alone.collect::<Result<Vec<f64>>>()?;
        observer.report(Stage::LeakGuard, total, total);
        Ok(Self(alone))
    }

    /// Stops where one feature alone tells too much.
    pub(crate) fn check(&self, dataset: &Dataset, limits: Limits) -> Result<()> {
        match self.ranked().first() {
            Some(&worst) if self.0[worst] > limits.max_single_auc => Err(Error::LeakingFeature {
                feature: dataset.features[worst].name.clone(),
                auc: self.0[worst],
                limit: limits.max_single_auc,
            }),
            _ => Ok(()),
        }
    }

    /// Gives the features that tell most alone, the strongest first.
    pub(crate) fn strongest(&self, dataset: &Dataset) -> Vec<evidence::Alone> {
        let ranked = self.ranked().into_iter().take(NAMED);
        ranked
            .map(|feature| evidence::Alone {
                feature: dataset.features[feature].name.clone(),
                auc: self.0[feature],
            })
            .collect()
    }

    /// Names the features that tell most alone.
    pub(crate) fn named(&self, dataset: &Dataset) -> String {
        let strongest = self.strongest(dataset);
        let names = strongest
            .iter()
            .map(|alone| format!("{} ({:.4})", alone.feature, alone.auc));
        names.collect::<Vec<_>>().join(", ")
    }

    fn ranked(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        order.sort_by(|&a, &b| self.0[b].total_cmp(&self.0[a]).then(a.cmp(&b)));
        order
    }
}

fn number_alone(numbers: &[f64], labels: &[u8]) -> f64 {
    let mut best = 0.5f64;
    for missing in [f64::NEG_INFINITY, f64::INFINITY] {
        let scores: Vec<f64> = numbers
            .iter()
            .map(|&number| if number.is_nan() { missing } else { number })
            .collect();
        let area = auc(&scores, labels);
        best = best.max(area).max(1.0 - area);
    }
    best
}

fn category_alone(categories: &[Option<String>], labels: &[u8], repeat: &Repeat) -> f64 {
    use std::collections::BTreeMap;
    let mut counts: BTreeMap<Option<&str>, Vec<[f64; 2]>> = BTreeMap::new();
    for (row, category) in categories.iter().enumerate() {
        let folds = counts
            .entry(category.as_deref())
            .or_insert_with(|| vec![[0.0; 2]; repeat.len()]);
        folds[repeat.fold_of[row]][usize::from(labels[row])] += 1.0;
    }
    let defaults = labels.iter().filter(|&&label| label == 1).count() as f64;
    let rate = defaults / labels.len().max(1) as f64;
    let score = |(row, category): (usize, &Option<String>)| {
        let folds = &counts[&category.as_deref()];
        let others = folds
            .iter()
            .enumerate()
            .filter(|&(fold, _)| fold != repeat.fold_of[row]);
        let (goods, defaults) = others.fold((0.0, 0.0), |sum, (_, count)| {
            (sum.0 + count[0], sum.1 + count[1])
        });
        // One client at the overall rate keeps an unseen category in the middle.
        (defaults + rate) / (goods + defaults + 1.0)
    };
    let scores: Vec<f64> = categories.iter().enumerate().map(score).collect();
    auc(&scores, labels)
}
