//! Cases and entries of the log as programs read them.

use std::collections::BTreeMap;

use limpide_store::{Actor, Advice, Agreement, Case, Entry, Outcome, Status, Verdict};
use serde::Serialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use crate::api::WireDecision;
use crate::error::Error;
use crate::router::AppState;

/// Where a case stands.
#[derive(ToSchema)]
#[schema(as = CaseStatus, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only: the store's own type travels.
pub(super) enum WireStatus {
    /// The model's proposal stands; nobody needs to decide.
    Proposed,
    /// A person must decide.
    AwaitingDecision,
    /// Somebody decided.
    Decided,
    /// The client contests; a second reviewer must answer.
    Contested,
    /// A second reviewer answered.
    Reviewed,
    /// Everything personal was forgotten.
    Erased,
    /// Nothing is proposed: the client asked to correct an item.
    Unproposed,
}

/// What was decided.
#[derive(ToSchema)]
#[schema(as = Verdict, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only.
pub(super) enum WireVerdict {
    /// The credit is granted.
    Granted,
    /// The credit is refused.
    Refused,
}

/// What became of a credit.
#[derive(ToSchema)]
#[schema(as = Outcome, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only.
pub(super) enum WireOutcome {
    /// It was repaid.
    Repaid,
    /// It was not.
    Defaulted,
}

/// How a first decision stands to the model's advice.
#[derive(ToSchema)]
#[schema(as = Agreement, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only.
pub(super) enum WireAgreement {
    /// As the model advised.
    Agreed,
    /// Against the model's advice.
    Overridden,
    /// The model advised a review and had no verdict.
    Unadvised,
}

/// Who did something.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct WireActor {
    /// `person:` or `key:` and its number; `program`: the server's own key.
    #[schema(example = "person:3")]
    actor: String,
    /// The person's full name or the key's; `null` for the server's own key.
    pub(crate) name: Option<String>,
}

/// Names of those who did something, each looked up once.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<Actor, Option<String>>);

impl Names {
    pub(crate) async fn of(&mut self, state: &AppState, actor: Actor) -> Result<WireActor, Error> {
        let name = match self.0.get(&actor) {
            Some(name) => name.clone(),
            None => {
                let name = state.service.shared.store.actor_name(actor).await?;
                self.0.insert(actor, name.clone());
                name
            }
        };
        Ok(WireActor {
            actor: actor.to_string(),
            name,
        })
    }
}

/// The first decision by somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstDecision)]
pub(super) struct WireFirst {
    /// Who decided.
    by: WireActor,
    /// What was decided.
    #[schema(value_type = WireVerdict)]
    verdict: Verdict,
    /// How it stands to the model's advice.
    #[schema(value_type = WireAgreement)]
    agreement: Agreement,
}

/// Where a case stands, and what is due.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct WireStanding {
    /// Where the case stands.
    #[schema(value_type = WireStatus)]
    status: Status,
    /// What the model advised; `null` once erased.
    #[schema(value_type = Option<WireDecision>)]
    advice: Option<Advice>,
    /// What stands now; `null`: nothing is decided yet.
    #[schema(value_type = Option<WireVerdict>)]
    verdict: Option<Verdict>,
    /// Until when somebody must act; `null`: nobody must.
    #[schema(format = DateTime)]
    due: Option<String>,
    /// Whether somebody should have acted by now.
    overdue: bool,
    /// The first decision by somebody; `null`: none yet.
    first: Option<WireFirst>,
    /// Who reviewed a contested decision; `null`: nobody yet.
    second: Option<WireActor>,
    /// What became of the credit; `null`: not known yet.
    #[schema(value_type = Option<WireOutcome>)]
    outcome: Option<Outcome>,
}

impl WireStanding {
    pub(crate) async fn new(
        state: &AppState,
        case: &Case,
        now: OffsetDateTime,
        names: &mut Names,
    ) -> Result<Self, Error> {
        let first = match case.first {
            Some(first) => Some(WireFirst {
                by: names.of(state, first.by).await?,
                verdict: first.verdict,
                agreement: first.agreement,
            }),
            None => None,
        };
        let second = match case.second {
            Some(second) => Some(names.of(state, second).await?),
            None => None,
        };
        let due = case.due.map(OffsetDateTime::from_unix_timestamp);
        let due = due.transpose().map_err(|_| damaged("a deadline"))?;
        Ok(Self {
            status: case.status,
            advice: case.advice,
            verdict: case.verdict,
            due: due.map(moment).transpose()?,
            overdue: case.is_overdue(now.unix_timestamp()),
            first,
            second,
            outcome: case.outcome,
        })
    }
}

/// An entry of the decision log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct WireEntry {
    /// Number of the entry: 1, 2, 3 and so on, without gaps.
    #[schema(minimum = 1)]
    sequence: i64,
    /// Number of the case: 32 hexadecimal digits that tell nothing of the client.
    case: String,
    /// When it happened, to the millisecond.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    by: WireActor,
    /// What happened; `null`: it was forgotten.
    #[schema(example = "overridden")]
    event: Option<String>,
    /// What the event tells, by name; empty where it was forgotten. A proposal holds the row that
    /// was scored (`inputs`), the model's hash (`bundle`), `score`, `advice` and `reasons`, each
    /// reason in French and English.
    #[schema(value_type = Object)]
    told: Map<String, Value>,
    /// The entry's hash over all of this and the hash of the entry before.
    #[schema(min_length = 64, max_length = 64)]
    hash: String,
}

impl WireEntry {
    pub(crate) async fn new(
        state: &AppState,
        entry: Entry,
        names: &mut Names,
    ) -> Result<Self, Error> {
        let mut told = match serde_json::to_value(&entry.event) {
            Ok(Value::Object(told)) => told,
            Ok(_) => Map::new(),
            Err(_) => return Err(damaged("an event")),
        };
        told.shift_remove("event");
        Ok(Self {
            sequence: entry.sequence,
            case: entry.case.to_string(),
            at: moment(entry.at)?,
            by: names.of(state, entry.actor).await?,
            event: entry.event.map(|event| event.name().to_owned()),
            told,
            hash: entry.hash,
        })
    }
}

/// What was added to a client's case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recorded)]
pub(super) struct WireRecorded {
    /// Client number.
    pub(super) client: i64,
    /// Number of the case.
    pub(super) case: String,
    /// The entry that was added.
    pub(super) entry: WireEntry,
    /// The case as the entry left it.
    pub(super) standing: WireStanding,
}

/// A moment as programs read it.
pub(crate) fn moment(at: OffsetDateTime) -> Result<String, Error> {
    at.format(&Rfc3339).map_err(|_| damaged("a moment"))
}

fn damaged(what: &str) -> Error {
    tracing::error!(what, "the decision log holds what cannot be written");
    Error::Internal
}
