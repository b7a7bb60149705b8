//! From an address to a client number, for those who may.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use limpide_store::{Person, Role, Scope};

use super::Caller;
use crate::error::Error;
use crate::router::AppState;

/// The client number in the address, when the caller may see that client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VisibleClient(pub(crate) i64);

impl FromRequestParts<AppState> for VisibleClient {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let client = client_number(parts, state).await?;
        caller.check_sees(state, client).await?;
        Ok(Self(client))
    }
}

/// Somebody who acts on the client in the address: a person who may see that client, or a program
/// that may decide.
#[derive(Clone, Debug)]
pub(crate) struct Acting {
    pub(crate) caller: Caller,
    pub(crate) client: i64,
}

impl FromRequestParts<AppState> for Acting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let client = client_number(parts, state).await?;
        match &caller {
            Caller::Program(_) => caller.check_scope(Scope::Decide)?,
            Caller::Person(_) => caller.check_sees(state, client).await?,
        }
        Ok(Self { caller, client })
    }
}

/// An administrator who does something to the client in the address, whose data stay unseen.
#[derive(Clone, Debug)]
pub(crate) struct Administering {
    pub(crate) person: Person,
    pub(crate) client: i64,
}

impl FromRequestParts<AppState> for Administering {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let person = match Caller::from_request_parts(parts, state).await? {
            Caller::Person(person) if person.role == Role::Admin => person,
            Caller::Person(person) => return Err(Error::Role { role: person.role }),
            Caller::Program(_) => return Err(Error::TakesPerson),
        };
        let client = client_number(parts, state).await?;
        Ok(Self { person, client })
    }
}

async fn client_number(parts: &mut Parts, state: &AppState) -> Result<i64, Error> {
    let Path(found) = Path::<String>::from_request_parts(parts, state)
        .await
        .map_err(|_| Error::NotFound)?;
    // Written in one way only: whoever filters addresses sees the number that is looked up.
    let number = found.parse::<i64>().ok();
    let number = number.filter(|number| number.to_string() == found);
    number.ok_or(Error::ClientNumber { found })
}
