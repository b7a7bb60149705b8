//! `GET /api/v1/clients/{id}/case`: where a client's case stands, and how it came there.

use axum::Json;
use axum::extract::State;
use limpide_store::{Case, Event, Outcome, Verdict};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::wire::{Names, WireEntry, WireStanding};
use crate::asked::Asked;
use crate::auth::{Act, Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::router::AppState;

/// Which case.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Number of an older case of the client; the latest one if left out.
    case: Option<String>,
    /// Language of pages; nothing here depends on it.
    #[allow(dead_code)]
    lang: Option<String>,
}

/// A client's case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub(crate) struct WireCase {
    /// Client number.
    client: i64,
    /// Number of the case.
    case: String,
    /// Where it stands.
    standing: WireStanding,
    /// What the caller may do next, each by the last part of its address.
    may: Vec<Act>,
    /// What happened, oldest first.
    entries: Vec<WireEntry>,
    /// Numbers of all cases of the client, oldest first.
    cases: Vec<String>,
}

/// Tells a client's case.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/case",
    operation_id = "client_case",
    tag = "decisions",
    params(("id" = i64, Path, description = "Client number"), Which),
    responses(
        (status = 200, description = "The case, with an `ETag`.", body = WireCase),
        (status = 304, description = "The case is as under the `If-None-Match` that was sent."),
        (status = 400, description = "The client number is not one, or the query has an unknown name.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was proposed on this client, or the case is not theirs.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
    Asked(which): Asked<Which>,
) -> Result<Json<WireCase>, Error> {
    let store = &state.service.shared.store;
    let cases = store.client_cases(client).await?;
    let case = match which.case {
        Some(number) => cases.iter().find(|case| case.as_str() == number),
        None => cases.last(),
    };
    let case = case.ok_or(Error::UnknownCase { client })?;
    let entries = store.case_entries(case).await?;
    let standing = Case::of(&entries).ok_or(Error::UnknownCase { client })?;
    let latest = cases.last() == Some(case);
    let mut names = Names::default();
    let mut wire = WireCase {
        client,
        case: case.to_string(),
        standing: WireStanding::new(&state, &standing, OffsetDateTime::now_utc(), &mut names)
            .await?,
        may: if latest {
            may(&standing, &caller)
        } else {
            Vec::new()
        },
        entries: Vec::with_capacity(entries.len()),
        cases: cases.iter().map(ToString::to_string).collect(),
    };
    for entry in entries {
        let entry = WireEntry::new(&state, entry, &mut names).await?;
        wire.entries.push(entry);
    }
    Ok(Json(wire))
}

/// What the caller may do to a case next.
pub(crate) fn may(case: &Case, caller: &Caller) -> Vec<Act> {
    let possible = |act: &Act| match act {
        Act::Proposal => !case.is_waiting(),
        Act::Decision => [Verdict::Granted, Verdict::Refused].iter().any(|&verdict| {
            let reason = None;
            let event = Event::Decided { verdict, reason };
            Case::check(Some(case), &event, caller.actor()).is_ok()
        }),
        _ => {
            let text = "?".to_owned();
            let event = match act {
                Act::Comment => Event::Commented { text },
                Act::Contest => Event::Contested { text, answer_by: 0 },
                Act::Review => Event::Upheld { reason: text },
                _ => Event::OutcomeKnown {
                    outcome: Outcome::Repaid,
                },
            };
            Case::check(Some(case), &event, caller.actor()).is_ok()
        }
    };
    let allowed = |act: &Act| caller.check_acts(*act).is_ok();
    let acts = Act::ALL.into_iter();
    acts.filter(allowed).filter(possible).collect()
}
