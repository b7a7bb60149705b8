//! `/`: finding a client by number.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::format;
use limpide_model::{Decision, Lang};
use limpide_store::{Person, Portfolio, Role};
use serde::Deserialize;

use super::{Frame, Place, Tone, encoded, html};
use crate::asked::Asked;
use crate::auth::SignedIn;
use crate::charts::meter::{self, Meter};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// Clients shown at once.
const MOST_SHOWN: usize = 25;

#[derive(Template)]
#[template(path = "clients.html")]
struct ClientsPage {
    frame: Frame,
    query: String,
    /// What is wrong with the number typed, in words; empty when nothing is.
    fault: String,
    found: String,
    rows: Vec<Row>,
}

struct Row {
    client: i64,
    risk: String,
    distance: String,
    decision: String,
    tone: Tone,
    meter: Meter,
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

/// Shows the clients whose number starts like this.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    if person.role == Role::Client {
        return Ok(Redirect::to("/me").into_response());
    }
    let texts = Texts::new(lang);
    let query = wanted.q.trim().to_owned();
    let digits = query.chars().all(|letter| letter.is_ascii_digit());
    let clients = if digits {
        search(&state, &person, &query).await?
    } else {
        Vec::new()
    };
    if let ([client], false) = (clients.as_slice(), query.is_empty()) {
        return Ok(Redirect::to(&format!("/clients/{client}")).into_response());
    }
    let more = clients.len() > MOST_SHOWN;
    let mut rows = Vec::with_capacity(clients.len().min(MOST_SHOWN));
    for client in clients.into_iter().take(MOST_SHOWN) {
        rows.extend(row(&state, client, lang)?);
    }
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/",
        query: &if query.is_empty() {
            String::new()
        } else {
            format!("q={}", encoded(&query))
        },
    };
    html(&ClientsPage {
        frame: Frame::new(&place, &texts.get("clients")),
        fault: if digits {
            String::new()
        } else {
            texts.get("search-digits")
        },
        found: found(&state, &query, rows.len(), more, lang),
        query,
        rows,
    })
}

/// Clients whose number starts like this, among those whom the person may see.
async fn search(state: &AppState, person: &Person, query: &str) -> Result<Vec<i64>, Error> {
    let most = MOST_SHOWN + 1;
    match (person.role, person.portfolio) {
        (Role::Client | Role::Admin, _) => Ok(Vec::new()),
        (_, Portfolio::All) => Ok(state.service.clients.search(query, most)),
        (_, Portfolio::Assigned) => {
            let store = &state.service.shared.store;
            Ok(store.assigned_clients(person.id, query, most).await?)
        }
    }
}

fn row(state: &AppState, client: i64, lang: Lang) -> Result<Option<Row>, Error> {
    let texts = Texts::new(lang);
    let Some(values) = state.service.clients.row(client)? else {
        return Ok(None);
    };
    let score = state.service.score(&values)?;
    Ok(Some(Row {
        client,
        risk: format::percent(score.probability, lang),
        distance: texts.with(
            "points",
            &[("points", &format::points(score.distance, lang))],
        ),
        decision: match score.decision {
            Decision::Granted => texts.get("decision-granted-short"),
            Decision::Refused => texts.get("decision-refused-short"),
            Decision::Review => texts.get("decision-review-short"),
        },
        tone: Tone::of(score.decision),
        meter: meter::draw(&score),
    }))
}

fn found(state: &AppState, query: &str, shown: usize, more: bool, lang: Lang) -> String {
    let texts = Texts::new(lang);
    let written = |n: usize| format::number(n as f64, 0, lang);
    if query.is_empty() {
        let all = state.service.clients.count();
        return texts.plural("clients-all", all, &written(all));
    }
    if more {
        return texts.with("clients-more", &[("count", &written(shown))]);
    }
    texts.plural("clients-found", shown, &written(shown))
}
