//! A client's page: where each value comes from, and how far the request has come.

use axum::http::{StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;
use time::OffsetDateTime;

use crate::invented::{self, API_KEY, SHOWN};
use crate::site::Site;

async fn page(site: &Site, cookie: &str, query: &str) -> String {
    let path = format!("/clients/{SHOWN}?{query}");
    let answer = site.get(&path, cookie).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body.replace(['\u{a0}', '\u{202f}'], " ")
}

async fn act(site: &Site, cookie: &str, act: &str, form: &str) {
    let path = format!("/clients/{SHOWN}/case/{act}");
    let answer = site.post_form(&path, cookie, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// The one step that is marked as the present one.
fn present(page: &str) -> &str {
    let mut marked = page.split("aria-current=\"step\"");
    let step = marked.nth(1).unwrap();
    assert!(marked.next().is_none(), "two present steps");
    step.split("</li>").next().unwrap()
}

fn year_of(seconds_from_now: i64) -> String {
    let at = OffsetDateTime::now_utc() + time::Duration::seconds(seconds_from_now);
    at.year().to_string()
}

#[tokio::test]
async fn each_value_tells_its_source_and_its_age() {
    let site = Site::open(Face::All).await;
    for role in ["adviser", "client"] {
        let cookie = site.sign_in(role).await;
        let english = page(&site, &cookie, "lang=en").await;
        for told in [
            "Source: the loan application</p>",
            "Source: an outside rating</dd>",
            "Source: other lenders’ records, latest: 3 months before the request</dd>",
            "Source: the loan application; other lenders’ records, latest: 3 months before",
            "Source: card statements, latest: 2 months before the request</dd>",
            "Source: earlier requests (nothing there)</dd>",
            "do not say which day it was",
        ] {
            assert!(english.contains(told), "{role}: {told}");
        }
        // Two groups tell the one of all their values; of the others each of the seven has its own.
        assert_eq!(english.matches("class=\"source\"").count(), 9);
        let french = page(&site, &cookie, "lang=fr").await;
        for told in [
            "Source : la demande de prêt</p>",
            "Source : les relevés de carte, dernier élément : 2 mois avant la demande</dd>",
            "Source : les demandes précédentes (rien n’y figure)</dd>",
        ] {
            assert!(french.contains(told), "{role}: {told}");
        }
    }
}

#[tokio::test]
async fn reasons_speak_to_the_client_and_to_others_of_the_client() {
    let site = Site::open(Face::All).await;
    let client = site.sign_in("client").await;
    let adviser = site.sign_in("adviser").await;
    let (to, of) = (
        "Your external credit rating is ",
        "External credit rating of ",
    );
    for (cookie, told, other) in [(&client, to, of), (&adviser, of, to)] {
        let reasons = format!("/api/v1/clients/{SHOWN}/reasons?lang=en");
        for text in [
            page(&site, cookie, "lang=en").await,
            site.get(&reasons, cookie).await.body,
        ] {
            assert!(text.contains(told), "{told}");
            assert!(!text.contains(other), "{other}");
        }
    }
    // A program may ask for the client's words; a client is spoken to whatever is asked for.
    let asked = |listener: &str, what: &str| {
        format!("/api/v1/clients/{SHOWN}/{what}?lang=en&listener={listener}")
    };
    for (listener, told) in [("client", to), ("staff", of)] {
        for what in ["reasons", "explanation"] {
            let found = site.get_with_key(&asked(listener, what), API_KEY).await;
            assert!(found.body.contains(told), "{}", found.body);
        }
        let own = site.get(&asked(listener, "reasons"), &client).await;
        assert!(own.body.contains(to), "{}", own.body);
    }
    let unknown = site
        .get_with_key(&asked("nobody", "reasons"), API_KEY)
        .await;
    unknown.problem(StatusCode::BAD_REQUEST, "bad-request");
    // The log keeps both.
    act(&site, &adviser, "proposal", "key=open").await;
    let auditor = site.sign_in("auditor").await;
    let log = site.get("/api/v1/audit/log", &auditor).await;
    assert!(
        log.body.contains(to) && log.body.contains(of),
        "{}",
        log.body
    );
}

#[tokio::test]
async fn values_are_found_by_their_source() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    let found = page(&site, &cookie, "lang=en&q=card+statements").await;
    assert_eq!(found.matches("class=\"source\"").count(), 1);
}

#[tokio::test]
async fn the_steps_tell_how_far_a_request_has_come() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let client = site.sign_in("client").await;
    let adviser = site.sign_in("adviser").await;
    let second = site.sign_in("second").await;
    let before = page(&site, &client, "lang=en").await;
    assert!(present(&before).contains("Application received"));
    assert!(!before.contains("step-contested"));
    assert!(before.contains("Decision by a person<span class=\"visually-hidden\"> (to come)"));

    act(&site, &adviser, "proposal", "key=open").await;
    let proposed = page(&site, &client, "lang=en").await;
    let step = present(&proposed);
    assert!(step.contains("Decision by a person"), "{step}");
    // Fifteen days to decide.
    assert!(
        step.contains("By ") && step.contains(&year_of(15 * 86_400)),
        "{step}"
    );

    act(&site, &adviser, "decision", "verdict=refused&key=decide").await;
    let decided = page(&site, &client, "lang=en").await;
    let step = present(&decided);
    assert!(step.contains("Decision by a person"), "{step}");
    assert!(
        step.contains("<time datetime=") && step.contains(&year_of(0)),
        "{step}"
    );
    assert!(step.contains("You may object at any time"), "{step}");
    let by_adviser = page(&site, &adviser, "lang=en").await;
    assert!(present(&by_adviser).contains("The client may object"));

    act(&site, &client, "contest", "text=I+have+a+job.&key=contest").await;
    let contested = page(&site, &client, "lang=en").await;
    let step = present(&contested);
    assert!(step.contains("Review by another person"), "{step}");
    // Thirty days to answer.
    assert!(
        step.contains("By ") && step.contains(&year_of(30 * 86_400)),
        "{step}"
    );
    assert!(contested.contains("Objection<span class=\"visually-hidden\"> (done)"));

    act(
        &site,
        &second,
        "review",
        "verdict=granted&reason=Seen.&key=review",
    )
    .await;
    let reviewed = page(&site, &client, "lang=fr").await;
    let step = present(&reviewed);
    assert!(step.contains("Relecture par une autre personne"), "{step}");
    assert!(step.contains("La décision est changée : accord."), "{step}");
    assert!(step.contains("<time datetime="), "{step}");
}

#[tokio::test]
async fn a_review_that_agrees_says_that_the_decision_stands() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let client = site.sign_in("client").await;
    let adviser = site.sign_in("adviser").await;
    let second = site.sign_in("second").await;
    act(&site, &adviser, "decision", "verdict=refused&key=decide").await;
    act(&site, &client, "contest", "text=No.&key=contest").await;
    act(
        &site,
        &second,
        "review",
        "verdict=refused&reason=Seen.&key=review",
    )
    .await;
    let reviewed = page(&site, &client, "lang=en").await;
    let step = present(&reviewed);
    assert!(step.contains("The decision stands: decline."), "{step}");
}

/// How many entries the client's latest case has.
async fn entries(site: &Site) -> usize {
    let cases = site.store.client_cases(SHOWN).await.unwrap();
    match cases.last() {
        Some(case) => site.store.case_entries(case).await.unwrap().len(),
        None => 0,
    }
}

#[tokio::test]
async fn a_double_click_acts_once_and_leads_to_the_present_state() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let client = site.sign_in("client").await;
    let adviser = site.sign_in("adviser").await;
    let second = site.sign_in("second").await;
    for (cookie, act, form) in [
        (&adviser, "proposal", "key=1"),
        (&adviser, "decision", "verdict=granted&reason=Steady.&key=2"),
        (&adviser, "comment", "text=Hello.&key=3"),
        (
            &client,
            "correction",
            "field=income&found=1&expected=2&why=Wrong.&key=4",
        ),
        (
            &adviser,
            "answer",
            "request=ASKED&answer=declined&why=Right.&key=5",
        ),
        (&client, "contest", "text=No.&key=6"),
        (&second, "review", "verdict=granted&reason=Seen.&key=7"),
        (&adviser, "outcome", "outcome=repaid&key=8"),
    ] {
        let before = entries(&site).await;
        let cases = site.store.client_cases(SHOWN).await.unwrap();
        let asked = match cases.last() {
            Some(case) => site.store.case_entries(case).await.unwrap(),
            None => Vec::new(),
        };
        let asked = asked.last().map_or(0, |entry| entry.sequence);
        let form = form.replace("ASKED", &asked.to_string());
        let path = format!("/clients/{SHOWN}/case/{act}");
        let (one, two) = tokio::join!(
            site.post_form(&path, cookie, &form),
            site.post_form(&path, cookie, &form)
        );
        for answer in [one, two] {
            assert_eq!(
                answer.status,
                StatusCode::SEE_OTHER,
                "{act}: {}",
                answer.body
            );
        }
        assert_eq!(entries(&site).await, before + 1, "{act}");
    }
    // Whoever goes back asks again: no copy of the page as it was is kept, nor the key of a form.
    let page = site.get(&format!("/clients/{SHOWN}"), &adviser).await;
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    let keys = page.body.matches("name=\"key\"").count();
    assert!(keys > 0);
    assert_eq!(
        page.body
            .matches("autocomplete=\"off\" name=\"key\"")
            .count(),
        keys
    );
}

#[tokio::test]
async fn what_could_change_is_told_before_ways_are_looked_for() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    let page = page(&site, &cookie, "lang=en").await;
    let card = page.split("id=\"ways\"").nth(1).unwrap();
    let card = card.split("</section>").next().unwrap();
    assert!(
        card.contains("<dd>€24,000</dd>") && card.contains("<dd>36 months</dd>"),
        "{card}"
    );
    // Income is no change that a client makes.
    assert!(!card.contains("38,400"), "{card}");
}
