//! What surrounds every page: colours, tour, glossary, accessibility, and errors in words.

use axum::http::{StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, SHOWN};
use crate::site::{REQUEST_ID, Site};

#[tokio::test]
async fn chosen_colours_are_kept_and_the_reader_stays_on_the_page() {
    let site = Site::open(Face::All).await;
    let first = site.get("/glossary", "").await.body;
    assert!(first.contains("data-scheme=\"system\""));
    assert!(first.contains("value=\"system\" aria-pressed=\"true\""));
    let sent = "scheme=dark&back=%2Fglossary";
    let chosen = site.post_form("/appearance", "", sent).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert_eq!(chosen.header(header::LOCATION), "/glossary");
    let cookie = chosen.header(header::SET_COOKIE).to_owned();
    assert!(cookie.starts_with("scheme=dark; Path=/; Max-Age="));
    let kept = site.get("/glossary", "scheme=dark").await.body;
    assert!(kept.contains("data-scheme=\"dark\""));
    assert!(kept.contains("value=\"dark\" aria-pressed=\"true\""));
    let elsewhere = "scheme=pink&back=https%3A%2F%2Felsewhere.example";
    let refused = site.post_form("/appearance", "", elsewhere).await;
    assert_eq!(refused.header(header::LOCATION), "/");
    assert!(
        refused
            .header(header::SET_COOKIE)
            .starts_with("scheme=system;")
    );
}

#[tokio::test]
async fn every_role_has_a_tour_on_its_first_page_until_it_ends_it() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let own = format!("/clients/{SHOWN}");
    for (name, path, step) in [
        ("adviser", "/", "Find a client."),
        ("client", own.as_str(), "If you disagree."),
        ("analyst", "/", "The versions."),
        ("auditor", "/audit", "Replay."),
    ] {
        let cookie = format!("{}; lang=en", site.sign_in(name).await);
        let page = site.get(path, &cookie).await.body;
        assert!(
            page.contains("First steps") && page.contains(step),
            "{name}"
        );
        let form = format!("role={name}&back={path}");
        let ended = site.post_form("/tour", &cookie, &form).await;
        assert_eq!(ended.header(header::LOCATION), path);
        let over = ended.header(header::SET_COOKIE).split(';').next().unwrap();
        assert_eq!(over, format!("tour-{name}=over"));
        let page = site.get(path, &format!("{cookie}; {over}")).await.body;
        assert!(!page.contains("First steps"), "{name}");
        let other = format!("{cookie}; tour-admin=over");
        assert!(site.get(path, &other).await.body.contains("First steps"));
    }
    let stranger = site.get("/login?lang=en", "").await.body;
    assert!(!stranger.contains("First steps"));
    let unknown = site.post_form("/tour", "", "role=king&back=%2F").await;
    assert_eq!(unknown.header(header::SET_COOKIE), "");
}

#[tokio::test]
async fn everybody_reads_the_statement_and_the_glossary_in_both_languages() {
    for face in [Face::All, Face::Api, Face::Dashboard] {
        let site = Site::open(face).await;
        let statement = site.get("/accessibility?lang=en", "").await.body;
        let version = format!("version {} of Limpide", env!("CARGO_PKG_VERSION"));
        for told in ["level AA", "axe-core", "do not claim", version.as_str()] {
            assert!(statement.contains(told), "{told}");
        }
        let statement = site.get("/accessibility?lang=fr", "").await.body;
        assert!(statement.contains("niveau AA") && statement.contains("Défenseur des droits"));
        let glossary = site.get("/glossary?lang=fr", "").await.body;
        assert!(glossary.contains("<dfn>Écart au seuil</dfn>"));
        assert!(glossary.contains("href=\"/accessibility\""));
    }
}

#[tokio::test]
async fn every_term_on_a_page_leads_to_its_place_in_the_glossary() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let page = site.get(&format!("/clients/{SHOWN}"), &cookie).await.body;
    let glossary = site.get("/glossary", "").await.body;
    let terms: Vec<&str> = page
        .split("href=\"/glossary#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(terms.len() >= 4, "{terms:?}");
    for term in terms {
        assert!(glossary.contains(&format!("id=\"{term}\"")), "{term}");
        let meaning = format!("role=\"tooltip\" id=\"{term}-words\"");
        assert_eq!(page.matches(&meaning).count(), 1, "{term}");
    }
}

#[tokio::test]
async fn an_error_says_what_to_do_and_offers_a_way_on() {
    let site = Site::open(Face::All).await;
    let lost = site.get("/nothing?lang=en", "").await.body;
    assert!(lost.contains("Error 404") && lost.contains("Check the address"));
    assert!(lost.contains("href=\"/login\">Sign in</a>"));
    let cookie = site.sign_in("adviser").await;
    let denied = site.get("/audit?lang=en", &cookie).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    assert!(denied.body.contains("ask the administrator for access"));
    assert!(denied.body.contains("href=\"/\">Back to the start</a>"));
    assert!(!denied.body.contains("Give the administrator this number"));
}

#[tokio::test]
async fn what_may_work_in_a_moment_is_asked_again_from_the_page_and_named_for_the_log() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    site.store.close().await;
    let path = format!("/clients/{SHOWN}?lang=en");
    let failed = site.get(&path, &cookie).await;
    assert_eq!(
        failed.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        failed.body
    );
    assert!(
        failed
            .body
            .contains(&format!("href=\"{path}\">Try again</a>"))
    );
    assert!(failed.body.contains("Back to the start"));
    let id = failed.header(REQUEST_ID);
    assert!(failed.body.contains(&format!("<code>{id}</code>")));
}
