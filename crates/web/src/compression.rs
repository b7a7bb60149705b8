//! Which answers are compressed: those that no other site can have asked for.
//!
//! Whoever can make a browser ask with its cookie, and see how long the answers are, could guess at
//! what stands in them beside words of its own (BREACH). So what goes to a cookie is compressed
//! only where the browser says that a page of this site, or the person, made it ask. A key is sent
//! by a program that chose to, and files of ours are nobody's secret.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, Predicate};

use crate::headers::is_of_own_page;

/// Smaller answers fit a packet as they are.
const LEAST_BYTES: u64 = 1024;

/// Answers of these kinds shrink; images and fonts of ours are packed already.
const SHRINK: [&str; 8] = [
    "application/json",
    "application/problem+json",
    "application/openmetrics-text",
    "application/x-ndjson",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
];

/// How the answer to a request may travel.
pub(crate) struct Packing {
    /// Whether no other site can make a browser send the request.
    open: bool,
    /// What the client unpacks.
    accepts: Vec<HeaderValue>,
}

impl Packing {
    pub(crate) fn of(request: &Request) -> Self {
        let headers = request.headers();
        let of_cookie = headers.contains_key(header::COOKIE);
        let file = request.uri().path().starts_with("/assets/");
        let accepts = request.headers().get_all(header::ACCEPT_ENCODING);
        Self {
            open: file || !of_cookie || is_of_own_page(headers),
            accepts: accepts.iter().cloned().collect(),
        }
    }

    /// Compresses what may be, by gzip or zstd, whichever the client prefers.
    pub(crate) async fn pack(self, mut response: Response) -> Response {
        let shrinks = SizeAbove::new(LEAST_BYTES).and(shrinks);
        if !self.open || !shrinks.should_compress(&response) {
            return response;
        }
        if self.accepts.is_empty() {
            let vary = HeaderValue::from_static("accept-encoding");
            response.headers_mut().append(header::VARY, vary);
            return response;
        }
        // Kept small where nothing is compressed: what is awaited is copied with each request.
        Box::pin(self.packed(response)).await
    }

    async fn packed(self, response: Response) -> Response {
        let shrinks = SizeAbove::new(LEAST_BYTES).and(shrinks);
        let layer = CompressionLayer::new()
            .quality(CompressionLevel::Fastest)
            .compress_when(shrinks);
        let mut request = axum::http::Request::new(());
        for accepted in self.accepts {
            let headers = request.headers_mut();
            headers.append(header::ACCEPT_ENCODING, accepted);
        }
        let mut response = Some(response);
        let answer = service_fn(move |_| ready(Ok(response.take().unwrap_or_default())));
        let Ok::<_, Infallible>(packed) = layer.layer(answer).oneshot(request).await;
        packed.map(Body::new)
    }
}

fn shrinks(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    SHRINK.contains(&kind)
}
