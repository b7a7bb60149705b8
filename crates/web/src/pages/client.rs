//! `/clients/{id}` and `/me`: one client's result, what explains it, and what is known of them.
//!
//! The page is made of parts, one file each, every one a load and a view of its own. What a part
//! shows follows from the address alone, so that every link and form works without JavaScript;
//! htmx asks for the same address and names the part that it swaps.

pub(crate) mod acts;
pub(crate) mod case;
mod comparison;
mod corrections;
pub(super) mod decision;
mod detail;
pub(super) mod drivers;
pub(crate) mod information;
pub(crate) mod moment;
pub(super) mod reasons;
mod similar;
mod sources;
mod standing;
mod steps;
mod view;
mod ways;
pub(super) mod what_if;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::Explanation;
use limpide_model::Decision as Decided;
use limpide_store::{Person, PredictionKind, Role, Verdict};
use std::convert::Infallible;

use self::case::{CasePart, Refused};
use self::comparison::Comparison;
use self::corrections::Corrections;
use self::decision::Decision;
use self::drivers::Drivers;
use self::information::Information;
use self::reasons::Reasons;
use self::similar::Similar;
use self::view::View;
pub(crate) use self::view::Wanted;
use self::ways::WaysPart;
use self::what_if::WhatIf;
use super::{Frame, Place, html};
use crate::api::known_row;
use crate::api::recording::{Answered, record};
use crate::auth::{SignedIn, VisibleClient};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    frame: Frame,
    client: i64,
    own: bool,
    facts: Vec<String>,
    /// Whether this person takes new applications.
    applies: bool,
    decision: Decision,
    drivers: Drivers,
    reasons: Reasons,
    comparison: Comparison,
    what_if: Option<WhatIf>,
    similar: Similar,
    ways: Option<WaysPart>,
    case: CasePart,
    information: Information,
    corrections: Corrections,
}

/// The part of the page that htmx swaps, by the id of its element; none for the whole page.
#[derive(Debug)]
pub(crate) struct Swapped(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Swapped {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Swapped {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let asked = text("hx-request") == Some("true");
        Self(text("hx-target").filter(|_| asked).map(str::to_owned))
    }
}

/// Shows a client whom the signed-in person may see, or the part of the page that is asked for.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    VisibleClient(client): VisibleClient,
    Language(lang): Language,
    Swapped(part): Swapped,
    wanted: Wanted,
) -> Result<Response, Error> {
    let view = View::new(&state, &person, client, lang, &wanted);
    match part.as_deref() {
        Some("comparison" | "comparison-shown") => {
            html(&Comparison::load(&view, &view.explained()?).await?)
        }
        Some("what-if-result") => match WhatIf::load(&view, &view.explained()?).await? {
            Some(part) => html(&part.answer()),
            None => Err(Error::NotFound),
        },
        Some("ways") => match WaysPart::load(&view, Vec::new()).await? {
            Some(part) => html(&part),
            None => Err(Error::NotFound),
        },
        Some("information-values") => html(&Information::load(&view).await?),
        Some("similar") => html(&Similar::load(&view).await?),
        Some(part) if part.starts_with("detail-") => {
            html(&detail::load(&view, &view.explained()?, wanted.get("reason")).await?)
        }
        _ => html(&page(&view, &person, Refused::default()).await?),
    }
}

/// Leads a client to their own page, and anyone else to the list.
pub(crate) async fn show_own(SignedIn(person): SignedIn) -> Response {
    match person.client {
        Some(client) => Redirect::to(&format!("/clients/{client}")).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

/// What the model advises to decide; none where a person must look.
fn advised(view: &View<'_>) -> Result<Option<Verdict>, Error> {
    let row = known_row(view.state, view.client)?;
    Ok(match view.state.service.score(&row)?.decision {
        Decided::Granted => Some(Verdict::Granted),
        Decided::Refused => Some(Verdict::Refused),
        Decided::Review => None,
    })
}

async fn page(view: &View<'_>, person: &Person, refused: Refused) -> Result<ClientPage, Error> {
    let texts = view.texts;
    let explanation = recorded(view, person).await?;
    let what_if = WhatIf::load(view, &explanation).await?;
    let changeable = what_if.as_ref().map(WhatIf::changeable).unwrap_or_default();
    let number = view.client.to_string();
    let title = if view.own {
        texts.get("own-title")
    } else {
        texts.with("client-title", &[("client", &number)])
    };
    let place = Place {
        state: view.state,
        lang: texts.lang,
        person: Some(person),
        path: &format!("/clients/{number}"),
        query: &view.wanted.query(&[]),
    };
    let corrections = Corrections::load(view, &refused).await?;
    let case = CasePart::load(view, refused).await?;
    let decision = Decision::load(texts, view.own, &explanation);
    let outvoted = explanation.score.decision != Decided::Granted && case.is_approved;
    Ok(ClientPage {
        frame: Frame::new(&place, &title),
        client: view.client,
        own: view.own,
        facts: information::facts(view.state, view.client, texts.lang)?,
        applies: person.role == Role::Adviser && view.state.service.compute.is_some(),
        decision: match view.own && outvoted {
            true => decision.approved(),
            false => decision,
        },
        drivers: Drivers::load(texts, &explanation),
        reasons: Reasons::load(view, &explanation).await?,
        comparison: Comparison::load(view, &explanation).await?,
        similar: Similar::load(view).await?,
        ways: WaysPart::load(view, changeable).await?,
        what_if,
        corrections,
        case,
        information: Information::load(view).await?,
    })
}

/// Why the client got this result, recorded as answered.
async fn recorded(view: &View<'_>, person: &Person) -> Result<Explanation, Error> {
    let row = known_row(view.state, view.client)?;
    let explanation = view.state.service.explain(&row, view.reader())?;
    let answered = Answered {
        kind: PredictionKind::Explanation,
        client: Some(view.client),
        row: &row,
        score: &explanation.score,
        role: Some(person.role),
    };
    record(view.state, answered).await?;
    Ok(explanation)
}
