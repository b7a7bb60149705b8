//! Features that the more important ones make superfluous.

use super::inner::{areas, mean};
use super::ledger::Ledger;
use super::material::Material;
use super::report::{Block, Reason};
use super::rules::{FIRST_BLOCK, TOLERANCE};
use crate::error::Result;

/// Adds features in the order of their importance, in blocks that double what stands, judges
/// each set on training rows held out, and takes the largest that cannot be told from the best:
/// it lies behind by no more than the standard error of the difference, paired by fold.
///
/// In doubt a feature stays: what is superfluous to a few trees on a part of the rows may help
/// the many trees that are grown on all.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let order = ledger.by_importance();
    let sizes = sizes(order.len());
    let mut found = Vec::with_capacity(sizes.len());
    for &size in &sizes {
        let mut set = order[..size].to_vec();
        // The learner's draws go by place: a set is the same in whatever order it was found.
        set.sort_unstable();
        found.push(areas(material, &set)?);
    }
    let Some(best) = (0..found.len())
        .max_by(|&a, &b| mean(&found[a]).total_cmp(&mean(&found[b])).then(b.cmp(&a)))
    else {
        return Ok(());
    };
    let mut blocks: Vec<Block> = sizes
        .iter()
        .zip(&found)
        .map(|(&features, areas)| {
            let (behind, standard_error) = paired(&found[best], areas);
            Block {
                features,
                auc: mean(areas),
                behind,
                standard_error,
                chosen: false,
            }
        })
        .collect();
    let largest = blocks
        .iter()
        .rposition(|block| block.behind <= TOLERANCE * block.standard_error);
    let chosen = largest.unwrap_or(best);
    blocks[chosen].chosen = true;
    for &feature in &order[sizes[chosen]..] {
        ledger.drop(
            feature,
            Reason::Superfluous {
                features: sizes[chosen],
            },
        );
    }
    ledger.areas = Some(found.swap_remove(chosen));
    ledger.blocks = blocks;
    Ok(())
}

/// Gives the sizes of the sets that are compared, rising to all features.
fn sizes(n_features: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut size = FIRST_BLOCK;
    while size < n_features {
        sizes.push(size);
        size *= 2;
    }
    if n_features > 0 {
        sizes.push(n_features);
    }
    sizes
}

/// Gives the mean of `a − b` and its standard error.
fn paired(a: &[f64], b: &[f64]) -> (f64, f64) {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    let middle = mean(&differences);
    let squares = differences.iter().map(|one| (one - middle).powi(2));
    (
        middle,
        (squares.sum::<f64>() / (n - 1.0).max(1.0) / n).sqrt(),
    )
}
