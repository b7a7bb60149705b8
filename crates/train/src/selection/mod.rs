//! Which features a model is made of, and for every one why it stayed or went.
//!
//! Selection is a pure function of its training rows: it runs inside every fold, before the
//! encoder, and no label of a row that is judged decides what judges it. Clients without an
//! outcome lend their values to the check of drift; they have no labels to give away.
//!
//! - `material`: the rows that the checks read;
//! - `ledger`: who still stands, and why the others went;
//! - one file a check, listed in [`CHECKS`];
//! - `inner`: how well some features do on training rows held out;
//! - [`report`]: the verdicts, for people and for programs.

mod constant;
mod drift;
mod duplicate;
mod forward;
mod inner;
mod ledger;
mod material;
mod missing;
mod near_duplicate;
mod null_importance;
mod ranks;
pub mod report;
mod rules;
#[cfg(test)]
mod tests;

use limpide_model::{Column, Feature};

use crate::error::Result;
use crate::observer::{Observer, Stage};
pub(crate) use material::sample;
pub use report::{Block, Drift, Reason, Selection, Verdict};

use ledger::Ledger;
use material::Material;

/// Names what selection is a function of.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) features: &'a [&'a Feature],
    /// The values, aligned with the features; only those of `rows` are read.
    pub(crate) columns: &'a [&'a Column],
    /// One a row of the columns; only those of `rows` are read.
    pub(crate) labels: &'a [u8],
    /// The training rows, rising.
    pub(crate) rows: &'a [usize],
    /// The values of clients without an outcome, aligned with the first features; empty where
    /// there are no such clients.
    pub(crate) unlabelled: &'a [Column],
}

/// Says how selection runs; what it finds does not depend on threads, observer or purpose.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    /// The seed of everything drawn.
    pub(crate) seed: u64,
    /// Threads that one fit may use.
    pub(crate) threads: usize,
    /// Whether it is for the published model: then it reports how far it is, and measures of
    /// each drifting feature what dropping it alone would do.
    pub(crate) is_published: bool,
    /// Who watches, and may stop it.
    pub(crate) observer: &'a Observer<'a>,
}

type Check = fn(&Material<'_>, &mut Ledger) -> Result<()>;

/// Lists the checks. The order matters: each sees what the earlier ones left, and the dear ones
/// stand last. A feature is dropped for the first reason found.
const CHECKS: [Check; 7] = [
    constant::check,
    missing::check,
    // Equal features share what they are worth to trees, so they go before it is measured.
    duplicate::check,
    near_duplicate::check,
    null_importance::check,
    // Takes the features in the order of importance that the check before found.
    forward::check,
    // Weighs what a drifting feature is worth among those that would be in the model.
    drift::check,
];

/// Chooses features on the given rows only.
pub(crate) fn select(source: Source<'_>, run: Run<'_>) -> Result<Selection> {
    let material = Material::new(source, run);
    let mut ledger = Ledger::new(source.features.len());
    let report = |done| {
        if run.is_published {
            run.observer.report(Stage::Selection, done, CHECKS.len());
        }
    };
    report(0);
    for (place, check) in CHECKS.iter().enumerate() {
        run.observer.check()?;
        check(&material, &mut ledger)?;
        report(place + 1);
    }
    Ok(ledger.into_selection(&material))
}
