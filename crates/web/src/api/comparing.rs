//! What both comparisons of a client read and answer, and what a client may see of others: counts,
//! and those only where several clients stand behind them.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use limpide_explain::comparing::{Among, Chosen, Comparing, SIMILAR, Wish};
use limpide_explain::similar::Observed;
use limpide_model::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::on_a_core;
use crate::error::Error;
use crate::router::AppState;
use crate::service::NoComparisons;

/// What counts are rounded to for those who may not see others: no difference of two answers is one client.
const ROUNDED_TO: usize = 10;

/// The parts of a query string, where a name may stand several times.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// How it went with some clients.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Observed)]
pub(crate) struct WireObserved {
    /// Clients.
    pub(crate) clients: usize,
    /// Those whose outcome is known; absent for those who may not see others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<usize>,
    /// Those who did not repay; absent for those who may not see others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) defaults: Option<usize>,
    /// Rate of default with its interval; `null` where fewer than 30 outcomes are known.
    pub(crate) rate: Option<WireRate>,
}

/// A rate with its 95 % interval (Wilson).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rate)]
pub(crate) struct WireRate {
    /// Rate, 0 to 1.
    pub(crate) rate: f64,
    /// Lower end of the interval.
    pub(crate) low: f64,
    /// Upper end of the interval.
    pub(crate) high: f64,
}

/// A filter that was set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChosenFilter)]
pub(crate) struct WireChosen {
    /// Name of the filter.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
    /// Band or category; `null` for clients of whom nothing is known.
    pub(crate) value: Option<String>,
    /// What people call it.
    pub(crate) text: String,
    /// Other clients who pass this filter alone.
    pub(crate) clients: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(all)| Self(all))
            .map_err(|rejection| Error::Query {
                reason: rejection.body_text(),
            })
    }
}

impl Parameters {
    /// What a page asks for, as a query would.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Takes the value of a name that stands once at most.
    pub(crate) fn once(&mut self, name: &str) -> Result<Option<String>, Error> {
        let mut all = self.all(name);
        let last = all.pop();
        match all.is_empty() {
            true => Ok(last),
            false => Err(Error::Query {
                reason: format!("{name} stands several times"),
            }),
        }
    }

    /// Takes all values of a name.
    pub(crate) fn all(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(found, _)| found == name);
        taken.map(|(_, value)| value).collect()
    }

    /// Takes the filters. Who may not see others may ask for the client's own bands and categories
    /// alone: with any band at hand, answers could be taken apart until one person is left.
    pub(crate) fn wishes(&mut self, sees_others: bool) -> Result<Vec<Wish>, Error> {
        let wishes = self.all("filter");
        let other = wishes.iter().find(|wish| !wish.ends_with("=same"));
        if let (false, Some(other)) = (sees_others, other) {
            return Err(Error::Query {
                reason: format!("found filter={other:?}, expected NAME=same for your own"),
            });
        }
        let wishes = wishes.iter().map(|text| Wish::parse(text));
        Ok(wishes.collect::<limpide_explain::Result<_>>()?)
    }

    /// Takes how many similar clients are wanted. A client's number is fixed: from two answers
    /// that differ by one client, that client's outcome would follow.
    pub(crate) fn similar(&mut self, sees_others: bool) -> Result<usize, Error> {
        let Some(k) = self.once("k")? else {
            return Ok(SIMILAR);
        };
        if !sees_others {
            return Err(Error::Query {
                reason: format!("k is fixed here: a client is compared with {SIMILAR}"),
            });
        }
        k.parse().map_err(|_| Error::Query {
            reason: format!("found k={k:?}, expected a number"),
        })
    }

    /// Refuses what was not taken.
    pub(crate) fn none(self) -> Result<(), Error> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Error::Query {
                reason: format!("it holds {name:?}, which is not known here"),
            }),
        }
    }
}

/// Rounds a count, halves up.
pub(crate) fn rounded(clients: usize) -> usize {
    (clients + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO
}

impl WireObserved {
    pub(crate) fn new(from: Observed, sees_others: bool) -> Self {
        Self {
            clients: match sees_others {
                true => from.clients,
                false => rounded(from.clients),
            },
            known: sees_others.then_some(from.known),
            defaults: sees_others.then_some(from.defaults),
            rate: from.rate.map(|rate| WireRate {
                rate: rate.rate,
                low: rate.low,
                high: rate.high,
            }),
        }
    }
}

impl WireChosen {
    pub(crate) fn new(from: Chosen, lang: Lang, sees_others: bool) -> Self {
        Self {
            label: from.label.get(lang).to_owned(),
            text: from.text.get(lang).to_owned(),
            name: from.name,
            value: from.value,
            clients: match sees_others {
                true => from.clients,
                false => rounded(from.clients),
            },
        }
    }
}

/// Refuses to tell of so few others that what is told would be theirs: who may not see others needs as
/// many as are compared at once.
pub(crate) fn check_enough(among: &Among, passing: usize, sees_others: bool) -> Result<(), Error> {
    if sees_others || among.wishes.is_empty() || passing >= SIMILAR {
        return Ok(());
    }
    Err(Error::TooFew { least: SIMILAR })
}

/// Looks at all clients on a thread that may work for milliseconds, no more of them at once than
/// there are cores.
pub(crate) async fn compare<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(&Comparing) -> limpide_explain::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let comparisons = Arc::clone(&state.service.comparisons);
    match comparisons.get() {
        None => return Err(Error::NotReady),
        Some(Err(NoComparisons::Alike)) => return Err(Error::Alike),
        Some(Err(NoComparisons::Failed)) => return Err(Error::Internal),
        Some(Ok(_)) => {}
    }
    on_a_core(state, "comparison", move || match comparisons.get() {
        Some(Ok(comparing)) => work(comparing).map_err(Error::from),
        _ => Err(Error::NotReady),
    })
    .await?
}
