//! The tour: three steps on the first page that somebody of a role sees, until they end it.

use limpide_store::{Person, Role};

use super::navigation;
use crate::remembered::Remembered;
use crate::texts::Texts;

/// What is shown to somebody who is here for the first time.
pub(crate) struct Tour {
    pub(crate) role: Role,
    pub(crate) steps: Vec<Step>,
}

/// One thing to know.
pub(crate) struct Step {
    pub(crate) title: String,
    pub(crate) words: String,
}

/// What the texts call a role's steps: `-title` and `-text` follow.
fn steps(role: Role) -> [&'static str; 3] {
    match role {
        Role::Adviser => ["tour-find", "tour-understand", "tour-decide"],
        Role::Client => ["tour-result", "tour-data", "tour-disagree"],
        Role::Analyst => ["tour-model", "tour-catalogue", "tour-versions"],
        Role::Auditor => ["tour-log", "tour-verify", "tour-replay"],
        Role::Admin => ["tour-people", "tour-keys", "tour-approve"],
    }
}

/// The tour to show to a person on the page of this path.
pub(crate) fn of(
    person: &Person,
    path: &str,
    remembered: &Remembered,
    texts: Texts,
) -> Option<Tour> {
    let role = person.role;
    let due = is_first(person, path) && !remembered.has_toured(role);
    due.then(|| Tour {
        role,
        steps: steps(role)
            .into_iter()
            .map(|step| Step {
                title: texts.get(&format!("{step}-title")),
                words: texts.get(&format!("{step}-text")),
            })
            .collect(),
    })
}

/// Whether signing in leads to this page: a client's own, or a role's first.
fn is_first(person: &Person, path: &str) -> bool {
    match person.client {
        Some(own) => path == format!("/clients/{own}"),
        None => path == "/" || path == navigation::first(person.role),
    }
}
