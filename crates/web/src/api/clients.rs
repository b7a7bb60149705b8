//! `GET /api/v1/clients`: the clients whom the caller may see, found, narrowed, put in order, a page
//! at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::Uri;
use limpide_model::Decision;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::comparing::Parameters;
use super::{WireDecision, on_a_core, paging};
use crate::auth::{Caller, Whose};
use crate::error::{Error, FieldProblem, Problem};
use crate::listing::{self, By, Categories, Key, Order, Page};
use crate::router::AppState;

/// A page of clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Clients {
    /// Clients who were found, on all pages.
    pub(crate) total: usize,
    /// The page's clients.
    pub(crate) clients: Vec<WireClient>,
    /// Address of the next page; `null` on the last one.
    pub(crate) next: Option<String>,
    /// Probability that divides granted from refused.
    threshold: f64,
    /// Hash of the model that scored.
    model: String,
    /// Whether the model was trained on an invented portfolio.
    synthetic: bool,
}

/// A client with the result in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedClient)]
pub(crate) struct WireClient {
    /// Client number.
    pub(crate) client: i64,
    /// Probability of not repaying, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// What the policy says.
    decision: WireDecision,
    /// `probability` − `threshold`: 0 or more where refused, below 0 where granted.
    distance: f64,
}

/// Which clients are asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "for the document: read by hand, so that what is unknown is named"
)]
pub(crate) struct ClientsAsked {
    /// First digits of the client number.
    #[param(pattern = "^[0-9]*$")]
    q: Option<String>,
    /// What the policy says.
    #[param(value_type = Option<WireDecision>, inline)]
    decision: Option<String>,
    /// Least probability of not repaying.
    #[param(minimum = 0, maximum = 1)]
    from: Option<f64>,
    /// Largest probability of not repaying.
    #[param(minimum = 0, maximum = 1)]
    to: Option<f64>,
    /// `NAME=VALUE`: a category that a client's page shows, as the lender writes it. May stand
    /// several times: all must hold.
    filter: Option<Vec<String>>,
    /// true: those whose case waits for a person's decision, or for the answer to a contest.
    waiting: Option<bool>,
    /// all (if left out), or mine: those assigned to the adviser who asks.
    #[param(pattern = "^(all|mine)$")]
    whose: Option<String>,
    /// number (if left out), probability, or distance to the threshold on either side; with a
    /// minus before it the largest stands first.
    #[param(pattern = "^-?(number|probability|distance)$")]
    sort: Option<String>,
    /// Clients on a page, 50 if left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// What the page before gave under `next`.
    after: Option<String>,
}

/// What is asked for, checked.
struct Query {
    digits: String,
    decision: Option<Decision>,
    band: [f64; 2],
    filters: Vec<(Arc<Categories>, u16)>,
    order: Order,
    after: Option<Key>,
    limit: usize,
}

impl Query {
    /// Whether everybody's score must be known.
    fn needs_scores(&self) -> bool {
        self.decision.is_some() || self.band != ANY || self.order.by != By::Number
    }
}

/// Every probability.
const ANY: [f64; 2] = [0.0, 1.0];

/// Lists clients.
#[utoipa::path(
    get,
    path = "/api/v1/clients",
    operation_id = "clients",
    tag = "clients",
    params(ClientsAsked),
    responses(
        (status = 200, description = "A page of the clients whom the caller may see.", body = Clients),
        (status = 400, description = "The query holds what is not known here.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An admin sees no client; the key may not read.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value of the query that does not fit, named under `errors`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "All clients are still being scored: what narrows by scores or categories, or orders by scores, must wait; numbers can be searched.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    asked: Parameters,
) -> Result<Json<Clients>, Error> {
    find(&state, &caller, &uri, asked).await.map(Json)
}

/// The page of clients that is asked for; the next one stands at the same address.
pub(crate) async fn find(
    state: &AppState,
    caller: &Caller,
    uri: &Uri,
    mut asked: Parameters,
) -> Result<Clients, Error> {
    let whose = match asked.once("whose")?.as_deref() {
        None | Some("all") => Whose::All,
        Some("mine") => Whose::Mine,
        Some(other) => return Err(unfit("whose", other, "all or mine")),
    };
    let waiting = match asked.once("waiting")?.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(unfit("waiting", other, "true or false")),
    };
    let mut among = caller.visible(state, whose).await?;
    let query = read(state, &mut asked).await?;
    asked.none()?;
    if waiting {
        let waiting = state.service.shared.store.waiting_clients().await?;
        among = Some(match among {
            Some(among) => among.intersection(&waiting).copied().collect(),
            None => waiting,
        });
    }
    let asking = state.clone();
    let listed = on_a_core(state, "clients", move || {
        found(&asking, &query, among.as_ref())
    });
    let (page, order) = listed.await??;
    let service = &state.service;
    let numbers = service.numbers.numbers();
    let clients = page.places.iter().map(|&place| {
        let (probability, decision) = score_of(state, place, numbers[place])?;
        Ok(WireClient {
            client: numbers[place],
            probability,
            decision: decision.into(),
            distance: probability - service.bundle.policy.threshold,
        })
    });
    Ok(Clients {
        clients: clients.collect::<Result<_, Error>>()?,
        total: page.total,
        next: page.last.map(|key| paging::next(uri, &cursor(order, key))),
        threshold: service.bundle.policy.threshold,
        model: service.model.to_string(),
        synthetic: service.bundle.synthetic,
    })
}

/// The score of a client on the page, also while everybody's is still being made.
fn score_of(state: &AppState, place: usize, client: i64) -> Result<(f64, Decision), Error> {
    if let Some(scores) = state.service.scores.get() {
        return Ok(scores.of(place));
    }
    let score = state
        .service
        .bundle
        .score(&super::known_row(state, client)?)?;
    Ok((score.probability, score.decision))
}

/// The page that is asked for, of those clients who may be seen.
fn found(
    state: &AppState,
    query: &Query,
    among: Option<&BTreeSet<i64>>,
) -> Result<(Page, Order), Error> {
    let numbers = state.service.numbers.numbers();
    let scores = match query.needs_scores() {
        true => Some(state.service.scores()?),
        false => None,
    };
    let passes = |place: &usize| {
        let fits = scores.is_none_or(|scores| {
            let (probability, decision) = scores.of(*place);
            let [from, to] = query.band;
            (from..=to).contains(&probability)
                && query.decision.is_none_or(|asked| asked == decision)
        });
        fits && query
            .filters
            .iter()
            .all(|(values, code)| values.is(*place, *code))
    };
    let ranges = listing::places_of(numbers, &query.digits);
    let cut = (query.after, query.limit);
    let page = match among {
        None => {
            let places = ranges.into_iter().flatten().filter(passes);
            listing::page(numbers, places, scores, query.order, cut)
        }
        Some(among) => {
            let known = among
                .iter()
                .filter_map(|client| numbers.binary_search(client).ok());
            let starts = |place: &usize| ranges.iter().any(|range| range.contains(place));
            let places = known.filter(starts).filter(passes);
            listing::page(numbers, places, scores, query.order, cut)
        }
    };
    Ok((page, query.order))
}

async fn read(state: &AppState, asked: &mut Parameters) -> Result<Query, Error> {
    let digits = asked.once("q")?.unwrap_or_default();
    if !digits.chars().all(|letter| letter.is_ascii_digit()) {
        return Err(unfit("q", &digits, "the first digits of a client number"));
    }
    let decision = match asked.once("decision")?.as_deref() {
        None => None,
        Some("granted") => Some(Decision::Granted),
        Some("refused") => Some(Decision::Refused),
        Some("review") => Some(Decision::Review),
        Some(other) => return Err(unfit("decision", other, "granted, refused or review")),
    };
    let mut band = ANY;
    for (end, name) in band.iter_mut().zip(["from", "to"]) {
        if let Some(found) = asked.once(name)? {
            let number = found
                .parse()
                .ok()
                .filter(|number| (0.0..=1.0).contains(number));
            *end = number.ok_or_else(|| unfit(name, &found, "a probability from 0 to 1"))?;
        }
    }
    let order = order(asked.once("sort")?.as_deref())?;
    let limit = paging::limit(asked.once("limit")?.as_deref())?;
    let after = asked.once("after")?;
    let mut filters = Vec::new();
    for filter in asked.all("filter") {
        filters.push(category(state, &filter).await?);
    }
    Ok(Query {
        digits,
        decision,
        band,
        filters,
        order,
        after: after.map(|after| key_of(order, &after)).transpose()?,
        limit,
    })
}

/// A filter by a category that a client's page shows.
async fn category(state: &AppState, filter: &str) -> Result<(Arc<Categories>, u16), Error> {
    let names = state.service.category_names();
    let (name, text) = filter
        .split_once('=')
        .filter(|(name, _)| names.contains(name))
        .ok_or_else(|| {
            let expected = format!("NAME=VALUE, where NAME is one of {}", names.join(", "));
            unfit("filter", filter, &expected)
        })?;
    let (asking, wanted) = (state.clone(), name.to_owned());
    let values = on_a_core(state, "categories", move || {
        asking.service.categories(&wanted)
    });
    let values = values.await??;
    let code = values.code(text).ok_or_else(|| {
        let expected = format!("one of {}", values.names.join(", "));
        unfit(name, text, &expected)
    })?;
    Ok((values, code))
}

fn order(asked: Option<&str>) -> Result<Order, Error> {
    let found = asked.unwrap_or("number");
    let (falling, name) = match found.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, found),
    };
    let by = match name {
        "number" => By::Number,
        "probability" => By::Probability,
        "distance" => By::Distance,
        _ => {
            let expected = "number, probability or distance, perhaps with a minus before it";
            return Err(unfit("sort", found, expected));
        }
    };
    Ok(Order { by, falling })
}

/// A cursor tells its order as well: under another one it would point anywhere.
fn cursor(order: Order, (key, number): Key) -> String {
    let mut bytes = vec![mark(order)];
    bytes.extend(key.to_be_bytes());
    bytes.extend(number.to_be_bytes());
    paging::cursor(&bytes)
}

fn key_of(order: Order, cursor: &str) -> Result<Key, Error> {
    let bytes = paging::bytes_of(cursor)?;
    let parts = || {
        let (mark, rest) = bytes.split_first()?;
        let (key, number) = rest.split_first_chunk()?;
        let number = number.try_into().ok()?;
        Some((*mark, u64::from_be_bytes(*key), i64::from_be_bytes(number)))
    };
    match parts() {
        Some((found, key, number)) if found == mark(order) => Ok((key, number)),
        _ => Err(paging::wrong_cursor(cursor)),
    }
}

fn mark(order: Order) -> u8 {
    let by = match order.by {
        By::Number => 0,
        By::Probability => 2,
        By::Distance => 4,
    };
    by + u8::from(order.falling)
}

fn unfit(field: &str, found: &str, expected: &str) -> Error {
    Error::Row(vec![FieldProblem::new(
        field,
        paging::told(found),
        expected,
    )])
}
