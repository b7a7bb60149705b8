//! The model's pages: who sees them, and what they hold.

use axum::http::StatusCode;
use limpide_store::Role;
use limpide_web::Face;

use crate::invented;
use crate::site::Site;

#[tokio::test]
async fn only_those_who_study_models_see_their_pages() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    for (username, status) in [
        ("adviser", StatusCode::FORBIDDEN),
        ("client", StatusCode::FORBIDDEN),
        ("analyst", StatusCode::OK),
        ("auditor", StatusCode::OK),
        ("admin", StatusCode::OK),
    ] {
        let cookie = site.sign_in(username).await;
        for path in ["/model", "/model/features?q=rating"] {
            assert_eq!(
                site.get(path, &cookie).await.status,
                status,
                "{username} {path}"
            );
        }
    }
    for path in ["/model", "/model/features", "/model/versions"] {
        assert_eq!(
            site.get(path, "").await.status,
            StatusCode::SEE_OTHER,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_cost_that_is_no_cost_is_told_and_comes_back() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    let answer = site
        .get("/model?missed=-3&refused=1&lang=en", &cookie)
        .await;
    assert!(answer.body.contains("A cost is a number from 0.1 to 100."));
    assert!(answer.body.contains("value=\"-3\""));
}
