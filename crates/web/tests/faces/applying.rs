//! A new application of a client who is known: the past that is taken along, what is checked while
//! one types, and what a session that ends does not lose.

use axum::http::{Request, StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::filled::filled;
use crate::invented::{self, SHOWN};
use crate::site::{Answer, Site};

const PATH: &str = "/applications/new?lang=en";
const RIGHT: &str = "field-product=Cash&field-amount=24%20000&field-months=36&field-rating=0.21";

/// What the place beside a field is told, as htmx asks while one types.
async fn checked(site: &Site, cookie: &str, place: &str, form: &str) -> Answer {
    let request = Request::post(PATH)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("hx-request", "true")
        .header("hx-target", place);
    site.send(request.body(form.to_owned().into()).unwrap())
        .await
}

/// The probability that the client's case was opened with, all digits of it.
async fn proposed_probability(site: &Site) -> f64 {
    let cases = site.store.client_cases(SHOWN).await.unwrap();
    let entries = site
        .store
        .case_entries(cases.last().unwrap())
        .await
        .unwrap();
    match &entries[0].event {
        Some(limpide_store::Event::Proposed(proposal)) => proposal.score.probability,
        other => panic!("{other:?}"),
    }
}

async fn stored_probability(site: &Site, cookie: &str) -> f64 {
    let path = format!("/api/v1/clients/{SHOWN}/score");
    let score = site.get(&path, cookie).await.json();
    score["probability"].as_f64().unwrap()
}

#[tokio::test]
async fn the_unchanged_form_of_a_client_scores_as_the_client_does() {
    for lang in ["fr", "en"] {
        let site = Site::open(Face::All).await;
        let cookie = site.sign_in("adviser").await;
        let path = format!("/applications/new?lang={lang}&from={SHOWN}");
        let form = filled(&site.get(&path, &cookie).await.body);
        assert!(
            form.contains("past=1") && form.contains("client=100042"),
            "{form}"
        );
        let path = format!("/applications/new?lang={lang}");
        let page = site.post_form(&path, &cookie, &form).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let told = ["was taken along", "a été repris"];
        assert!(
            told.iter().any(|told| page.body.contains(told)),
            "{}",
            page.body
        );
        let opened = format!("{form}&act=case&key=once");
        for _ in 0..2 {
            let opened = site.post_form(&path, &cookie, &opened).await;
            assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        }
        assert_eq!(site.store.client_cases(SHOWN).await.unwrap().len(), 1);
        let (new, stored) = (
            proposed_probability(&site).await,
            stored_probability(&site, &cookie).await,
        );
        assert_eq!(new.to_bits(), stored.to_bits(), "{lang}: {new} {stored}");
    }
}

#[tokio::test]
async fn without_the_past_the_score_is_another_one() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let form = site.get(&format!("{PATH}&from={SHOWN}"), &cookie).await;
    let form = filled(&form.body).replace("past=1", "past=");
    let form = format!("{form}&act=case&key=once");
    let opened = site.post_form(PATH, &cookie, &form).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert_ne!(
        proposed_probability(&site).await,
        stored_probability(&site, &cookie).await
    );
}

#[tokio::test]
async fn the_past_of_a_client_whom_one_may_not_see_is_nobodys() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "assigned", "Ines Adam", Role::Adviser, None).await;
    site.store.assign("assigned", &[SHOWN]).await.unwrap();
    let cookie = site.sign_in("assigned").await;
    let mut told = Vec::new();
    for number in ["100043", "199999"] {
        let form = format!("{RIGHT}&past=1&client={number}");
        let page = site.post_form(PATH, &cookie, &form).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            page.body
        );
        assert!(
            page.body
                .contains("No client whom you may see has this number.")
        );
        told.push(page.body.replace(number, "N"));
    }
    assert_eq!(told[0], told[1]);
    for (form, fault) in [
        ("past=1", "Type the number of the client"),
        ("past=1&client=100042&history=%7B%7D", "not both."),
    ] {
        let page = site
            .post_form(PATH, &cookie, &format!("{RIGHT}&{form}"))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(page.body.contains(fault), "{form}");
        assert!(
            page.body.contains("name=\"past\" value=\"1\" checked"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn a_session_that_ends_while_one_types_loses_nothing() {
    let site = Site::open(Face::All).await;
    let typed = "field-product=Cash&field-amount=much&field-work=%C2%AB+%F0%9F%A6%8A+%C2%BB";
    let form = format!("{typed}&client={SHOWN}&past=1&history=%7B%22loans%22&act=case&key=k");
    let kept = site.post_form(PATH, "", &form).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    assert!(
        kept.body.contains("Your session has ended"),
        "{}",
        kept.body
    );
    assert!(
        kept.body.contains("6 filled fields are kept"),
        "{}",
        kept.body
    );
    let cookie = site.sign_in("adviser").await;
    // What the page holds is shown in the form, and nothing else is done.
    let back = format!("{}&act=form", filled(&kept.body));
    let back = site
        .post_form(PATH, &cookie, &back.replace("&#34;", "%22"))
        .await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.body);
    for value in [
        "value=\"Cash\" selected",
        "value=\"much\"",
        "value=\"« 🦊 »\"",
        "value=\"100042\"",
        "name=\"past\" value=\"1\" checked",
        "{&#34;loans&#34;</textarea>",
    ] {
        assert!(back.body.contains(value), "{value}: {}", back.body);
    }
    assert!(!back.body.contains("id=\"result\""));
    assert!(!back.body.contains("This is no number."));
    assert!(site.store.client_cases(SHOWN).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_a_stranger_no_more_than_128_kibibytes_are_given_back() {
    let site = Site::open(Face::All).await;
    let long = |length: usize| format!("history={}", "x".repeat(length));
    let kept = site.post_form(PATH, "", &long(128 * 1024 - 100)).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    assert!(kept.body.len() > 128_000);
    let left = site.post_form(PATH, "", &long(128 * 1024 + 1)).await;
    assert_eq!(left.status, StatusCode::UNAUTHORIZED);
    assert!(left.body.len() < 100_000);
}

#[tokio::test]
async fn a_field_is_checked_while_one_types_as_it_is_when_all_is_sent() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for (place, form, fault) in [
        ("field-amount", "field-amount=much", "This is no number."),
        ("field-amount", "field-amount=24%20000", ""),
        ("field-amount", "field-amount=", "This is needed."),
        (
            "field-product",
            "field-product=Gold",
            "Choose from the list.",
        ),
        ("field-work", "field-work=", ""),
        ("client", "client=twelve", "This is no client number."),
        ("client", "client=100042", ""),
        ("past", "past=1&client=", "Type the number of the client"),
        ("past", "past=1&client=199999", "No client whom you may see"),
        (
            "history",
            "history=%7B",
            "This is not the JSON that is expected.",
        ),
        ("history", "history=%7B%7D", ""),
    ] {
        let place = format!("{place}-fault");
        let told = checked(&site, &cookie, &place, form).await;
        assert_eq!(told.status, StatusCode::OK, "{place} {form}");
        match fault {
            "" => assert_eq!(told.body, "", "{place} {form}"),
            fault => assert!(told.body.starts_with(fault), "{form}: {}", told.body),
        }
    }
    for place in ["field-gone-fault", "field-amount", "elsewhere"] {
        let unknown = checked(&site, &cookie, place, "field-amount=1").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{place}");
    }
    // The page asks so, and has a place for the answer.
    let page = site.get(PATH, &cookie).await.body;
    assert!(page.contains(
        "hx-trigger=\"change\" hx-params=\"field-amount\" hx-target=\"#field-amount-fault\""
    ));
    assert!(page.contains(
        "aria-live=\"polite\" data-fault-of=\"field-amount\" id=\"field-amount-fault\"></p>"
    ));
}

#[tokio::test]
async fn a_check_after_the_session_ended_leads_nobody_away() {
    let site = Site::open(Face::All).await;
    let told = checked(&site, "", "field-amount-fault", "field-amount=much").await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    let client = site.sign_in("client").await;
    let told = checked(&site, &client, "field-amount-fault", "field-amount=much").await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_adviser_is_led_from_a_client_to_their_new_application() {
    let site = Site::open(Face::All).await;
    let link = format!("/applications/new?from={SHOWN}");
    for (role, leads) in [("adviser", true), ("analyst", false), ("client", false)] {
        let cookie = site.sign_in(role).await;
        let page = site.get(&format!("/clients/{SHOWN}"), &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.body.contains(&link), leads, "{role}");
    }
    let form = site.get(PATH, &site.sign_in("adviser").await).await;
    assert!(form.body.contains("name=\"from\""));
}
