//! How much each feature helps trees, and how much it would if outcomes were drawn by lot.

use super::inner::{Inner, mean};
use super::ledger::Ledger;
use super::material::{Material, Table};
use super::rules::{IMPORTANCE, INNER_FOLDS, NULL_PERCENTILE, NULL_RUNS, TRUE_RUNS};
use crate::candidates::boosted::{Ground, Growing};
use crate::error::Result;
use crate::random::{SplitMix, derive};

/// Notes for each feature its gain with the true labels and with shuffled ones: the difference
/// is its importance. Both are measured outside each inner fold in turn, so that the fold can
/// judge features that were ranked without it; over all of them the true gain is the mean, and
/// the one by lot the percentile.
///
/// Nothing is dropped here: forward selection judges what gains no more than by lot together, as
/// its last block.
///
/// # Source
/// Altmann, Toloşi, Sander and Lengauer, "Permutation importance: a corrected feature importance
/// measure", Bioinformatics 2010; with gains of boosted trees for importance, and the percentile
/// of few runs for their fitted distribution. Ambroise and McLachlan, "Selection bias in gene
/// extraction on the basis of microarray gene-expression data", PNAS 2002, for ranking without
/// the rows that judge.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let standing = ledger.standing();
    let table = material.table(&standing);
    if table.width == 0 {
        return Ok(());
    }
    let inner = Inner::new(material);
    let n = material.features.len();
    let (mut trues, mut nulls) = (vec![Vec::new(); n], vec![Vec::new(); n]);
    for fold in 0..INNER_FOLDS {
        let (cells, labels) = inner.rows(material, &table, fold, false);
        let ground = Ground::new(cells.into(), table.width)?;
        let gains = |labels: &[u8], seed: u64| {
            let growing = Growing {
                growth: IMPORTANCE,
                seed,
                threads: material.threads,
                observer: material.observer,
            };
            let grown = ground.grow(labels, &growing)?;
            Ok::<_, crate::Error>(by_feature(&table, &grown.gains(), n))
        };
        for run in 0..TRUE_RUNS {
            let of_run = gains(&labels, derive(material.seed, &[2, fold, run]))?;
            note(&mut trues, of_run);
        }
        for run in 0..NULL_RUNS {
            let seed = derive(material.seed, &[3, fold, run]);
            let mut shuffled = labels.clone();
            SplitMix::new(seed).shuffle(&mut shuffled);
            note(&mut nulls, gains(&shuffled, seed)?);
        }
        let of_fold = (0..n).map(|feature| {
            mean(&trues[feature][fold * TRUE_RUNS..]) - mean(&nulls[feature][fold * NULL_RUNS..])
        });
        ledger.importance_outside.push(of_fold.collect());
    }
    for &feature in &standing {
        let null = percentile(&mut nulls[feature], NULL_PERCENTILE);
        ledger.gains[feature] = Some([mean(&trues[feature]), null]);
    }
    Ok(())
}

fn note(gains: &mut [Vec<f64>], of_run: Vec<f64>) {
    for (gains, gain) in gains.iter_mut().zip(of_run) {
        gains.push(gain);
    }
}

/// Sums the gains of a feature's columns.
fn by_feature(table: &Table, gains: &[f64], n_features: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_features];
    for (&feature, gain) in table.feature_of.iter().zip(gains) {
        sums[feature] += gain;
    }
    sums
}

/// Gives a percentile by interpolation; 0 of no number.
fn percentile(numbers: &mut [f64], share: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let Some(last) = numbers.len().checked_sub(1) else {
        return 0.0;
    };
    let place = share * last as f64;
    let (low, high) = (
        numbers[place.floor() as usize],
        numbers[place.ceil() as usize],
    );
    low + (high - low) * place.fract()
}
