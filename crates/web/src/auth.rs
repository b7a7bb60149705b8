//! Who asks, and whom they may see. Every route of a client goes through [`VisibleClient`] or
//! [`Acting`]: there is no other way from an address to a client number.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use limpide_store::{Actor, Key, Person, Portfolio, Role, Scope, ToSee};
use serde::Serialize;
use time::OffsetDateTime;
use tower_sessions::Session;
use tracing::{Instrument as _, Span};
use utoipa::ToSchema;

use crate::error::Error;
use crate::observe::SPANS;
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

/// Who asks: a signed-in person, or a program with the scopes of its key.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Person(Person),
    Program(Program),
}

/// Which of the clients whom the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All of them.
    All,
    /// Those assigned to the adviser who asks; the client who asks.
    Mine,
}

/// A program with its key.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    actor: Actor,
    opens: Opens,
}

/// What a program may do.
#[derive(Clone, Debug)]
enum Opens {
    /// Everything: it has the server's own key.
    All,
    /// What its key says.
    Key(Arc<Key>),
}

/// What somebody does to a client's case; as the last part of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Act {
    /// Opens a case with the model's proposal.
    Proposal,
    /// Decides, as the model advised or otherwise.
    Decision,
    /// Says something.
    Comment,
    /// The client contests.
    Contest,
    /// A second reviewer answers.
    Review,
    /// Notes what became of the credit.
    Outcome,
    /// Asks to correct an item.
    Correction,
    /// Answers a request to correct an item.
    Answer,
}

impl Act {
    /// Those of a case's own address, in the order in which they happen.
    pub(crate) const ALL: [Self; 6] = [
        Self::Proposal,
        Self::Decision,
        Self::Comment,
        Self::Contest,
        Self::Review,
        Self::Outcome,
    ];
}

impl Caller {
    /// Who it is in the decision log.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Person(person) => Actor::Person(person.id),
            Self::Program(program) => program.actor,
        }
    }

    /// Whether cases may be acted on so: an adviser does all but contest, a client contests and
    /// comments and asks for corrections, an analyst answers those too, a program with the scope
    /// `decide` does what takes no person.
    pub(crate) fn check_acts(&self, act: Act) -> Result<(), Error> {
        let person = match self {
            Self::Program(_) if matches!(act, Act::Contest | Act::Review | Act::Answer) => {
                return Err(Error::TakesPerson);
            }
            Self::Program(_) => return self.check_scope(Scope::Decide),
            Self::Person(person) => person,
        };
        let may = match person.role {
            Role::Adviser => act != Act::Contest,
            Role::Client => matches!(act, Act::Contest | Act::Comment | Act::Correction),
            Role::Analyst => act == Act::Answer,
            Role::Auditor | Role::Admin => false,
        };
        if may {
            return Ok(());
        }
        Err(Error::Role { role: person.role })
    }

    /// Whether the decision log may be read.
    pub(crate) fn check_audits(&self) -> Result<(), Error> {
        match self {
            Self::Person(person) if person.role != Role::Auditor => {
                Err(Error::Role { role: person.role })
            }
            _ => self.check_scope(Scope::Audit),
        }
    }

    /// Whose waiting cases may be listed: an adviser's own clients', everybody's for those who may
    /// see every client.
    pub(crate) fn to_see(&self) -> Result<ToSee, Error> {
        let person = match self {
            Self::Program(_) => return self.check_scope(Scope::Read).map(|()| ToSee::All),
            Self::Person(person) => person,
        };
        match (person.role, person.portfolio) {
            (Role::Adviser, Portfolio::Assigned) => Ok(ToSee::AssignedTo(person.id)),
            (Role::Adviser | Role::Analyst | Role::Auditor, _) => Ok(ToSee::All),
            (Role::Client | Role::Admin, _) => Err(Error::Role { role: person.role }),
        }
    }

    /// Whether it may be seen how advisers' decisions stand to the model's advice.
    pub(crate) fn check_compares_advisers(&self) -> Result<(), Error> {
        match self {
            Self::Person(person) if matches!(person.role, Role::Adviser | Role::Client) => {
                Err(Error::Role { role: person.role })
            }
            _ => self.check_scope(Scope::Audit),
        }
    }

    /// The person's role; `None`: a program.
    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::Person(person) => Some(person.role),
            Self::Program(_) => None,
        }
    }

    /// Whether this client's data may be shown.
    pub(crate) async fn check_sees(&self, state: &AppState, client: i64) -> Result<(), Error> {
        match self {
            Self::Program(_) => self.check_scope(Scope::Read),
            Self::Person(person) if state.service.shared.store.may_see(person, client).await? => {
                Ok(())
            }
            Self::Person(_) => Err(Error::UnknownClient { client }),
        }
    }

    /// The clients whom the caller may see, or those of them who are the caller's own; `None`: all.
    pub(crate) async fn visible(
        &self,
        state: &AppState,
        whose: Whose,
    ) -> Result<Option<BTreeSet<i64>>, Error> {
        let person = match self {
            Self::Program(_) => {
                self.check_scope(Scope::Read)?;
                return Ok((whose == Whose::Mine).then(BTreeSet::new));
            }
            Self::Person(person) => person,
        };
        match (person.role, person.portfolio, whose) {
            (Role::Admin, ..) => Err(Error::Role { role: person.role }),
            (Role::Client, ..) => Ok(Some(person.client.into_iter().collect())),
            (Role::Adviser, Portfolio::Assigned, _) | (Role::Adviser, _, Whose::Mine) => {
                let store = &state.service.shared.store;
                let assigned = store.assigned_clients(person.id, "", usize::MAX).await?;
                Ok(Some(assigned.into_iter().collect()))
            }
            (Role::Analyst | Role::Auditor, _, Whose::Mine) => Ok(Some(BTreeSet::new())),
            (Role::Adviser | Role::Analyst | Role::Auditor, _, Whose::All) => Ok(None),
        }
    }

    /// Whether single other clients may be shown beside the one at hand: to those who may see every
    /// client, and to nobody else.
    pub(crate) fn sees_others(&self) -> bool {
        match self {
            Self::Program(_) => true,
            Self::Person(person) => match person.role {
                Role::Client | Role::Admin => false,
                Role::Adviser => person.portfolio == Portfolio::All,
                Role::Analyst | Role::Auditor => true,
            },
        }
    }

    /// Whether invented or new values may be scored.
    pub(crate) fn check_scores(&self) -> Result<(), Error> {
        match self {
            Self::Person(person) if !matches!(person.role, Role::Adviser | Role::Analyst) => {
                Err(Error::Role { role: person.role })
            }
            Self::Person(_) => Ok(()),
            Self::Program(_) => self.check_scope(Scope::Score),
        }
    }

    /// Whether it may be tried what the result of this client, whom the caller may see, would be
    /// with other values.
    pub(crate) fn check_tries(&self, client: i64) -> Result<(), Error> {
        match self {
            Self::Person(person) if person.role == Role::Client => {
                if person.client == Some(client) {
                    return Ok(());
                }
                Err(Error::UnknownClient { client })
            }
            _ => self.check_scores(),
        }
    }

    /// A program's key must have the scope; what people may do follows from their role.
    pub(crate) fn check_scope(&self, needed: Scope) -> Result<(), Error> {
        match self {
            Self::Program(program) => match &program.opens {
                Opens::Key(key) if !key.scopes.contains(&needed) => Err(Error::Scope { needed }),
                _ => Ok(()),
            },
            Self::Person(_) => Ok(()),
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    /// Looks the caller up once a request, however many parts of a handler ask.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let caller = Self::of_request(parts, state).await?;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl Caller {
    async fn of_request(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        if let Some(key) = bearer(&parts.headers) {
            return program(state, key).await.map(Self::Program);
        }
        SignedIn::from_request_parts(parts, state)
            .await
            .map(|SignedIn(person)| Self::Person(person))
    }
}

/// The program with this key.
async fn program(state: &AppState, key: &str) -> Result<Program, Error> {
    let (service, hash) = (&state.service, blake3::hash(key.as_bytes()));
    // Hashes are compared in constant time.
    if service.shared.api_key == Some(hash) {
        service.shared.hosting.rates.spend(Actor::Program)?;
        return Ok(Program {
            actor: Actor::Program,
            opens: Opens::All,
        });
    }
    let now = OffsetDateTime::now_utc();
    let known = service.shared.known_keys.get(&hash, now.unix_timestamp());
    let key = match known {
        Some(key) => key,
        None => {
            let opened = service.shared.store.open_key(key, now).instrument(stored());
            let opened = Arc::new(opened.await?.ok_or(Error::WrongKey)?);
            service.shared.known_keys.keep(hash, Arc::clone(&opened));
            opened
        }
    };
    let actor = Actor::Key(key.id);
    service.shared.hosting.rates.spend(actor)?;
    Ok(Program {
        actor,
        opens: Opens::Key(key),
    })
}

/// A signed-in person; programs have no pages.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub(crate) Person);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let session = session(parts, state).await?;
        let person = person_of(state, &session).instrument(stored()).await?;
        let person = person.ok_or(Error::SignedOut)?;
        state
            .service
            .shared
            .hosting
            .rates
            .spend(Actor::Person(person.id))?;
        Ok(Self(person))
    }
}

/// Whether somebody of this role sees the model's pages.
pub(crate) fn studies(role: Role) -> bool {
    matches!(role, Role::Analyst | Role::Auditor | Role::Admin)
}

/// A signed-in person who sees the model's pages.
#[derive(Clone, Debug)]
pub(crate) struct Studying(pub(crate) Person);

impl FromRequestParts<AppState> for Studying {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, state).await?;
        if !studies(person.role) {
            return Err(Error::Role { role: person.role });
        }
        Ok(Self(person))
    }
}

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

/// The stage of a request that waits for the database.
fn stored() -> Span {
    tracing::info_span!(target: SPANS, "store")
}

/// The key that a request brings.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
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
