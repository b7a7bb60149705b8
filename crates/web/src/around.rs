//! What holds on every request, in one place. A request meets these steps from the first to the
//! last, and its answer from the last to the first: it is seen, may be compressed, is given security
//! headers and the chosen language, belongs to a session, has its errors put into words, is
//! admitted.
//!
//! They are steps of one function and no layers, for each layer of a router costs every request
//! copies of all layers inside.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use limpide_store::Sessions;
use time::Duration;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer};
use tracing::Instrument as _;

use crate::compression::Packing;
use crate::error::{self, Asking};
use crate::observe::Seen;
use crate::remembered::Remembered;
use crate::router::{AppState, SECURE_SESSION_COOKIE, SESSION_COOKIE};
use crate::{admission, auth, headers, language, validators};

/// Headers that the steps add: room is made for all at once.
const MORE_HEADERS: usize = 12;

/// What the steps need.
#[derive(Clone)]
pub(crate) struct Around {
    state: AppState,
    sessions: SessionManagerLayer<Sessions>,
}

impl Around {
    pub(crate) fn new(state: AppState) -> Self {
        let shared = &state.service.shared;
        let idle = Duration::try_from(shared.sessions.idle).unwrap_or(Duration::MAX);
        let sessions = SessionManagerLayer::new(shared.store.session_store())
            .with_name(match shared.secure_cookies {
                true => SECURE_SESSION_COOKIE,
                false => SESSION_COOKIE,
            })
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_secure(shared.secure_cookies)
            .with_expiry(Expiry::OnInactivity(idle));
        Self { state, sessions }
    }
}

/// Answers a request by what is inside.
pub(crate) async fn answer(
    State(around): State<Around>,
    mut request: Request,
    inside: Next,
) -> Response {
    let seen = Seen::new(&around.state, &mut request);
    let span = seen.span();
    let response = match span.is_disabled() {
        true => dressed(around, request, inside).await,
        false => {
            let answered = dressed(around, request, inside);
            Box::pin(answered.instrument(span.clone())).await
        }
    };
    seen.answered(&span, response)
}

/// The answer as it travels.
async fn dressed(around: Around, request: Request, inside: Next) -> Response {
    let packing = Packing::of(&request);
    let body_may_stay = headers::may_stay_unread(request.headers());
    let chosen = language::chosen(request.uri());
    let mut response = match needs_session(&request) {
        true => {
            let remembered = Remembered::of(request.headers());
            // Kept small where there is none: what is awaited is copied with each request.
            let answered = Box::pin(in_session(around, request, inside));
            remembered.during(answered).await
        }
        false => worded(around.state, None, request, inside).await,
    };
    language::keep(chosen, &mut response);
    headers::secure(&mut response);
    if !body_may_stay {
        headers::close_refused(&mut response);
    }
    packing.pack(response).await
}

/// A program with a key has no session; whoever else asks may have one, or be about to.
fn needs_session(request: &Request) -> bool {
    auth::bearer(request.headers()).is_none() || !request.uri().path().starts_with("/api/v1/")
}

async fn in_session(around: Around, request: Request, inside: Next) -> Response {
    let state = around.state;
    let inside = service_fn(move |request: Request| {
        let session = request.extensions().get::<Session>().cloned();
        let worded = worded(state.clone(), session, request, inside.clone());
        worded.map(Ok::<_, Infallible>)
    });
    let Ok(response) = around.sessions.layer(inside).oneshot(request).await;
    response
}

/// The answer, or in words why there is none.
async fn worded(
    state: AppState,
    session: Option<Session>,
    request: Request,
    inside: Next,
) -> Response {
    let asking = Asking::of(&request);
    let tagging = validators::Tagging::of(&request);
    let hosting = &state.service.shared.hosting;
    let handle = |request| handled(request, inside);
    let mut response = admission::admit(hosting, request, handle).await;
    response.headers_mut().reserve(MORE_HEADERS);
    let response = match tagging {
        Some(tagging) => tagging.tag(response).await,
        None => response,
    };
    error::render(&state, session.as_ref(), &asking, response).await
}

/// What the handler makes of a request.
async fn handled(request: Request, inside: Next) -> Response {
    if let Some(refused) = headers::of_another_site(&request) {
        return refused.into_response();
    }
    let handled = AssertUnwindSafe(inside.run(request)).catch_unwind();
    handled.await.unwrap_or_else(error::panicked)
}
