//! The list of clients narrowed and put in order, and requests for correction from asking to answer.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, SHOWN};
use crate::site::Site;

#[tokio::test]
async fn the_list_is_narrowed_and_put_in_order_without_a_script() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let all = site.get("/?lang=en", &cookie).await.body;
    assert!(all.contains("400 clients found.") && all.contains("Next page"));
    let refused = "/?lang=en&decision=refused&sort=-probability&q=";
    let refused = site.get(refused, &cookie).await.body;
    assert!(!refused.contains("400 clients found."));
    assert!(refused.contains("against-tint") && !refused.contains("pill favour-tint"));
    assert!(refused.contains("value=\"refused\" selected"));
    let banded = site.get("/?lang=en&band=40-100", &cookie).await;
    assert_eq!(banded.status, StatusCode::OK, "{}", banded.body);
    let filtered = "/?lang=en&filter=family%3DMarried&filter=";
    let filtered = site.get(filtered, &cookie).await.body;
    assert!(filtered.contains("value=\"family=Married\" selected"));
    assert!(!filtered.contains("400 clients found.") && filtered.contains("clients found."));
    let unfit = site.get("/?lang=en&filter=nothing%3D1", &cookie).await.body;
    assert!(unfit.contains("not known here"));
}

#[tokio::test]
async fn the_next_page_holds_other_clients_and_leads_back() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let first = site.get("/?lang=en", &cookie).await.body;
    let next = first
        .split("href=\"/?")
        .find(|part| part.starts_with("after="));
    let next = next.unwrap().split('"').next().unwrap();
    let second = site.get(&format!("/?{next}&lang=en"), &cookie).await.body;
    assert!(second.contains("/clients/100026\"") && !second.contains("/clients/100025\""));
    assert!(second.contains("First page"));
}

#[tokio::test]
async fn numbers_are_found_while_clients_are_still_looked_at() {
    let serve = |store| invented::service_without_comparisons(store, None);
    let site = Site::serving(Face::All, serve).await;
    let cookie = site.sign_in("adviser").await;
    let found = site.get("/?lang=en&q=10004", &cookie).await.body;
    assert!(found.contains("10 clients found."));
    let waits = site.get("/?lang=en&decision=granted", &cookie).await.body;
    assert!(
        waits.contains("still being looked at") && waits.contains("hx-trigger=\"load delay:3s\"")
    );
}

#[tokio::test]
async fn only_the_table_is_swapped_while_one_types() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let request = Request::get("/?lang=en&q=100042")
        .header(header::COOKIE, &cookie)
        .header("hx-request", "true")
        .header("hx-target", "found");
    let part = site.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(part.status, StatusCode::OK);
    assert!(part.body.starts_with("<div id=\"found\"") && part.body.contains("One client found."));
}

#[tokio::test]
async fn a_client_asks_for_a_correction_and_an_analyst_answers() {
    let site = Site::open(Face::All).await;
    let client = site.sign_in("client").await;
    let page = format!("/clients/{SHOWN}?lang=en");
    let chosen = format!("{page}&correct=income");
    let chosen = site.get(&chosen, &client).await.body;
    assert!(chosen.contains("value=\"Annual income\"") && chosen.contains("€38,400"));
    let act = |act: &str| format!("/clients/{SHOWN}/case/{act}");
    let empty = "field=Annual+income&expected=%F0%9F%8E%93+%3C41%3E&why=&key=a";
    let told = site.post_form(&act("correction"), &client, empty).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.body.contains("value=\"🎓 &#60;41&#62;\""),
        "{}",
        told.body
    );
    let whole = "field=Annual+income&found=38400&expected=41000&why=New+contract&key=b";
    for _ in 0..2 {
        let sent = site.post_form(&act("correction"), &client, whole).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }
    let asked = site.get(&page, &client).await.body;
    assert_eq!(asked.matches("Waits for an answer").count(), 1);
    assert!(asked.contains("New contract") && !asked.contains("/case/answer"));
    let analyst = site.sign_in("analyst").await;
    let shown = site.get(&page, &analyst).await.body;
    let number = shown.split("name=\"request\" value=\"").nth(1).unwrap();
    let number = number.split('"').next().unwrap();
    let answer = format!("request={number}&answer=corrected&why=Seen.&key=c");
    let denied = site.post_form(&act("answer"), &client, &answer).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let adviser = site.sign_in("adviser").await;
    let waiting = site.get(&page, &adviser).await.body;
    assert!(
        waiting.contains("a correction was asked for") && !waiting.contains("href=\"#reopen\"")
    );
    let done = site.post_form(&act("answer"), &analyst, &answer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let read = site.get(&page, &client).await.body;
    assert!(read.contains("Seen.") && !read.contains("Waits for an answer"));
    assert!(read.contains("has been answered") && !read.contains("href=\"#reopen\""));
    // Who may open a new case is told that it is the next thing to do, until it is done.
    let next = site.get(&page, &adviser).await.body;
    assert!(next.contains("<a href=\"#reopen\">Open a new case</a>"));
    assert!(next.contains("id=\"reopen\"") && !next.contains("a correction was asked for"));
    let opened = site.post_form(&act("proposal"), &adviser, "key=d").await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert!(
        !site
            .get(&page, &adviser)
            .await
            .body
            .contains("href=\"#reopen\"")
    );
}

#[tokio::test]
async fn an_ended_session_keeps_a_request_for_correction() {
    let site = Site::open(Face::All).await;
    let path = format!("/clients/{SHOWN}/case/correction");
    let form = "field=Income&found=1&expected=2&why=%D7%A9%D7%9C&key=k";
    let kept = site.post_form(&path, "lang=en", form).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    for told in [
        "name=\"field\" value=\"Income\"",
        "name=\"expected\" value=\"2\"",
        "של",
        "value=\"k\"",
    ] {
        assert!(kept.body.contains(told), "{told}: {}", kept.body);
    }
}

#[tokio::test]
async fn what_became_of_a_granted_credit_is_noted_once() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let adviser = site.sign_in("adviser").await;
    let act = |act: &str| format!("/clients/{SHOWN}/case/{act}");
    let granted = "verdict=granted&reason=Seen&key=a";
    site.post_form(&act("decision"), &adviser, granted).await;
    let done = site
        .post_form(&act("outcome"), &adviser, "outcome=repaid&key=b")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let second = site.sign_in("second").await;
    let told = site
        .post_form(&act("outcome"), &second, "outcome=defaulted&key=c")
        .await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.body);
}
