//! What the pages of those who manage people and keys share.

use axum::extract::FromRequestParts;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;
use limpide_model::Lang;
use limpide_store::{Person, Role};
use time::OffsetDateTime;

use super::client::moment;
use crate::auth::SignedIn;
use crate::error::Error;
use crate::router::AppState;

/// A signed-in person who administers.
#[derive(Clone, Debug)]
pub(crate) struct Managing(pub(crate) Person);

impl FromRequestParts<AppState> for Managing {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, state).await?;
        if person.role != Role::Admin {
            return Err(Error::Role { role: person.role });
        }
        Ok(Self(person))
    }
}

/// What came of a form, as its page tells it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    /// Name of the field at fault; empty: none alone is.
    pub(super) field: &'static str,
    /// Why nothing was done, in words; empty: nothing went wrong.
    pub(super) fault: String,
    /// What was done, in words.
    pub(super) done: String,
    /// What is shown this once: a password, or a key.
    pub(super) secret: String,
}

impl Told {
    /// Nothing was asked yet.
    pub(super) fn nothing() -> Self {
        Self::done(String::new(), String::new())
    }

    pub(super) fn done(done: String, secret: String) -> Self {
        Self {
            status: StatusCode::OK,
            field: "",
            fault: String::new(),
            done,
            secret,
        }
    }

    pub(super) fn refused(status: StatusCode, field: &'static str, fault: String) -> Self {
        Self {
            status,
            field,
            fault,
            done: String::new(),
            secret: String::new(),
        }
    }

    /// Whether a field is at fault.
    pub(super) fn is_at(&self, field: &str) -> bool {
        self.field == field && !self.fault.is_empty()
    }
}

/// One of several values of a field.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// A day as people read it; empty: there is none.
pub(super) fn day(seconds: Option<i64>, lang: Lang) -> String {
    let at = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    at.map_or_else(String::new, |at| moment::day(at, lang))
}

pub(super) fn unread(rejection: FormRejection) -> Error {
    Error::Body {
        reason: rejection.body_text(),
    }
}
