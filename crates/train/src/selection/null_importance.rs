//! Features that help trees no more than they would if outcomes were drawn by lot.

use super::ledger::Ledger;
use super::material::{Material, Table};
use super::report::Reason;
use super::rules::{FEW, IMPORTANCE, NULL_PERCENTILE, NULL_RUNS, TRUE_RUNS};
use crate::candidates::boosted::{Ground, Growing};
use crate::error::Result;
use crate::random::{SplitMix, derive};

/// Drops what gains no more with the true labels, on average over the runs, than with shuffled
/// ones at the percentile of its own gains. Where few features stand it only measures: of
/// German credit's 19, dropping 7 cost 0.012 of the AUC.
///
/// # Source
/// Altmann, Toloşi, Sander and Lengauer, "Permutation importance: a corrected feature importance
/// measure", Bioinformatics 2010; with gains of boosted trees for importance, and the percentile
/// of few runs for their fitted distribution.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let standing = ledger.standing();
    let table = material.table(&standing);
    if table.width == 0 {
        return Ok(());
    }
    let ground = Ground::new(table.cells.clone(), table.width)?;
    let n = material.features.len();
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
    let mut found = vec![0.0; n];
    for run in 0..TRUE_RUNS {
        let of_run = gains(&material.labels, derive(material.seed, &[2, run]))?;
        for (sum, gain) in found.iter_mut().zip(of_run) {
            *sum += gain / TRUE_RUNS as f64;
        }
    }
    let mut nulls = vec![Vec::with_capacity(NULL_RUNS); n];
    for run in 0..NULL_RUNS {
        let seed = derive(material.seed, &[3, run]);
        let mut order: Vec<usize> = (0..material.labels.len()).collect();
        SplitMix::new(seed).shuffle(&mut order);
        let shuffled: Vec<u8> = order.iter().map(|&place| material.labels[place]).collect();
        for (gains, gain) in nulls.iter_mut().zip(gains(&shuffled, seed)?) {
            gains.push(gain);
        }
    }
    for &feature in &standing {
        let null = percentile(&mut nulls[feature], NULL_PERCENTILE);
        ledger.gains[feature] = Some([found[feature], null]);
    }
    // Of few features none is in the way of the others.
    if standing.len() <= FEW {
        return Ok(());
    }
    // The most important one stays in any case: a model is made of something.
    for feature in ledger.by_importance().into_iter().skip(1) {
        if let Some([gain, null]) = ledger.gains[feature]
            && gain <= null
        {
            ledger.drop(feature, Reason::Noise);
        }
    }
    Ok(())
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
