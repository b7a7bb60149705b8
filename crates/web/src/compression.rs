//! Which answers are compressed: what programs ask for with their key, and files of our own.
//!
//! What a browser is sent for its cookie is not: whoever can make that browser ask, and see how long
//! the answers are, could guess at what stands in them beside words of its own (BREACH). A key is
//! sent by a program that chose to, so nobody else has words in its answers.

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, Predicate};

/// Smaller answers fit a packet as they are.
const LEAST_BYTES: u64 = 1024;

/// Answers of these kinds shrink; images and fonts of ours are packed already.
const SHRINK: [&str; 7] = [
    "application/json",
    "application/problem+json",
    "application/openmetrics-text",
    "application/x-ndjson",
    "image/svg+xml",
    "text/css",
    "text/javascript",
];

/// Marks an answer that may be compressed.
#[derive(Clone, Copy)]
struct Open;

/// Marks the answers to requests that no other site can make a browser send.
pub(crate) async fn mark(request: Request, next: Next) -> Response {
    let of_cookie = request.headers().contains_key(header::COOKIE);
    let file = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    if file || !of_cookie {
        response.extensions_mut().insert(Open);
    }
    response
}

/// Compresses what may be, by gzip or zstd, whichever the client prefers.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(LEAST_BYTES).and(shrinks))
}

fn shrinks(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    extensions.get::<Open>().is_some() && SHRINK.contains(&kind)
}
