//! `/login/provider`: to the OpenID Connect provider and back.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_model::Lang;
use time::{Duration, OffsetDateTime};
use tower_sessions::{Expiry, Session};

use super::{html, login};
use crate::asked::Asked;
use crate::auth;
use crate::error::Error;
use crate::language::Language;
use crate::open_id::{Fault, Pending, Provider, Returned};
use crate::router::AppState;
use crate::texts::Texts;

/// The key in a session of what was asked of the provider.
const PENDING: &str = "provider";

/// A session of somebody who is not back yet is not kept for longer.
const PENDING_LASTS: Duration = Duration::minutes(15);

/// Where the button leads.
pub(crate) const ADDRESS: &str = "/login/provider";

/// In how many seconds a provider that was away may be asked again.
const RETRY_AFTER_SECONDS: &str = "30";

/// Leads to the provider.
pub(crate) async fn begin(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
    Asked(wanted): Asked<login::Wanted>,
) -> Result<Response, Error> {
    let provider = provider(&state)?;
    let next = login::checked(&wanted.next).to_owned();
    if let Some(person) = auth::person_of(&state, &session).await? {
        return Ok(Redirect::to(login::leads(&person, &next)).into_response());
    }
    match provider.begin(next, OffsetDateTime::now_utc()).await {
        Ok((address, pending)) => {
            session.set_expiry(Some(Expiry::OnInactivity(PENDING_LASTS)));
            session.insert(PENDING, pending).await?;
            Ok(Redirect::to(&address).into_response())
        }
        Err(fault) => refused(&state, lang, &wanted.next, fault),
    }
}

/// Signs in whoever comes back, or says why not.
pub(crate) async fn finish(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Result<Response, Error> {
    let provider = provider(&state)?;
    let now = OffsetDateTime::now_utc();
    let pending = session.get::<Pending>(PENDING).await?;
    if pending.is_some() {
        // Forgotten before anything is asked: an answer counts once.
        session.flush().await?;
    }
    let (Some(pending), Ok(Query(returned))) = (pending, returned) else {
        return refused(&state, lang, "", Fault::Stale);
    };
    let next = pending.next.clone();
    let identity = match provider.finish(pending, returned, now).await {
        Ok(identity) => identity,
        Err(fault) => return refused(&state, lang, &next, fault),
    };
    match identity.person(&state.service.shared.store, now).await? {
        Ok(person) => {
            auth::sign_in(&session, &person).await?;
            Ok(Redirect::to(login::leads(&person, &next)).into_response())
        }
        Err(fault) => refused(&state, lang, &next, fault),
    }
}

fn provider(state: &AppState) -> Result<&Provider, Error> {
    state
        .service
        .shared
        .provider
        .as_deref()
        .ok_or(Error::NotFound)
}

/// The form again, with what went wrong.
fn refused(state: &AppState, lang: Lang, next: &str, fault: Fault) -> Result<Response, Error> {
    let (status, words) = match fault {
        Fault::Down => (StatusCode::SERVICE_UNAVAILABLE, "provider-down"),
        Fault::Stale => (StatusCode::BAD_REQUEST, "provider-stale"),
        Fault::Denied => (StatusCode::UNAUTHORIZED, "provider-denied"),
        Fault::Untrusted => (StatusCode::UNAUTHORIZED, "provider-untrusted"),
        Fault::Unknown => (StatusCode::FORBIDDEN, "provider-unknown"),
        Fault::Other => (StatusCode::FORBIDDEN, "provider-other"),
    };
    let words = Texts::new(lang).get(words);
    let page = login::form(state, lang, String::new(), next.to_owned(), words);
    let mut response = (status, html(&page)?).into_response();
    if fault == Fault::Down {
        let wait = header::HeaderValue::from_static(RETRY_AFTER_SECONDS);
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    Ok(response)
}
