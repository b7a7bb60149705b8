//! What the crates below could not do, as an error of the request that asked for it.

use limpide_model::RowProblem;

use super::{Error, FieldProblem};
use crate::service::{ComputeError, RowsError};

impl From<RowsError> for Error {
    fn from(error: RowsError) -> Self {
        tracing::error!(%error, "rows");
        Self::Internal
    }
}

impl From<ComputeError> for Error {
    fn from(error: ComputeError) -> Self {
        match error {
            ComputeError::Unfit(values) => Self::Row(
                values
                    .into_iter()
                    .map(|value| FieldProblem {
                        field: value.field,
                        found: value.found,
                        expected: value.expected,
                    })
                    .collect(),
            ),
            ComputeError::UnknownFeature { name, nearest } => {
                Self::UnknownFeature { name, nearest }
            }
            failed => {
                tracing::error!(%failed, "features");
                Self::Internal
            }
        }
    }
}

impl From<limpide_store::Error> for Error {
    fn from(error: limpide_store::Error) -> Self {
        use limpide_store::Error as Stored;
        // Asked for what cannot be: told, not logged.
        if matches!(error, Stored::Refused(_) | Stored::KeyReused(_)) {
            let reason = error.to_string();
            return Self::Conflict { reason };
        }
        tracing::error!(%error, "store");
        match error {
            Stored::Unavailable { .. } => Self::Unavailable,
            Stored::Full { .. } => Self::Full,
            _ => Self::Internal,
        }
    }
}

impl From<tower_sessions::session::Error> for Error {
    fn from(error: tower_sessions::session::Error) -> Self {
        use tower_sessions::session::Error as Session;
        use tower_sessions::session_store::Error as Stored;
        tracing::error!(%error, "session");
        match error {
            Session::Store(Stored::Backend(_)) => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "template");
        Self::Internal
    }
}

impl From<limpide_explain::Error> for Error {
    fn from(error: limpide_explain::Error) -> Self {
        match error {
            limpide_explain::Error::Model(error) => error.into(),
            limpide_explain::Error::UnknownClient { client, .. } => Self::UnknownClient { client },
            limpide_explain::Error::Alike => Self::Alike,
            limpide_explain::Error::Asked {
                field,
                found,
                expected,
            } => Self::Row(vec![FieldProblem {
                field,
                found: format!("{found:?}"),
                expected,
            }]),
            error => {
                tracing::error!(%error, "explanation");
                Self::Internal
            }
        }
    }
}

impl From<limpide_model::Error> for Error {
    fn from(error: limpide_model::Error) -> Self {
        match error {
            limpide_model::Error::Row { problems } => {
                Self::Row(problems.into_iter().map(field_problem).collect())
            }
            error => {
                tracing::error!(%error, "model");
                Self::Internal
            }
        }
    }
}

fn field_problem(problem: RowProblem) -> FieldProblem {
    match problem {
        RowProblem::UnknownFeature { name } => FieldProblem {
            field: name,
            found: "a name that the model does not know".to_owned(),
            expected: "the name of one of the model's features".to_owned(),
        },
        RowProblem::WrongType {
            feature,
            expected,
            found,
        } => FieldProblem {
            field: feature,
            found,
            expected: format!("{expected} or null"),
        },
    }
}
