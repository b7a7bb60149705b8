//! How well some features do on training rows that a small model has not seen.

use limpide_model::metrics::auc;

use super::material::{Material, Table};
use super::rules::{INNER, INNER_FOLDS};
use crate::candidates::boosted::{Ground, Growing};
use crate::error::Result;
use crate::folds::stratified;
use crate::random::derive;

/// Holds the inner folds of the training rows; the same whatever the features.
pub(super) struct Inner {
    fold_of: Vec<usize>,
}

impl Inner {
    pub(super) fn new(material: &Material<'_>) -> Self {
        Self {
            fold_of: stratified(&material.labels, INNER_FOLDS, derive(material.seed, &[4])),
        }
    }

    /// Gives the cells and labels of the rows outside a fold, or of those inside.
    pub(super) fn rows(
        &self,
        material: &Material<'_>,
        table: &Table,
        fold: usize,
        inside: bool,
    ) -> (Vec<f32>, Vec<u8>) {
        let (mut cells, mut labels) = (Vec::new(), Vec::new());
        for (row, of_row) in table.cells.chunks_exact(table.width).enumerate() {
            if (self.fold_of[row] == fold) == inside {
                cells.extend_from_slice(of_row);
                labels.push(material.labels[row]);
            }
        }
        (cells, labels)
    }

    /// Gives the AUC on a fold of trees over some features, grown on the other rows.
    pub(super) fn area(
        &self,
        material: &Material<'_>,
        features: &[usize],
        fold: usize,
    ) -> Result<f64> {
        material.observer.check()?;
        let table = material.table(features);
        if table.width == 0 {
            return Ok(0.5);
        }
        let (seen, labels) = self.rows(material, &table, fold, false);
        let growing = Growing {
            growth: INNER,
            seed: derive(material.seed, &[5, fold]),
            threads: material.threads,
            observer: material.observer,
        };
        let trees = Ground::new(seen.into(), table.width)?
            .grow(&labels, &growing)?
            .ensemble()?;
        let (held, truth) = self.rows(material, &table, fold, true);
        let margins: Vec<f64> = held
            .chunks_exact(table.width)
            .map(|cells| trees.margin(cells))
            .collect();
        Ok(auc(&margins, &truth))
    }

    /// Gives the mean AUC over the folds of trees over some features.
    pub(super) fn mean_area(&self, material: &Material<'_>, features: &[usize]) -> Result<f64> {
        let areas = (0..INNER_FOLDS).map(|fold| self.area(material, features, fold));
        Ok(mean(&areas.collect::<Result<Vec<_>>>()?))
    }
}

/// Gives the mean of numbers, of which there is at least one.
pub(super) fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
