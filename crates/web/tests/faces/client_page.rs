//! The client page: its parts without and with htmx, and what people do to a case through it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::Role;
use limpide_web::{Face, NoComparisons};

use crate::invented::{self, SHOWN};
use crate::site::{Answer, Site};

/// One part of the page, as htmx asks for it.
async fn part(site: &Site, cookie: &str, query: &str, target: &str) -> Answer {
    let request = Request::get(format!("/clients/{SHOWN}?lang=en&{query}"))
        .header(header::COOKIE, cookie)
        .header("hx-request", "true")
        .header("hx-target", target);
    site.send(request.body(Body::empty()).unwrap()).await
}

async fn page(site: &Site, cookie: &str, query: &str) -> String {
    let path = format!("/clients/{SHOWN}?lang=en&{query}");
    let answer = site.get(&path, cookie).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

/// What a form of the page sends: its action, and the fields with what was typed.
async fn send(site: &Site, cookie: &str, act: &str, form: &str) -> Answer {
    let path = format!("/clients/{SHOWN}/case/{act}");
    site.post_form(&path, cookie, form).await
}

fn key_of(page: &str) -> &str {
    let after = page.split("name=\"key\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap()
}

#[tokio::test]
async fn a_reason_leads_to_the_rows_behind_it_with_and_without_a_script() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let closed = page(&site, &cookie, "").await;
    assert!(closed.contains("?reason=rating#reason-rating"));
    assert!(!closed.contains("1000003"));
    let open = page(&site, &cookie, "reason=rating").await;
    for told in ["1000003", "cash loan", "€2,500", "Loans: 3."] {
        assert!(open.contains(told), "{told}");
    }
    let swapped = part(&site, &cookie, "reason=rating", "detail-rating").await;
    assert!(
        swapped
            .body
            .starts_with("<div class=\"detail\" id=\"detail-rating\">")
    );
    assert!(swapped.body.contains("1000003"));
    let unknown = part(&site, &cookie, "reason=nothing", "detail-nothing").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_part_is_the_same_on_the_page_and_alone() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for (query, target) in [
        ("feature=income&among=similar", "comparison"),
        ("feature=income&with=rating", "comparison"),
        ("feature=work", "comparison-shown"),
        ("place=similar&q=revenue", "information-values"),
        ("ways=1", "ways"),
        ("", "similar"),
    ] {
        let alone = part(&site, &cookie, query, target).await;
        assert_eq!(alone.status, StatusCode::OK, "{query}: {}", alone.body);
        assert!(!alone.body.contains("<html"), "{target}");
        let whole = page(&site, &cookie, query).await;
        assert!(whole.contains(alone.body.trim()), "{query}: {}", alone.body);
    }
}

#[tokio::test]
async fn two_features_are_shown_together_with_the_clients_own_point() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let both = part(&site, &cookie, "feature=income&with=rating", "comparison").await;
    assert!(both.body.contains("own-ring") && both.body.contains("level-5"));
    assert!(
        both.body.contains("How the client compares</h2>")
            && both.body.contains("This client</li>")
    );
    let client = site.sign_in("client").await;
    let query = "lang=en&feature=income&with=rating";
    let own = part(&site, &client, query, "comparison").await;
    assert!(own.body.contains("How you compare</h2>") && own.body.contains("You</li>"));
    let one = part(&site, &cookie, "feature=income", "comparison").await;
    assert!(one.body.contains("This client · €38,400"));
    let missing = part(&site, &cookie, "feature=nothing", "comparison").await;
    assert!(missing.body.contains("values of this item are not kept"));
}

#[tokio::test]
async fn numbers_are_tried_at_once_and_one_that_does_not_fit_is_told() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let as_is = page(&site, &cookie, "").await;
    assert!(as_is.contains("Nothing is changed for now."));
    let less = "try-amount=6%2C000&try-months=36";
    let tried = part(&site, &cookie, less, "what-if-result").await;
    assert!(
        tried.body.contains("The risk would go from"),
        "{}",
        tried.body
    );
    assert!(tried.body.contains("What changes in the reasons"));
    let wrong = page(&site, &cookie, "try-amount=a+lot").await;
    assert!(wrong.contains("Write a number from €6,000 to €48,000."));
    assert!(wrong.contains("value=\"a lot\""));
    // Also as one types: in the field's own place.
    let typed = part(&site, &cookie, "try-amount=a+lot", "what-if-result").await;
    let place = "id=\"try-amount-fault\" hx-swap-oob=\"true\">Write a number from";
    assert!(typed.body.contains(place), "{}", typed.body);
    let place = "id=\"try-amount-fault\" hx-swap-oob=\"true\"></p>";
    assert!(tried.body.contains(place), "{}", tried.body);
}

#[tokio::test]
async fn a_client_sees_their_own_page_and_no_other_person_on_it() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    let own = page(&site, &cookie, "reason=rating&feature=income").await;
    let others = own.split("/clients/").skip(1);
    for address in others {
        assert!(address.starts_with("100042"), "{}", &address[..20]);
    }
    assert!(own.contains("Clients like you") && !own.contains("square-default"));
    assert!(!own.contains("The exact formula") && !own.contains("Among similar ones"));
    assert!(own.contains("try-amount") && !own.contains("try-income"));
}

#[tokio::test]
async fn a_page_is_shown_before_clients_can_be_compared() {
    for (reason, words) in [
        (None, "Similar clients are being looked for."),
        (
            Some(NoComparisons::Alike),
            "gives all clients the same risk",
        ),
    ] {
        let serve = |store| invented::service_without_comparisons(store, reason);
        let site = Site::serving(Face::All, serve).await;
        let cookie = site.sign_in("adviser").await;
        assert!(page(&site, &cookie, "").await.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_decision_sent_twice_is_taken_once() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let before = page(&site, &cookie, "").await;
    assert!(before.contains("Nothing is decided on this client yet."));
    let form = format!("verdict=refused&reason=&key={}", key_of(&before));
    for _ in 0..2 {
        let answer = send(&site, &cookie, "decision", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert!(
            answer
                .header(header::LOCATION)
                .ends_with("?done=decision#case")
        );
    }
    let after = page(&site, &cookie, "done=decision").await;
    assert!(after.contains("The decision is recorded."));
    assert_eq!(
        after
            .matches("<strong>You</strong> · decision: decline")
            .count(),
        1
    );
    assert_eq!(
        after
            .matches("<strong>The model</strong> · proposal")
            .count(),
        1
    );
}

#[tokio::test]
async fn who_decides_second_is_told_and_keeps_what_was_typed() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let (first, second) = (site.sign_in("adviser").await, site.sign_in("second").await);
    let pages = [
        page(&site, &first, "").await,
        page(&site, &second, "").await,
    ];
    let form = format!("verdict=refused&key={}", key_of(&pages[0]));
    send(&site, &first, "decision", &form).await;
    let form = format!(
        "verdict=granted&reason=Loyal+%3Cclient%3E&key={}",
        key_of(&pages[1])
    );
    let told = send(&site, &second, "decision", &form).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.body.contains("plus possible") || told.body.contains("no longer possible"));
    assert!(
        told.body.contains("Loyal &#60;client&#62;"),
        "{}",
        told.body
    );
    assert!(told.body.contains("<strong>C. Moreau</strong>"));
}

#[tokio::test]
async fn a_decision_against_the_advice_needs_a_reason() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let form = "verdict=granted&reason=&key=k1";
    let told = send(&site, &cookie, "decision", form).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.body
            .contains("id=\"decide-granted\" name=\"verdict\" value=\"granted\" checked")
    );
    let form = "verdict=granted&reason=Revenu+prouv%C3%A9&key=k2";
    let done = send(&site, &cookie, "decision", form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = page(&site, &cookie, "").await;
    assert!(after.contains("decision against the recommendation: approval"));
    assert!(after.contains("Revenu prouvé"));
    let approved = "Your application is approved: a person decided";
    assert!(!after.contains(approved));
    let client = site.sign_in("client").await;
    let own = page(&site, &client, "lang=en").await;
    let (_, result) = own.split_once("id=\"decision-heading\"").unwrap();
    let (result, _) = result.split_once("</section>").unwrap();
    assert!(result.contains(approved), "{result}");
    assert!(result.contains("class=\"verdict favour-tint\""), "{result}");
}

#[tokio::test]
async fn an_ended_session_loses_nothing_that_was_typed() {
    let site = Site::open(Face::All).await;
    let form = "verdict=granted&reason=%C2%AB+%F0%9F%8E%93+%C2%BB+%D7%A9%D7%9C%D7%95%D7%9D&key=k";
    let kept = send(&site, "lang=en", "decision", form).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    for told in [
        "Your session has ended",
        "« 🎓 » שלום",
        "value=\"granted\"",
        "value=\"k\"",
    ] {
        assert!(kept.body.contains(told), "{told}: {}", kept.body);
    }
    let path = format!("action=\"/clients/{SHOWN}/case/decision\"");
    assert!(kept.body.contains(&path));
}

#[tokio::test]
async fn a_part_asked_for_after_the_session_ended_has_the_page_loaded_anew() {
    let site = Site::open(Face::All).await;
    let answer = part(&site, "", "feature=income", "comparison").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let name = header::HeaderName::from_static("hx-refresh");
    assert_eq!(answer.header(name), "true");
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_client_contests_and_another_adviser_answers() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let client = site.sign_in("client").await;
    let early = page(&site, &client, "").await;
    assert!(early.contains("Your case is not open yet"));
    assert!(!early.contains("case/decision") && !early.contains("case/contest"));
    let denied = send(&site, &client, "decision", "verdict=granted&key=d").await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let adviser = site.sign_in("adviser").await;
    send(&site, &adviser, "decision", "verdict=refused&key=a").await;
    let decided = page(&site, &client, "").await;
    assert!(decided.contains("case/contest") && decided.contains("case/comment"));
    let contested = send(&site, &client, "contest", "text=J%27ai+un+emploi.&key=b").await;
    assert_eq!(
        contested.status,
        StatusCode::SEE_OTHER,
        "{}",
        contested.body
    );
    assert!(!page(&site, &adviser, "").await.contains("case/review"));
    let second = site.sign_in("second").await;
    assert!(page(&site, &second, "").await.contains("case/review"));
    let empty = send(&site, &second, "review", "verdict=granted&key=c").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answered = send(&site, &second, "review", "verdict=granted&reason=Vu.&key=e").await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
    let read = page(&site, &client, "").await;
    assert!(read.contains("decision changed: approval") && read.contains("Vu."));
}
