//! Who reaches what: signing in and out, roles, keys, other sites, and the headers that hold.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::{NewKey, Scope};
use limpide_web::Face;
use time::OffsetDateTime;

use crate::invented::{API_KEY, PASSWORD, SHOWN};
use crate::site::{Site, paths_of};

#[tokio::test]
async fn nobody_reaches_a_client_without_signing_in_or_a_key() {
    let site = Site::open(Face::All).await;
    let [page, data @ ..] = paths_of(SHOWN);
    for path in &data {
        let answer = site.get(path, "").await;
        let problem = answer.problem(StatusCode::UNAUTHORIZED, "signed-out");
        assert!(
            answer
                .header(header::WWW_AUTHENTICATE)
                .starts_with("Bearer")
        );
        insta::assert_json_snapshot!("signed_out", problem);
        let wrong = site.get_with_key(path, "another key altogether").await;
        wrong.problem(StatusCode::UNAUTHORIZED, "signed-out");
        assert!(!wrong.body.contains(API_KEY));
        let planted = site.get(path, "limpide=AAAAAAAAAAAAAAAAAAAAAA").await;
        planted.problem(StatusCode::UNAUTHORIZED, "signed-out");
    }
    let answer = site.get(&page, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header(header::LOCATION),
        "/login?next=%2Fclients%2F100042"
    );
    let posted = Request::post("/api/v1/score")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"features": {}}"#))
        .unwrap();
    site.send(posted)
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_client_reaches_their_own_data_and_no_others_by_any_route() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    for path in paths_of(SHOWN) {
        assert_eq!(
            site.get(&path, &cookie).await.status,
            StatusCode::OK,
            "{path}"
        );
    }
    // 7 is no client at all: the answer must not tell.
    for other in [SHOWN + 1, 7] {
        for path in paths_of(other) {
            let answer = site.get(&path, &cookie).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.body.contains("probability"), "{path}");
        }
    }
    let home = site.get("/?q=100", &cookie).await;
    assert_eq!(home.header(header::LOCATION), "/me");
    let own = site.get("/me", &cookie).await;
    assert_eq!(own.header(header::LOCATION), format!("/clients/{SHOWN}"));
    let posted = Request::post("/api/v1/score")
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"features": {}}"#))
        .unwrap();
    site.send(posted)
        .await
        .problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn an_address_that_reads_as_another_client_opens_no_other_client() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    let other = SHOWN + 1;
    for path in [
        format!("/clients/%31{}", &other.to_string()[1..]),
        format!("/clients/{SHOWN}/../{other}"),
        format!("/clients/{SHOWN}%2F..%2F{other}"),
        format!("/clients/+{other}"),
        format!("/api/v1/clients/0{other}/score"),
        format!("//clients/{other}"),
    ] {
        let answer = site.get(&path, &cookie).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn staff_see_every_client_and_only_some_score() {
    let site = Site::open(Face::All).await;
    for (username, scores) in [("adviser", true), ("analyst", true), ("auditor", false)] {
        let cookie = site.sign_in(username).await;
        for path in paths_of(SHOWN + 1) {
            assert_eq!(site.get(&path, &cookie).await.status, StatusCode::OK);
        }
        let posted = Request::post("/api/v1/score")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"features": {}}"#))
            .unwrap();
        let expected = if scores {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(site.send(posted).await.status, expected, "{username}");
    }
}

#[tokio::test]
async fn a_disabled_persons_session_stops_at_the_next_request() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::OK);
    site.store.disable("adviser").await.unwrap();
    let answer = site.get("/", &cookie).await;
    assert_eq!(answer.header(header::LOCATION), "/login");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let answer = site.post_form("/logout", &cookie, "").await;
    assert_eq!(answer.header(header::LOCATION), "/login");
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_password_is_said_in_words_and_shown_nowhere() {
    let site = Site::open(Face::All).await;
    let form = "username=%3Cb%3Eadviser&password=a+wrong+one&next=%2F";
    let answer = site.post_form("/login?lang=fr", "", form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(
        answer
            .body
            .contains("Identifiant ou mot de passe incorrect.")
    );
    assert!(!answer.body.contains("a wrong one"));
    assert!(!answer.body.contains("<b>adviser"));
}

#[tokio::test]
async fn signing_in_gives_a_new_token_and_leads_where_one_was_going() {
    let site = Site::open(Face::All).await;
    let form = format!(
        "username=adviser&password={}&next=%2Fclients%2F100042",
        PASSWORD.replace(' ', "+")
    );
    let planted = "limpide=AAAAAAAAAAAAAAAAAAAAAA";
    let answer = site.post_form("/login", planted, &form).await;
    assert_eq!(answer.header(header::LOCATION), "/clients/100042");
    assert!(!answer.header(header::SET_COOKIE).contains(planted));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let request = Request::post("/logout")
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = Site::open(Face::All).await;
    for path in ["/login", "/healthz", "/nothing", "/api/v1/openapi.json"] {
        let answer = site.get(path, "").await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(header::X_FRAME_OPTIONS), "DENY");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
        let is_page = answer.header(header::CONTENT_TYPE).starts_with("text/html");
        let referrer = if is_page { "same-origin" } else { "" };
        assert_eq!(answer.header(header::REFERRER_POLICY), referrer, "{path}");
        assert_eq!(policy.contains("script-src"), is_page, "{path}");
    }
}

#[tokio::test]
async fn a_face_shows_its_own_routes_only() {
    let api = Site::open(Face::Api).await;
    api.get("/login", "")
        .await
        .problem(StatusCode::NOT_FOUND, "not-found");
    let dashboard = Site::open(Face::Dashboard).await;
    let answer = dashboard.get("/api/v1/openapi.json", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for site in [api, dashboard] {
        assert_eq!(site.get("/healthz", "").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_client_tries_their_own_values_only_and_an_auditor_none() {
    let site = Site::open(Face::All).await;
    let what_if = |client: i64, cookie: &str| {
        Request::post(format!("/api/v1/clients/{client}/what-if"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"edits": {}}"#))
            .unwrap()
    };
    let ways = |client: i64, cookie: &str| {
        Request::post(format!("/api/v1/clients/{client}/ways"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"))
            .unwrap()
    };
    let rows = |cookie: &str| {
        Request::post("/api/v1/score/rows")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"tables": {"application": [{}]}}"#))
            .unwrap()
    };
    let ok = StatusCode::OK;
    let no = StatusCode::FORBIDDEN;
    let hidden = StatusCode::NOT_FOUND;
    for (username, own, other, posted) in [
        ("adviser", ok, ok, ok),
        ("analyst", ok, ok, ok),
        ("auditor", no, no, no),
        ("client", ok, hidden, no),
    ] {
        let cookie = site.sign_in(username).await;
        let status = async |request| site.send(request).await.status;
        assert_eq!(status(what_if(SHOWN, &cookie)).await, own, "{username}");
        assert_eq!(
            status(what_if(SHOWN + 1, &cookie)).await,
            other,
            "{username}"
        );
        assert_eq!(status(ways(SHOWN, &cookie)).await, own, "{username}");
        assert_eq!(status(ways(SHOWN + 1, &cookie)).await, other, "{username}");
        assert_eq!(status(rows(&cookie)).await, posted, "{username}");
    }
    for request in [what_if(SHOWN, ""), ways(SHOWN, ""), rows("")] {
        let answer = site.send(request).await;
        answer.problem(StatusCode::UNAUTHORIZED, "signed-out");
    }
}

#[tokio::test]
async fn a_key_of_the_store_opens_what_its_scopes_say_until_it_is_revoked() {
    let site = Site::open(Face::All).await;
    let now = OffsetDateTime::now_utc();
    let mut secrets = Vec::new();
    for scope in [Scope::Read, Scope::Score] {
        let key = NewKey {
            name: scope.to_string(),
            scopes: BTreeSet::from([scope]),
            expires_at: None,
        };
        secrets.push(site.store.add_key(key, now).await.unwrap().1);
    }
    let [_, score, ..] = paths_of(SHOWN);
    let read = site.get_with_key(&score, &secrets[0]).await;
    assert_eq!(read.status, StatusCode::OK);
    let refused = site.get_with_key(&score, &secrets[1]).await;
    let problem = refused.problem(StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(problem["detail"], "the API key lacks the scope read");
    let post = async |key: &str| {
        let request = Request::post("/api/v1/score")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"features": {}}"#));
        site.send(request.unwrap()).await
    };
    assert_eq!(post(&secrets[1]).await.status, StatusCode::OK);
    post(&secrets[0])
        .await
        .problem(StatusCode::FORBIDDEN, "forbidden");
    site.store.revoke_key("read", now).await.unwrap();
    // A key that opened a moment ago is known for two seconds.
    let mut revoked = site.get_with_key(&score, &secrets[0]).await;
    for _ in 0..50 {
        if revoked.status != StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        revoked = site.get_with_key(&score, &secrets[0]).await;
    }
    revoked.problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn an_adviser_reaches_assigned_clients_only_and_finds_no_others() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    site.store.assign("adviser", &[SHOWN]).await.unwrap();
    for path in paths_of(SHOWN) {
        assert_eq!(site.get(&path, &cookie).await.status, StatusCode::OK);
    }
    // 7 is no client at all: the answer must not tell.
    for other in [SHOWN + 1, 7] {
        for path in paths_of(other) {
            let answer = site.get(&path, &cookie).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let list = site.get("/", &cookie).await;
    assert!(list.body.contains(&format!("/clients/{SHOWN}")));
    assert!(!list.body.contains(&format!("/clients/{}", SHOWN + 1)));
}

#[tokio::test]
async fn too_many_failures_lock_a_name_and_a_new_password_ends_sessions() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for name in ["adviser", "nobody"] {
        let form = format!("username={name}&password=wrong+password");
        for _ in 0..5 {
            let answer = site.post_form("/login", "", &form).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        let answer = site.post_form("/login", "", &form).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.header(header::RETRY_AFTER).is_empty());
    }
    // Whoever is signed in stays so; until there is a new password.
    let [page, ..] = paths_of(SHOWN);
    assert_eq!(site.get(&page, &cookie).await.status, StatusCode::OK);
    site.store.set_password("adviser", PASSWORD).await.unwrap();
    assert_eq!(site.get(&page, &cookie).await.status, StatusCode::SEE_OTHER);
    site.sign_in("adviser").await;
}

#[tokio::test]
async fn while_the_database_is_away_every_face_says_when_to_come_back() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    site.store.close().await;
    let [page, score, ..] = paths_of(SHOWN);
    let away = site
        .get_with_key(&score, &format!("lmp_{}", "0".repeat(64)))
        .await;
    away.problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    assert_eq!(away.header(header::RETRY_AFTER), "2");
    let away = site.get(&score, &cookie).await;
    away.problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    let away = site.get(&page, &cookie).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(away.header(header::RETRY_AFTER), "2");
    // The key that the server was started with needs no database.
    let read = site.get_with_key(&score, API_KEY).await;
    assert_eq!(read.status, StatusCode::OK);
}
