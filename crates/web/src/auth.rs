//! Who asks, and whom they may see. Every route that shows a client goes through
//! [`VisibleClient`]: there is no other way from an address to a client number.

use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use limpide_store::{Person, Role};
use tower_sessions::Session;

use crate::error::Error;
use crate::router::AppState;

/// The key of the signed-in person's number in a session.
const PERSON: &str = "person";

/// Who asks: a signed-in person, or a program that holds the API key.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Person(Person),
    Program,
}

impl Caller {
    /// Whether this client's data may be shown.
    pub(crate) fn check_sees(&self, client: i64) -> Result<(), Error> {
        match self {
            Self::Person(person) if person.role == Role::Client => {
                if person.client == Some(client) {
                    return Ok(());
                }
                Err(Error::OtherClient { client })
            }
            Self::Person(_) | Self::Program => Ok(()),
        }
    }

    /// Whether what is told of groups of clients may be shown.
    pub(crate) fn sees_all(&self) -> bool {
        match self {
            Self::Person(person) => person.role != Role::Client,
            Self::Program => true,
        }
    }

    /// Whether invented or new values may be scored.
    pub(crate) fn check_scores(&self) -> Result<(), Error> {
        match self {
            Self::Person(person) if !matches!(person.role, Role::Adviser | Role::Analyst) => {
                Err(Error::Role { role: person.role })
            }
            Self::Person(_) | Self::Program => Ok(()),
        }
    }

    /// Whether it may be tried what this client's result would be with other values.
    pub(crate) fn check_tries(&self, client: i64) -> Result<(), Error> {
        match self {
            Self::Person(person) if person.role == Role::Client => self.check_sees(client),
            _ => self.check_scores(),
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        if let Some(key) = bearer(parts) {
            // Hashes are compared in constant time.
            return match state.service.api_key {
                Some(expected) if blake3::hash(key.as_bytes()) == expected => Ok(Self::Program),
                _ => Err(Error::WrongKey),
            };
        }
        let session = session(parts, state).await?;
        person_of(state, &session)
            .await?
            .map(Self::Person)
            .ok_or(Error::SignedOut)
    }
}

/// A signed-in person; programs have no pages.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub(crate) Person);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let session = session(parts, state).await?;
        person_of(state, &session)
            .await?
            .map(Self)
            .ok_or(Error::SignedOut)
    }
}

/// The client number in the address, when the caller may see that client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VisibleClient(pub(crate) i64);

impl FromRequestParts<AppState> for VisibleClient {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Path(found) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let client = found.parse().map_err(|_| Error::ClientNumber { found })?;
        caller.check_sees(client)?;
        Ok(Self(client))
    }
}

/// The person signed in to this session, unless since disabled.
pub(crate) async fn person_of(
    state: &AppState,
    session: &Session,
) -> Result<Option<Person>, Error> {
    match session.get::<i64>(PERSON).await? {
        Some(id) => Ok(state.service.store.active_person(id).await?),
        None => Ok(None),
    }
}

/// Signs a person in, under a new token: one planted before sign-in opens nothing.
pub(crate) async fn sign_in(session: &Session, person: &Person) -> Result<(), Error> {
    session.cycle_id().await?;
    session.insert(PERSON, person.id).await?;
    Ok(())
}

/// Signs out and forgets the session.
pub(crate) async fn sign_out(session: &Session) -> Result<(), Error> {
    session.flush().await?;
    Ok(())
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

async fn session(parts: &mut Parts, state: &AppState) -> Result<Session, Error> {
    Session::from_request_parts(parts, state)
        .await
        .map_err(|(_, reason)| {
            tracing::error!(reason, "session layer");
            Error::Internal
        })
}
