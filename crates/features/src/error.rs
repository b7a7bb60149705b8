//! What can go wrong between a recipe and a feature matrix.

use std::path::PathBuf;

use crate::faults::Faults;

/// A features error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recipe cannot be used.
    #[error("recipe '{recipe}'{}", .faults)]
    Recipe {
        /// The recipe's name.
        recipe: String,
        /// What is wrong with it, and where.
        faults: Faults,
    },
    /// No features have been built in this workspace.
    #[error("no features in {}: run 'limpide features' first", .0.display())]
    NoFeatures(PathBuf),
    /// The features on disk belong to another portfolio or recipe.
    #[error("the features in {} were made from another {what}: run 'limpide features' again", path.display())]
    Stale {
        /// The workspace.
        path: PathBuf,
        /// "portfolio" or "recipe".
        what: &'static str,
    },
    /// The matrix is not what its catalogue says.
    #[error("{}: {reason}; run 'limpide features' again", path.display())]
    Matrix {
        /// The matrix.
        path: PathBuf,
        /// What was found and what was expected.
        reason: String,
    },
    /// The file of clients' rows beside the matrix cannot be used.
    #[error("{}: {reason}", path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What was found and what was expected.
        reason: String,
    },
    /// Tables and recipe.
    #[error(transparent)]
    Portfolio(#[from] limpide_portfolio::Error),
    /// The SQL engine.
    #[error(transparent)]
    Engine(#[from] limpide_engine::Error),
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The features' result.
pub type Result<T> = std::result::Result<T, Error>;
