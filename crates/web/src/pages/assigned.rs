//! The clients of one adviser, on that person's page: found, added and taken away by their numbers. Whoever
//! administers sees numbers here and nothing else of a client.

use std::collections::BTreeSet;

use limpide_explain::format::number;
use limpide_store::{Person, Portfolio};
use serde::Deserialize;

use super::encoded;
use super::managing::{Office, Told};
use super::people::refused;
use crate::error::Error;
use crate::texts::Texts;

/// Clients on a page.
const SHOWN: usize = 60;

/// Clients that are added at once, at most.
const MOST_ADDED: usize = 1_000;

/// Largest body of the form, in bytes: some thousands of numbers, so that one learns how many are too many.
pub(crate) const MOST_BYTES: usize = 64 * 1024;

/// Numbers at fault that are told, each by itself.
const MOST_TOLD: usize = 20;

/// Which of an adviser's clients are asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// The first digits of their numbers.
    #[serde(default)]
    q: String,
    /// The last number of the page before.
    after: Option<i64>,
}

impl Wanted {
    /// The same, as a query.
    pub(super) fn query(&self) -> String {
        let digits = Some(self.q.trim()).filter(|digits| !digits.is_empty());
        let digits = digits.map(|digits| format!("q={}", encoded(digits)));
        let after = self.after.map(|after| format!("after={after}"));
        let parts: Vec<String> = digits.into_iter().chain(after).collect();
        parts.join("&")
    }
}

/// The clients of an adviser, as the page shows them.
pub(super) struct Assigned {
    /// How many there are, in words.
    pub(super) count: String,
    /// Whether there are some.
    pub(super) any: bool,
    /// Whether the adviser sees these alone.
    pub(super) alone: bool,
    /// The digits that were searched for.
    pub(super) query: String,
    pub(super) rows: Vec<i64>,
    /// Addresses of other pages of the list; empty: there is none.
    pub(super) first: String,
    pub(super) next: String,
    pub(super) left: Left,
}

/// What came of the forms, and what was typed and not done.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) told: Told,
    /// The numbers, as typed.
    pub(super) numbers: String,
    /// What is wrong, a number at a time.
    pub(super) problems: Vec<String>,
}

impl Default for Left {
    fn default() -> Self {
        Self::after(Told::nothing())
    }
}

impl Left {
    fn after(told: Told) -> Self {
        Self {
            told,
            numbers: String::new(),
            problems: Vec::new(),
        }
    }
}

impl Assigned {
    /// Reads a page of them.
    pub(super) async fn of(
        office: &Office,
        person: &Person,
        left: Left,
        wanted: &Wanted,
    ) -> Result<Self, Error> {
        let (texts, store) = (office.texts, office.store());
        let count = store.assigned_count(person.id).await?;
        let digits = wanted.q.trim();
        let after = wanted.after.unwrap_or(i64::MIN);
        let found = store.assigned_after(person.id, digits, after, SHOWN + 1);
        let mut rows = found.await?;
        let more = rows.len() > SHOWN;
        rows.truncate(SHOWN);
        let address = |after: Option<i64>| {
            let q = digits.to_owned();
            match (Wanted { q, after }).query().as_str() {
                "" => format!("/people/{}#clients", person.id),
                query => format!("/people/{}?{query}#clients", person.id),
            }
        };
        Ok(Self {
            count: texts.plural("assigned-count", count, &written(count, texts)),
            any: count > 0,
            alone: person.portfolio == Portfolio::Assigned,
            query: wanted.q.clone(),
            first: wanted.after.map_or_else(String::new, |_| address(None)),
            next: match rows.last() {
                Some(&last) if more => address(Some(last)),
                _ => String::new(),
            },
            rows,
            left,
        })
    }
}

/// What is to be done to an adviser's clients.
#[derive(Debug)]
pub(super) enum Change {
    /// These are added, as typed.
    Add(String),
    /// These are taken away.
    Remove(Vec<i64>),
}

impl Change {
    /// Reads a form's fields: the clients to take away stand there one by one.
    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let (mut act, mut typed, mut chosen) = (String::new(), String::new(), Vec::new());
        for (name, value) in pairs {
            match name.as_str() {
                "act" => act = value,
                "numbers" => typed = value,
                "client" => chosen.push(value.parse().map_err(|_| Error::Body {
                    reason: format!("found the client {value:?}, expected a number"),
                })?),
                _ => {}
            }
        }
        match act.as_str() {
            "add" => Ok(Self::Add(typed)),
            "remove" => Ok(Self::Remove(chosen)),
            other => Err(Error::Body {
                reason: format!("found the act {other:?}, expected add or remove"),
            }),
        }
    }

    /// Does it whole, or tells why nothing was done.
    pub(super) async fn done(self, office: &Office, person: &Person) -> Result<Left, Error> {
        match self {
            Self::Add(typed) => add(office, person, typed).await,
            Self::Remove(chosen) => remove(office, person, &chosen).await,
        }
    }
}

async fn add(office: &Office, person: &Person, typed: String) -> Result<Left, Error> {
    let texts = office.texts;
    let known = office.state.service.numbers.numbers();
    let (clients, mut problems) = read(&typed, known, texts);
    let found = clients.len() + problems.len();
    let fault = match (found, problems.is_empty()) {
        (0, _) => texts.get("assigned-none-typed"),
        (found, _) if found > MOST_ADDED => {
            problems.clear();
            texts.with(
                "assigned-too-many",
                &[
                    ("found", &written(found, texts)),
                    ("most", &written(MOST_ADDED, texts)),
                ],
            )
        }
        (_, true) => String::new(),
        (_, false) => {
            let count = problems.len();
            texts.plural("assigned-fault", count, &written(count, texts))
        }
    };
    if !fault.is_empty() {
        let others = problems.len().saturating_sub(MOST_TOLD);
        problems.truncate(MOST_TOLD);
        if others > 0 {
            problems.push(texts.plural("assigned-more", others, &written(others, texts)));
        }
        return Ok(Left {
            told: Told::unfit("numbers", fault),
            numbers: typed,
            problems,
        });
    }
    let store = office.store();
    let before = store.assigned_count(person.id).await?;
    let clients = Vec::from_iter(clients);
    if let Err(error) = store.assign(&person.username, &clients).await {
        return Ok(Left {
            told: refused(error, texts)?,
            numbers: typed,
            problems: Vec::new(),
        });
    }
    let after = store.assigned_count(person.id).await?;
    let added = after.saturating_sub(before);
    let by = office.admin.id;
    tracing::info!(by, person = person.id, added, "clients assigned");
    let mut words = texts.plural("assigned-added", added, &written(added, texts));
    let known = clients.len().saturating_sub(added);
    if known > 0 {
        words.push(' ');
        words.push_str(&texts.plural("assigned-already", known, &written(known, texts)));
    }
    Ok(Left::after(Told::done(words, String::new())))
}

async fn remove(office: &Office, person: &Person, chosen: &[i64]) -> Result<Left, Error> {
    let texts = office.texts;
    if chosen.is_empty() {
        let fault = texts.get("assigned-none-chosen");
        return Ok(Left::after(Told::unfit("client", fault)));
    }
    let store = office.store();
    let before = store.assigned_count(person.id).await?;
    if let Err(error) = store.reassign(&person.username, &[], chosen).await {
        return Ok(Left::after(refused(error, texts)?));
    }
    let after = store.assigned_count(person.id).await?;
    let removed = before.saturating_sub(after);
    let by = office.admin.id;
    tracing::info!(by, person = person.id, removed, "clients taken away");
    let words = texts.plural("assigned-removed", removed, &written(removed, texts));
    Ok(Left::after(Told::done(words, String::new())))
}

/// The clients of these numbers, and in words what is wrong with the others. `known` rises.
fn read(typed: &str, known: &[i64], texts: Texts) -> (BTreeSet<i64>, Vec<String>) {
    let (mut clients, mut problems) = (BTreeSet::new(), Vec::new());
    let parts = typed.split(|sign: char| sign.is_whitespace() || ",;".contains(sign));
    for part in parts.filter(|part| !part.is_empty()) {
        let client = part.parse::<i64>().ok().filter(|client| *client >= 0);
        let fault = match client {
            None => "search-digits",
            Some(client) if known.binary_search(&client).is_err() => "assigned-unknown",
            Some(client) => {
                clients.insert(client);
                continue;
            }
        };
        let shown: String = part.chars().take(MOST_TOLD).collect();
        let problem = texts.with(
            "assigned-problem",
            &[("found", &shown), ("words", &texts.get(fault))],
        );
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    (clients, problems)
}

fn written(count: usize, texts: Texts) -> String {
    number(count as f64, 0, texts.lang)
}

#[cfg(test)]
mod tests {
    use limpide_model::Lang;

    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_parted_and_each_fault_is_told() {
        let texts = Texts::new(Lang::En);
        let (clients, problems) = read("12, 15;12\n 7 x9  -1,99 99", &[7, 12, 15], texts);
        assert_eq!(Vec::from_iter(clients), [7, 12, 15]);
        assert_eq!(
            problems,
            [
                "x9: A client number is made of digits only.",
                "-1: A client number is made of digits only.",
                "99: No client of the portfolio has this number.",
            ]
        );
    }

    #[test]
    fn what_is_asked_for_is_asked_again_in_the_other_language() {
        let wanted = Wanted {
            q: " 10 ".to_owned(),
            after: Some(104),
        };
        assert_eq!(wanted.query(), "q=10&after=104");
        assert_eq!(Wanted::default().query(), "");
    }
}
