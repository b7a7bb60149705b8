//! `GET /api/v1/audit/log`: the decision log, a page at a time.

use axum::Json;
use axum::extract::State;
use limpide_store::{Entry, LogPlace, Sought};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::case::{Names, WireEntry};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, FieldProblem, Problem};
use crate::router::AppState;

/// Most entries of a page.
const MOST: usize = 1000;
/// Entries of a page if nothing is said.
const USUAL: usize = 100;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Entries after this sequence number; from the first one if left out.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// The most entries, 1 to 1000; 100 if left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Language of pages; nothing here depends on it.
    #[allow(dead_code)]
    lang: Option<String>,
}

/// A page of the decision log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogPage)]
pub(crate) struct WirePage {
    /// Entries, oldest first.
    entries: Vec<WireEntry>,
    /// What to ask for as `after` to have the next page; `null`: this is the last one for now.
    next: Option<i64>,
}

/// Lists entries of the decision log.
#[utoipa::path(
    get,
    path = "/api/v1/audit/log",
    operation_id = "audit_log",
    tag = "decisions",
    params(Page),
    responses(
        (status = 200, description = "A page of the log.", body = WirePage),
        (status = 400, description = "The query cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor reads the log, or a program whose key has the scope `audit`.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A number out of its range, named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<WirePage>, Error> {
    caller.check_audits()?;
    let (after, limit) = (page.after.unwrap_or(0), page.limit.unwrap_or(USUAL));
    let mut problems = Vec::new();
    if after < 0 {
        problems.push(FieldProblem::new("after", after.to_string(), "0 or more"));
    }
    if !(1..=MOST).contains(&limit) {
        let expected = format!("1 to {MOST}");
        problems.push(FieldProblem::new("limit", limit.to_string(), expected));
    }
    if !problems.is_empty() {
        return Err(Error::Row(problems));
    }
    let place = LogPlace::After(after);
    let (found, next) = find(&state, &caller, &Sought::default(), place, limit).await?;
    let mut names = Names::default();
    let mut entries = Vec::with_capacity(found.len());
    for entry in found {
        entries.push(WireEntry::new(&state, entry, &mut names).await?);
    }
    Ok(Json(WirePage { entries, next }))
}

/// A page of the entries that are looked for, and the number of its last entry if there are more.
pub(crate) async fn find(
    state: &AppState,
    caller: &Caller,
    sought: &Sought,
    place: LogPlace,
    limit: usize,
) -> Result<(Vec<Entry>, Option<i64>), Error> {
    caller.check_audits()?;
    let store = &state.service.shared.store;
    // One more than told, to know whether there is a next page.
    let mut found = store.search_log(sought, place, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|entry| entry.sequence);
    Ok((found, last.filter(|_| more)))
}
