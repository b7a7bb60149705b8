//! `POST /api/v1/audit/replay/{sequence}`: a logged decision is made again from its own inputs.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use limpide_explain::Explainer;
use limpide_store::{Event, Proposal};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::on_a_core;
use crate::auth::Caller;
use crate::error::{Error, Problem};
use crate::proposed::{Replay, replay};
use crate::router::AppState;

/// What came out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replay)]
pub(crate) struct WireReplay {
    /// Number of the entry in which the model proposed.
    pub(crate) sequence: i64,
    /// Number of the case.
    case: String,
    /// Hash of the model that proposed, and proposed again.
    bundle: String,
    /// Whether margin, probability, interval, threshold, advice and reasons are the same to the bit.
    pub(crate) same: bool,
    /// What is not the same.
    pub(crate) differences: Vec<WireDifference>,
    /// Version of the program that made the entry; `null`: the entry does not keep it.
    pub(crate) made_by: Option<String>,
    /// Version of this program.
    pub(crate) replayed_by: String,
}

/// Something that is not the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
pub(crate) struct WireDifference {
    /// Where it stands, as in `reasons[0].contribution`.
    pub(crate) what: String,
    /// What the log holds.
    #[schema(value_type = Option<super::super::WireValue>)]
    pub(crate) logged: Value,
    /// What came out now.
    #[schema(value_type = Option<super::super::WireValue>)]
    pub(crate) now: Value,
}

/// Makes the decision again that the model proposed in an entry's case.
#[utoipa::path(
    post,
    path = "/api/v1/audit/replay/{sequence}",
    operation_id = "replay_decision",
    tag = "decisions",
    params(("sequence" = i64, Path, description = "Number of an entry", minimum = 1)),
    responses(
        (status = 200, description = "What came out; a difference is an answer too.", body = WireReplay),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor replays, or a program whose key has the scope `audit`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such entry, or the model did not propose in its case.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "What the case told was erased, or its model is not kept here any more.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn run(
    State(state): State<AppState>,
    caller: Caller,
    Path(sequence): Path<String>,
) -> Result<Json<WireReplay>, Error> {
    caller.check_audits()?;
    let sequence = sequence.parse::<i64>().map_err(|_| Error::NotFound)?;
    let store = &state.service.shared.store;
    let entry = store.entry(sequence).await?.ok_or(Error::NotFound)?;
    let first = store.case_entries(&entry.case).await?.into_iter().next();
    let first = first.ok_or(Error::NotFound)?;
    let proposal = match first.event {
        Some(Event::Proposed(proposal)) => *proposal,
        Some(_) => return Err(Error::NotFound),
        None => {
            return Err(Error::Conflict {
                reason: "what the case told was erased: nothing is left to replay".to_owned(),
            });
        }
    };
    let bundle = proposal.bundle.clone();
    let Replay {
        differences,
        made_by,
        replayed_by,
        ..
    } = replayed(&state, proposal).await?;
    let differences = differences.into_iter().map(|one| WireDifference {
        what: one.what,
        logged: plain(one.logged),
        now: plain(one.now),
    });
    let differences: Vec<WireDifference> = differences.collect();
    Ok(Json(WireReplay {
        sequence: first.sequence,
        case: first.case.to_string(),
        bundle,
        same: differences.is_empty(),
        differences,
        made_by,
        replayed_by,
    }))
}

async fn replayed(state: &AppState, proposal: Proposal) -> Result<Replay, Error> {
    let service = Arc::clone(&state.service);
    let replayed = on_a_core(state, "replay", move || {
        if *proposal.bundle == *service.model {
            return Ok(replay(&service.explainer, &proposal)?);
        }
        let past = match &service.shared.past {
            Some(past) => past.bundle(&proposal.bundle)?,
            None => None,
        };
        let bundle = past.ok_or_else(|| Error::Conflict {
            reason: format!("the model {} is not kept here any more", proposal.bundle),
        })?;
        Ok::<_, Error>(replay(&Explainer::new(Arc::new(bundle)), &proposal)?)
    });
    replayed.await?
}

/// A value as the document says: a number, a text or nothing.
fn plain(value: Value) -> Value {
    match value {
        Value::Null | Value::Number(_) | Value::String(_) => value,
        other => Value::String(other.to_string()),
    }
}
