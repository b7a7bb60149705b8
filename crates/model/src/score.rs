//! One client's result, and a second model that gives one.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::policy::{Decision, Policy};
use crate::scorer::Scorer;
use crate::venn_abers::VennAbers;

/// Holds a model that can be read, on the same encoded columns as the champion's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GlassBox {
    /// The candidate's name.
    pub name: String,
    /// Encoded columns to margin.
    pub scorer: Scorer,
    /// Margin to probability.
    pub calibration: Calibration,
    /// Margin to an interval of the probability.
    pub interval: VennAbers,
    /// Clients whose probability is at least this would be refused: it reviews no one.
    pub threshold: f64,
}

/// Holds one client's result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The scorer's margin, log-odds before calibration.
    pub margin: f64,
    /// The probability of not repaying.
    pub probability: f64,
    /// The probability's interval: low, high; the probability lies within. It follows from how
    /// sure calibration and margin are, as [`VennAbers`] says.
    pub interval: [f64; 2],
    /// What the policy says.
    pub decision: Decision,
    /// The probability at which clients would be refused without a reviewer.
    pub threshold: f64,
    /// `probability − threshold`: 0 or more where refused, below 0 where granted.
    pub distance: f64,
}

/// Calibrates and decides on one margin.
pub(crate) fn score(
    margin: f64,
    calibration: &Calibration,
    interval: &VennAbers,
    policy: &Policy,
) -> Score {
    let probability = calibration.probability(margin);
    let [low, high] = interval.interval(margin);
    Score {
        margin,
        probability,
        // Another calibration than Venn–Abers may lie outside by a little.
        interval: [low.min(probability), high.max(probability)],
        decision: policy.decide(probability),
        threshold: policy.threshold,
        distance: probability - policy.threshold,
    }
}

/// Refuses curves that fall.
pub(crate) fn check_calibrated(calibration: &Calibration, interval: &VennAbers) -> Result<()> {
    if calibration.is_sound() && interval.is_sound() {
        return Ok(());
    }
    Err(Error::Damaged {
        reason: "calibration points that do not rise".to_owned(),
    })
}
