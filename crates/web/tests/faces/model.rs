//! What the API tells of the model over all clients, and to whom.

use axum::http::StatusCode;
use limpide_web::Face;

use crate::invented::{self, API_KEY, CLIENTS};
use crate::site::Site;

const PATH: &str = "/api/v1/model/explanation";

#[tokio::test]
async fn what_the_model_does_is_told_with_labels_in_the_language_asked_for() {
    let site = Site::open(Face::Api).await;
    let of = async |lang: &str| {
        let path = format!("{PATH}?lang={lang}");
        site.get_with_key(&path, API_KEY).await.json()
    };
    let (french, english) = (of("fr").await, of("en").await);
    assert_eq!(
        (&french["lang"], &english["lang"]),
        (&"fr".into(), &"en".into())
    );
    assert_eq!(french["clients"], CLIENTS);
    assert_eq!(french["sampled"], 100);
    let health = site.get("/healthz", "").await.json();
    assert_eq!(french["model"], health["model"]);
    let sizes: Vec<f64> = french["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["size"].as_f64().unwrap())
        .collect();
    assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]) && sizes[0] > 0.0);
    assert_eq!(french["features"][0]["id"], english["features"][0]["id"]);
    assert_ne!(french["concepts"], english["concepts"], "labels differ");
    let curve = &french["dependence"][0];
    assert_eq!(curve["feature"], french["features"][0]["id"]);
    let clients = curve["points"].as_array().unwrap().iter();
    assert_eq!(
        clients
            .map(|point| point["clients"].as_u64().unwrap())
            .sum::<u64>(),
        100
    );
    assert_eq!(
        french["pairs"].as_array().unwrap().len(),
        0,
        "a logistic regression has none"
    );
    assert_eq!(french["segments"].as_array().unwrap().len(), 1);
    site.get_with_key(&format!("{PATH}?lang=de"), API_KEY)
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn staff_see_the_parts_of_the_clients_and_a_client_does_not() {
    let site = Site::open(Face::All).await;
    for (username, parts) in [
        ("adviser", 1),
        ("analyst", 1),
        ("auditor", 1),
        ("client", 0),
    ] {
        let cookie = site.sign_in(username).await;
        let answer = site.get(PATH, &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{username}");
        let told = answer.json();
        assert_eq!(
            told["segments"].as_array().unwrap().len(),
            parts,
            "{username}"
        );
        assert!(
            !told["concepts"].as_array().unwrap().is_empty(),
            "{username}"
        );
    }
    site.get(PATH, "")
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_model_that_was_never_measured_is_told_of_in_words() {
    let site = Site::serving(Face::All, invented::service_unmeasured).await;
    let answer = site.get_with_key(PATH, API_KEY).await;
    let problem = answer.problem(StatusCode::NOT_FOUND, "not-measured");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("limpide explain model")
    );
}
