//! `GET /api/v1/reviews`: the cases for which somebody must act, the soonest first.

use axum::Json;
use axum::extract::State;
use limpide_store::{CaseId, Waiting, WaitsFor};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::case::moment;
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, FieldProblem, Problem};
use crate::router::AppState;

/// Most cases of a page.
const MOST: usize = 1000;
/// Cases of a page if nothing is said.
const USUAL: usize = 100;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The `next` of the page before; the first page if left out.
    pub(crate) after: Option<String>,
    /// The most cases, 1 to 1000; 100 if left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Language of pages; nothing here depends on it.
    #[allow(dead_code)]
    lang: Option<String>,
}

/// A page of the cases that wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reviews)]
pub(crate) struct WireReviews {
    /// How many cases wait, on all pages.
    waiting: u64,
    /// How many of them should have been acted on by now.
    overdue: u64,
    /// Cases, the soonest first.
    reviews: Vec<WireReview>,
    /// What to ask for as `after` to have the next page; `null`: this is the last one.
    next: Option<String>,
}

/// A case for which somebody must act.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub(crate) struct WireReview {
    /// Client number.
    client: i64,
    /// Number of the case.
    case: String,
    /// What must be done first.
    #[schema(value_type = WireWaitsFor)]
    waits_for: WaitsFor,
    /// Until when; `null`: no date was set.
    #[schema(format = DateTime)]
    act_by: Option<String>,
    /// Whether it should have been done by now.
    overdue: bool,
}

/// What must be done.
#[derive(ToSchema)]
#[schema(as = WaitsFor, rename_all = "snake_case")]
#[allow(dead_code)] // For the document only: the store's own type travels.
enum WireWaitsFor {
    /// A person must decide.
    Decision,
    /// A second reviewer must answer a contest.
    Review,
    /// A request for correction must be answered.
    Correction,
}

/// Lists the cases of clients whom the caller may see for which somebody must act.
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    operation_id = "reviews",
    tag = "decisions",
    params(Page),
    responses(
        (status = 200, description = "A page of the list.", body = WireReviews),
        (status = 400, description = "The query cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An adviser, an analyst or an auditor sees the list, or a program whose key has the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value out of its range, named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<WireReviews>, Error> {
    let found = find(&state, &caller, &page).await?;
    let now = OffsetDateTime::now_utc();
    let reviews = found.cases.into_iter().map(|one| told(one, now));
    Ok(Json(WireReviews {
        waiting: found.waiting,
        overdue: found.overdue,
        reviews: reviews.collect::<Result<_, _>>()?,
        next: found.next,
    }))
}

/// A page of the cases that wait, as found.
pub(crate) struct Found {
    pub(crate) waiting: u64,
    pub(crate) overdue: u64,
    pub(crate) cases: Vec<Waiting>,
    pub(crate) next: Option<String>,
}

/// Finds cases of clients whom the caller may see for which somebody must act.
pub(crate) async fn find(state: &AppState, caller: &Caller, page: &Page) -> Result<Found, Error> {
    let whose = caller.to_see()?;
    let limit = page.limit.unwrap_or(USUAL);
    let after = page.after.as_deref().map(place);
    let mut problems = Vec::new();
    if !(1..=MOST).contains(&limit) {
        let expected = format!("1 to {MOST}");
        problems.push(FieldProblem::new("limit", limit.to_string(), expected));
    }
    if after == Some(None) {
        let expected = "the next of an earlier page";
        problems.push(FieldProblem::new("after", "something else", expected));
    }
    if !problems.is_empty() {
        return Err(Error::Row(problems));
    }
    let store = &state.service.shared.store;
    let now = OffsetDateTime::now_utc();
    let (waiting, overdue) = store.waiting_count(whose, now).await?;
    // One more than told, to know whether there is a next page.
    let after = after.flatten();
    let mut cases = store.waiting(whose, after.as_ref(), limit + 1).await?;
    let more = cases.len() > limit;
    cases.truncate(limit);
    let last = cases
        .last()
        .map(|one| format!("{}-{}", one.act_by, one.case));
    Ok(Found {
        waiting,
        overdue,
        cases,
        next: last.filter(|_| more),
    })
}

/// Where a page ended: a date and a case.
fn place(text: &str) -> Option<(i64, CaseId)> {
    let (act_by, case) = text.rsplit_once('-')?;
    Some((act_by.parse().ok()?, case.parse().ok()?))
}

fn told(waiting: Waiting, now: OffsetDateTime) -> Result<WireReview, Error> {
    // Where no date was set there is none that could be written.
    let act_by = OffsetDateTime::from_unix_timestamp(waiting.act_by).ok();
    Ok(WireReview {
        client: waiting.client,
        case: waiting.case.to_string(),
        waits_for: waiting.waits_for,
        act_by: act_by.map(moment).transpose()?,
        overdue: waiting.act_by < now.unix_timestamp(),
    })
}
