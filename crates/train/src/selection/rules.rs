//! What is too little, too much, too alike: every number that selection decides by.

use crate::candidates::boosted::Growth;

/// Rows that features are chosen on; of more a sample is drawn.
pub(super) const MOST_ROWS: usize = 30_000;

/// Share of rows that must differ from a feature's most frequent value, on small data.
pub(super) const DIFFERING_SHARE: f64 = 0.005;
/// Rows that must differ from it, on large data.
pub(super) const DIFFERING_ROWS: usize = 20;

/// Share of clients of whom a feature must be known.
pub(super) const LEAST_KNOWN: f64 = 0.01;

/// Rank correlation, either way, from which one of two features is enough.
pub(super) const MOST_ALIKE: f64 = 0.99;
/// Rows that correlations are measured on.
pub(super) const CORRELATED_ROWS: usize = 4_000;
/// Of two features alike, the AUC alone by which the better must lead to be preferred.
pub(super) const NOTICEABLY_BETTER: f64 = 0.005;

/// Models with the true labels outside each inner fold, whose gains are averaged.
pub(super) const TRUE_RUNS: usize = 1;
/// Models with shuffled labels outside each inner fold.
pub(super) const NULL_RUNS: usize = 2;
/// The percentile of a feature's gains with shuffled labels that its true gain is held against.
///
/// The median, and not the usual 75 % or more: the strong features take the splits that lots
/// would have spread, so a weak true feature looks weaker than it is.
pub(super) const NULL_PERCENTILE: f64 = 0.5;
/// Features, as many as a tree sees, of which none is dropped for helping too little.
pub(super) const FEW: usize = 20;
/// The models' trees: few columns a tree, so that weak features are asked too.
pub(super) const IMPORTANCE: Growth = Growth {
    rounds: 100,
    eta: 0.1,
    depth: 3,
    min_child_weight: 10.0,
    lambda: 100.0,
    subsample: 0.7,
    columns_a_tree: 20,
    bins: 32,
};

/// Features of the first block; each further set of blocks is twice the one before.
pub(super) const FIRST_BLOCK: usize = 40;
/// Standard errors of the paired difference that a set may lie behind the best one.
pub(super) const TOLERANCE: f64 = 1.0;
/// Folds that features are ranked outside of, and sets of them compared on.
pub(super) const INNER_FOLDS: usize = 4;
/// Trees that sets are compared with.
pub(super) const INNER: Growth = Growth {
    rounds: 80,
    ..IMPORTANCE
};

/// The AUC with which a feature alone may tell labelled from unlabelled clients.
pub(super) const MOST_DRIFT: f64 = 0.65;
/// Clients of either kind that drift is measured on.
pub(super) const DRIFT_ROWS: usize = 2_000;
/// Drifting features, the worst first, of which each is weighed alone for the report.
pub(super) const WEIGHED_ALONE: usize = 12;
