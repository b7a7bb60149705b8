//! `GET /api/v1/advisers/agreement`: how often those who decide agree with the model.

use axum::Json;
use axum::extract::State;
use limpide_model::metrics::wilson;
use limpide_store::Tally;
use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Date, OffsetDateTime, Time};
use utoipa::{IntoParams, ToSchema};

use super::case::{Names, WireActor};
use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, FieldProblem, Problem};
use crate::router::AppState;

/// Which decisions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// The first day, in universal time, as `2026-01-31`; the first of all if left out.
    #[param(value_type = Option<String>, format = Date)]
    pub(crate) from: Option<String>,
    /// The last day; today if left out.
    #[param(value_type = Option<String>, format = Date)]
    pub(crate) to: Option<String>,
    /// Language of pages; nothing here depends on it.
    #[allow(dead_code)]
    pub(crate) lang: Option<String>,
}

/// How first decisions stand to the model's advice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agreements)]
pub(crate) struct WireAgreements {
    /// The first day.
    #[schema(format = Date)]
    pub(crate) from: String,
    /// The last day.
    #[schema(format = Date)]
    pub(crate) to: String,
    /// All who decided, together.
    pub(crate) all: WireTally,
    /// Each of them.
    pub(crate) advisers: Vec<WireAdviser>,
}

/// How somebody's decisions stand to the model's advice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdviserAgreement)]
pub(crate) struct WireAdviser {
    /// Who decided.
    pub(crate) by: WireActor,
    #[serde(flatten)]
    pub(crate) tally: WireTally,
}

/// Counts of first decisions. Cases that were erased are not counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tally)]
pub(crate) struct WireTally {
    /// Decided as the model advised.
    pub(crate) agreed: u64,
    /// Decided against the model's advice.
    pub(crate) overridden: u64,
    /// Decided where the model advised a review.
    pub(crate) unadvised: u64,
    /// Decisions that a second reviewer reversed.
    pub(crate) reversed: u64,
    /// Decisions against the advice among those that had one, 0 to 1; `null` without any.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) override_rate: Option<f64>,
    /// The rate's 95 % interval (Wilson): low, high; `null` without any.
    #[schema(min_items = 2, max_items = 2)]
    pub(crate) interval: Option<Vec<f64>>,
}

/// Tells how often those who decide follow the model's advice, over first decisions of some days.
#[utoipa::path(
    get,
    path = "/api/v1/advisers/agreement",
    operation_id = "adviser_agreement",
    tag = "decisions",
    params(Span),
    responses(
        (status = 200, description = "Counts and rates.", body = WireAgreements),
        (status = 400, description = "The query cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor, an analyst or an administrator sees it, or a program whose key has the scope `audit`.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A day that is none, named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Asked(span): Asked<Span>,
) -> Result<Json<WireAgreements>, Error> {
    caller.check_compares_advisers()?;
    let today = OffsetDateTime::now_utc().date();
    let mut problems = Vec::new();
    let mut read = |name, asked: Option<String>, otherwise| match asked {
        None => otherwise,
        Some(text) => day(&text).unwrap_or_else(|| {
            let found: String = text.chars().take(60).collect();
            problems.push(FieldProblem::new(name, found, "a day as 2026-01-31"));
            otherwise
        }),
    };
    let from = read("from", span.from, OffsetDateTime::UNIX_EPOCH.date());
    let to = read("to", span.to, today);
    if !problems.is_empty() {
        return Err(Error::Row(problems));
    }
    let midnight = |day: Date| day.with_time(Time::MIDNIGHT).assume_utc();
    let before = midnight(to.next_day().unwrap_or(to));
    let store = &state.service.shared.store;
    let tallies = store.agreement_between(midnight(from), before).await?;
    let mut all = Tally::default();
    let mut names = Names::default();
    let mut advisers = Vec::with_capacity(tallies.len());
    for (actor, tally) in tallies {
        all.agreed += tally.agreed;
        all.overridden += tally.overridden;
        all.unadvised += tally.unadvised;
        all.reversed += tally.reversed;
        advisers.push(WireAdviser {
            by: names.of(&state, actor).await?,
            tally: told(&tally),
        });
    }
    Ok(Json(WireAgreements {
        from: from.to_string(),
        to: to.to_string(),
        all: told(&all),
        advisers,
    }))
}

fn told(tally: &Tally) -> WireTally {
    let advised = tally.agreed + tally.overridden;
    WireTally {
        agreed: tally.agreed,
        overridden: tally.overridden,
        unadvised: tally.unadvised,
        reversed: tally.reversed,
        override_rate: tally.override_rate(),
        interval: (advised > 0)
            .then(|| wilson(tally.overridden as usize, advised as usize).to_vec()),
    }
}

fn day(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}
