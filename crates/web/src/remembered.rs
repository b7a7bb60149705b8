//! What a browser remembers for whoever reads in it: its colours, and the tours that are over.
//!
//! The cookies of a request are read once, around its handler, and every page's frame asks for them
//! here: no handler has to hand them on.

use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use limpide_store::Role;

const SCHEME_COOKIE: &str = "scheme";
/// A role's name follows.
const TOUR_COOKIE: &str = "tour-";

tokio::task_local! {
    static REMEMBERED: Remembered;
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As the reader's system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Scheme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Scheme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or(())
    }
}

/// What the cookies of a request say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) scheme: Scheme,
    toured: Vec<Role>,
}

impl Remembered {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut remembered = Self::default();
        let cookies = headers.get_all(header::COOKIE).iter();
        let cookies = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        for (name, value) in cookies {
            if name == SCHEME_COOKIE {
                remembered.scheme = value.parse().unwrap_or_default();
            }
            let role = name.strip_prefix(TOUR_COOKIE);
            remembered
                .toured
                .extend(role.and_then(|role| role.parse::<Role>().ok()));
        }
        remembered
    }

    /// What is remembered for the request that is being answered.
    pub(crate) fn now() -> Self {
        REMEMBERED.try_with(Self::clone).unwrap_or_default()
    }

    /// Answers a request with this at hand.
    pub(crate) async fn during<F: Future>(self, answering: F) -> F::Output {
        REMEMBERED.scope(self, answering).await
    }

    /// Whether the tour for this role is over.
    pub(crate) fn has_toured(&self, role: Role) -> bool {
        self.toured.contains(&role)
    }
}

/// Has the browser remember its colours.
pub(crate) fn keep_scheme(scheme: Scheme, response: &mut Response) {
    keep(SCHEME_COOKIE, scheme.as_str(), response);
}

/// Has the browser remember that the tour for this role is over.
pub(crate) fn keep_toured(role: Role, response: &mut Response) {
    keep(&format!("{TOUR_COOKIE}{role}"), "over", response);
}

fn keep(name: &str, value: &str, response: &mut Response) {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_read_among_others_and_what_is_unknown_is_left() {
        let cookie = HeaderValue::from_static("limpide=x; scheme=dark; tour-client=over; tour-x=1");
        let read = Remembered::of(&HeaderMap::from_iter([(header::COOKIE, cookie)]));
        assert_eq!(read.scheme, Scheme::Dark);
        assert!(read.has_toured(Role::Client) && !read.has_toured(Role::Adviser));
        let cookie = HeaderValue::from_static("scheme=pink");
        let read = Remembered::of(&HeaderMap::from_iter([(header::COOKIE, cookie)]));
        assert_eq!(read, Remembered::default());
    }
}
