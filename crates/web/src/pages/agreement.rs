//! `/agreement`: how the decisions of those who decide stand to the model's advice.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use limpide_explain::format;
use serde::Deserialize;

use super::{Frame, Place, encoded, html};
use crate::api::agreement::{self, Span, WireTally};
use crate::asked::Asked;
use crate::auth::{Caller, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// Which decisions; an empty day is no limit.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "agreement.html")]
struct AgreementPage {
    frame: Frame,
    wanted: Wanted,
    /// What is wrong with a day, in words; empty where nothing is.
    fault: String,
    rows: Vec<Row>,
}

/// Somebody's decisions, counted.
struct Row {
    who: String,
    agreed: String,
    overridden: String,
    unadvised: String,
    reversed: String,
    rate: String,
}

/// Shows counts and shares.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let some = |day: &str| Some(day.trim().to_owned()).filter(|day| !day.is_empty());
    let span = Span {
        from: some(&wanted.from),
        to: some(&wanted.to),
        lang: None,
    };
    let caller = Caller::Person(person.clone());
    let found = agreement::show(State(state.clone()), caller, Asked(span)).await;
    let (mut rows, mut fault, mut status) = (Vec::new(), String::new(), StatusCode::OK);
    match found {
        Ok(Json(found)) => {
            rows.extend(found.advisers.iter().map(|one| {
                let name = one.by.name.clone();
                let who = name.unwrap_or_else(|| texts.get("by-program"));
                row(who, &one.tally, texts)
            }));
            if rows.len() > 1 {
                rows.push(row(texts.get("agreement-all"), &found.all, texts));
            }
        }
        Err(Error::Row(_)) => {
            fault = texts.get("audit-fault-day");
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Err(error) => return Err(error),
    }
    let query = format!("from={}&to={}", encoded(&wanted.from), encoded(&wanted.to));
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/agreement",
        query: &query,
    };
    let mut page = html(&AgreementPage {
        frame: Frame::new(&place, &texts.get("nav-agreement")),
        wanted,
        fault,
        rows,
    })?;
    *page.status_mut() = status;
    Ok(page)
}

fn row(who: String, tally: &WireTally, texts: Texts) -> Row {
    let written = |n: u64| format::number(n as f64, 0, texts.lang);
    let percent = |share: f64| format::percent(share, texts.lang);
    let rate = match (tally.override_rate, tally.interval.as_deref()) {
        (Some(rate), Some(&[low, high])) => texts.with(
            "agreement-interval",
            &[
                ("rate", &percent(rate)),
                ("low", &percent(low)),
                ("high", &percent(high)),
            ],
        ),
        _ => String::new(),
    };
    Row {
        who,
        agreed: written(tally.agreed),
        overridden: written(tally.overridden),
        unadvised: written(tally.unadvised),
        reversed: written(tally.reversed),
        rate,
    }
}
