//! The JSON API: scores, explanations, posted values, problems, and its own description.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_web::Face;
use serde_json::{Value, json};

use crate::invented::{self, API_KEY, SHOWN};
use crate::site::Site;

#[tokio::test]
async fn health_names_the_model_and_needs_nobody() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/healthz", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let health = answer.json();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["clients"], invented::CLIENTS);
    assert_eq!(health["model"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_score_says_risk_decision_and_distance() {
    let site = Site::open(Face::Api).await;
    let path = format!("/api/v1/clients/{SHOWN}/score");
    let score = site.get_with_key(&path, API_KEY).await.json();
    assert_eq!(score["client"], SHOWN);
    assert_eq!(score["decision"], "refused");
    assert_eq!(score["threshold"], 0.11);
    assert_eq!(score["synthetic"], true);
    let distance = score["distance"].as_f64().unwrap();
    let expected = score["probability"].as_f64().unwrap() - 0.11;
    assert!((distance - expected).abs() < 1e-12);
    let health = site.get("/healthz", "").await.json();
    assert_eq!(score["model"], health["model"]);
}

#[tokio::test]
async fn an_explanation_adds_up_and_speaks_the_language_asked_for() {
    let site = Site::open(Face::Api).await;
    let path = |lang| format!("/api/v1/clients/{SHOWN}/explanation?lang={lang}");
    let explanation = site.get_with_key(&path("fr"), API_KEY).await.json();
    let contributions = explanation["contributions"].as_array().unwrap();
    let sum: f64 = contributions
        .iter()
        .map(|one| one["contribution"].as_f64().unwrap())
        .sum();
    let base = explanation["base"].as_f64().unwrap();
    assert!((base + sum - explanation["margin"].as_f64().unwrap()).abs() < 1e-9);
    let stability = &explanation["stability"];
    assert_eq!(
        (&stability["edge"], &stability["beyond"]),
        (&0.11.into(), &"granted".into())
    );
    let words = stability["sentence"].as_str().unwrap();
    assert!(
        words.starts_with("Le risque est 10,8 points au-dessus"),
        "{words}"
    );
    assert_eq!(explanation["second"], Value::Null);
    let sentence = |explanation: &Value| explanation["reasons"][0]["sentence"].clone();
    assert!(
        sentence(&explanation)
            .as_str()
            .unwrap()
            .contains("valeur plus basse")
    );
    let english = site.get_with_key(&path("en"), API_KEY).await.json();
    assert!(sentence(&english).as_str().unwrap().contains("lower than"));
    site.get_with_key(&path("de"), API_KEY)
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn posted_values_score_as_the_same_client_does() {
    let site = Site::open(Face::Api).await;
    let path = format!("/api/v1/clients/{SHOWN}/explanation");
    let client = site.get_with_key(&path, API_KEY).await.json();
    let features: serde_json::Map<String, Value> = client["contributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["feature"].as_str().unwrap().to_owned(),
                one["value"].clone(),
            )
        })
        .collect();
    let body = json!({ "features": features }).to_string();
    let posted = site.post_json("/api/v1/score", body.clone()).await.json();
    assert_eq!(posted["probability"], client["probability"]);
    assert_eq!(posted["client"], Value::Null);
    assert!(posted.get("contributions").is_none());
    let explained = site
        .post_json("/api/v1/score?explain=true", body)
        .await
        .json();
    assert_eq!(explained["contributions"], client["contributions"]);
}

#[tokio::test]
async fn what_is_left_out_or_null_is_missing() {
    let site = Site::open(Face::Api).await;
    let none = site.post_json("/api/v1/score", r#"{"features": {}}"#).await;
    let null = site
        .post_json("/api/v1/score", r#"{"features": {"rating": null}}"#)
        .await;
    assert_eq!(none.status, StatusCode::OK);
    assert_eq!(none.body, null.body);
}

#[tokio::test]
async fn values_that_do_not_fit_are_all_named() {
    let site = Site::open(Face::Api).await;
    let body = r#"{"features": {"ratting": 0.5, "rating": "high", "family": 3, "months": [1]}}"#;
    let answer = site.post_json("/api/v1/score", body).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    let fields: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["ratting", "rating", "months", "family"]);
    insta::assert_json_snapshot!("unfit_values", problem);
}

#[tokio::test]
async fn a_name_that_stands_twice_is_told() {
    let site = Site::open(Face::Api).await;
    for body in [
        r#"{"features": {"rating": 0.1, "months": 3, "rating": 0.9}}"#,
        r#"{"features": {"rating": [{}, {"rating": 1, "rating": 1}]}}"#,
    ] {
        let answer = site.post_json("/api/v1/score", body).await;
        let problem = answer.problem(StatusCode::BAD_REQUEST, "bad-request");
        let told = problem["detail"].as_str().unwrap();
        assert!(told.contains("\"rating\" stands twice"), "{told}");
    }
}

#[tokio::test]
async fn posted_rows_score_and_say_which_tables_were_empty() {
    let site = Site::open(Face::Api).await;
    let path = format!("/api/v1/clients/{SHOWN}/explanation");
    let client = site.get_with_key(&path, API_KEY).await.json();
    let contributions = client["contributions"].as_array().unwrap();
    let row: serde_json::Map<String, Value> = contributions
        .iter()
        .map(|one| {
            (
                one["feature"].as_str().unwrap().to_owned(),
                one["value"].clone(),
            )
        })
        .collect();
    let body = json!({ "tables": { "application": [row] } }).to_string();
    let posted = site.post_json("/api/v1/score/rows", body.clone()).await;
    let posted = posted.json();
    assert_eq!(posted["probability"], client["probability"]);
    assert_eq!(posted["client"], Value::Null);
    assert_eq!(posted["empty_tables"], json!(["loans"]));
    assert_eq!(posted["orphans"], json!({ "months": 2 }));
    assert!(posted.get("contributions").is_none());
    let explained = site
        .post_json("/api/v1/score/rows?explain=true", body)
        .await
        .json();
    assert_eq!(explained["contributions"], client["contributions"]);
    assert_eq!(explained["empty_tables"], json!(["loans"]));
    let answer = site
        .post_json("/api/v1/score/rows", r#"{"tables": {"loans": []}}"#)
        .await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"][0]["field"], "application");
    // More than other routes read, and still too much.
    let long = |letters: usize| {
        let text = "x".repeat(letters);
        json!({ "tables": { "application": [{ "family": text }] } }).to_string()
    };
    let answer = site.post_json("/api/v1/score/rows", long(1_000_000)).await;
    assert_eq!(answer.status, StatusCode::OK);
    site.post_json("/api/v1/score/rows", long(9_000_000))
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test]
async fn a_what_if_tells_both_results_and_the_features_that_changed() {
    let site = Site::open(Face::Api).await;
    let path = |what: &str| format!("/api/v1/clients/{SHOWN}/{what}");
    let score = site.get_with_key(&path("score"), API_KEY).await.json();
    let try_with = async |edits: Value| {
        let body = json!({ "edits": edits }).to_string();
        site.post_json(&path("what-if?lang=en"), body).await
    };
    let same = try_with(json!({})).await.json();
    for side in ["before", "after"] {
        assert_eq!(same[side]["probability"], score["probability"]);
        assert_eq!(same[side]["client"], SHOWN);
    }
    assert_eq!(same["changes"], json!([]));
    let mut other = try_with(json!({ "rating": 0.9 })).await.json();
    assert_eq!(other["before"]["probability"], score["probability"]);
    let probability = |side: &str| other[side]["probability"].as_f64().unwrap();
    let (before, after) = (probability("before"), probability("after"));
    assert!(after < before);
    for side in ["before", "after"] {
        other[side]["model"] = "[hash]".into();
    }
    insta::assert_json_snapshot!("what_if", other);
    let answer = try_with(json!({ "raiting": 1 })).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"][0]["field"], "raiting");
    let unknown = site
        .post_json("/api/v1/clients/7/what-if", r#"{"edits": {}}"#)
        .await;
    unknown.problem(StatusCode::NOT_FOUND, "unknown-client");
    let wrong = site.post_json(&path("what-if"), r#"{"rating": 0.9}"#).await;
    wrong.problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn ways_to_a_yes_are_told_and_what_may_not_change_is_named() {
    let site = Site::open(Face::Api).await;
    let ask = async |client: i64, lang: &str, body: Value| {
        let path = format!("/api/v1/clients/{client}/ways?lang={lang}");
        site.post_json(&path, body.to_string()).await
    };
    let mut shown = Vec::new();
    for lang in ["fr", "en"] {
        let mut answer = ask(SHOWN, lang, json!({ "only": ["rating"] })).await.json();
        answer["model"] = "[hash]".into();
        shown.push(answer);
    }
    assert_eq!(shown[0]["decision"], "refused");
    insta::assert_json_snapshot!("ways", shown);
    // What is told can be tried as it stands.
    let edits = &shown[1]["ways"][0]["edits"];
    let body = json!({ "edits": edits }).to_string();
    let path = format!("/api/v1/clients/{SHOWN}/what-if");
    let tried = site.post_json(&path, body).await.json();
    assert_eq!(tried["after"]["decision"], "granted");
    let answer = ask(SHOWN, "en", json!({ "only": ["age"] })).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"][0]["field"], "age");
    assert_eq!(
        problem["errors"][0]["expected"],
        "one of those that may: rating"
    );
    let unknown = ask(7, "en", json!({})).await;
    unknown.problem(StatusCode::NOT_FOUND, "unknown-client");
    let wrong = ask(SHOWN, "en", json!({ "onyl": [] })).await;
    wrong.problem(StatusCode::BAD_REQUEST, "bad-request");
    let wrong = ask(SHOWN, "de", json!({})).await;
    wrong.problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_a_bad_request() {
    let site = Site::open(Face::Api).await;
    for body in ["{", "[]", "", r#"{"features": 3}"#, r#"{"feature": {}}"#] {
        site.post_json("/api/v1/score", body)
            .await
            .problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let request = Request::post("/api/v1/score")
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    site.send(request)
        .await
        .problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
    site.post_json("/api/v1/score?explain=perhaps", "{}")
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn a_body_too_large_is_refused() {
    let site = Site::open(Face::Api).await;
    let body = format!(r#"{{"features": {{"family": "{}"}}}}"#, "x".repeat(300_000));
    site.post_json("/api/v1/score", body)
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test]
async fn unknown_clients_addresses_and_methods_are_problems_in_the_api() {
    let site = Site::open(Face::All).await;
    let unknown = site
        .get_with_key("/api/v1/clients/7/score", API_KEY)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");
    insta::assert_json_snapshot!("unknown_client", unknown);
    let words = site
        .get_with_key("/api/v1/clients/seven/score", API_KEY)
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
    insta::assert_json_snapshot!("client_number", words);
    site.get("/api/v1/nothing", "")
        .await
        .problem(StatusCode::NOT_FOUND, "not-found");
    let answer = site.post_json("/api/v1/clients/7/score", "{}").await;
    answer.problem(StatusCode::METHOD_NOT_ALLOWED, "method");
    assert_eq!(answer.header(header::ALLOW), "GET,HEAD");
}

#[tokio::test]
async fn the_openapi_document_is_31_and_describes_routes_that_answer() {
    let site = Site::open(Face::Api).await;
    let mut document = site.get("/api/v1/openapi.json", "").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, operations) in document["paths"].as_object().unwrap() {
        let walked = [
            "/batches",
            "/case",
            "/corrections",
            "/erasure",
            "/letter",
            "/replay",
            "/versions",
        ];
        if walked.iter().any(|part| path.contains(part)) {
            // Their order matters, or whoever asks: `batches`, `decisions`, `kept`, `letters`
            // and `versions` walk them.
            continue;
        }
        let path = path.replace("{id}", &SHOWN.to_string());
        let path = path.replace("{name}", "rating");
        let answer = if operations.get("get").is_some() {
            let asked = match path.rsplit('/').next() {
                Some("comparison" | "rows") => "?feature=rating",
                _ => "",
            };
            site.get_with_key(&format!("{path}{asked}"), API_KEY).await
        } else {
            let body = match path.rsplit('/').next() {
                Some("rows") => r#"{"tables": {"application": [{}]}}"#,
                Some("what-if") => r#"{"edits": {}}"#,
                Some("ways") => "{}",
                _ => r#"{"features": {}}"#,
            };
            site.post_json(&path, body).await
        };
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    document["info"]["version"] = "[version]".into();
    insta::assert_json_snapshot!("openapi", document);
}
