//! What holds on every request: names, tags, compression, readiness, what is counted.

use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode, header};
use limpide_store::{NewKey, Scope, Store};
use limpide_web::{Face, NoComparisons};
use time::OffsetDateTime;

use crate::invented::{self, API_KEY, SHOWN};
use crate::site::{Answer, REQUEST_ID, Site};

/// Asks with the server's key and one more header.
async fn ask(site: &Site, path: &str, name: HeaderName, value: &str) -> Answer {
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(name, value);
    site.send(request.body(Body::empty()).unwrap()).await
}

fn score() -> String {
    format!("/api/v1/clients/{SHOWN}/score")
}

fn explanation(lang: &str) -> String {
    format!("/api/v1/clients/{SHOWN}/explanation?lang={lang}")
}

#[tokio::test]
async fn every_answer_has_the_requests_name_and_so_has_a_problem() {
    let site = Site::open(Face::All).await;
    let answer = ask(&site, &score(), REQUEST_ID, "batch-7_a.1").await;
    assert_eq!(answer.header(REQUEST_ID), "batch-7_a.1");
    let answer = ask(&site, "/api/v1/nothing", REQUEST_ID, "batch-8").await;
    assert_eq!(answer.json()["request_id"], "batch-8");
    answer.problem(StatusCode::NOT_FOUND, "not-found");
    // What could break a line of the log, or hide in it, is not taken over.
    for forged in ["a b", "x\tlevel=error", "%0a", &"a".repeat(65)] {
        let answer = ask(&site, "/api/v1/nothing", REQUEST_ID, forged).await;
        assert_eq!(answer.header(REQUEST_ID).len(), 32, "{forged}");
        answer.problem(StatusCode::NOT_FOUND, "not-found");
    }
    let page = site.get("/login", "").await;
    let other = site.get("/login", "").await;
    assert_ne!(page.header(REQUEST_ID), other.header(REQUEST_ID));
}

#[tokio::test]
async fn who_has_an_answer_is_told_so_instead_of_being_sent_it() {
    let site = Site::open(Face::All).await;
    for path in [
        score(),
        explanation("fr"),
        "/api/v1/model/explanation".to_owned(),
    ] {
        let first = site.get_with_key(&path, API_KEY).await;
        let tag = first.header(header::ETAG).to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let strong = tag.trim_start_matches("W/").to_owned();
        for known in [
            tag.clone(),
            format!("\"other\", {tag}"),
            "*".to_owned(),
            strong,
        ] {
            let again = ask(&site, &path, header::IF_NONE_MATCH, &known).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path} {known}");
            assert_eq!(again.header(header::ETAG), tag);
            assert_eq!(again.body, "");
        }
        let stale = ask(&site, &path, header::IF_NONE_MATCH, "\"other\"").await;
        assert_eq!((stale.status, stale.body), (StatusCode::OK, first.body));
    }
    let [french, english] = ["fr", "en"].map(explanation);
    let french = site.get_with_key(&french, API_KEY).await;
    let english = ask(
        &site,
        &english,
        header::IF_NONE_MATCH,
        french.header(header::ETAG),
    );
    assert_eq!(english.await.status, StatusCode::OK);
    let missing = site.get_with_key("/api/v1/clients/7/score", API_KEY).await;
    assert_eq!(missing.header(header::ETAG), "");
    let posted = site.post_json("/api/v1/score", r#"{"features": {}}"#).await;
    assert_eq!(
        (posted.status, posted.header(header::ETAG)),
        (StatusCode::OK, "")
    );
}

#[tokio::test]
async fn long_answers_are_compressed_unless_another_site_may_have_asked() {
    let site = Site::open(Face::All).await;
    let plain = site.get_with_key(&explanation("en"), API_KEY).await;
    assert_eq!(plain.header(header::CONTENT_ENCODING), "");
    for coding in ["gzip", "zstd"] {
        let packed = ask(&site, &explanation("en"), header::ACCEPT_ENCODING, coding).await;
        assert_eq!(packed.header(header::CONTENT_ENCODING), coding);
        assert!(packed.body.len() < plain.body.len());
        assert!(packed.header(header::VARY).contains("accept-encoding"));
        assert_eq!(packed.header(header::ETAG), plain.header(header::ETAG));
    }
    let short = ask(&site, &score(), header::ACCEPT_ENCODING, "gzip").await;
    assert_eq!(short.header(header::CONTENT_ENCODING), "");
    let cookie = site.sign_in("adviser").await;
    for path in [format!("/clients/{SHOWN}"), explanation("en")] {
        for (asked_by, coding) in [
            (None, ""),
            (Some("cross-site"), ""),
            (Some("same-site"), ""),
            (Some("same-origin"), "zstd"),
            (Some("none"), "zstd"),
        ] {
            let mut request = Request::get(&path)
                .header(header::COOKIE, &cookie)
                .header(header::ACCEPT_ENCODING, "gzip, zstd");
            if let Some(asked_by) = asked_by {
                request = request.header("sec-fetch-site", asked_by);
            }
            let answer = site.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK);
            let found = answer.header(header::CONTENT_ENCODING);
            assert_eq!(found, coding, "{path} asked by {asked_by:?}");
        }
    }
    let page = site.get("/login", "").await;
    let mut parts = page.body.split('"');
    let sheet = parts.find(|part| part.starts_with("/assets/") && part.ends_with(".css"));
    let sheet = sheet.unwrap();
    let font = sheet.replace("limpide.css", "inter-latin-wght-normal.woff2");
    for (file, coding) in [(sheet, "gzip"), (&font, "")] {
        let request = Request::get(file).header(header::ACCEPT_ENCODING, "gzip");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.header(header::CONTENT_ENCODING), coding, "{file}");
    }
}

#[tokio::test]
async fn a_server_is_ready_as_long_as_its_database_answers() {
    let site = Site::open(Face::All).await;
    let ready = site.get("/readyz", "").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(ready.json()["comparisons"], "ready");
    site.store.close().await;
    let away = site.get("/readyz", "").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    let told = away.json();
    assert_eq!(told["ready"], false);
    assert_eq!(told["reasons"][0], "the database does not answer");
    // Alive all the same: to start it anew would not help.
    assert_eq!(site.get("/healthz", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_server_is_ready_before_clients_can_be_compared() {
    for (reason, told) in [
        (None, "preparing"),
        (Some(NoComparisons::Alike), "unavailable"),
    ] {
        let service = |store| invented::service_without_comparisons(store, reason);
        let site = Site::serving(Face::Dashboard, service).await;
        let ready = site.get("/readyz", "").await;
        assert_eq!(ready.status, StatusCode::OK);
        assert_eq!(ready.json()["comparisons"], told);
    }
}

#[tokio::test]
async fn what_is_counted_opens_to_auditors_and_tells_of_nobody() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for path in [
        score(),
        format!("/clients/{SHOWN}"),
        "/api/v1/clients/7/score".to_owned(),
    ] {
        site.get(&path, &cookie).await;
    }
    site.get(&score(), "").await;
    site.get("/nobody-expects-this", "").await;
    let invented = Request::builder().method("BREW").uri("/login");
    site.send(invented.body(Body::empty()).unwrap()).await;
    site.get("/metrics", "")
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
    site.get("/metrics", &cookie)
        .await
        .problem(StatusCode::FORBIDDEN, "forbidden");
    let auditor = site.sign_in("auditor").await;
    assert_eq!(site.get("/metrics", &auditor).await.status, StatusCode::OK);
    let now = OffsetDateTime::now_utc();
    for (name, scope, status) in [
        ("watch", Scope::Audit, StatusCode::OK),
        ("read", Scope::Read, StatusCode::FORBIDDEN),
    ] {
        let key = NewKey {
            name: name.to_owned(),
            scopes: [scope].into(),
            expires_at: None,
        };
        let (_, secret) = site.store.add_key(key, now).await.unwrap();
        assert_eq!(site.get_with_key("/metrics", &secret).await.status, status);
    }
    let told = site.get_with_key("/metrics", API_KEY).await;
    assert!(
        told.header(header::CONTENT_TYPE)
            .starts_with("application/openmetrics-text")
    );
    let route = "route=\"/api/v1/clients/{id}/score\"";
    for line in [
        format!("limpide_requests_total{{method=\"GET\",{route},status=\"200\"}} 1"),
        format!("limpide_requests_total{{method=\"GET\",{route},status=\"401\"}} 1"),
        format!("limpide_requests_total{{method=\"GET\",{route},status=\"404\"}} 1"),
        format!("limpide_request_seconds_count{{{route}}} 3"),
        "limpide_requests_total{method=\"GET\",route=\"(none)\",status=\"404\"} 1".to_owned(),
        "limpide_requests_total{method=\"other\",route=\"/login\",status=\"405\"} 1".to_owned(),
        "limpide_requests_in_flight 1".to_owned(),
        "limpide_computations_waiting 0".to_owned(),
        "limpide_comparisons_ready 1".to_owned(),
        format!("limpide_clients {}", invented::CLIENTS),
    ] {
        assert!(told.body.contains(&line), "{line} in:\n{}", told.body);
    }
    for part in [
        "limpide_predictions_total{decision=",
        "limpide_model{hash=\"",
        "limpide_build_info{version=\"",
        "limpide_database_connections{state=\"idle\"}",
    ] {
        assert!(told.body.contains(part), "{part} in:\n{}", told.body);
    }
    let client = SHOWN.to_string();
    for personal in [
        client.as_str(),
        "adviser",
        "Moreau",
        "auditor",
        "expects",
        API_KEY,
    ] {
        assert!(
            !told.body.contains(personal),
            "{personal} in:\n{}",
            told.body
        );
    }
}

#[tokio::test]
async fn the_dashboard_alone_counts_but_does_not_tell() {
    let site = Site::open(Face::Dashboard).await;
    let answer = site.get_with_key("/metrics", API_KEY).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_request_is_told_as_a_problem() {
    let site = Site::over(
        Store::open(":memory:").await.unwrap(),
        Face::Api,
        invented::service,
    );
    let site = site.await;
    site.get_with_key("/api/v1/nothing", API_KEY)
        .await
        .problem(StatusCode::NOT_FOUND, "not-found");
    let wrong_method = site.post_json(&score(), "{}").await;
    wrong_method.problem(StatusCode::METHOD_NOT_ALLOWED, "method");
    assert!(wrong_method.header(header::ALLOW).contains("GET"));
    let long = format!("{}?lang={}", score(), "f".repeat(9_000));
    site.get_with_key(&long, API_KEY)
        .await
        .problem(StatusCode::URI_TOO_LONG, "uri-too-long");
    let large = vec![b' '; 300 * 1024];
    site.post_json("/api/v1/score", large)
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    let typed = Request::post("/api/v1/score")
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::CONTENT_TYPE, "text/plain");
    site.send(typed.body(Body::from("{}")).unwrap())
        .await
        .problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
}
