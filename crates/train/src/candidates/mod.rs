//! The learners that compete, behind one seam.

pub(crate) mod boosted;
mod dummy;
mod lbfgs;
mod logistic;

use limpide_model::{Part, Scorer};

use crate::config::Effort;
use crate::error::Result;
use crate::observer::Observer;

/// Holds what a learner may see: encoded training rows and their labels.
pub(crate) struct Training<'a> {
    /// `(n_rows, width)`, row after row; NaN where missing.
    pub(crate) encoded: &'a [f32],
    /// Encoded columns.
    pub(crate) width: usize,
    /// One label a row.
    pub(crate) labels: &'a [u8],
    /// The seed of sampling.
    pub(crate) seed: u64,
    /// How hard to try.
    pub(crate) effort: Effort,
    /// Threads that one fit may use.
    pub(crate) threads: usize,
    /// Who may stop it.
    pub(crate) observer: &'a Observer<'a>,
}

/// Names a learner and says how its scorer is made.
pub(crate) struct Candidate {
    /// The name in leaderboards and out-of-fold files.
    pub(crate) name: &'static str,
    making: Making,
}

enum Making {
    Fit(fn(&Training<'_>) -> Result<Scorer>),
    /// A weighted sum of the margins of candidates, by name.
    Blend(&'static [(&'static str, f64)]),
}

/// Holds a fitted candidate.
pub(crate) struct Fitted {
    pub(crate) scorer: Scorer,
    /// How long it took by the observer's clock, parts of a blend included.
    pub(crate) seconds: f64,
}

/// Lists the candidates. The order matters: a blend stands after what it is made of, and
/// equally good candidates keep this order on the leaderboard, the plainer first.
pub(crate) const CANDIDATES: [Candidate; 4] = [
    Candidate {
        name: "dummy",
        making: Making::Fit(dummy::fit),
    },
    Candidate {
        name: "logistic",
        making: Making::Fit(logistic::fit),
    },
    Candidate {
        name: "boosted",
        making: Making::Fit(boosted::fit),
    },
    // Halves, not fitted weights: a fit would need rows of its own and gains nothing measurable.
    Candidate {
        name: "blend",
        making: Making::Blend(&[("logistic", 0.5), ("boosted", 0.5)]),
    },
];

/// Names the candidates in their order.
pub fn names() -> impl Iterator<Item = &'static str> {
    CANDIDATES.iter().map(|candidate| candidate.name)
}

/// Fits every candidate, in order; a blend takes the fitted scorers of its parts.
pub(crate) fn fit_all(training: &Training<'_>) -> Result<Vec<Fitted>> {
    let mut fitted: Vec<Fitted> = Vec::with_capacity(CANDIDATES.len());
    for candidate in &CANDIDATES {
        training.observer.check()?;
        let next = match candidate.making {
            Making::Fit(fit) => timed(training, fit)?,
            Making::Blend(parts) => blend(parts, |name| {
                let place = CANDIDATES
                    .iter()
                    .position(|candidate| candidate.name == name);
                let found =
                    &fitted[place.expect("a blend's parts are candidates that stand before it")];
                Ok(Fitted {
                    scorer: found.scorer.clone(),
                    seconds: found.seconds,
                })
            })?,
        };
        fitted.push(next);
    }
    Ok(fitted)
}

/// Fits one candidate of the list.
pub(crate) fn fit_one(training: &Training<'_>, candidate: &Candidate) -> Result<Fitted> {
    training.observer.check()?;
    match candidate.making {
        Making::Fit(fit) => timed(training, fit),
        Making::Blend(parts) => blend(parts, |name| {
            let found = CANDIDATES.iter().find(|candidate| candidate.name == name);
            fit_one(training, found.expect("a blend's parts are candidates"))
        }),
    }
}

fn timed(training: &Training<'_>, fit: fn(&Training<'_>) -> Result<Scorer>) -> Result<Fitted> {
    let start = (training.observer.seconds)();
    let scorer = fit(training)?;
    Ok(Fitted {
        scorer,
        seconds: (training.observer.seconds)() - start,
    })
}

fn blend(parts: &[(&str, f64)], mut part: impl FnMut(&str) -> Result<Fitted>) -> Result<Fitted> {
    let (mut blended, mut seconds) = (Vec::new(), 0.0);
    for &(name, weight) in parts {
        let fitted = part(name)?;
        seconds += fitted.seconds;
        blended.push(Part {
            weight,
            scorer: fitted.scorer,
        });
    }
    Ok(Fitted {
        scorer: Scorer::Blend(blended),
        seconds,
    })
}
