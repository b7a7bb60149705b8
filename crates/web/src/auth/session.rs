//! Sessions: who is signed in, from when, and until when.

use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::http::request::Parts;
use limpide_store::Person;
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::error::Error;
use crate::router::AppState;

/// The key of the signed-in person's number in a session.
const PERSON: &str = "person";
/// The key of the generation of the person's password at sign-in.
const GENERATION: &str = "generation";
/// The key of when the person signed in, in seconds since 1970.
const SINCE: &str = "since";
/// The key of when the session was last renewed, in seconds since 1970.
const RENEWED: &str = "renewed";
/// A session is renewed when this part of its idle time has passed: not with every request.
const RENEWED_AFTER_PART: u32 = 12;

/// The person signed in to this session, unless since disabled or given a new password, or signed in for
/// longer than anybody may be. A session in use is renewed.
pub(crate) async fn person_of(
    state: &AppState,
    session: &Session,
) -> Result<Option<Person>, Error> {
    let Some(id) = session.get::<i64>(PERSON).await? else {
        return Ok(None);
    };
    let limits = &state.service.shared.sessions;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let since = session.get::<i64>(SINCE).await?.unwrap_or_default();
    if now.saturating_sub(since) >= seconds(limits.absolute) {
        return Ok(None);
    }
    let generation = session.get::<i64>(GENERATION).await?.unwrap_or_default();
    let person = state.service.shared.store.active_person(id).await?;
    let person = person.filter(|person| person.generation == generation);
    if person.is_some() {
        let renewed = session.get::<i64>(RENEWED).await?.unwrap_or_default();
        if now.saturating_sub(renewed) >= seconds(limits.idle / RENEWED_AFTER_PART) {
            session.insert(RENEWED, now).await?;
        }
    }
    Ok(person)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Signs a person in, under a new token: one planted before sign-in opens nothing, and nothing that was
/// kept before stays.
pub(crate) async fn sign_in(session: &Session, person: &Person) -> Result<(), Error> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    session.clear().await;
    session.cycle_id().await?;
    session.insert(PERSON, person.id).await?;
    session.insert(GENERATION, person.generation).await?;
    session.insert(SINCE, now).await?;
    session.insert(RENEWED, now).await?;
    Ok(())
}

/// Signs out and forgets the session.
pub(crate) async fn sign_out(session: &Session) -> Result<(), Error> {
    session.flush().await?;
    Ok(())
}

/// The session that a request belongs to.
pub(super) async fn session(parts: &mut Parts, state: &AppState) -> Result<Session, Error> {
    Session::from_request_parts(parts, state)
        .await
        .map_err(|(_, reason)| {
            tracing::error!(reason, "session layer");
            Error::Internal
        })
}
