//! The pages of those who audit.

use axum::http::StatusCode;
use limpide_web::Face;

use crate::invented::SHOWN;
use crate::site::Site;

async fn decided() -> Site {
    let site = Site::open(Face::All).await;
    let path = format!("/api/v1/clients/{SHOWN}/case");
    let opened = site.post_json(&format!("{path}/proposal"), "{}").await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
    let comment = format!("{path}/comment");
    let said = site.post_json(&comment, r#"{"text": "<b>vu</b> 🦊"}"#);
    assert_eq!(said.await.status, StatusCode::CREATED);
    site
}

#[tokio::test]
async fn the_log_is_found_by_client_kind_person_and_day() {
    let site = decided().await;
    let cookie = site.sign_in("auditor").await;
    for (query, proposal, comment) in [
        ("", true, true),
        ("client=100042", true, true),
        ("client=100043", false, false),
        ("event=commented", false, true),
        ("by=program&event=proposed", true, false),
        ("by=person:1", false, false),
        ("day=2001-01-01", false, false),
        ("before=2", true, false),
    ] {
        let page = site.get(&format!("/audit?lang=en&{query}"), &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
        let holds = |entry: i64| page.body.contains(&format!("href=\"/audit/{entry}\""));
        assert_eq!((holds(1), holds(2)), (proposal, comment), "{query}");
    }
    let page = site.get("/audit?lang=en&day=soon", &cookie).await.body;
    assert!(page.contains("This is no day.") && page.contains("value=\"soon\""));
}

#[tokio::test]
async fn the_log_is_verified_and_a_decision_made_again() {
    let site = decided().await;
    let cookie = site.sign_in("auditor").await;
    let page = site.get("/audit/verify?lang=en", &cookie).await.body;
    assert!(
        page.contains("Every entry is as it was written. Entries: 2"),
        "{page}"
    );
    let entry = site.get("/audit/2?lang=en", &cookie).await.body;
    assert!(entry.contains("🦊") && !entry.contains("<b>vu</b>"));
    let again = site.get("/audit/1?lang=en&replay=1", &cookie).await.body;
    assert!(again.contains("Recomputed to the same bits"), "{again}");
    let none = site.get("/audit/99", &cookie).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
