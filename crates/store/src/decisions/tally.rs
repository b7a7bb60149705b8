//! How often those who decide agree with the model. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::{Agreement, Case};
use super::event::Actor;

/// How somebody's decisions stand to the model's advice. Cases that were erased are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Decided as the model advised.
    pub agreed: u64,
    /// Decided against the model's advice.
    pub overridden: u64,
    /// Decided where the model advised a review.
    pub unadvised: u64,
    /// Decisions of theirs that a second reviewer reversed.
    pub reversed: u64,
}

impl Tally {
    /// Decisions against the model's advice among those that had one, 0 to 1; `None` without any.
    pub fn override_rate(&self) -> Option<f64> {
        let advised = self.agreed + self.overridden;
        (advised > 0).then(|| self.overridden as f64 / advised as f64)
    }
}

/// Counts first decisions by who took them.
pub fn tally<'a>(cases: impl IntoIterator<Item = &'a Case>) -> BTreeMap<Actor, Tally> {
    let mut tallies = BTreeMap::<Actor, Tally>::new();
    for case in cases {
        let Some(first) = case.first else { continue };
        let tally = tallies.entry(first.by).or_default();
        match first.agreement {
            Agreement::Agreed => tally.agreed += 1,
            Agreement::Overridden => tally.overridden += 1,
            Agreement::Unadvised => tally.unadvised += 1,
        }
        if case.second.is_some() && case.verdict != Some(first.verdict) {
            tally.reversed += 1;
        }
    }
    tallies
}
