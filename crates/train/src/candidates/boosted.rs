//! Gradient-boosted trees, grown by hessboost: the only file that names it.
//!
//! Its trees leave it through XGBoost's JSON and are compact trees from then on.

use std::ops::ControlFlow;
use std::sync::Arc;

use hessboost::config::{Monotone, TrainingParams, TreeMethod};
use hessboost::data::DMatrix;
use hessboost::error::HessboostError;
use hessboost::model::{BoostedModel, ImportanceType, ModelFormat};
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::Trainer;
use limpide_model::calibration::logit;
use limpide_model::{Direction, Ensemble, Scorer};

use super::{Training, is_one_class};
use crate::config::Effort;
use crate::encoded::EncodedRows;
use crate::error::{Error, Result};
use crate::observer::Observer;
use crate::random::derive;

/// The largest step that a tree takes: fewer trees than that allows would not learn enough.
const LARGEST_ETA: f64 = 0.3;

/// Holds how trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Trees, one a round.
    pub rounds: usize,
    /// What a tree's leaf values are multiplied by, 0 to 1.
    pub eta: f64,
    /// Splits from the root to a leaf, at most.
    pub depth: usize,
    /// The least sum of second derivatives of the loss in a leaf.
    pub min_child_weight: f64,
    /// The weight of half a leaf value's square beside the loss.
    pub lambda: f64,
    /// The share of rows that a tree sees, above 0, at most 1.
    pub subsample: f64,
    /// The columns that a tree sees, at most.
    pub columns_a_tree: usize,
    /// Groups that a column's values are put in, at most: splits lie between them.
    pub bins: usize,
}

/// Holds how the learner's trees are grown: in bags of different seeds, whose margins are
/// averaged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Boosting {
    /// The trees of all bags.
    pub(crate) trees: usize,
    pub(crate) bags: usize,
    /// How the trees of one bag are grown.
    pub(crate) growth: Growth,
}

/// Holds what trees are grown on.
pub struct Samples<'a> {
    /// The rows, `(n_rows, width)`; NaN where missing.
    pub values: &'a EncodedRows,
    /// Encoded columns, at least one.
    pub width: usize,
    /// One label a row, 1 for a default, else 0.
    pub labels: &'a [u8],
    /// One weight a row; all alike where absent.
    pub weights: Option<&'a [f32]>,
}

/// Holds all that growing depends on beside the samples.
pub(crate) struct Growing<'a> {
    pub(crate) growth: Growth,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) observer: &'a Observer<'a>,
}

/// Says how trees come together.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner<'a> {
    /// One after the other, each on what those before it left.
    Boosted,
    /// The same, and no tree goes against a column's direction, `(width)`.
    Monotone(&'a [Direction]),
    /// As many as there are rounds, each on the same derivatives; their mean is added. A split
    /// sees so many of its tree's columns.
    Forest {
        /// Columns that a split sees, at most.
        columns_a_split: usize,
    },
}

/// Holds rows that trees are grown on, binned once for all the labels that are tried.
pub(crate) struct Ground {
    matrix: DMatrix,
}

/// Holds grown trees.
pub(crate) struct Grown {
    model: BoostedModel,
    width: usize,
}

/// Grows trees for log-loss.
pub(crate) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let mut ground = Ground::new(training.encoded.clone(), training.width)?;
    if let Some(weights) = training.weights {
        ground = ground.weighted(weights)?;
    }
    let boosting = &training.hyperparameters.boosting;
    let trees = ground.grow_bags(training, boosting, Manner::Boosted)?;
    Ok(Scorer::Trees(trees))
}

/// Grows trees in a manner.
pub(super) fn scorer(
    training: &Training<'_>,
    growth: Growth,
    manner: Manner<'_>,
) -> Result<Scorer> {
    let growing = Growing {
        growth,
        seed: training.seed,
        threads: training.threads,
        observer: training.observer,
    };
    let ground = Ground::new(training.encoded.clone(), training.width)?;
    let grown = ground.grow_in(training.labels, &growing, manner)?;
    Ok(Scorer::Trees(grown.ensemble()?))
}

/// Grows trees for log-loss as they are asked for; none, but a base, where one class has no row.
/// The trees do not depend on the number of threads.
///
/// # Errors
/// [`Error::Boosting`] where rows or growth are out of range; [`Error::Stopped`] when asked to.
pub fn grow(
    samples: &Samples<'_>,
    growth: &Growth,
    seed: u64,
    threads: usize,
    observer: &Observer<'_>,
) -> Result<Ensemble> {
    let n = samples.labels.len();
    if is_one_class(samples.labels) {
        let defaults = samples.labels.iter().filter(|&&label| label == 1).count();
        let rate = (defaults as f64 + 0.5) / (n as f64 + 1.0);
        return Ok(Ensemble::from_trees(logit(rate), &[])?);
    }
    let growing = Growing {
        growth: *growth,
        seed,
        threads,
        observer,
    };
    let mut ground = Ground::new(samples.values.clone(), samples.width)?;
    if let Some(weights) = samples.weights {
        ground = ground.weighted(weights)?;
    }
    ground.grow(samples.labels, &growing)?.ensemble()
}

impl Ground {
    /// Takes rows, `(n_rows, width)`; NaN where missing. They are kept as long as the ground is.
    pub(crate) fn new(rows: EncodedRows, width: usize) -> Result<Self> {
        let n_rows = rows.len() / width;
        let matrix =
            DMatrix::from_dense_shared(Arc::new(rows), n_rows, width, f32::NAN).map_err(failed)?;
        Ok(Self { matrix })
    }

    /// Gives each row a weight.
    pub(crate) fn weighted(self, weights: &[f32]) -> Result<Self> {
        let matrix = self.matrix.with_weights(weights).map_err(failed)?;
        Ok(Self { matrix })
    }

    /// Grows the trees of all bags on the labels of `training`, both classes among them; they
    /// become one ensemble.
    pub(crate) fn grow_bags(
        &self,
        training: &Training<'_>,
        boosting: &Boosting,
        manner: Manner<'_>,
    ) -> Result<Ensemble> {
        let mut bags = Vec::with_capacity(boosting.bags);
        for bag in 0..boosting.bags {
            let growing = Growing {
                growth: boosting.growth,
                seed: if bag == 0 {
                    training.seed
                } else {
                    derive(training.seed, &[bag])
                },
                threads: training.threads,
                observer: training.observer,
            };
            bags.push(
                self.grow_in(training.labels, &growing, manner)?
                    .ensemble()?,
            );
        }
        Ok(Ensemble::mean(&bags)?)
    }

    /// Boosts trees for log-loss on these labels, one a row, both classes among them.
    pub(crate) fn grow(&self, labels: &[u8], growing: &Growing<'_>) -> Result<Grown> {
        self.grow_in(labels, growing, Manner::Boosted)
    }

    /// Grows trees as [`Ground::grow`], in a manner.
    pub(crate) fn grow_in(
        &self,
        labels: &[u8],
        growing: &Growing<'_>,
        manner: Manner<'_>,
    ) -> Result<Grown> {
        let Growing {
            growth, observer, ..
        } = growing;
        let labels: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
        let matrix = self.matrix.clone().with_labels(&labels).map_err(failed)?;
        let width = matrix.n_cols();
        let columns_a_tree = growth.columns_a_tree.min(width);
        let params = TrainingParams::builder()
            .objective(Objective::BinaryLogistic(RegLoss::default()))
            .tree_method(TreeMethod::Hist)
            .max_depth(growth.depth)
            .eta(growth.eta)
            .min_child_weight(growth.min_child_weight)
            .lambda(growth.lambda)
            .subsample(growth.subsample)
            .colsample_bytree(columns_a_tree as f64 / width as f64)
            .max_bin(growth.bins)
            .seed(growing.seed)
            .nthread(growing.threads);
        let (params, rounds) = match manner {
            Manner::Boosted => (params, growth.rounds),
            Manner::Monotone(directions) => {
                let constraints = directions.iter().copied().map(constraint).collect();
                (params.monotone_constraints(constraints), growth.rounds)
            }
            Manner::Forest { columns_a_split } => {
                let share = columns_a_split.min(columns_a_tree) as f64 / columns_a_tree as f64;
                let forest = params.num_parallel_tree(growth.rounds);
                (forest.colsample_bynode(share), 1)
            }
        };
        let params = params.build().map_err(failed)?;
        let grown = Trainer::new(&params, &matrix, rounds)
            .on_round(|_| {
                if observer.is_stopped() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .train()
            .map_err(failed)?;
        observer.check()?;
        Ok(Grown {
            model: grown.model,
            width,
        })
    }
}

impl Grown {
    /// Gives the trees in the compact form.
    pub(crate) fn ensemble(&self) -> Result<Ensemble> {
        let json = self
            .model
            .encode(ModelFormat::XgboostJson)
            .map_err(failed)?;
        Ok(Ensemble::from_xgboost_json(&json)?)
    }

    /// Gives for each column by how much the splits on it reduced the loss.
    pub(crate) fn gains(&self) -> Vec<f64> {
        let mut gains = vec![0.0; self.width];
        for (column, gain) in self.model.feature_importance(ImportanceType::TotalGain) {
            gains[column] = gain;
        }
        gains
    }
}

impl Boosting {
    /// Gives what is used unless tuning finds better.
    ///
    /// On few rows small trees and strong regularisation matter as much as features. A tree sees
    /// few columns, so that the trees differ and weak features are heard beside the strong ones.
    pub(crate) fn defaults(n_rows: usize, effort: Effort) -> Self {
        let trees = match effort {
            Effort::Quick => 400,
            Effort::Standard => 800,
            Effort::Thorough => 2000,
        };
        let mut boosting = match n_rows {
            ..60_000 => Self::of(trees, 1, 20.0),
            _ => Self::of(trees * 3 / 2, 1, 60.0),
        };
        let growth = &mut boosting.growth;
        match n_rows {
            ..10_000 => {}
            10_000..60_000 => (growth.depth, growth.columns_a_tree) = (4, 60),
            _ => {
                (growth.depth, growth.columns_a_tree) = (6, 100);
                (growth.min_child_weight, growth.bins) = (30.0, 256);
            }
        }
        boosting
    }

    /// Gives so many small trees in all, for few rows; those of a bag learn `learning` together,
    /// which is the sum of their learning rates. Where the trees do not suffice for so many bags,
    /// there are fewer.
    pub(crate) fn of(trees: usize, bags: usize, learning: f64) -> Self {
        let least = (learning / LARGEST_ETA).ceil() as usize;
        let bags = bags.min(trees / least.max(1)).max(1);
        let rounds = (trees / bags).max(least).max(1);
        let growth = Growth {
            rounds,
            eta: learning / rounds as f64,
            depth: 3,
            min_child_weight: 10.0,
            lambda: 100.0,
            subsample: 0.7,
            columns_a_tree: 20,
            bins: 64,
        };
        Self {
            trees,
            bags,
            growth,
        }
    }

    /// Gives the same with another number of trees, that learn as much together.
    pub(crate) fn with_trees(&self, trees: usize) -> Self {
        let other = Self::of(trees, self.bags, self.learning());
        let (rounds, eta) = (other.growth.rounds, other.growth.eta);
        Self {
            growth: Growth {
                rounds,
                eta,
                ..self.growth
            },
            ..other
        }
    }

    /// Gives the sum of the learning rates of a bag's trees.
    pub(crate) fn learning(&self) -> f64 {
        self.growth.rounds as f64 * self.growth.eta
    }
}

fn constraint(direction: Direction) -> Monotone {
    match direction {
        Direction::Up => Monotone::Increasing,
        Direction::Down => Monotone::Decreasing,
        Direction::None => Monotone::None,
    }
}

fn failed(error: HessboostError) -> Error {
    Error::Boosting {
        reason: error.to_string(),
    }
}
