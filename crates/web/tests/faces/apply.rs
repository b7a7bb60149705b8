//! The form of a new application: what it asks, what it takes, and whom it answers.

use axum::http::{StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, SHOWN};
use crate::site::Site;

const PATH: &str = "/applications/new?lang=en";
const RIGHT: &str = "field-product=Cash&field-amount=24%20000&field-months=36&field-rating=0.21";

#[tokio::test]
async fn the_form_asks_what_the_recipe_says_in_both_languages() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let french = [
        "Prêt demandé",
        "Notation externe",
        "Célibataire",
        "à partir de 0, jusqu’à 1",
    ];
    let english = [
        "Loan requested",
        "External rating",
        "Widowed",
        "from 0, up to 1",
    ];
    for (lang, words) in [("fr", french), ("en", english)] {
        let path = format!("/applications/new?lang={lang}");
        let page = site.get(&path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let controls = [
            r#"<select id="field-product""#,
            r#"name="field-birth_days" value="" dir="auto" autocomplete="off" type="date""#,
            r#"aria-current="page""#,
        ];
        for part in words.into_iter().chain(controls) {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        assert!(!page.body.contains(r#"id="result""#));
    }
}

#[tokio::test]
async fn a_client_whom_one_may_see_is_a_start_and_no_other_is() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "assigned", "Ines Adam", Role::Adviser, None).await;
    site.store.assign("assigned", &[SHOWN]).await.unwrap();
    let cookie = site.sign_in("assigned").await;
    let page = site.get(&format!("{PATH}&from={SHOWN}"), &cookie).await;
    let values = [
        r#"value="24000""#,
        r#"value="0.212""#,
        r#"value="Cash" selected"#,
        r#"name="client" value="100042""#,
    ];
    for value in values {
        assert!(page.body.contains(value), "{value}: {}", page.body);
    }
    let all = site.sign_in("adviser").await;
    for (from, cookie) in [(SHOWN + 1, &cookie), (199_999, &cookie), (199_999, &all)] {
        let page = site.get(&format!("{PATH}&from={from}"), cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{from}");
    }
}

#[tokio::test]
async fn what_is_not_taken_comes_back_as_it_was_typed() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let right = "field-product=Cash&field-amount=24000";
    for (form, fault) in [
        ("field-amount=24000", "product-fault\">This is needed."),
        (
            "field-product=Cash&field-amount=much",
            "amount-fault\">This is no number.",
        ),
        (
            &format!("{right}&field-months=900"),
            "This number may not be. Expected: from 6 months, up to 84 months.",
        ),
        (
            &format!("{right}&field-birth_days=2999-01-01"),
            "Expected a day that is over",
        ),
        (
            "field-product=Gold&field-amount=24000",
            "product-fault\">Choose from the list.",
        ),
        (
            &format!("{right}&client=twelve"),
            "client-fault\">This is no client number.",
        ),
        (
            &format!("{right}&history=%7B%22loans%22"),
            "This is not the JSON that is expected.",
        ),
        (
            &format!("{right}&history=%7B%22application%22%3A%5B%5D%7D"),
            "The row of application is typed above",
        ),
        (
            &format!("{right}&field-gone=1"),
            "Another model was published since this form was opened",
        ),
    ] {
        let form = format!("{form}&field-work=Baker");
        let page = site.post_form(PATH, &cookie, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        let body = page.body.replace('\u{a0}', " ");
        assert!(body.contains(fault), "{form}: {body}");
        assert!(body.contains(r#"value="Baker""#), "{form}");
        assert!(!body.contains(r#"id="result""#), "{form}");
    }
}

#[tokio::test]
async fn right_values_show_a_decision() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let page = site.post_form(PATH, &cookie, RIGHT).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for part in [
        "decision-heading",
        "drivers-heading",
        "reasons-heading",
        "the result rests on the application alone",
        r#"value="24 000""#,
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("Open a case on client"));
    // A number that a French reader writes is the same number.
    let french = RIGHT.replace("0.21", "0%2C21");
    let page = site.post_form("/applications/new?lang=fr", &cookie, &french);
    let page = page.await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}

#[tokio::test]
async fn a_case_is_opened_with_the_rows_once() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let form = format!("{RIGHT}&client={SHOWN}");
    let page = site.post_form(PATH, &cookie, &form).await.body;
    let opens = format!("Open a case on client {SHOWN}");
    assert!(page.contains(&opens), "{page}");
    let form = format!("{form}&act=case&key=once");
    for _ in 0..2 {
        let opened = site.post_form(PATH, &cookie, &form).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        let led = format!("/clients/{SHOWN}?done=proposal#case");
        assert_eq!(opened.header(header::LOCATION), led);
    }
    let cases = site.store.client_cases(SHOWN).await.unwrap();
    assert_eq!(cases.len(), 1);
    let again = form.replace("key=once", "key=twice");
    let again = site.post_form(PATH, &cookie, &again).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    assert!(again.body.contains(r#"id="result""#));
    assert!(again.body.contains(r#"value="24 000""#));
}

#[tokio::test]
async fn another_role_is_refused() {
    let site = Site::open(Face::All).await;
    for role in ["analyst", "auditor", "client"] {
        let cookie = site.sign_in(role).await;
        let shown = site.get(PATH, &cookie).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{role}");
        let sent = site.post_form(PATH, &cookie, RIGHT).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role}");
    }
    let nobody = site.get(PATH, "").await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
    let nobody = site.post_form(PATH, "", RIGHT).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signs_that_mean_something_in_html_stand_as_they_were_typed() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    // "><script>alert(1)</script> 'שלום' 🦊, into every kind of field.
    let typed =
        "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%20'%D7%A9%D7%9C%D7%95%D7%9D'%20%F0%9F%A6%8A";
    let names = ["field-work", "field-amount", "client", "history"];
    let fields = names.map(|name| format!("{name}={typed}"));
    let form = format!("field-product={typed}&{}", fields.join("&"));
    let page = site.post_form(PATH, &cookie, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    assert_eq!(page.body.matches("שלום").count(), 4, "{}", page.body);
    assert_eq!(page.body.matches("🦊").count(), 4);
    let right = format!("{RIGHT}&field-work={typed}&client={SHOWN}");
    let page = site.post_form(PATH, &cookie, &right).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    // In the form, in what opens the case, and in the reason that tells of it.
    assert_eq!(page.body.matches("שלום").count(), 3, "{}", page.body);
    assert!(!page.body.contains("<script>alert"));
}
