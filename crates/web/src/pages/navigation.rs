//! Where each role goes: the one table behind the links at the top of every page.

use limpide_store::{Person, Role};

use crate::texts::Texts;

/// A link at the top of every page.
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) words: String,
    /// What `aria-current` says: `page` of the page that is shown, `true` of the one above it; else
    /// empty.
    pub(crate) current: &'static str,
}

/// Addresses and names of a role's pages, in order.
fn table(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Adviser => &[
            ("/", "clients"),
            ("/reviews", "nav-reviews"),
            ("/applications/new", "nav-application"),
        ],
        Role::Client => &[
            ("/me", "nav-result"),
            ("/clients/{own}#information", "nav-data"),
            ("/clients/{own}#case", "nav-requests"),
        ],
        Role::Analyst => &[
            ("/", "clients"),
            ("/reviews", "nav-reviews"),
            ("/model", "nav-model"),
            ("/agreement", "nav-agreement"),
        ],
        Role::Auditor => &[
            ("/audit", "nav-log-short"),
            ("/audit/verify", "nav-verify-short"),
            ("/reviews", "nav-reviews-short"),
            ("/agreement", "nav-agreement-short"),
            ("/", "clients"),
            ("/model", "nav-model"),
        ],
        Role::Admin => &[
            ("/people", "nav-people"),
            ("/keys", "nav-keys"),
            ("/settings", "nav-settings"),
            ("/model", "nav-model"),
        ],
    }
}

/// The pages below the model's, in order, for whoever sees the model.
const MODEL: [(&str, &str); 7] = [
    ("/model", "analyst-model"),
    ("/model/features", "analyst-features"),
    ("/model/fairness", "fairness"),
    ("/model/drift", "drift"),
    ("/model/quality", "quality-short"),
    ("/model/runs", "runs"),
    ("/model/versions", "analyst-versions"),
];

/// The links of the part of the dashboard that a page stands in; none where it stands in no part.
pub(crate) fn parts(path: &str, texts: Texts) -> Vec<Link> {
    match is_above("/model", path) {
        true => marked(&MODEL, path, "", texts),
        false => Vec::new(),
    }
}

/// The address of a role's first page.
pub(crate) fn first(role: Role) -> &'static str {
    table(role).first().map_or("/", |(address, _)| *address)
}

/// The links of a person who looks at the page of this path.
pub(crate) fn links(person: &Person, path: &str, texts: Texts) -> Vec<Link> {
    let own = person.client.map(|client| client.to_string());
    let own = own.unwrap_or_default();
    marked(table(person.role), path, &own, texts)
}

/// The links of a table, the one of this page or the nearest above it marked.
fn marked(table: &[(&str, &str)], path: &str, own: &str, texts: Texts) -> Vec<Link> {
    let here = table
        .iter()
        .map(|(address, _)| *address)
        .filter(|address| is_above(address, path))
        .max_by_key(|address| address.len());
    let links = table.iter().map(|&(address, key)| Link {
        address: address.replace("{own}", own),
        words: texts.get(key),
        current: match here {
            Some(here) if here == address && address == path => "page",
            Some(here) if here == address => "true",
            _ => "",
        },
    });
    links.collect()
}

/// Whether a page is the one at this address, or stands below it; a client's pages stand below the
/// list of clients, or below the client's own result.
fn is_above(address: &str, path: &str) -> bool {
    match address {
        "/" | "/me" => path == address || path.starts_with("/clients/"),
        _ => {
            let below = path.strip_prefix(address);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_below_the_longest_address_of_its_path() {
        assert!(is_above("/", "/clients/7") && is_above("/me", "/clients/7"));
        assert!(!is_above("/", "/audit"));
        assert!(is_above("/audit", "/audit/12"));
        assert!(!is_above("/audit", "/auditors"));
    }
}
