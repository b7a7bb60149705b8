//! How well some features do on training rows that a small model has not seen.

use limpide_model::metrics::auc;

use super::material::Material;
use super::rules::{INNER, INNER_FOLDS};
use crate::candidates::boosted::{Ground, Growing};
use crate::error::Result;
use crate::folds::stratified;
use crate::random::derive;

/// Gives the AUC on each inner fold; the folds are the same whatever the features.
pub(super) fn areas(material: &Material<'_>, features: &[usize]) -> Result<Vec<f64>> {
    let table = material.table(features);
    if table.width == 0 {
        return Ok(vec![0.5; INNER_FOLDS]);
    }
    let fold_of = stratified(&material.labels, INNER_FOLDS, derive(material.seed, &[4]));
    let mut areas = Vec::with_capacity(INNER_FOLDS);
    for fold in 0..INNER_FOLDS {
        material.observer.check()?;
        let (mut seen, mut labels) = (Vec::with_capacity(table.cells.len()), Vec::new());
        for (row, cells) in table.cells.chunks_exact(table.width).enumerate() {
            if fold_of[row] != fold {
                seen.extend_from_slice(cells);
                labels.push(material.labels[row]);
            }
        }
        let growing = Growing {
            growth: INNER,
            seed: derive(material.seed, &[5, fold]),
            threads: material.threads,
            observer: material.observer,
        };
        let trees = Ground::new(seen.into(), table.width)?
            .grow(&labels, &growing)?
            .ensemble()?;
        let (mut margins, mut truth) = (Vec::new(), Vec::new());
        for (row, cells) in table.cells.chunks_exact(table.width).enumerate() {
            if fold_of[row] == fold {
                margins.push(trees.margin(cells));
                truth.push(material.labels[row]);
            }
        }
        areas.push(auc(&margins, &truth));
    }
    Ok(areas)
}

/// Gives the mean of numbers, of which there is at least one.
pub(super) fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
