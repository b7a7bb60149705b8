//! Serves an invented lender on a port, for looking at the pages.
//!
//! `cargo run --release -p limpide-web --example preview -- [PORT] [--signed-in adviser|client]`
//!
//! With `--signed-in` every request is that person's, so that a browser without cookies can take
//! pictures; otherwise sign in as `c.moreau` (adviser) or `amina` (client), with the password that
//! it prints.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/faces/invented/mod.rs"]
mod invented;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use limpide_store::{Person, Role, Store};
use limpide_web::router::SESSION_COOKIE;
use limpide_web::{Face, router};
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = arguments
        .first()
        .and_then(|port| port.parse().ok())
        .unwrap_or(8080);
    let store = Store::open(":memory:").await.unwrap();
    let adviser = invented::add(&store, "c.moreau", "C. Moreau", Role::Adviser, None).await;
    let client = invented::add(
        &store,
        "amina",
        "Amina Laurent",
        Role::Client,
        Some(invented::SHOWN),
    )
    .await;
    let mut routes = router(invented::service(store.clone()), Face::All);
    if let Some(at) = arguments
        .iter()
        .position(|argument| argument == "--signed-in")
    {
        let as_client = arguments.get(at + 1).is_some_and(|role| role == "client");
        routes = signed_in(routes, &store, if as_client { &client } else { &adviser }).await;
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    println!(
        "http://127.0.0.1:{port}/  c.moreau or amina, password: {}",
        invented::PASSWORD
    );
    axum::serve(listener, routes).await.unwrap();
}

async fn signed_in(routes: Router, store: &Store, person: &Person) -> Router {
    let mut record = Record {
        id: Id::default(),
        data: [
            ("person".to_owned(), person.id.into()),
            (
                "since".to_owned(),
                OffsetDateTime::now_utc().unix_timestamp().into(),
            ),
        ]
        .into(),
        expiry_date: OffsetDateTime::now_utc() + Duration::hours(12),
    };
    store.session_store().create(&mut record).await.unwrap();
    let cookie = HeaderValue::from_str(&format!("{SESSION_COOKIE}={}", record.id)).unwrap();
    routes.layer(from_fn(move |mut request: Request, next: Next| {
        request.headers_mut().append(header::COOKIE, cookie.clone());
        next.run(request)
    }))
}
