//! `GET /api/v1/clients/{id}/rows`: a feature down to the raw rows.

use axum::http::StatusCode;
use limpide_web::Face;
use serde_json::json;

use crate::invented::{API_KEY, SHOWN};
use crate::site::Site;

fn path(asked: &str) -> String {
    format!("/api/v1/clients/{SHOWN}/rows?{asked}")
}

#[tokio::test]
async fn a_feature_is_told_down_to_its_rows_in_the_language_asked_for() {
    let site = Site::open(Face::Api).await;
    for lang in ["fr", "en"] {
        let asked = path(&format!("feature=rating&lang={lang}"));
        let told = site.get_with_key(&asked, API_KEY).await.json();
        let explanation = format!("/api/v1/clients/{SHOWN}/explanation?lang={lang}");
        let explanation = site.get_with_key(&explanation, API_KEY).await.json();
        let contributions = explanation["contributions"].as_array().unwrap();
        let rating = contributions.iter().find(|one| one["feature"] == "rating");
        assert_eq!(told["value"], rating.unwrap()["value"]);
        assert_eq!(told["value_text"], rating.unwrap()["value_text"]);
        insta::assert_json_snapshot!(format!("rows_{lang}"), told);
    }
}

#[tokio::test]
async fn a_feature_of_features_names_them_with_their_values() {
    let site = Site::open(Face::Api).await;
    let asked = path("feature=family");
    let told = site.get_with_key(&asked, API_KEY).await.json();
    assert_eq!(told["rows"], json!(null));
    assert_eq!(told["reads"][0]["feature"], "rating");
    assert!(told["reads"][0]["value"].is_number());
}

#[tokio::test]
async fn rows_are_told_page_by_page() {
    let site = Site::open(Face::Api).await;
    let asked = path("feature=rating&offset=1&limit=1");
    let told = site.get_with_key(&asked, API_KEY).await.json();
    let rows = &told["rows"];
    assert_eq!((&rows["total"], &rows["offset"]), (&json!(3), &json!(1)));
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1);
    assert_eq!(rows["texts"][0][0], "1000002");
    for wrong in ["limit=0", "limit=1001", "limit=x", "offset=-1", "lang=de"] {
        let asked = path(&format!("feature=rating&{wrong}"));
        let answer = site.get_with_key(&asked, API_KEY).await;
        answer.problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let nothing = site.get_with_key(&path("limit=1"), API_KEY).await;
    nothing.problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn an_unknown_feature_is_refused_with_the_nearest_and_an_unknown_client_too() {
    let site = Site::open(Face::Api).await;
    let answer = site.get_with_key(&path("feature=ratting"), API_KEY).await;
    let problem = answer.problem(StatusCode::NOT_FOUND, "unknown-feature");
    assert_eq!(
        problem["detail"],
        "there is no feature \"ratting\"; the nearest is \"rating\""
    );
    let answer = site
        .get_with_key("/api/v1/clients/7/rows?feature=rating", API_KEY)
        .await;
    answer.problem(StatusCode::NOT_FOUND, "unknown-client");
}
