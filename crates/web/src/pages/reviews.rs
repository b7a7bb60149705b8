//! `/reviews`: the cases for which somebody must act, the soonest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::format;
use limpide_store::{Waiting, WaitsFor};
use time::OffsetDateTime;

use super::managing::day;
use super::{Frame, Place, encoded, html};
use crate::api::reviews;
use crate::asked::Asked;
use crate::auth::{Caller, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    frame: Frame,
    count: String,
    rows: Vec<Row>,
    /// Addresses of other pages of the list; empty: there is none.
    first: String,
    next: String,
}

/// A case that waits.
struct Row {
    client: i64,
    waits_for: String,
    due: String,
    overdue: bool,
}

/// Shows a page of the list.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Asked(wanted): Asked<reviews::Page>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let caller = Caller::Person(person.clone());
    let found = reviews::find(&state, &caller, &wanted).await?;
    let written = |n: u64| format::number(n as f64, 0, lang);
    let query = wanted
        .after
        .as_deref()
        .map_or_else(String::new, |after| format!("after={}", encoded(after)));
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/reviews",
        query: &query,
    };
    let now = OffsetDateTime::now_utc().unix_timestamp();
    html(&ReviewsPage {
        frame: Frame::new(&place, &texts.get("nav-reviews")),
        count: match found.waiting {
            0 => texts.get("reviews-none"),
            waiting => texts.with(
                "reviews-count",
                &[
                    ("waiting", &written(waiting)),
                    ("overdue", &written(found.overdue)),
                ],
            ),
        },
        rows: found
            .cases
            .iter()
            .map(|case| row(case, now, texts))
            .collect(),
        first: if query.is_empty() { "" } else { "/reviews" }.to_owned(),
        next: found.next.map_or_else(String::new, |next| {
            format!("/reviews?after={}", encoded(&next))
        }),
    })
}

fn row(case: &Waiting, now: i64, texts: Texts) -> Row {
    // Where no date was set there is none that could be written.
    let due = day(Some(case.act_by), texts.lang);
    Row {
        client: case.client,
        waits_for: match case.waits_for {
            WaitsFor::Decision => texts.get("waits-decision"),
            WaitsFor::Review => texts.get("waits-review"),
            WaitsFor::Correction => texts.get("waits-correction"),
        },
        due: match due.as_str() {
            "" => texts.get("reviews-no-day"),
            _ => due,
        },
        overdue: case.act_by < now,
    }
}
