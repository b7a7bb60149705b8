//! What the pages of those who manage people and keys share.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use limpide_model::Lang;
use limpide_store::{Person, Role, Store};
use time::OffsetDateTime;

use super::client::moment;
use super::{Frame, Place, html};
use crate::auth::SignedIn;
use crate::error::Error;
use crate::language;
use crate::router::AppState;
use crate::texts::Texts;

/// Where somebody administers: who it is, in which language, over what.
#[derive(Clone)]
pub(crate) struct Office {
    pub(super) state: AppState,
    pub(super) admin: Person,
    pub(super) texts: Texts,
}

impl FromRequestParts<AppState> for Office {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(admin) = SignedIn::from_request_parts(parts, state).await?;
        if admin.role != Role::Admin {
            return Err(Error::Role { role: admin.role });
        }
        let lang = language::of(&parts.uri, &parts.headers);
        Ok(Self {
            state: state.clone(),
            admin,
            texts: Texts::new(lang),
        })
    }
}

impl Office {
    pub(super) fn store(&self) -> &Store {
        &self.state.service.shared.store
    }

    /// What surrounds the page of this path.
    pub(super) fn frame(&self, path: &str, title: &str) -> Frame {
        self.frame_asking(path, "", title)
    }

    /// The same, with what must be asked again in the other language.
    pub(super) fn frame_asking(&self, path: &str, query: &str, title: &str) -> Frame {
        let place = Place {
            state: &self.state,
            lang: self.texts.lang,
            person: Some(&self.admin),
            path,
            query,
        };
        Frame::new(&place, title)
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

    /// A field does not hold what was expected.
    pub(super) fn unfit(field: &'static str, fault: String) -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, field, fault)
    }

    /// What is asked does not go with how things stand.
    pub(super) fn conflict(field: &'static str, fault: String) -> Self {
        Self::refused(StatusCode::CONFLICT, field, fault)
    }

    fn refused(status: StatusCode, field: &'static str, fault: String) -> Self {
        Self {
            status,
            fault,
            field,
            ..Self::nothing()
        }
    }

    /// Whether a field is at fault.
    pub(super) fn is_at(&self, field: &str) -> bool {
        self.field == field && !self.fault.is_empty()
    }
}

/// A page that tells what came of its form.
pub(super) fn shown(status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    let mut page = html(page)?;
    *page.status_mut() = status;
    Ok(page)
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
