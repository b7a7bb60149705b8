//! Entity tags: who has an answer already is told so instead of being sent it again.
//!
//! The tag is the hash of the answer, so it is right whatever the answer depends on: model, rows,
//! language, who asks. It saves the way, not the work: a prediction that is asked for is made.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// The largest answer that is given a tag, in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Characters of a hash that stand in a tag.
const CHARACTERS: usize = 32;

/// Gives a GET's answer a tag, and answers 304 where the client has it.
pub(crate) async fn tag(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let asked = tags(request.headers());
    let response = next.run(request).await;
    // What is streamed has no size yet, and is not kept together for a tag.
    let size = response.body().size_hint().exact();
    let large = size.is_none_or(|size| size > MOST_BYTES);
    if response.status() != StatusCode::OK || large {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Error::Internal.into_response();
    };
    // Weak: the same answer may travel compressed.
    let tag = format!("W/\"{}\"", &blake3::hash(&bytes).to_hex()[..CHARACTERS]);
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if !asked.iter().any(|asked| *asked == "*" || same(asked, &tag)) {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// The tags that a client has.
fn tags(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|tag| tag.trim().to_owned())
        .collect()
}

/// Weak comparison (RFC 9110, section 8.8.3.2).
fn same(one: &str, other: &str) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    opaque(one) == opaque(other)
}
