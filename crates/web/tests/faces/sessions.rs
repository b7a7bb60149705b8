//! Sessions: when they begin and end, what their cookie is bound to, and that no other site uses them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use limpide_web::Face;
use limpide_web::router::{SECURE_SESSION_COOKIE, SESSION_COOKIE};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::invented::{self, PASSWORD, SHOWN};
use crate::site::Site;

const DATA: &str = "/api/v1/clients/100042/score";

async fn stored(site: &Site, cookie: &str) -> Record {
    let (_, token) = cookie.split_once('=').unwrap();
    let id: Id = token.parse().unwrap();
    let sessions = site.store.session_store();
    sessions.load(&id).await.unwrap().unwrap()
}

/// Makes a session one of somebody who signed in, and asked for something last, so long ago.
async fn age(site: &Site, cookie: &str, since: Duration, renewed: Duration) {
    let mut record = stored(site, cookie).await;
    let now = OffsetDateTime::now_utc();
    for (key, ago) in [("since", since), ("renewed", renewed)] {
        let at = (now - ago).unix_timestamp();
        record.data.insert(key.to_owned(), at.into());
    }
    record.expiry_date = now + Duration::hours(12) - renewed;
    site.store.session_store().save(&record).await.unwrap();
}

#[tokio::test]
async fn a_cookie_replayed_after_signing_out_opens_neither_page_nor_data() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    assert_eq!(site.get(DATA, &cookie).await.status, StatusCode::OK);
    site.post_form("/logout", &cookie, "").await;
    let replayed = site.get(DATA, &cookie).await;
    replayed.problem(StatusCode::UNAUTHORIZED, "signed-out");
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_gives_a_new_token_and_ends_the_one_before() {
    let site = Site::open(Face::All).await;
    let before = site.sign_in("adviser").await;
    let form = format!("username=client&password={}", PASSWORD.replace(' ', "+"));
    let answer = site.post_form("/login", &before, &form).await;
    let after = answer.header(header::SET_COOKIE).split(';').next().unwrap();
    assert_ne!(before, after);
    let old = site.get(DATA, &before).await;
    old.problem(StatusCode::UNAUTHORIZED, "signed-out");
    let own = site.get("/me", after).await;
    assert_eq!(own.header(header::LOCATION), format!("/clients/{SHOWN}"));
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_this_host_and_to_https() {
    let site = Site::serving(Face::All, invented::service_over_https).await;
    let form = format!("username=adviser&password={}", PASSWORD.replace(' ', "+"));
    let answer = site.post_form("/login", "", &form).await;
    let cookie = answer.header(header::SET_COOKIE);
    for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let (name, token) = cookie.split(';').next().unwrap().split_once('=').unwrap();
    assert_eq!(name, SECURE_SESSION_COOKIE);
    let own = site.get(DATA, &format!("{name}={token}")).await;
    assert_eq!(own.status, StatusCode::OK);
    // Plain HTTP, or a sister host, could have planted this one.
    let planted = site.get(DATA, &format!("{SESSION_COOKIE}={token}")).await;
    planted.problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_session_in_use_is_renewed_and_ends_after_seven_days_all_the_same() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let fresh = site.get(DATA, &cookie).await;
    assert_eq!(
        fresh.header(header::SET_COOKIE),
        "",
        "not with every request"
    );
    age(&site, &cookie, Duration::hours(167), Duration::hours(11)).await;
    let before = stored(&site, &cookie).await.expiry_date;
    let used = site.get(DATA, &cookie).await;
    assert_eq!(used.status, StatusCode::OK);
    assert!(used.header(header::SET_COOKIE).starts_with(&cookie));
    assert!(stored(&site, &cookie).await.expiry_date > before + Duration::hours(10));
    age(&site, &cookie, Duration::hours(169), Duration::ZERO).await;
    let over = site.get(DATA, &cookie).await;
    over.problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_session_without_a_request_for_twelve_hours_is_over() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    age(&site, &cookie, Duration::hours(13), Duration::hours(13)).await;
    let over = site.get(DATA, &cookie).await;
    over.problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_new_password_and_being_disabled_end_every_session_of_the_person_and_no_others() {
    let site = Site::open(Face::All).await;
    let other = site.sign_in("analyst").await;
    for ends in ["password", "disabled"] {
        let sessions = [site.sign_in("adviser").await, site.sign_in("adviser").await];
        for cookie in &sessions {
            assert_eq!(site.get(DATA, cookie).await.status, StatusCode::OK);
        }
        match ends {
            "password" => site.store.set_password("adviser", PASSWORD).await.unwrap(),
            _ => site.store.disable("adviser").await.unwrap(),
        }
        for cookie in &sessions {
            let over = site.get(DATA, cookie).await;
            over.problem(StatusCode::UNAUTHORIZED, "signed-out");
        }
        assert_eq!(site.get(DATA, &other).await.status, StatusCode::OK);
    }
}

/// Every route that changes something, as the API's own document lists them, and the pages' forms.
async fn writes(site: &Site) -> Vec<(Method, String)> {
    let document = site.get("/api/v1/openapi.json", "").await.json();
    let mut writes = vec![
        (Method::POST, "/login".to_owned()),
        (Method::POST, "/logout".to_owned()),
    ];
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods: &serde_json::Map<String, Value> = methods.as_object().unwrap();
        for method in methods.keys().filter(|method| *method != "get") {
            let method = method.to_uppercase().parse().unwrap();
            writes.push((method, path.replace("{id}", &SHOWN.to_string())));
        }
    }
    writes
}

#[tokio::test]
async fn no_other_site_writes_with_a_persons_cookie_by_any_route() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let writes = writes(&site).await;
    assert!(writes.len() > 8, "{}", writes.len());
    for (method, path) in writes {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://elsewhere.example"),
            ("origin", "null"),
        ] {
            for authorization in [None, Some("Basic YTpi")] {
                let mut request = Request::builder()
                    .method(method.clone())
                    .uri(&path)
                    .header(header::HOST, "credit.example")
                    .header(header::COOKIE, &cookie)
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(name, value);
                if let Some(value) = authorization {
                    request = request.header(header::AUTHORIZATION, value);
                }
                let answer = site.send(request.body(Body::from("{}")).unwrap()).await;
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{path} {name}: {value}"
                );
                if path.starts_with("/api/") {
                    answer.problem(StatusCode::FORBIDDEN, "cross-site");
                }
            }
        }
    }
    // The session is whole: the form to sign out was refused as well.
    assert_eq!(site.get(DATA, &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_key_beside_a_cookie_is_what_counts() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let request = Request::get(DATA)
        .header(header::COOKIE, &cookie)
        .header(header::AUTHORIZATION, "Bearer another key altogether");
    let answer = site.send(request.body(Body::empty()).unwrap()).await;
    answer.problem(StatusCode::UNAUTHORIZED, "signed-out");
}
