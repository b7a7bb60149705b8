//! Which concepts act together: how much of the margin belongs to two of them and to neither alone.

use limpide_model::Value;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::watch::{Stage, Steps, Watch};
use crate::contributions::Explainer;
use crate::error::Result;

/// Pairs that are told.
const MOST_PAIRS: usize = 50;
/// Sizes up to this are rounding.
const LEAST_SIZE: f64 = 1e-12;

/// Holds the pairs of concepts that act together, the strongest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairTable {
    /// Clients that it was measured on.
    pub clients: usize,
    /// The pairs that add more than nothing, at most 50; none where every concept acts alone.
    pub pairs: Vec<PairStrength>,
}

/// Says how much two concepts act together, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairStrength {
    /// The ids of the two, in the bundle's order.
    pub concepts: [String; 2],
    /// The mean size of what they add together beyond what each adds alone.
    pub size: f64,
    /// The mean of it.
    pub mean: f64,
}

/// Measures all pairs of concepts over the given clients; see [`crate::interactions`] on what two add together.
///
/// # Errors
/// As [`Explainer::interactions`]; [`crate::Error::Stopped`] where it is asked to stop.
pub fn pairs(explainer: &Explainer, rows: &[&Vec<Value>], watch: &Watch<'_>) -> Result<PairTable> {
    let concepts = &explainer.bundle().concepts;
    let steps = Steps::new(watch, Stage::Pairs, rows.len());
    let found = rows.par_iter().map(|row| {
        steps.check()?;
        let found = explainer.interactions(row)?;
        steps.finish(1);
        Ok(found)
    });
    let found = found.collect::<Result<Vec<_>>>()?;
    let clients = rows.len().max(1) as f64;
    let mut pairs = Vec::new();
    for one in 0..concepts.len() {
        for other in one + 1..concepts.len() {
            // In the order of the rows, so that the sum does not depend on the threads.
            let of_clients = || found.iter().map(|client| client.between(one, other));
            let size = of_clients().map(f64::abs).sum::<f64>() / clients;
            if size > LEAST_SIZE {
                pairs.push(PairStrength {
                    concepts: [one, other].map(|place| concepts[place].id.clone()),
                    size,
                    mean: of_clients().sum::<f64>() / clients,
                });
            }
        }
    }
    pairs.sort_by(|a, b| b.size.total_cmp(&a.size));
    pairs.truncate(MOST_PAIRS);
    Ok(PairTable {
        clients: rows.len(),
        pairs,
    })
}
