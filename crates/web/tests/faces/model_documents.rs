//! The model's card and its catalogue.

use std::collections::BTreeSet;

use axum::http::{Request, StatusCode, header};
use limpide_web::Face;
use serde_json::Value;

use crate::invented::{self, API_KEY};
use crate::site::Site;

const FEATURES: &str = "/api/v1/model/features";

fn names(page: &Value) -> Vec<&str> {
    let features = page["features"].as_array().unwrap().iter();
    features.map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_card_says_what_the_bundle_does_in_both_languages() {
    let site = Site::serving(Face::Api, invented::service_with_documents).await;
    let card = |lang| format!("/api/v1/model?lang={lang}");
    let french = site.get_with_key(&card("fr"), API_KEY).await.json();
    let english = site.get_with_key(&card("en"), API_KEY).await.json();
    let health = site.get("/healthz", "").await.json();
    assert_eq!(french["model"], health["model"]);
    assert_eq!(french["trained_at"], invented::TRAINED_AT);
    assert_eq!(french["policy"]["threshold"], 0.11);
    assert_eq!(french["trained_on"]["clients"], invented::CLIENTS);
    for words in ["intended_use", "not_for", "limits"] {
        assert_ne!(french[words], english[words], "{words}");
    }
    for numbers in ["metrics", "policy", "trained_on", "calibration"] {
        assert_eq!(french[numbers], english[numbers], "{numbers}");
    }
    let page = Request::get(card("fr"))
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::ACCEPT, "text/html,application/json;q=0.9")
        .body(axum::body::Body::empty())
        .unwrap();
    let page = site.send(page).await;
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    assert_eq!(page.body, "<h1>fr</h1>");
    site.get(&card("fr"), "")
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn the_catalogue_is_paged_searched_and_narrowed() {
    let site = Site::open(Face::Api).await;
    let mut listed = BTreeSet::new();
    let mut next = Some(format!("{FEATURES}?limit=4&lang=en"));
    while let Some(path) = next {
        let page = site.get_with_key(&path, API_KEY).await.json();
        for name in names(&page) {
            assert!(listed.insert(name.to_owned()), "{name} twice");
        }
        assert_eq!(page["total"], 15);
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(listed.len(), 15);
    let found = async |query: &str| {
        let path = format!("{FEATURES}?lang=en&{query}");
        site.get_with_key(&path, API_KEY).await.json()
    };
    assert_eq!(names(&found("q=EXTERNAL").await), ["rating"]);
    assert_eq!(names(&found("q=notation").await), ["rating"]);
    assert_eq!(names(&found("kind=category").await).len(), 3);
    assert_eq!(names(&found("concept=rating").await), ["rating"]);
    assert_eq!(found("in_model=false").await["total"], 0);
    let one = format!("{FEATURES}/rating?lang=en");
    let one = site.get_with_key(&one, API_KEY).await.json();
    assert_eq!(one["label"], "External rating");
    assert_eq!(one["quantiles"].as_object().unwrap().len(), 9);
    let unknown = site
        .get_with_key(&format!("{FEATURES}/raiting"), API_KEY)
        .await;
    unknown.problem(StatusCode::NOT_FOUND, "unknown-feature");
    let wrong = site
        .get_with_key(&format!("{FEATURES}?kind=date"), API_KEY)
        .await;
    wrong.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
}

#[tokio::test]
async fn posted_values_that_the_recipe_does_not_allow_are_refused_by_name() {
    let site = Site::serving(Face::Api, invented::service_with_documents).await;
    let body = r#"{"features": {"rating": -0.5, "income": 1e308}}"#;
    let answer = site.post_json("/api/v1/score", body).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors[0]["field"], "rating");
    assert_eq!(errors[0]["found"], "-0.5");
    assert_eq!(errors[0]["expected"], "a number from 0 to 1");
    let good = site
        .post_json("/api/v1/score", r#"{"features": {"rating": 0.5}}"#)
        .await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
}
