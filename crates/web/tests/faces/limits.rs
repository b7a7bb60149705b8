//! How much a server bears: callers who ask too often, clients who are too slow, and its own end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use limpide_store::Store;
use limpide_web::{Face, Limits, Published, Service, serve, serve_probes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::invented::{self, API_KEY, PASSWORD, SHOWN};
use crate::site::Site;

async fn limited(limits: Limits) -> Site {
    Site::serving(Face::All, move |store| {
        invented::service_limited(store, limits.clone())
    })
    .await
}

fn score() -> String {
    format!("/api/v1/clients/{SHOWN}/score")
}

#[tokio::test]
async fn strangers_spend_their_addresss_allowance_and_nobody_elses() {
    let site = limited(Limits {
        address_per_minute: 3,
        ..Limits::default()
    })
    .await;
    let cookie = site.sign_in("adviser").await;
    // Nobody, somebody wrongly by a key, and by a cookie.
    site.get(&score(), "").await;
    site.get_with_key(&score(), "another key altogether").await;
    site.get(&score(), "limpide=AAAAAAAAAAAAAAAAAAAAAA").await;
    for refused in [
        site.get(&score(), "").await,
        site.get_with_key(&score(), "another key altogether").await,
        site.get(&score(), "limpide=AAAAAAAAAAAAAAAAAAAAAA").await,
    ] {
        refused.problem(StatusCode::TOO_MANY_REQUESTS, "too-many");
        let wait: u64 = refused.header(header::RETRY_AFTER).parse().unwrap();
        assert!((1..=21).contains(&wait), "{wait}");
    }
    let page = site.get("/login", "").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("</html>"));
    for _ in 0..5 {
        let known = site.get_with_key(&score(), API_KEY).await;
        assert_eq!(known.status, StatusCode::OK);
        assert_eq!(site.get(&score(), &cookie).await.status, StatusCode::OK);
        assert_eq!(site.get("/healthz", "").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_person_and_a_key_have_allowances_of_their_own() {
    let site = limited(Limits {
        person_per_minute: 2,
        key_per_minute: 1,
        ..Limits::default()
    })
    .await;
    let [one, other] = [site.sign_in("adviser").await, site.sign_in("analyst").await];
    for _ in 0..2 {
        assert_eq!(site.get(&score(), &one).await.status, StatusCode::OK);
    }
    let refused = site.get(&score(), &one).await;
    refused.problem(StatusCode::TOO_MANY_REQUESTS, "too-many");
    let page = site.get(&format!("/clients/{SHOWN}"), &one).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(site.get(&score(), &other).await.status, StatusCode::OK);
    assert_eq!(
        site.get_with_key(&score(), API_KEY).await.status,
        StatusCode::OK
    );
    let refused = site.get_with_key(&score(), API_KEY).await;
    refused.problem(StatusCode::TOO_MANY_REQUESTS, "too-many");
}

#[tokio::test]
async fn attempts_to_sign_in_are_counted_whatever_cookie_comes_with_them() {
    let site = limited(Limits {
        sign_in_per_minute: 2,
        ..Limits::default()
    })
    .await;
    for cookie in ["", "limpide=AAAAAAAAAAAAAAAAAAAAAA"] {
        let form = "username=adviser&password=wrong";
        let answer = site.post_form("/login", cookie, form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let form = format!("username=adviser&password={}", PASSWORD.replace(' ', "+"));
    let refused = site.post_form("/login", "limpide=BBBB", &form).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header(header::SET_COOKIE).contains("HttpOnly"));
    // The page with the form can still be read.
    assert_eq!(site.get("/login", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let limits = Limits {
        request_time: Duration::from_millis(100),
        ..Limits::default()
    };
    let site = Site::serving(Face::Api, move |store| {
        invented::service_slow(store, Duration::from_secs(2), limits.clone())
    })
    .await;
    let answer = site
        .post_json("/api/v1/score/rows", r#"{"tables": {}}"#)
        .await;
    answer.problem(StatusCode::SERVICE_UNAVAILABLE, "too-late");
    assert_eq!(answer.header(header::RETRY_AFTER), "2");
}

/// A server on a real port.
struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let store = Store::open(":memory:").await.unwrap();
        Self::serving(invented::service_limited(store, limits)).await
    }

    async fn serving(service: Arc<Service>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { stopped.await.unwrap() };
        Self {
            address,
            stop: Some(stop),
            server: tokio::spawn(serve(listener, Published::new(service, Face::All), stopped)),
        }
    }

    async fn send(&self, text: &str) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(text.as_bytes()).await.unwrap();
        connection
    }

    /// What the server says to a request, until it closes the connection.
    async fn says(&self, text: &str) -> String {
        rest(self.send(text).await).await
    }

    fn tell_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn end(mut self) {
        if self.stop.is_some() {
            self.tell_to_stop();
        }
        let ended = tokio::time::timeout(Duration::from_secs(8), self.server).await;
        ended.unwrap().unwrap().unwrap();
    }
}

async fn rest(mut connection: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is cut has said what it had said.
    let reading = connection.read_to_end(&mut said);
    let _ = tokio::time::timeout(Duration::from_secs(8), reading)
        .await
        .expect("the server closes the connection");
    String::from_utf8_lossy(&said).into_owned()
}

/// The head of a request that scores posted values.
fn head(length: usize) -> String {
    format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\
         Authorization: Bearer {API_KEY}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

const BODY: &str = r#"{"features": {}}"#;

fn soon() -> Limits {
    let short = Duration::from_millis(300);
    Limits {
        header_time: short,
        body_time: short,
        stop_time: Duration::from_secs(5),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_client_that_does_not_send_what_it_began_is_not_waited_for() {
    let running = Running::start(soon()).await;
    assert_eq!(running.says("GET /healthz HTTP/1.1\r\nHost: h").await, "");
    let said = running
        .says(&format!("{}{}", head(BODY.len()), &BODY[..5]))
        .await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(said.contains("urn:limpide:problem:slow-body"), "{said}");
    // Nobody's slowness is another's.
    let said = running.says(&format!("{}{BODY}", head(BODY.len()))).await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    running.end().await;
}

#[tokio::test]
async fn requests_beyond_those_that_are_answered_at_once_are_told_to_come_again() {
    let running = Running::start(Limits {
        requests: 1,
        body_time: Duration::from_secs(5),
        ..soon()
    })
    .await;
    let slow = running.send(&head(BODY.len())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let said = running.says(&format!("{}{BODY}", head(BODY.len()))).await;
    assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
    assert!(said.contains("urn:limpide:problem:busy"), "{said}");
    assert!(said.to_lowercase().contains("retry-after: 2"), "{said}");
    let alive = "GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    assert!(running.says(alive).await.starts_with("HTTP/1.1 200 "));
    drop(slow);
    running.end().await;
}

#[tokio::test]
async fn a_request_under_way_is_finished_when_the_server_is_told_to_stop() {
    let mut running = Running::start(Limits {
        body_time: Duration::from_secs(5),
        ..soon()
    })
    .await;
    let mut connection = running.send(&head(BODY.len())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.tell_to_stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(running.address).await.is_err());
    connection.write_all(BODY.as_bytes()).await.unwrap();
    let said = rest(connection).await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    running.end().await;
}

#[tokio::test]
async fn what_takes_too_long_to_end_is_cut() {
    let mut running = Running::start(Limits {
        body_time: Duration::from_secs(60),
        stop_time: Duration::from_millis(200),
        ..soon()
    })
    .await;
    let connection = running.send(&head(BODY.len())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.tell_to_stop();
    running.end().await;
    assert_eq!(rest(connection).await, "");
}

#[tokio::test]
async fn a_reader_that_stands_still_is_cut() {
    let running = Running::start(Limits {
        write_time: Duration::from_millis(300),
        stop_time: Duration::from_secs(5),
        ..Limits::default()
    })
    .await;
    // More answers than the sockets of both ends hold, none of them read.
    let one = format!(
        "GET /api/v1/openapi.json HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {API_KEY}\r\n\r\n"
    );
    let connection = running.send(&one.repeat(400)).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let said = rest(connection).await;
    assert!(said.matches("HTTP/1.1 200 ").count() < 400);
    running.end().await;
}

#[tokio::test]
async fn only_a_trusted_proxy_is_believed_about_whom_it_asks_for() {
    let ask = |forwarded: &str| {
        format!(
            "GET /api/v1/nothing HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\
             X-Forwarded-For: {forwarded}\r\n\r\n"
        )
    };
    for (trusted, last) in [("127.0.0.1", "404"), ("10.0.0.0/8", "429")] {
        let running = Running::start(Limits {
            address_per_minute: 1,
            trusted_proxies: vec![trusted.parse().unwrap()],
            ..soon()
        })
        .await;
        let first = running.says(&ask("198.51.100.7")).await;
        assert!(first.starts_with("HTTP/1.1 404 "), "{first}");
        let again = running.says(&ask("192.0.2.1, 198.51.100.7")).await;
        assert!(again.starts_with("HTTP/1.1 429 "), "{again}");
        let another = running.says(&ask("198.51.100.8")).await;
        assert!(
            another.starts_with(&format!("HTTP/1.1 {last} ")),
            "{another}"
        );
        running.end().await;
    }
}

#[tokio::test]
async fn an_address_of_its_own_tells_of_the_server_and_of_nothing_else() {
    let store = Store::open(":memory:").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { stopped.await.unwrap() };
    let published = Published::new(invented::service(store), Face::Api);
    let server = tokio::spawn(serve_probes(listener, published, stopped));
    for (path, status) in [
        ("/metrics", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        (&score(), 404),
        ("/login", 404),
    ] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\
             Authorization: Bearer {API_KEY}\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let said = rest(connection).await;
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {said}"
        );
    }
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
