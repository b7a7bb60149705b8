//! Which requests are answered at all: not those too long to be meant, too many of a stranger, more
//! than the server can work on, or those whose client does not send what it promised.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep, timeout};

use crate::addresses;
use crate::error::Error;
use crate::hosting::{Hosting, Limits};
use crate::router::SESSION_COOKIE;

/// The longest address of a request, in bytes.
pub(crate) const MOST_URI_BYTES: usize = 8 * 1024;

/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(1);

/// Answered whatever else goes on: whether the server is alive must not depend on its load.
const ALWAYS: [&str; 2] = ["/healthz", "/metrics"];

/// Where people sign in: each attempt costs the server a password's hash, or a question to a provider.
const SIGN_IN: [(Method, &str); 2] = [
    (Method::POST, "/login"),
    (Method::GET, "/login/provider/callback"),
];

/// Bodies and answers of these take as long as they are large: only standing still is limited.
const UNHURRIED: [&str; 2] = ["/api/v1/batches", "/api/v1/batches/{id}/results"];

/// What browsers put before the name of a cookie that is bound to its host.
const BOUND: &str = "__Host-";

/// Lets a request in, or says why not.
pub(crate) async fn admit<F: Future<Output = Response>>(
    hosting: &Hosting,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    if request
        .uri()
        .path_and_query()
        .map_or(0, |uri| uri.as_str().len())
        > MOST_URI_BYTES
    {
        return Error::UriTooLong.into_response();
    }
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map(MatchedPath::as_str);
    if route.is_some_and(|route| ALWAYS.contains(&route)) {
        return handle(request).await;
    }
    let signing_in = SIGN_IN
        .iter()
        .any(|(method, address)| request.method() == method && route == Some(*address));
    let unhurried = route.is_some_and(|route| UNHURRIED.contains(&route));
    let trusted = &hosting.limits.trusted_proxies;
    let address = addresses::counted(request.extensions(), request.headers(), trusted);
    let names_somebody = names_somebody(request.headers());
    let spent = match (signing_in, names_somebody) {
        (true, _) => hosting.rates.spend_sign_in(address),
        (false, false) => hosting.rates.spend_unknown(address),
        (false, true) => Ok(()),
    };
    if let Err(error) = spent {
        return error.into_response();
    }
    let Ok(Ok(_slot)) = timeout(TURN, hosting.slots.acquire()).await else {
        return Error::Busy.into_response();
    };
    let response = match unhurried {
        true => Box::pin(handle(steady(hosting, request))).await,
        false => in_time(hosting, request, handle).await,
    };
    let unknown = response.extensions().get::<Error>();
    let unknown = unknown.is_some_and(|error| error.status() == StatusCode::UNAUTHORIZED);
    if unknown
        && names_somebody
        && !signing_in
        && let Err(error) = hosting.rates.spend_unknown(address)
    {
        return error.into_response();
    }
    response
}

/// Whether a request says who asks, rightly or wrongly.
fn names_somebody(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut cookies = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    headers.contains_key(header::AUTHORIZATION)
        || cookies.any(|(name, _)| name.trim_start_matches(BOUND) == SESSION_COOKIE)
}

/// The answer, unless the client takes too long to send its body, or the server to answer.
async fn in_time<F: Future<Output = Response>>(
    hosting: &Hosting,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let limits = &hosting.limits;
    if request.body().is_end_stream() {
        // There is no body to wait for.
        return match timeout(limits.request_time, handle(request)).await {
            Ok(response) => response,
            Err(_) => Error::TooLate.into_response(),
        };
    }
    Box::pin(with_body(limits, request, handle)).await
}

/// The answer to a request whose body is still to come.
async fn with_body<F: Future<Output = Response>>(
    limits: &Limits,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let waiting = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| {
        Body::new(Awaited {
            body,
            waiting: Arc::clone(&waiting),
        })
    });
    let body_is_late = async {
        sleep(limits.body_time).await;
        if !waiting.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        response = handle(request) => response,
        () = body_is_late => closing(Error::SlowBody),
        () = sleep(limits.request_time) => match waiting.load(Ordering::Relaxed) {
            true => closing(Error::SlowBody),
            false => Error::TooLate.into_response(),
        },
    }
}

/// A request whose body may take any time, as long as it does not stand still.
fn steady(hosting: &Hosting, request: Request) -> Request {
    let stands_still = hosting.limits.body_time;
    request.map(|body| {
        Body::new(Steady {
            body,
            stands_still,
            waited: None,
        })
    })
}

/// What is left of the body is not read: the connection cannot be used again.
fn closing(error: Error) -> Response {
    ([(header::CONNECTION, "close")], error).into_response()
}

/// A body that tells whether somebody waits for the client to send more of it.
struct Awaited {
    body: Body,
    waiting: Arc<AtomicBool>,
}

impl HttpBody for Awaited {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.waiting.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that fails once the client has sent nothing for too long.
struct Steady {
    body: Body,
    stands_still: Duration,
    /// Runs while the client sends nothing.
    waited: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.waited = None;
            return polled;
        }
        let time = self.stands_still;
        let waited = self.waited.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(waited.as_mut().poll(context));
        let late = io::Error::from(io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(axum::Error::new(late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::body::to_bytes;

    use super::*;

    /// A body of which nothing ever comes.
    struct Silent;

    impl HttpBody for Silent {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_long_body_may_take_its_time_but_not_stand_still() {
        let steady = |body| Steady {
            body,
            stands_still: Duration::from_millis(20),
            waited: None,
        };
        let silent = Body::new(steady(Body::new(Silent)));
        assert!(to_bytes(silent, usize::MAX).await.is_err());
        let whole = Body::new(steady(Body::from("all of it")));
        assert_eq!(to_bytes(whole, usize::MAX).await.unwrap(), "all of it");
    }

    #[test]
    fn a_session_is_named_by_its_cookie_over_http_and_https() {
        let names = |cookie: &'static str| {
            let cookie = axum::http::HeaderValue::from_static(cookie);
            names_somebody(&HeaderMap::from_iter([(header::COOKIE, cookie)]))
        };
        assert!(names("limpide=a") && names("lang=fr; __Host-limpide=a"));
        assert!(!names("lang=fr") && !names("limpide_other=a"));
    }
}
