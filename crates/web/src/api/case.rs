//! A client's case: one request for credit, from the model's proposal to the outcome. What is done
//! to it is added to the decision log, one route an act; here is what they share.

pub(crate) mod comment;
pub(crate) mod contest;
pub(crate) mod correction;
pub(crate) mod decision;
mod fields;
pub(crate) mod outcome;
pub(crate) mod proposal;
pub(crate) mod review;
pub(crate) mod show;
mod wire;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use limpide_store::{Case, CaseId, Event, NewEntry, Refusal};
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

pub(crate) use self::fields::Fields;
use self::wire::WireRecorded;
pub(crate) use self::wire::{Names, WireActor, WireEntry, WireStanding, moment};
use crate::auth::{Act, Acting};
use crate::error::{Error, FieldProblem};
use crate::router::AppState;

/// How long a person has to decide what the model does not advise to grant.
pub(crate) const DECIDE_WITHIN: Duration = Duration::days(15);
/// How long a second reviewer has to answer a contest: the month of the GDPR's article 12(3).
pub(crate) const ANSWER_WITHIN: Duration = Duration::days(30);
/// Name of the header that makes a request one and the same, however often it is sent.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The client's latest case as it stands; older ones have ended.
async fn latest(state: &AppState, client: i64) -> Result<(CaseId, Case), Error> {
    let store = &state.service.shared.store;
    let cases = store.client_cases(client).await?;
    let latest = cases.into_iter().next_back();
    let latest = latest.ok_or(Error::UnknownCase { client })?;
    let standing = store.case(&latest).await?;
    let standing = standing.ok_or(Error::UnknownCase { client })?;
    Ok((latest, standing))
}

/// Something that is asked of a case.
struct Asked<'a> {
    acting: &'a Acting,
    act: Act,
    headers: &'a HeaderMap,
    body: Map<String, Value>,
}

impl Asked<'_> {
    /// Adds an event to the log and answers with its entry, and with the case as it left it. Sent
    /// again under its idempotency key, the answer is the same and nothing is added.
    async fn record(
        self,
        state: &AppState,
        case: Option<CaseId>,
        event: Event,
    ) -> Result<Response, Error> {
        let store = &state.service.shared.store;
        let client = self.acting.client;
        let new = NewEntry {
            case,
            actor: self.acting.caller.actor(),
            at: OffsetDateTime::now_utc(),
            event,
            idempotency_key: idempotency_key(self.headers)?,
            request: Some(json!({ "act": self.act, "client": client, "body": self.body })),
        };
        let entry = store.append(new).await.map_err(|error| match error {
            limpide_store::Error::Refused(Refusal::NeedsReason) => {
                Error::Row(vec![FieldProblem::new(
                    "reason",
                    "nothing",
                    "why this decides against the model's advice",
                )])
            }
            error => error.into(),
        })?;
        let mut entries = store.case_entries(&entry.case).await?;
        entries.retain(|one| one.sequence <= entry.sequence);
        let standing = Case::of(&entries).ok_or(Error::UnknownCase { client })?;
        let mut names = Names::default();
        let recorded = WireRecorded {
            client,
            case: entry.case.to_string(),
            standing: WireStanding::new(state, &standing, entry.at, &mut names).await?,
            entry: WireEntry::new(state, entry, &mut names).await?,
        };
        Ok((StatusCode::CREATED, Json(recorded)).into_response())
    }
}

/// The key that makes a request one and the same, where it has one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(sent) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = sent.to_str().ok().filter(|key| {
        (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    match key {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Error::Row(vec![FieldProblem::new(
            "Idempotency-Key",
            format!("{} bytes", sent.len()),
            "1 to 255 visible ASCII characters, without spaces",
        )])),
    }
}
