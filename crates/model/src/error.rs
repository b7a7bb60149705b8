//! What can go wrong when a model is read or used.

use std::fmt;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what went wrong: what was found, and what would have been right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no bundle.
    #[error("not a Limpide bundle: {found}")]
    NotABundle {
        /// What was found instead.
        found: String,
    },
    /// The bundle is of a format version that this program does not read.
    #[error(
        "bundle of format version {found}, but this program reads version {reads}: \
         train again with this program, or use the one that wrote it"
    )]
    OtherVersion {
        /// The version in the file.
        found: u64,
        /// The version that this program reads.
        reads: u32,
    },
    /// The bundle's parts do not fit together.
    #[error("damaged bundle: {reason}")]
    Damaged {
        /// Which parts, and how.
        reason: String,
    },
    /// A model of another program cannot be taken over.
    #[error("cannot read this {program} model: {reason}")]
    Import {
        /// The program that wrote it.
        program: &'static str,
        /// What was found, and what can be read.
        reason: String,
    },
    /// A column of another program's model is no feature here.
    #[error("its trees read the column {column:?}: {reason}")]
    ForeignColumn {
        /// The column, as the model names it.
        column: String,
        /// Why it is none.
        reason: &'static str,
    },
    /// A model cannot be written for another program.
    #[error("cannot write this model for {program}: {reason}")]
    Export {
        /// The program that it was to be written for.
        program: &'static str,
        /// What the model is, and what the program can hold.
        reason: String,
    },
    /// Values handed over by name do not fit the model's features.
    #[error("{}", list(problems))]
    Row {
        /// One problem a name.
        problems: Vec<RowProblem>,
    },
    /// A row has not one value a feature.
    #[error("a row of {found} values, but the model has {expected} features")]
    RowLength {
        /// Values in the row.
        found: usize,
        /// Features of the model.
        expected: usize,
    },
    /// A language that the product does not speak.
    #[error("unknown language {found:?}: fr and en are known")]
    UnknownLanguage {
        /// What was asked for.
        found: String,
    },
}

/// Says why one named value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// The model has no feature of this name.
    UnknownFeature {
        /// The name that was found.
        name: String,
    },
    /// The value is of another type than the feature.
    WrongType {
        /// The feature.
        feature: String,
        /// What the feature holds.
        expected: &'static str,
        /// What was found.
        found: String,
    },
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFeature { name } => write!(f, "unknown feature {name:?}"),
            Self::WrongType {
                feature,
                expected,
                found,
            } => {
                write!(f, "{feature}: expected {expected}, found {found}")
            }
        }
    }
}

fn list(problems: &[RowProblem]) -> String {
    let texts: Vec<String> = problems.iter().map(RowProblem::to_string).collect();
    texts.join("; ")
}
