//! The learners that compete, behind one seam.

mod additive;
pub(crate) mod boosted;
mod dummy;
mod forest;
pub(crate) mod hyperparameters;
mod lbfgs;
#[cfg(feature = "lightgbm")]
mod lightgbm;
pub(crate) mod logistic;
mod monotone;
mod scorecard;
#[cfg(test)]
mod tests;

use limpide_model::{Direction, EncodedColumn, Encoder, Feature, Part, Scorer, Source};

use crate::config::Effort;
use crate::encoded::EncodedRows;
use crate::error::{Error, Result};
use crate::observer::Observer;
use hyperparameters::Hyperparameters;

pub use scorecard::fit_scorecard;

/// Holds what a learner may see: encoded training rows and their labels.
#[derive(Clone, Copy)]
pub(crate) struct Training<'a> {
    /// `(n_rows, width)`, row after row; NaN where missing.
    pub(crate) encoded: &'a EncodedRows,
    /// Encoded columns.
    pub(crate) width: usize,
    /// Where each encoded column comes from, `(width)`.
    pub(crate) columns: &'a [ColumnNote],
    /// One label a row.
    pub(crate) labels: &'a [u8],
    /// How much each row weighs, 1 on average; all alike where absent. Logistic regression and
    /// boosted trees read it.
    pub(crate) weights: Option<&'a [f32]>,
    /// The seed of sampling.
    pub(crate) seed: u64,
    /// How hard to try.
    pub(crate) effort: Effort,
    /// What learners leave to be chosen.
    pub(crate) hyperparameters: Hyperparameters,
    /// Threads that one fit may use.
    pub(crate) threads: usize,
    /// Who may stop it.
    pub(crate) observer: &'a Observer<'a>,
}

/// Tells where one encoded column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnNote {
    /// The number of its feature: the dataset's in their order, then the learned ones.
    pub(crate) feature: usize,
    /// Which way the recipe expects the risk to go as the column's value rises; none for a
    /// category's column, whose value is no quantity.
    pub(crate) direction: Direction,
    /// Whether it is 1 where its feature is one certain category, else 0.
    pub(crate) is_category: bool,
}

/// Names a learner and says how its scorer is made.
pub(crate) struct Candidate {
    /// The name in leaderboards and out-of-fold files.
    pub(crate) name: &'static str,
    /// The effort from which it takes part.
    pub(crate) least: Effort,
    /// Whether it depends on hyperparameters.
    is_tuned: bool,
    making: Making,
}

enum Making {
    Fit(fn(&Training<'_>) -> Result<Scorer>),
    /// A weighted sum of the margins of candidates, by name.
    Blend(&'static [(&'static str, Weight)]),
    /// It was trained elsewhere.
    Elsewhere,
}

impl Candidate {
    /// Gives a name among candidates to a model that was trained elsewhere. It lives as long as
    /// the program, as the others do; a command has a handful.
    pub(crate) fn imported(name: &str) -> &'static Self {
        Box::leak(Box::new(Self {
            name: Box::leak(name.to_owned().into_boxed_str()),
            least: Effort::Quick,
            is_tuned: false,
            making: Making::Elsewhere,
        }))
    }
}

/// Gives the weight of a blend's part.
type Weight = fn(&Hyperparameters) -> f64;

/// Holds a fitted candidate.
pub(crate) struct Fitted {
    pub(crate) scorer: Scorer,
    /// How long it took by the observer's clock, parts of a blend included.
    pub(crate) seconds: f64,
}

/// Lists the candidates. The order matters: a blend stands after what it is made of, which
/// takes part wherever the blend does, and equally good candidates keep this order on the
/// leaderboard, the plainer first.
static CANDIDATES: &[Candidate] = &[
    Candidate {
        name: "dummy",
        least: Effort::Quick,
        is_tuned: false,
        making: Making::Fit(dummy::fit),
    },
    Candidate {
        name: "scorecard",
        least: Effort::Quick,
        is_tuned: false,
        making: Making::Fit(scorecard::fit),
    },
    Candidate {
        name: "logistic",
        least: Effort::Quick,
        is_tuned: true,
        making: Making::Fit(logistic::fit),
    },
    Candidate {
        name: "forest",
        least: Effort::Standard,
        is_tuned: false,
        making: Making::Fit(forest::fit),
    },
    Candidate {
        name: "monotone",
        least: Effort::Standard,
        is_tuned: true,
        making: Making::Fit(monotone::fit),
    },
    Candidate {
        name: "additive",
        least: Effort::Standard,
        is_tuned: false,
        making: Making::Fit(additive::fit),
    },
    Candidate {
        name: "boosted",
        least: Effort::Quick,
        is_tuned: true,
        making: Making::Fit(boosted::fit),
    },
    #[cfg(feature = "lightgbm")]
    Candidate {
        name: "lightgbm",
        least: Effort::Quick,
        is_tuned: false,
        making: Making::Fit(lightgbm::fit),
    },
    // Halves unless tuning finds that other shares are better by more than luck.
    Candidate {
        name: "blend",
        least: Effort::Quick,
        is_tuned: true,
        making: Making::Blend(&[
            ("logistic", |chosen| 1.0 - chosen.share_of_trees),
            ("boosted", |chosen| chosen.share_of_trees),
        ]),
    },
];

/// Notes where each encoded column comes from, `(width)`.
pub(crate) fn notes(encoder: &Encoder, features: &[&Feature]) -> Vec<ColumnNote> {
    let note = |column: &EncodedColumn| {
        let is_category = matches!(column.source, Source::Equals(_));
        ColumnNote {
            feature: column.feature,
            direction: if is_category {
                Direction::None
            } else {
                features[column.feature].direction
            },
            is_category,
        }
    };
    encoder.columns.iter().map(note).collect()
}

/// Names the candidates that take part at an effort, in their order.
pub fn names(effort: Effort) -> impl Iterator<Item = &'static str> {
    taking_part(effort)
        .into_iter()
        .map(|candidate| candidate.name)
}

/// Gives the candidates that take part at an effort, in their order.
pub(crate) fn taking_part(effort: Effort) -> Vec<&'static Candidate> {
    let takes_part = |candidate: &&Candidate| candidate.least <= effort;
    CANDIDATES.iter().filter(takes_part).collect()
}

/// Fits every candidate that takes part, in order; a blend takes the fitted scorers of its
/// parts.
pub(crate) fn fit_all(training: &Training<'_>) -> Result<Vec<Fitted>> {
    fit_again(training, &[])
}

/// Fits as [`fit_all`], with other hyperparameters than `earlier` on the same rows: candidates
/// that do not depend on them are taken from there. Nothing is where it is empty.
pub(crate) fn fit_again(training: &Training<'_>, earlier: &[Fitted]) -> Result<Vec<Fitted>> {
    let candidates = taking_part(training.effort);
    let mut fitted: Vec<Fitted> = Vec::with_capacity(candidates.len());
    for (place, candidate) in candidates.iter().enumerate() {
        training.observer.check()?;
        if let (Some(earlier), false) = (earlier.get(place), candidate.is_tuned) {
            fitted.push(Fitted {
                scorer: earlier.scorer.clone(),
                seconds: 0.0,
            });
            continue;
        }
        let next = match candidate.making {
            Making::Fit(fit) => timed(training, fit)?,
            Making::Blend(parts) => blend(training, parts, |name| {
                let place = candidates
                    .iter()
                    .position(|candidate| candidate.name == name);
                let found =
                    &fitted[place.expect("a blend's parts are candidates that stand before it")];
                Ok(Fitted {
                    scorer: found.scorer.clone(),
                    seconds: found.seconds,
                })
            })?,
            Making::Elsewhere => continue,
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
        Making::Blend(parts) => blend(training, parts, |name| {
            let found = CANDIDATES.iter().find(|candidate| candidate.name == name);
            fit_one(training, found.expect("a blend's parts are candidates"))
        }),
        Making::Elsewhere => Err(Error::Imported {
            name: candidate.name.to_owned(),
            reason: "it was trained elsewhere and cannot be fitted anew".to_owned(),
        }),
    }
}

/// Tells whether one of the classes has no row.
fn is_one_class(labels: &[u8]) -> bool {
    labels.windows(2).all(|pair| pair[0] == pair[1])
}

/// Fits a learner; where there is nothing to learn from, everyone gets the rate.
fn timed(training: &Training<'_>, fit: fn(&Training<'_>) -> Result<Scorer>) -> Result<Fitted> {
    let start = (training.observer.seconds)();
    let nothing = training.width == 0 || is_one_class(training.labels);
    let scorer = if nothing { dummy::fit } else { fit }(training)?;
    Ok(Fitted {
        scorer,
        seconds: (training.observer.seconds)() - start,
    })
}

fn blend(
    training: &Training<'_>,
    parts: &[(&str, Weight)],
    mut part: impl FnMut(&str) -> Result<Fitted>,
) -> Result<Fitted> {
    let (mut blended, mut seconds) = (Vec::new(), 0.0);
    for &(name, weight) in parts {
        let fitted = part(name)?;
        seconds += fitted.seconds;
        blended.push(Part {
            weight: weight(&training.hyperparameters),
            scorer: fitted.scorer,
        });
    }
    Ok(Fitted {
        scorer: Scorer::Blend(blended),
        seconds,
    })
}
