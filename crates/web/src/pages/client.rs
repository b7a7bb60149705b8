//! `/clients/{id}` and `/me`: one client's result, what explains it, and what is known of them.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::{Explanation, Reason, format};
use limpide_model::{Decision, Lang};
use limpide_store::{Person, PredictionKind, Role};
use serde::Deserialize;

use super::information::{self, Shown};
use super::{Frame, Place, Tone, encoded, html};
use crate::api::known_row;
use crate::api::recording::{Answered, record};
use crate::asked::Asked;
use crate::auth::{SignedIn, VisibleClient};
use crate::charts::gauge::{self, Gauge};
use crate::charts::waterfall::{self, Drawing, NARROW, Row, WIDE};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    frame: Frame,
    client: i64,
    own: bool,
    facts: Vec<String>,
    verdict: String,
    tone: Tone,
    risk: String,
    gauge: Gauge,
    gauge_words: String,
    threshold: String,
    chart_words: String,
    wide: Drawing,
    narrow: Drawing,
    rows: Vec<Row>,
    against: Vec<ReasonRow>,
    in_favour: Vec<ReasonRow>,
    information: Shown,
}

struct ReasonRow {
    points: String,
    sentence: String,
}

/// What the information is filtered by.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

/// Shows a client whom the signed-in person may see.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    VisibleClient(client): VisibleClient,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let row = known_row(&state, client)?;
    let explanation = state.service.explain(&row, lang)?;
    let answered = Answered {
        kind: PredictionKind::Explanation,
        client: Some(client),
        row: &row,
        score: &explanation.score,
        role: Some(person.role),
    };
    record(&state, answered).await?;
    let visit = Visit {
        state: &state,
        person: &person,
        client,
        lang,
        filter: wanted.q.trim(),
    };
    html(&load(&visit, explanation)?)
}

/// Leads a client to their own page, and anyone else to the list.
pub(crate) async fn show_own(SignedIn(person): SignedIn) -> Response {
    match person.client {
        Some(client) => Redirect::to(&format!("/clients/{client}")).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

/// Who looks at whom, in which language.
struct Visit<'a> {
    state: &'a AppState,
    person: &'a Person,
    client: i64,
    lang: Lang,
    filter: &'a str,
}

fn load(visit: &Visit<'_>, explanation: Explanation) -> Result<ClientPage, Error> {
    let &Visit {
        state,
        person,
        client,
        lang,
        filter,
    } = visit;
    let texts = Texts::new(lang);
    let score = &explanation.score;
    let own = person.role == Role::Client;
    let number = client.to_string();
    let title = if own {
        texts.get("own-title")
    } else {
        texts.with("client-title", &[("client", &number)])
    };
    let place = Place {
        state,
        lang,
        person: Some(person),
        path: &format!("/clients/{client}"),
        query: &if filter.is_empty() {
            String::new()
        } else {
            format!("q={}", encoded(filter))
        },
    };
    let gauge = gauge::draw(score, lang);
    let verdict = verdict(score.decision, own, texts);
    Ok(ClientPage {
        frame: Frame::new(&place, &title),
        client,
        own,
        facts: information::facts(state, client, lang)?,
        gauge_words: texts.with(
            "gauge-words",
            &[
                ("risk", &gauge.figure),
                ("threshold", &gauge.threshold),
                ("verdict", &verdict),
            ],
        ),
        verdict,
        tone: Tone::of(score.decision),
        gauge,
        threshold: format::percent(score.threshold, lang),
        wide: waterfall::draw(&explanation.waterfall, score.threshold, WIDE, lang),
        narrow: waterfall::draw(&explanation.waterfall, score.threshold, NARROW, lang),
        rows: waterfall::rows(&explanation.waterfall, lang),
        against: reasons(&explanation.reasons, texts),
        in_favour: reasons(&explanation.strengths, texts),
        information: information::load(state, client, lang, filter)?,
        risk: explanation.summary.risk,
        chart_words: explanation.summary.chart,
    })
}

fn verdict(decision: Decision, own: bool, texts: Texts) -> String {
    match (decision, own) {
        (Decision::Granted, false) => texts.get("decision-granted"),
        (Decision::Refused, false) => texts.get("decision-refused"),
        (Decision::Review, false) => texts.get("decision-review"),
        (Decision::Granted, true) => texts.get("own-granted"),
        (Decision::Refused, true) => texts.get("own-refused"),
        (Decision::Review, true) => texts.get("own-review"),
    }
}

fn reasons(reasons: &[Reason], texts: Texts) -> Vec<ReasonRow> {
    let row = |reason: &Reason| ReasonRow {
        points: texts.with(
            "points",
            &[("points", &format::points(reason.points, texts.lang))],
        ),
        sentence: reason.sentence.clone(),
    };
    reasons.iter().map(row).collect()
}
