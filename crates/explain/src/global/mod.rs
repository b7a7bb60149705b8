//! What a model does over many clients: what counts most, how much is lost without it, which way each feature
//! moves the risk, which concepts act together, and the steps of the glass box.
//!
//! All of it is measured on clients that are handed in, and depends on nothing else but a seed: the same on one
//! thread and on many. Work is spread over the threads of the caller's rayon pool.
//!
//! - [`sample`]: which clients, and what their features add;
//! - `running`: means over clients, as they come;
//! - [`permutation`]: what is lost where a concept's or a feature's values are mixed up;
//! - [`dependence`]: what a feature adds, value by value;
//! - [`pairs`]: which concepts act together;
//! - [`shapes`]: the glass box, term by term;
//! - [`segments`]: what counts in each part of the clients;
//! - [`values`]: which values a bin or a part holds, also in words;
//! - [`watch`]: how far the work is, and the wish to stop.

pub mod dependence;
pub mod pairs;
pub mod permutation;
pub(crate) mod running;
pub mod sample;
pub mod segments;
pub mod shapes;
pub mod values;
pub mod watch;

use serde::{Deserialize, Serialize};

use crate::contributions::{Contributions, Explainer};
use crate::error::Result;

pub use dependence::{Dependence, Mark, NumberBin, Spread, dependence, marks};
pub use pairs::{PairStrength, PairTable, pairs};
pub use permutation::{Loss, Permutation, orders, permutation};
pub use running::Strength;
pub use sample::{Sample, even, explain_all};
pub use segments::{Segment, Segmentation, segments};
pub use shapes::{PairTerm, Shapes, Step, Term, shapes};
pub use values::{Values, values};
pub use watch::{Progress, Stage, Watch};

/// Features whose curves are drawn and whose values are mixed up: those that count most.
pub const MOST_FEATURES: usize = 30;

/// Clients whose concepts are looked at two by two: that takes longer than all else.
const PAIR_CLIENTS: usize = 500;

/// Holds what a model does over many clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Global {
    /// What clients and mixed-up values were drawn from.
    pub seed: u64,
    /// Clients that there are.
    pub clients: usize,
    /// Clients that contributions were measured on.
    pub sampled: usize,
    /// The expected margin over the training rows, in log-odds.
    pub base: f64,
    /// Every feature, the largest mean size first.
    pub features: Vec<Strength>,
    /// Every concept, the largest mean size first.
    pub concepts: Vec<Strength>,
    /// Every theme, the largest mean size first.
    pub themes: Vec<Strength>,
    /// What is lost without a concept or a feature; absent where no outcome is known.
    pub permutation: Option<Permutation>,
    /// The curves of the features that count most, in their order.
    pub dependence: Vec<Dependence>,
    /// Which concepts act together.
    pub pairs: PairTable,
    /// The glass box, term by term; absent where the bundle has none.
    pub shapes: Option<Shapes>,
    /// What counts in each part of the clients, a list a feature that was asked for.
    pub segments: Vec<Segmentation>,
}

/// Says which clients are measured, and how.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// Clients that there are.
    pub clients: usize,
    /// Those whose contributions are measured.
    pub sample: Sample<'a>,
    /// Those whose values are mixed up: their rows, and 1 where they did not repay, else 0.
    pub judged: (&'a [Vec<limpide_model::Value>], &'a [u8]),
    /// Whether the model was trained on those.
    pub judged_were_seen: bool,
    /// How often the values are mixed up.
    pub repeats: usize,
    /// What they are mixed up by.
    pub seed: u64,
}

/// Measures a model; segments are asked for one by one with [`segments`].
///
/// # Errors
/// As [`Explainer::contributions`]; [`crate::Error::Stopped`] where it is asked to stop.
pub fn global(
    explainer: &Explainer,
    material: &Material<'_>,
    contributions: &[Contributions],
    watch: &Watch<'_>,
) -> Result<Global> {
    let bundle = explainer.bundle();
    let strengths = running::strengths(bundle, contributions);
    let named = strengths.features.iter().take(MOST_FEATURES);
    let leading: Vec<usize> = named
        .filter(|strength| strength.size > 0.0)
        .filter_map(|strength| bundle.feature(&strength.id))
        .collect();
    let (rows, labels) = material.judged;
    let has_both = labels.contains(&0) && labels.contains(&1);
    let permutation = if has_both {
        let orders = orders(rows.len(), material.repeats, material.seed);
        let mut found = permutation(bundle, (rows, labels), &orders, &leading, watch)?;
        found.seen = material.judged_were_seen;
        Some(found)
    } else {
        None
    };
    Ok(Global {
        seed: material.seed,
        clients: material.clients,
        sampled: contributions.len(),
        base: contributions.first().map_or(0.0, |first| first.base),
        dependence: leading
            .iter()
            .map(|&feature| dependence(bundle, feature, material.sample.rows, contributions))
            .collect(),
        pairs: pairs(
            explainer,
            &in_steps(material.sample.rows, PAIR_CLIENTS),
            watch,
        )?,
        shapes: shapes(bundle)?,
        features: strengths.features,
        concepts: strengths.concepts,
        themes: strengths.themes,
        permutation,
        segments: Vec::new(),
    })
}

/// Rows in even steps, at most so many.
fn in_steps<T>(rows: &[T], most: usize) -> Vec<&T> {
    rows.iter()
        .step_by(rows.len().div_ceil(most).max(1))
        .collect()
}
