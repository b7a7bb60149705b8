//! The pages of those who manage people and keys, and the lists of what waits and of what was decided.

use axum::http::StatusCode;
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, SHOWN};
use crate::site::{Answer, Site};

/// A site with one administrator, and their session.
async fn managed() -> (Site, String) {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let cookie = site.sign_in("admin").await;
    (site, cookie)
}

/// What is shown once: the only text of its kind in a paragraph of its own.
fn secret(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let (_, rest) = page.body.split_once("<p><code>").unwrap();
    rest.split_once("</code>").unwrap().0.to_owned()
}

async fn sign_in_with(site: &Site, username: &str, password: &str) -> Answer {
    let form = format!("username={username}&password={password}");
    site.post_form("/login", "", &form).await
}

#[tokio::test]
async fn a_person_who_is_added_signs_in_with_the_password_shown_once() {
    let (site, cookie) = managed().await;
    let form = "username=nadia&full_name=Nadia+Roy&title=&role=adviser&portfolio=assigned&client=";
    let added = site.post_form("/people?lang=en", &cookie, form).await;
    let first = secret(&added);
    let person = site.store.find("nadia").await.unwrap();
    assert_eq!(person.portfolio.as_str(), "assigned");
    let signed_in = sign_in_with(&site, "nadia", &first).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    let listed = site.get("/people?lang=en", &cookie).await.body;
    assert!(listed.contains("Nadia Roy") && !listed.contains(&first));

    // A second press of the button: told in words, and nothing typed is lost.
    let again = site.post_form("/people?lang=en", &cookie, form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("This sign-in name is taken."));
    assert!(again.body.contains("value=\"Nadia Roy\""));
    assert!(
        again
            .body
            .contains("<option value=\"assigned\" selected>Assigned")
    );

    let path = format!("/people/{}?lang=en", person.id);
    let renewed = secret(&site.post_form(&path, &cookie, "act=password").await);
    let old = sign_in_with(&site, "nadia", &first).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = sign_in_with(&site, "nadia", &renewed).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);

    let disabled = site.post_form(&path, &cookie, "act=disable").await;
    assert_eq!(disabled.status, StatusCode::OK, "{}", disabled.body);
    let shut = sign_in_with(&site, "nadia", &renewed).await;
    assert_eq!(shut.status, StatusCode::UNAUTHORIZED);
    site.post_form(&path, &cookie, "act=enable").await;
    let open = sign_in_with(&site, "nadia", &renewed).await;
    assert_eq!(open.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_does_not_fit_is_told_beside_its_field() {
    let (site, cookie) = managed().await;
    for (form, words) in [
        (
            "username=a+b&full_name=A&role=auditor",
            "A sign-in name has",
        ),
        ("username=ab&full_name=+&role=auditor", "A name is expected"),
        (
            "username=ab&full_name=A&role=client",
            "needs a client number",
        ),
        (
            "username=ab&full_name=A&role=client&client=x",
            "aria-invalid",
        ),
        (
            "username=ab&full_name=A&role=admin&portfolio=assigned",
            "Only a relationship manager",
        ),
    ] {
        let page = site.post_form("/people?lang=en", &cookie, form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(page.body.contains(words), "{form}: {}", page.body);
        assert!(page.body.contains("aria-describedby=\"fault\""), "{form}");
    }
    assert!(site.store.find("ab").await.is_err());
}

#[tokio::test]
async fn the_last_who_administers_stays() {
    let (site, cookie) = managed().await;
    let admin = site.store.find("admin").await.unwrap();
    let path = format!("/people/{}?lang=en", admin.id);
    for form in ["act=disable", "act=role&role=auditor"] {
        let page = site.post_form(&path, &cookie, form).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{form}");
        assert!(page.body.contains("Nobody else administers."), "{form}");
    }
    assert_eq!(site.store.find("admin").await.unwrap(), admin);
    // With another one, it goes; and sessions end with the role.
    let auditor = site.store.find("auditor").await.unwrap();
    let other = format!("/people/{}", auditor.id);
    let made = site.post_form(&other, &cookie, "act=role&role=admin").await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let left = site
        .post_form(&path, &cookie, "act=role&role=auditor")
        .await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.body);
    let after = site.get("/people", &cookie).await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sessions_are_ended() {
    let (site, cookie) = managed().await;
    let analyst = site.sign_in("analyst").await;
    let id = site.store.find("analyst").await.unwrap().id;
    let path = format!("/people/{id}");
    let done = site.post_form(&path, &cookie, "act=sessions").await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let after = site.get("/model", &analyst).await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_else_manages() {
    let (site, _) = managed().await;
    let mut asked = vec![(String::new(), StatusCode::UNAUTHORIZED)];
    for username in ["adviser", "analyst", "auditor", "client"] {
        asked.push((site.sign_in(username).await, StatusCode::FORBIDDEN));
    }
    let forms = [
        ("/people", "username=ab&full_name=A&role=admin"),
        ("/people/1", "act=role&role=admin"),
        ("/keys", "name=ab&scope=read"),
        ("/keys/revoke", "name=ab"),
    ];
    for (cookie, status) in asked {
        for (path, form) in forms {
            let answer = site.post_form(path, &cookie, form).await;
            let led_to_sign_in = answer.status == StatusCode::SEE_OTHER && cookie.is_empty();
            assert!(answer.status == status || led_to_sign_in, "{path}");
        }
    }
    assert!(site.store.find("ab").await.is_err());
    assert!(site.store.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_opens_what_it_says_until_it_is_revoked() {
    let (site, cookie) = managed().await;
    let form = "name=nightly&days=30&scope=read&scope=score";
    let key = secret(&site.post_form("/keys?lang=en", &cookie, form).await);
    let score = format!("/api/v1/clients/{SHOWN}/score");
    let read = site.get_with_key(&score, &key).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.body);
    let log = site.get_with_key("/api/v1/audit/log", &key).await;
    assert_eq!(log.status, StatusCode::FORBIDDEN);
    let listed = site.get("/keys?lang=en", &cookie).await.body;
    assert!(listed.contains("read, score") && !listed.contains(&key));

    let again = site.post_form("/keys?lang=en", &cookie, form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("value=\"nightly\"") && again.body.contains("value=\"30\""));
    assert_eq!(again.body.matches(" checked").count(), 2);
    for (form, words) in [
        ("name=empty", "Choose at least one"),
        ("name=a+b&scope=read", "A name has"),
        ("name=late&days=0&scope=read", "A number of days"),
    ] {
        let page = site.post_form("/keys?lang=en", &cookie, form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(page.body.contains(words), "{form}: {}", page.body);
    }

    let revoke = "/keys/revoke?lang=en";
    let revoked = site.post_form(revoke, &cookie, "name=nightly").await;
    assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.body);
    let twice = site.post_form(revoke, &cookie, "name=nightly").await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.body.contains("may be revoked already"));
    // A server that has just seen the key may know it a moment longer; one that has not does not.
    let other = Site::of(site.store.clone(), Face::All, invented::service);
    let shut = other.get_with_key(&score, &key).await;
    assert_eq!(shut.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_waits_and_how_it_was_decided_are_shown() {
    let site = Site::open(Face::All).await;
    let adviser = site.sign_in("adviser").await;
    let empty = site.get("/reviews?lang=en", &adviser).await;
    assert!(empty.body.contains("No case waits."), "{}", empty.body);
    let case = format!("/api/v1/clients/{SHOWN}/case");
    let opened = site.post_json(&format!("{case}/proposal"), "{}").await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
    let waiting = site.get("/reviews?lang=en", &adviser).await.body;
    let link = format!("href=\"/clients/{SHOWN}#case\"");
    assert!(waiting.contains(&link), "{waiting}");

    let decision = r#"{"verdict": "granted", "reason": "seen"}"#;
    let decided = site.post_json(&format!("{case}/decision"), decision).await;
    assert_eq!(decided.status, StatusCode::CREATED, "{}", decided.body);
    let auditor = site.sign_in("auditor").await;
    let waiting = site.get("/reviews?lang=en", &auditor).await.body;
    assert!(!waiting.contains(&link), "{waiting}");
    let page = site.get("/agreement?lang=en", &auditor).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("<th scope=\"row\">"), "{}", page.body);
    let before = site
        .get("/agreement?lang=en&to=2001-01-01", &auditor)
        .await
        .body;
    assert!(before.contains("No decision was made"), "{before}");
    let typed = site.get("/agreement?lang=en&from=soon", &auditor).await;
    assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(typed.body.contains("value=\"soon\"") && typed.body.contains("This is no day."));
}
