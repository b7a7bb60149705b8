//! What holds on every response and every form: security headers, and forms from our own pages.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::auth;
use crate::error::Error;

/// Nothing but our own files, no inline script or style, no framing.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";
/// Of what is no page nothing is loaded, and it stands in no frame.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// On every answer.
const EVERYWHERE: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];
/// On pages, which alone run scripts, follow links and open windows.
const ON_PAGES: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];
const ON_DATA: [(HeaderName, &str); 1] = [(header::CONTENT_SECURITY_POLICY, DATA_POLICY)];

/// Who made a browser ask: this site's page, another's, or the person.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Adds the security headers; people's data are kept in no cache.
pub(crate) fn secure(response: &mut Response) {
    let headers = response.headers_mut();
    let others: &[_] = match is_data(headers) {
        true => &ON_DATA,
        false => &ON_PAGES,
    };
    for (name, value) in EVERYWHERE.iter().chain(others) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// Whether an answer is JSON; of anything else a browser may make a page.
fn is_data(headers: &HeaderMap) -> bool {
    let sort = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    sort.is_some_and(|sort| sort.ends_with(b"json"))
}

/// Refuses a change that a page of another site asks a signed-in browser for.
pub(crate) fn of_another_site(request: &Request) -> Option<Error> {
    let ours = request.method().is_safe() || comes_from_here(request.headers());
    (!ours).then_some(Error::CrossSite)
}

/// Browsers always say where a form comes from. A request that says nothing comes from a program,
/// which no other site can make act with this person's cookie; so does one with its own key, with which no
/// session is looked at.
fn comes_from_here(headers: &HeaderMap) -> bool {
    if auth::bearer(headers).is_some() {
        return true;
    }
    if headers.contains_key(FETCH_SITE) {
        return is_of_own_page(headers);
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (headers.get(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .is_some_and(|(_, found)| found.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

/// Whether a browser says that a page of this site, or the person, made it ask. No page can make a
/// browser say so of what it asks elsewhere.
pub(crate) fn is_of_own_page(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE);
    site.is_some_and(|site| site == "same-origin" || site == "none")
}

/// A body this long may be left unread by whoever refuses it, in bytes.
const MOST_LEFT: u64 = 8 * 1024;

/// Whether the body of a request with these headers may be left unread.
pub(crate) fn may_stay_unread(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    !chunked && length.is_none_or(|length| length <= MOST_LEFT)
}

/// Says that the connection ends where a long body was refused: what is left of it is not read, so
/// nothing can be asked behind it.
pub(crate) fn close_refused(response: &mut Response) {
    if response.status().is_client_error() || response.status().is_server_error() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn a_form_from_our_own_page_is_taken() {
        assert!(comes_from_here(&headers(&[(
            "sec-fetch-site",
            "same-origin"
        )])));
        assert!(comes_from_here(&headers(&[
            ("origin", "http://127.0.0.1:8080"),
            ("host", "127.0.0.1:8080"),
        ])));
    }

    #[test]
    fn a_form_from_another_site_is_refused() {
        for site in ["cross-site", "same-site"] {
            assert!(!comes_from_here(&headers(&[("sec-fetch-site", site)])));
        }
        assert!(!comes_from_here(&headers(&[
            ("origin", "https://elsewhere.example"),
            ("host", "127.0.0.1:8080"),
        ])));
        assert!(!comes_from_here(&headers(&[
            ("origin", "null"),
            ("host", "127.0.0.1:8080"),
        ])));
    }

    #[test]
    fn only_a_key_stands_for_a_program_not_what_a_browser_adds_by_itself() {
        let with = |value| {
            comes_from_here(&headers(&[
                ("sec-fetch-site", "cross-site"),
                ("authorization", value),
            ]))
        };
        assert!(with("Bearer some key"));
        assert!(!with("Basic YTpi"));
        assert!(!with("Negotiate x"));
        assert!(!with("Bearer"));
    }

    #[test]
    fn a_program_says_nothing_and_is_taken() {
        assert!(comes_from_here(&headers(&[("host", "127.0.0.1:8080")])));
    }
}
