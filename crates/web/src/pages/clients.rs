//! `/`: finding clients by number, result and category, as `GET /api/v1/clients` finds them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::format;
use limpide_model::{Decision, Lang};
use limpide_store::{Person, Role, WaitsFor};
use time::OffsetDateTime;

use super::client::{Swapped, information, moment};
use super::ordered::{Head, Holds, Sortable, Sorted};
use super::{Frame, Place, Tone, encoded, html};
use crate::api::clients;
use crate::api::comparing::Parameters;
use crate::asked::Asked;
use crate::auth::{Caller, SignedIn};
use crate::charts::meter::{self, Meter};
use crate::error::Error;
use crate::language::Language;
use crate::router::AppState;
use crate::texts::Texts;

/// Clients shown at once.
const MOST_SHOWN: usize = 25;
/// Cases that wait, of which those of the page are told.
const MOST_WAITING: usize = 10_000;
/// Ends of the bands of risk, in per cent.
const BANDS: [u8; 6] = [0, 5, 10, 20, 40, 100];
/// What the list may be put in order by.
const SORTS: [Sortable; 3] = [
    ("number", "column-client", Holds::Words),
    ("probability", "column-risk", Holds::Numbers),
    ("distance", "column-distance", Holds::SmallNumbers),
];
/// Names that the form sends.
const NAMES: [&str; 8] = [
    "q", "decision", "band", "filter", "waiting", "whose", "sort", "after",
];

#[derive(Template)]
#[template(path = "clients.html")]
struct ClientsPage {
    frame: Frame,
    query: String,
    choices: Vec<Choice>,
    /// Whether anything but the number is asked for.
    narrowed: bool,
    found: Found,
}

/// What was found, or why nothing could be.
#[derive(Template)]
#[template(path = "clients/found.html")]
struct Found {
    texts: Texts,
    /// What is wrong, in words; empty when nothing is.
    fault: String,
    /// The address to ask again where the server is still getting ready; empty otherwise.
    again: String,
    count: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    next: String,
    first: String,
}

/// One list to choose from.
struct Choice {
    /// Of its element: names may stand several times.
    id: String,
    name: &'static str,
    label: String,
    options: Vec<Choosable>,
}

struct Choosable {
    value: String,
    label: String,
    chosen: bool,
}

struct Row {
    client: i64,
    facts: String,
    risk: String,
    distance: String,
    decision: String,
    tone: Tone,
    meter: Meter,
    /// What somebody must do, in words; empty where nothing waits.
    waits: String,
    overdue: bool,
}

/// Shows the clients who are asked for.
pub(crate) async fn show(
    State(state): State<AppState>,
    SignedIn(person): SignedIn,
    Language(lang): Language,
    OriginalUri(uri): OriginalUri,
    Swapped(part): Swapped,
    Asked(asked): Asked<Vec<(String, String)>>,
) -> Result<Response, Error> {
    if person.role == Role::Client {
        return Ok(Redirect::to("/me").into_response());
    }
    let read = |(name, value): &(String, String)| {
        NAMES.contains(&name.as_str()) && !value.trim().is_empty()
    };
    let asked: Vec<(String, String)> = asked
        .into_iter()
        .filter(read)
        .map(|(name, value)| (name, value.trim().to_owned()))
        .collect();
    let found = load(&state, &person, lang, &uri, &asked).await?;
    let query = value(&asked, "q").to_owned();
    if part.as_deref() == Some("found") {
        // The address of what is shown from now on: to load again, to come back to, to hand on.
        let address = address(&written(&asked, &[]));
        return Ok(([("hx-replace-url", address)], html(&found)?).into_response());
    }
    if let ([row], true, "") = (
        found.rows.as_slice(),
        !query.is_empty(),
        value(&asked, "after"),
    ) {
        return Ok(Redirect::to(&format!("/clients/{}", row.client)).into_response());
    }
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/",
        query: &written(&asked, &[]),
    };
    let texts = Texts::new(lang);
    html(&ClientsPage {
        frame: Frame::new(&place, &texts.get("clients")),
        choices: choices(&state, &person, &asked, texts),
        narrowed: asked
            .iter()
            .any(|(name, _)| !["q", "sort", "after"].contains(&name.as_str())),
        query,
        found,
    })
}

fn value<'a>(asked: &'a [(String, String)], name: &str) -> &'a str {
    let found = asked.iter().find(|(found, _)| found == name);
    found.map_or("", |(_, value)| value)
}

/// The query string of this page, without some names.
fn written(asked: &[(String, String)], without: &[&str]) -> String {
    let kept = asked.iter().filter(|(n, _)| !without.contains(&n.as_str()));
    let pairs = kept.map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The address of this page with a query string.
fn address(query: &str) -> String {
    match query {
        "" => "/".to_owned(),
        query => format!("/?{query}"),
    }
}

/// The heads of the list, in the order of its columns.
fn heads(asked: &[(String, String)], texts: Texts) -> Vec<Head> {
    let sorted = Sorted::read(value(asked, "sort"), &SORTS, "number");
    let kept = written(asked, &["sort", "after"]);
    let at = |sort: &str| match (kept.as_str(), sort) {
        // The order of a list that nobody put in another one.
        (kept, "number") => address(kept),
        ("", sort) => address(&format!("sort={sort}")),
        (kept, sort) => address(&format!("{kept}&sort={sort}")),
    };
    let [client, risk, distance] =
        SORTS.map(|(column, key, holds)| sorted.head(column, texts.get(key), holds, at));
    vec![
        client,
        Head::plain(texts.get("column-decision"), Holds::Words),
        risk,
        distance,
        Head::plain(texts.get("column-facts"), Holds::Words),
        Head::plain(texts.get("column-waits"), Holds::Words),
    ]
}

/// What the API is asked for.
fn parameters(asked: &[(String, String)]) -> Parameters {
    let mut pairs = vec![("limit".to_owned(), MOST_SHOWN.to_string())];
    for (name, value) in asked {
        match (name.as_str(), value.split_once('-')) {
            ("band", Some((from, to))) => {
                for (name, per_cent) in [("from", from), ("to", to)] {
                    let part = per_cent.parse::<f64>().map(|end| (end / 100.0).to_string());
                    pairs.push((name.to_owned(), part.unwrap_or_else(|_| value.clone())));
                }
            }
            _ => pairs.push((name.clone(), value.clone())),
        }
    }
    Parameters::of(pairs)
}

async fn load(
    state: &AppState,
    person: &Person,
    lang: Lang,
    uri: &axum::http::Uri,
    asked: &[(String, String)],
) -> Result<Found, Error> {
    let texts = Texts::new(lang);
    let mut found = Found {
        texts,
        fault: String::new(),
        again: String::new(),
        count: String::new(),
        heads: heads(asked, texts),
        rows: Vec::new(),
        next: String::new(),
        first: match value(asked, "after") {
            "" => String::new(),
            _ => address(&written(asked, &["after"])),
        },
    };
    let caller = Caller::Person(person.clone());
    match clients::find(state, &caller, uri, parameters(asked)).await {
        Ok(page) => {
            let number = format::number(page.total as f64, 0, lang);
            found.count = texts.plural("clients-found", page.total, &number);
            let after = page
                .next
                .as_deref()
                .and_then(|next| next.rsplit_once("after="));
            if let Some((_, after)) = after {
                let kept = written(asked, &["after"]);
                let joint = if kept.is_empty() { "" } else { "&" };
                found.next = format!("/?{kept}{joint}after={after}");
            }
            let waits = match caller.to_see() {
                Ok(whose) => {
                    let store = &state.service.shared.store;
                    store.waiting(whose, None, MOST_WAITING).await?
                }
                Err(_) => Vec::new(),
            };
            let waits: HashMap<i64, (WaitsFor, i64)> = waits
                .into_iter()
                .map(|one| (one.client, (one.waits_for, one.act_by)))
                .collect();
            for listed in &page.clients {
                let waits = waits.get(&listed.client).copied();
                found.rows.extend(row(state, listed.client, waits, lang)?);
            }
        }
        Err(Error::NotReady) => {
            found.fault = texts.get("clients-not-ready");
            found.again = address(&written(asked, &[]));
        }
        Err(Error::Role { .. }) => found.fault = texts.get("error-forbidden-text"),
        Err(Error::Row(_)) => {
            let digits = value(asked, "q").bytes().all(|sign| sign.is_ascii_digit());
            found.fault = texts.get(if digits {
                "clients-unfit"
            } else {
                "search-digits"
            });
        }
        Err(error) => return Err(error),
    }
    Ok(found)
}

fn row(
    state: &AppState,
    client: i64,
    waits: Option<(WaitsFor, i64)>,
    lang: Lang,
) -> Result<Option<Row>, Error> {
    let texts = Texts::new(lang);
    let Some(values) = state.service.clients.row(client)? else {
        return Ok(None);
    };
    let score = state.service.score(&values)?;
    let due = waits.and_then(|(_, by)| OffsetDateTime::from_unix_timestamp(by).ok());
    let due = due.map(|due| texts.with("waits-by", &[("day", &moment::day(due, lang))]));
    let waits_for = waits.map(|(what, _)| match what {
        WaitsFor::Decision => texts.get("waits-decision"),
        WaitsFor::Review => texts.get("waits-review"),
        WaitsFor::Correction => texts.get("waits-correction"),
    });
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Ok(Some(Row {
        client,
        facts: information::facts(state, client, lang)?.join(" · "),
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
        waits: [waits_for, due]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        overdue: waits.is_some_and(|(_, by)| by < now),
    }))
}

/// The lists of the form, each with what is chosen.
fn choices(
    state: &AppState,
    person: &Person,
    asked: &[(String, String)],
    texts: Texts,
) -> Vec<Choice> {
    let choice = |name: &'static str, label: &str, options: Vec<(String, String)>| {
        let any = [(String::new(), texts.get("choose-any"))];
        let options = any.into_iter().chain(options);
        let chosen = |value: &str| asked.iter().any(|(n, v)| n == name && v == value);
        Choice {
            id: name.to_owned(),
            name,
            label: label.to_owned(),
            options: options
                .map(|(value, label)| Choosable {
                    chosen: chosen(&value),
                    value,
                    label,
                })
                .collect(),
        }
    };
    let pair = |value: &str, label: String| (value.to_owned(), label);
    let decisions = vec![
        pair("granted", texts.get("decision-granted-short")),
        pair("refused", texts.get("decision-refused-short")),
        pair("review", texts.get("decision-review-short")),
    ];
    let ends = |at: usize| format::percent_whole(f64::from(BANDS[at]) / 100.0, texts.lang);
    let bands = (1..BANDS.len()).map(|at| {
        let words = [("low", &*ends(at - 1)), ("high", &*ends(at))];
        let label = texts.with("band-words", &words);
        (format!("{}-{}", BANDS[at - 1], BANDS[at]), label)
    });
    let sorts = vec![
        pair("-probability", texts.get("sort-riskiest")),
        pair("probability", texts.get("sort-safest")),
        pair("distance", texts.get("sort-nearest")),
        pair("-distance", texts.get("sort-farthest")),
        pair("-number", texts.get("sort-latest")),
    ];
    let waiting = vec![pair("true", texts.get("waiting-only"))];
    let mut all = vec![
        choice("decision", &texts.get("column-decision"), decisions),
        choice("band", &texts.get("column-risk"), bands.collect()),
        choice("waiting", &texts.get("column-waits"), waiting),
        choice("sort", &texts.get("sort"), sorts),
    ];
    if person.role == Role::Adviser {
        let mine = vec![pair("mine", texts.get("whose-mine"))];
        all.push(choice("whose", &texts.get("whose"), mine));
    }
    let names = state.service.category_names();
    let groups = state.service.information.groups.iter();
    for item in groups.flat_map(|(_, items)| items) {
        let feature = &item.feature;
        let Some(known) = item.reference.as_ref() else {
            continue;
        };
        if !names.contains(&feature.name.as_str()) || known.categories.is_empty() {
            continue;
        }
        let options = known.categories.iter().map(|(text, _)| {
            let words = item.values.get(text).or_else(|| feature.values.get(text));
            let label = words.map_or(text.as_str(), |words| words.get(texts.lang));
            (format!("{}={text}", feature.name), label.to_owned())
        });
        let label = format::capitalised(feature.label.get(texts.lang));
        let mut list = choice("filter", &label, options.collect());
        list.id = format!("filter-{}", feature.name);
        all.push(list);
    }
    all
}
