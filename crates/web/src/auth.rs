//! Who asks, and whom they may see: a person of a session (`session`) or a program with its key. Every
//! route of a client goes through [`VisibleClient`], [`Acting`] or [`Administering`] (`of_client`): there
//! is no other way from an address to a client number.

mod of_client;
mod session;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use limpide_model::{Lang, Reader};
use limpide_store::{Actor, Key, Person, Portfolio, Role, Scope, ToSee};
use serde::Serialize;
use time::OffsetDateTime;
use tracing::{Instrument as _, Span};
use utoipa::ToSchema;

pub(crate) use self::of_client::{Acting, Administering, VisibleClient};
use self::session::session;
pub(crate) use self::session::{person_of, sign_in, sign_out};
use crate::error::Error;
use crate::observe::SPANS;
use crate::router::AppState;

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

    /// The person who asks: no program does this.
    pub(crate) fn person(self) -> Result<Person, Error> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Program(_) => Err(Error::TakesPerson),
        }
    }

    /// The person's role; `None`: a program.
    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::Person(person) => Some(person.role),
            Self::Program(_) => None,
        }
    }

    /// Whom sentences about a client speak to, in one language.
    pub(crate) fn reader(&self, lang: Lang) -> Reader {
        match self.role() {
            Some(Role::Client) => Reader::client(lang),
            _ => Reader::from(lang),
        }
    }

    /// Whether this client's data may be shown.
    pub(crate) async fn check_sees(&self, state: &AppState, client: i64) -> Result<(), Error> {
        match self {
            Self::Program(_) => self.check_scope(Scope::Read),
            Self::Person(person) => {
                let may_see = Box::pin(state.service.shared.store.may_see(person, client));
                match may_see.await? {
                    true => Ok(()),
                    false => Err(Error::UnknownClient { client }),
                }
            }
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
        let signed_in = Box::pin(SignedIn::from_request_parts(parts, state)).await;
        signed_in.map(|SignedIn(person)| Self::Person(person))
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
            let opened = Box::pin(opened).await?;
            let opened = Arc::new(opened.ok_or(Error::WrongKey)?);
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
