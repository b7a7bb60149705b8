//! The reader's language: `?lang=`, else the cookie, else what the browser prefers, else French.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use limpide_model::Lang;
use std::convert::Infallible;
use utoipa::ToSchema;

const COOKIE: &str = "lang";

/// A language, for the document only.
#[derive(ToSchema)]
#[schema(as = Lang, rename_all = "lowercase")]
#[allow(dead_code)] // For the document only.
pub(crate) enum WireLang {
    /// French.
    Fr,
    /// English.
    En,
}

/// The language to answer a request in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language(pub(crate) Lang);

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.uri, &parts.headers)))
    }
}

/// The language of a request.
pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Lang {
    chosen(uri)
        .or_else(|| from_cookie(headers))
        .or_else(|| from_preference(headers))
        .unwrap_or_default()
}

/// The language chosen by `?lang=`.
pub(crate) fn chosen(uri: &Uri) -> Option<Lang> {
    from_query(uri.query())
}

/// Keeps a chosen language in a cookie.
pub(crate) fn keep(chosen: Option<Lang>, response: &mut Response) {
    if let Some(lang) = chosen {
        let cookie = format!("{COOKIE}={lang}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}

fn from_query(query: Option<&str>) -> Option<Lang> {
    query?
        .split('&')
        .filter_map(|pair| pair.strip_prefix("lang="))
        .find_map(|value| value.parse().ok())
}

fn from_cookie(headers: &HeaderMap) -> Option<Lang> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, value)| value.parse().ok())
}

/// The first language listed that is known; browsers list the preferred one first.
fn from_preference(headers: &HeaderMap) -> Option<Lang> {
    headers
        .get(header::ACCEPT_LANGUAGE)?
        .to_str()
        .ok()?
        .split(',')
        .filter_map(|entry| entry.trim().get(..2))
        .find_map(|tag| tag.to_ascii_lowercase().parse().ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_query_names_a_language() {
        assert_eq!(from_query(Some("q=1&lang=en")), Some(Lang::En));
        assert_eq!(from_query(Some("lang=de")), None);
    }

    #[test]
    fn the_cookie_keeps_a_language_among_other_cookies() {
        let headers = headers(header::COOKIE, "limpide=abc; lang=en");
        assert_eq!(from_cookie(&headers), Some(Lang::En));
    }

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        let headers = headers(header::ACCEPT_LANGUAGE, "de-DE,en-GB;q=0.8,fr;q=0.5");
        assert_eq!(from_preference(&headers), Some(Lang::En));
    }
}
