//! Entity tags: who has an answer already is told so instead of being sent it again.
//!
//! The tag is the hash of the answer, so it is right whatever the answer depends on: model, rows,
//! language, who asks. It saves the way, not the work: a prediction that is asked for is made.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// The largest answer that is given a tag, in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Characters of a hash that stand in a tag.
const CHARACTERS: usize = 32;

/// Gives an answer a tag.
pub(crate) struct Tagging {
    /// The tags that the client has.
    asked: Vec<String>,
}

impl Tagging {
    /// How the answer to a request is given a tag; `None` where it is given none.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        let kept =
            path.starts_with("/api") || path.ends_with("/letter") || path.ends_with("/record");
        (kept && request.method() == Method::GET).then(|| Self {
            asked: tags(request.headers()),
        })
    }

    /// Gives an answer its tag, or makes it 304 where the client has it.
    pub(crate) async fn tag(self, response: Response) -> Response {
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
        let known = |asked: &String| *asked == "*" || same(asked, &tag);
        let known = self.asked.iter().any(known);
        if let Ok(value) = HeaderValue::try_from(tag) {
            parts.headers.insert(header::ETAG, value);
        }
        if !known {
            return Response::from_parts(parts, Body::from(bytes));
        }
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::empty())
    }
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
