//! Who looks at which client, and what the address asks of the page's parts.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use limpide_explain::Explanation;
use limpide_model::{Lang, Reader};
use limpide_store::{Person, Role};

use crate::api::known_row;
use crate::auth::Caller;
use crate::error::Error;
use crate::pages::encoded;
use crate::router::AppState;
use crate::texts::Texts;

/// Names that parts of the page read; a tried value's starts with [`TRIED`].
const NAMES: [&str; 10] = [
    "among", "correct", "feature", "place", "q", "reason", "rows", "ways", "with", "done",
];
/// How the name of a field that is tried starts.
pub(crate) const TRIED: &str = "try-";
/// Most characters of a value; longer ones were not written by this page.
const MOST_CHARACTERS: usize = 200;

/// What the page's address asks for, by name. What no part reads is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let all = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(all) = all.map_err(|rejection| Error::Query {
            reason: rejection.body_text(),
        })?;
        let read = |(name, value): &(String, String)| {
            let known = NAMES.contains(&name.as_str()) || name.starts_with(TRIED);
            known && !value.is_empty() && value.chars().count() <= MOST_CHARACTERS
        };
        Ok(Self(all.into_iter().filter(read).collect()))
    }
}

impl Wanted {
    /// The value of a name, the last where it stands several times; empty where it does not.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().rev().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The fields that are tried, without their prefix.
    pub(crate) fn tried(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.filter_map(|(name, value)| Some((name.strip_prefix(TRIED)?, value.trim())))
    }

    /// What is asked for as a query string, with some values in place of what is there; an empty
    /// one leaves its name out.
    pub(crate) fn query(&self, set: &[(&str, &str)]) -> String {
        let kept = self
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| *name != "done" && set.iter().all(|(n, _)| n != name));
        let pairs = kept.chain(set.iter().copied());
        let pairs = pairs.filter(|(_, value)| !value.is_empty());
        let pairs = pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// One client's page as one person asked for it.
pub(crate) struct View<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) client: i64,
    pub(crate) texts: Texts,
    pub(crate) caller: Caller,
    /// Whether the client themselves looks.
    pub(crate) own: bool,
    /// Whether single other clients may be shown.
    pub(crate) sees_others: bool,
    pub(crate) wanted: &'a Wanted,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        state: &'a AppState,
        person: &Person,
        client: i64,
        lang: Lang,
        wanted: &'a Wanted,
    ) -> Self {
        let caller = Caller::Person(person.clone());
        Self {
            state,
            client,
            texts: Texts::new(lang),
            own: person.role == Role::Client,
            sees_others: caller.sees_others(),
            caller,
            wanted,
        }
    }

    /// Whom the page speaks to.
    pub(crate) fn reader(&self) -> Reader {
        self.caller.reader(self.texts.lang)
    }

    /// Why the client got this result.
    pub(crate) fn explained(&self) -> Result<Explanation, Error> {
        let row = known_row(self.state, self.client)?;
        self.state.service.explain(&row, self.reader())
    }

    /// Address of this page with some values in place of those asked for, down to an element.
    pub(crate) fn address(&self, set: &[(&str, &str)], element: &str) -> String {
        let query = self.wanted.query(set);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/clients/{}{mark}{query}#{element}", self.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_what_other_parts_show() {
        let pairs = [("q", "âge"), ("reason", "rating"), ("done", "decision")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let wanted = Wanted(pairs.into());
        let query = wanted.query(&[("reason", ""), ("try-amount", "24 000")]);
        assert_eq!(query, "q=%C3%A2ge&try-amount=24%20000");
        assert_eq!(wanted.get("reason"), "rating");
        assert_eq!(wanted.get("feature"), "");
    }
}
