//! What can go wrong in training.

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what went wrong: what was found, and what would have been right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked to stop.
    #[error("training was stopped")]
    Stopped,
    /// The data's parts do not fit together.
    #[error("the training data does not fit together: {reason}")]
    Dataset {
        /// Which parts, and how.
        reason: String,
    },
    /// The costs cannot be used.
    #[error("the costs cannot be used: {reason}")]
    Policy {
        /// Which, and what was expected.
        reason: String,
    },
    /// A fold has not enough clients of both classes.
    #[error(
        "repeat {repeat}, fold {fold}: {defaults} defaults and {goods} repaid credits, \
         but at least {needed} of each are needed in every fold"
    )]
    TooFewClients {
        /// The repeat.
        repeat: u32,
        /// The fold.
        fold: u32,
        /// Clients of it that did not repay.
        defaults: usize,
        /// Clients of it that did.
        goods: usize,
        /// How many of each there must be.
        needed: usize,
    },
    /// The given folds do not fit the data.
    #[error("the given folds cannot be used: {reason}")]
    Folds {
        /// Why not.
        reason: String,
    },
    /// One feature alone tells defaults too well.
    #[error(
        "suspected leak: {feature} alone has an AUC of {auc:.4}, above the limit of {limit}: \
         it may hold what is only known after the credit; leave it out, or raise the recipe's limit"
    )]
    LeakingFeature {
        /// The feature.
        feature: String,
        /// Its AUC alone.
        auc: f64,
        /// The limit.
        limit: f64,
    },
    /// A candidate tells defaults too well.
    #[error(
        "suspected leak: {candidate} has an AUC of {auc:.4}, above the limit of {limit}: some \
         features may hold what is only known after the credit; the strongest alone are \
         {strongest}; leave the leaking ones out, or raise the recipe's limit"
    )]
    LeakingModel {
        /// The candidate.
        candidate: String,
        /// Its AUC on clients it had not seen.
        auc: f64,
        /// The limit.
        limit: f64,
        /// The features with the highest AUC alone.
        strongest: String,
    },
    /// An effort that does not exist.
    #[error("unknown effort {found:?}: quick, standard and thorough are known")]
    UnknownEffort {
        /// What was asked for.
        found: String,
    },
    /// An objective of tuning that does not exist.
    #[error("unknown objective {found:?}: auc and cost are known")]
    UnknownObjective {
        /// What was asked for.
        found: String,
    },
    /// A journal of tuning cannot be used.
    #[error("the tuning journal's line {line} cannot be used: {reason}")]
    Journal {
        /// The line, from 1.
        line: usize,
        /// Why not, and what to do.
        reason: String,
    },
    /// A journal of tuning holds another trial than this run would make.
    #[error(
        "the tuning journal's trial {number} of '{study}' is {found}, where this run tries \
         {expected}: it was kept by another version of the program or on other data; \
         name another file, or delete it"
    )]
    OtherJournal {
        /// The study.
        study: String,
        /// The trial's number.
        number: usize,
        /// The journal's configuration.
        found: String,
        /// The run's configuration.
        expected: String,
    },
    /// A model that was trained elsewhere cannot compete.
    #[error("the imported model {name}: {reason}")]
    Imported {
        /// Its name among the candidates.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A finished trial could not be kept.
    #[error("the tuning journal could not be written: {reason}")]
    Unkept {
        /// What the system said.
        reason: String,
    },
    /// The learner of trees failed.
    #[error("boosting failed: {reason}")]
    Boosting {
        /// What it said.
        reason: String,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// A model's parts do not fit together.
    #[error(transparent)]
    Model(#[from] limpide_model::Error),
}
