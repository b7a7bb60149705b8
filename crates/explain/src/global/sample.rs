//! Which clients a model is measured on, and what each of their features adds.

use limpide_model::Value;
use limpide_model::random::SplitMix;
use rayon::prelude::*;

use super::watch::{Stage, Steps, Watch};
use crate::contributions::{Contributions, Explainer};
use crate::error::Result;

/// Clients explained at once.
const BLOCK: usize = 64;

/// Holds the clients that a model is measured on.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// Their values, aligned with the bundle's features.
    pub rows: &'a [Vec<Value>],
    /// 1 where a client did not repay, 0 where they did; `None` where nothing is known yet.
    pub outcomes: &'a [Option<u8>],
}

/// Gives the places of evenly spaced clients among `n`, rising, at most `most`: all where there are no more. The seed
/// says where in each step a client is taken.
pub fn even(n: usize, most: usize, seed: u64) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut random = SplitMix::new(seed);
    // The ends of the steps are those of a division without a remainder left over.
    let end = |step: usize| (step as u128 * n as u128 / most as u128) as usize;
    let place = |step: usize| end(step) + random.below(end(step + 1) - end(step));
    (0..most).map(place).collect()
}

/// Gives each row's contributions, in the order of the rows.
///
/// # Errors
/// As [`Explainer::contributions`]; [`crate::Error::Stopped`] where it is asked to stop.
pub fn explain_all(
    explainer: &Explainer,
    rows: &[Vec<Value>],
    watch: &Watch<'_>,
) -> Result<Vec<Contributions>> {
    let steps = Steps::new(watch, Stage::Contributions, rows.len());
    let blocks = rows.par_chunks(BLOCK).map(|block| {
        steps.check()?;
        let explained = explainer.many(block)?;
        steps.finish(block.len());
        Ok(explained)
    });
    let blocks: Vec<Vec<Contributions>> = blocks.collect::<Result<_>>()?;
    Ok(blocks.into_iter().flatten().collect())
}
