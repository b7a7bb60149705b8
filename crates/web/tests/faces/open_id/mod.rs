//! Signing in with an OpenID Connect provider: who comes in, and what is never believed.

mod identity_provider;

use axum::http::{StatusCode, header};
use limpide_store::Role;
use limpide_web::{Face, GrantedRole, OpenIdSettings, RoleMapping};
use serde_json::{Value, json};

use self::identity_provider::{IdentityProvider, Question, Signed};
use crate::invented;
use crate::site::{Answer, Site};

const NADIA: &str = "nadia@bank.example";

/// A site where Nadia has an account, and its provider.
async fn site() -> (Site, IdentityProvider) {
    let provider = IdentityProvider::start().await;
    let site = site_of(provider.settings()).await;
    (site, provider)
}

async fn site_of(settings: OpenIdSettings) -> Site {
    let open = |store| invented::service_with_provider(store, settings.clone());
    let site = Site::serving(Face::All, open).await;
    invented::add(&site.store, NADIA, "Nadia Roy", Role::Adviser, None).await;
    site
}

/// Goes to the provider: what it is asked, and the cookie of who asks.
async fn go(site: &Site, provider: &IdentityProvider) -> (Question, String) {
    let led = site.get("/login/provider?next=/clients/100042", "").await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.body);
    (provider.read(led.header(header::LOCATION)), cookie(&led))
}

fn cookie(answer: &Answer) -> String {
    let cookie = answer.header(header::SET_COOKIE);
    cookie.split(';').next().unwrap().to_owned()
}

async fn come_back(site: &Site, cookie: &str, code: &str, state: &str) -> Answer {
    let path = format!("/login/provider/callback?code={code}&state={state}&session_state=1");
    site.get(&path, &format!("{cookie}; lang=en")).await
}

/// What comes of a token in which these claims stand otherwise.
async fn with_claims(changes: Value, signed: Signed) -> Answer {
    let (site, provider) = site().await;
    let (question, cookie) = go(&site, &provider).await;
    let mut claims = provider.claims(&question, NADIA);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let code = provider.grant(&question, claims, signed);
    come_back(&site, &cookie, &code, &question.state).await
}

fn is_refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
    assert!(answer.body.contains("id=\"password\""), "the form is there");
    let kept = answer.header(header::SET_COOKIE);
    assert!(
        !kept.contains("limpide=") || kept.contains("Max-Age=0"),
        "{kept}"
    );
}

#[tokio::test]
async fn somebody_known_comes_in_under_a_new_token_and_is_led_to_the_page_asked_for() {
    let (site, provider) = site().await;
    let form = site.get("/login?lang=en&next=/clients/100042", "").await;
    assert!(form.body.contains("Sign in with Keycloak"));
    assert!(
        form.body
            .contains("/login/provider?next=%2Fclients%2F100042")
    );
    let (question, before) = go(&site, &provider).await;
    let claims = provider.claims(&question, "Nadia@Bank.example");
    let code = provider.grant(&question, claims, Signed::Well);
    let answer = come_back(&site, &before, &code, &question.state).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header(header::LOCATION), "/clients/100042");
    let after = cookie(&answer);
    assert_ne!(before, after);
    let home = site.get("/", &after).await;
    assert!(home.body.contains("Nadia Roy"));
    let planted = site.get("/", &before).await;
    assert_eq!(planted.status, StatusCode::SEE_OTHER);
    let person = site.store.find(NADIA).await.unwrap();
    assert!(person.last_sign_in_at.is_some());
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_word_to_us_now_is_not_believed() {
    let untrusted = "could not be trusted";
    let long_ago = json!({"exp": 1_700_000_000, "iat": 1_699_999_000});
    for (changes, signed) in [
        (json!({"nonce": "of another session"}), Signed::Well),
        (json!({"aud": ["another-client"]}), Signed::Well),
        (json!({"aud": ["limpide", "another-client"]}), Signed::Well),
        (json!({"iss": "https://elsewhere.example"}), Signed::Well),
        (long_ago, Signed::Well),
        (json!({}), Signed::Not),
        (json!({}), Signed::WithSecret),
        (json!({}), Signed::ByAnother),
    ] {
        let answer = with_claims(changes, signed).await;
        is_refused(&answer, StatusCode::UNAUTHORIZED, untrusted);
    }
    let honest = with_claims(json!({}), Signed::Well).await;
    assert_eq!(honest.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_answer_counts_once_and_only_where_it_was_asked_for() {
    let (site, provider) = site().await;
    let stale = "Start again";
    let (question, own) = go(&site, &provider).await;
    let code = provider.grant(&question, provider.claims(&question, NADIA), Signed::Well);
    let elsewhere = come_back(&site, "", &code, &question.state).await;
    is_refused(&elsewhere, StatusCode::BAD_REQUEST, stale);
    let (_, other) = go(&site, &provider).await;
    let planted = come_back(&site, &other, &code, &question.state).await;
    is_refused(&planted, StatusCode::BAD_REQUEST, stale);
    let first = come_back(&site, &own, &code, &question.state).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    for cookie in [&own, &cookie(&first)] {
        let again = come_back(&site, cookie, &code, &question.state).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
    }
    // The provider, too, takes its code once: asked by another session, it says no.
    let (question, cookie) = go(&site, &provider).await;
    let replayed = come_back(&site, &cookie, &code, &question.state).await;
    is_refused(&replayed, StatusCode::UNAUTHORIZED, "could not be trusted");
    // An answer that says it is another provider's.
    let (question, cookie) = go(&site, &provider).await;
    let state = format!("{}&iss=https://elsewhere.example", question.state);
    let mixed = come_back(&site, &cookie, "code", &state).await;
    is_refused(&mixed, StatusCode::BAD_REQUEST, stale);
}

#[tokio::test]
async fn a_no_of_the_provider_is_told_in_both_languages() {
    let (site, provider) = site().await;
    for (lang, words) in [
        ("en", "did not let you in"),
        ("fr", "ne vous a pas laissé entrer"),
    ] {
        let (question, cookie) = go(&site, &provider).await;
        let path = format!(
            "/login/provider/callback?error=access_denied&state={}&error_description=%3Cb%3E",
            question.state
        );
        let cookie = format!("{cookie}; lang={lang}");
        let answer = site.get(&path, &cookie).await;
        is_refused(&answer, StatusCode::UNAUTHORIZED, words);
    }
}

#[tokio::test]
async fn only_active_people_of_this_server_come_in() {
    let (site, provider) = site().await;
    for email in ["stranger@bank.example", NADIA] {
        if email == NADIA {
            site.store.disable(NADIA).await.unwrap();
        }
        let (question, cookie) = go(&site, &provider).await;
        let claims = provider.claims(&question, email);
        let code = provider.grant(&question, claims, Signed::Well);
        let answer = come_back(&site, &cookie, &code, &question.state).await;
        is_refused(&answer, StatusCode::FORBIDDEN, "no account here");
    }
    assert!(site.store.find("stranger@bank.example").await.is_err());
    let unverified = with_claims(json!({"email_verified": false}), Signed::Well).await;
    is_refused(&unverified, StatusCode::FORBIDDEN, "no account here");
}

#[tokio::test]
async fn with_domains_only_their_people_come_in() {
    let provider = IdentityProvider::start().await;
    let site = site_of(OpenIdSettings {
        email_domains: vec!["other.example".to_owned()],
        ..provider.settings()
    })
    .await;
    let (question, cookie) = go(&site, &provider).await;
    let code = provider.grant(&question, provider.claims(&question, NADIA), Signed::Well);
    let answer = come_back(&site, &cookie, &code, &question.state).await;
    is_refused(&answer, StatusCode::FORBIDDEN, "no account here");
}

#[tokio::test]
async fn with_a_mapping_the_claim_grants_the_role_and_adds_who_is_new() {
    let provider = IdentityProvider::start().await;
    let grant = |value: &str, role| GrantedRole {
        value: value.to_owned(),
        role,
    };
    let site = site_of(OpenIdSettings {
        roles: Some(RoleMapping {
            claim: "groups".to_owned(),
            granted: vec![
                grant("auditors", Role::Auditor),
                grant("desk", Role::Adviser),
            ],
        }),
        ..provider.settings()
    })
    .await;
    for (email, groups, status) in [
        (
            "new@bank.example",
            json!(["staff", "auditors"]),
            StatusCode::SEE_OTHER,
        ),
        (
            "other@bank.example",
            json!(["staff"]),
            StatusCode::FORBIDDEN,
        ),
        (NADIA, json!(["desk"]), StatusCode::SEE_OTHER),
        // Nadia is an adviser here, which the provider no longer grants.
        (NADIA, json!(["auditors"]), StatusCode::FORBIDDEN),
        // A name that cannot be kept.
        (
            "a b@bank.example",
            json!(["auditors"]),
            StatusCode::FORBIDDEN,
        ),
    ] {
        let (question, cookie) = go(&site, &provider).await;
        let mut claims = provider.claims(&question, email);
        claims["groups"] = groups;
        let code = provider.grant(&question, claims, Signed::Well);
        let answer = come_back(&site, &cookie, &code, &question.state).await;
        assert_eq!(answer.status, status, "{email}: {}", answer.body);
    }
    let new = site.store.find("new@bank.example").await.unwrap();
    assert_eq!(
        (new.role, new.full_name.as_str()),
        (Role::Auditor, "Nadia Roy")
    );
    assert!(site.store.find("other@bank.example").await.is_err());
    // Somebody known, whom the provider calls otherwise now, is nobody new.
    let (question, cookie) = go(&site, &provider).await;
    let mut claims = provider.claims(&question, NADIA);
    claims["email"] = "nadia2@bank.example".into();
    claims["groups"] = json!(["desk"]);
    let code = provider.grant(&question, claims, Signed::Well);
    let renamed = come_back(&site, &cookie, &code, &question.state).await;
    is_refused(
        &renamed,
        StatusCode::FORBIDDEN,
        "another account than the one",
    );
    assert!(site.store.find("nadia2@bank.example").await.is_err());
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_in_words_and_passwords_go_on() {
    let away = identity_provider::settings("http://127.0.0.1:9");
    let site = site_of(away).await;
    for (lang, words) in [("en", "does not answer"), ("fr", "ne répond pas")] {
        let answer = site.get("/login/provider", &format!("lang={lang}")).await;
        is_refused(&answer, StatusCode::SERVICE_UNAVAILABLE, words);
        assert_eq!(answer.header(header::RETRY_AFTER), "30");
    }
    site.sign_in("adviser").await;
}

#[tokio::test]
async fn without_a_provider_there_is_no_button_and_nothing_at_its_address() {
    let site = Site::open(Face::All).await;
    assert!(
        !site
            .get("/login", "")
            .await
            .body
            .contains("/login/provider")
    );
    for path in ["/login/provider", "/login/provider/callback?code=a&state=b"] {
        assert_eq!(site.get(path, "").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn signing_in_elsewhere_leaves_a_locked_name_locked() {
    let (site, provider) = site().await;
    for _ in 0..5 {
        let form = format!("username={NADIA}&password=wrong");
        site.post_form("/login", "", &form.replace('@', "%40"))
            .await;
    }
    let (question, cookie) = go(&site, &provider).await;
    let code = provider.grant(&question, provider.claims(&question, NADIA), Signed::Well);
    let answer = come_back(&site, &cookie, &code, &question.state).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let form = format!("username={NADIA}&password={}", invented::PASSWORD);
    let form = form.replace('@', "%40").replace(' ', "+");
    let locked = site.post_form("/login", "", &form).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(provider.issuer().starts_with("http://127.0.0.1"));
}

#[tokio::test]
async fn who_came_once_stays_bound_to_that_account_of_the_provider() {
    let (site, provider) = site().await;
    let come = async |subject: &str| {
        let (question, cookie) = go(&site, &provider).await;
        let mut claims = provider.claims(&question, NADIA);
        claims["sub"] = subject.into();
        let code = provider.grant(&question, claims, Signed::Well);
        come_back(&site, &cookie, &code, &question.state).await
    };
    for _ in 0..2 {
        assert_eq!(come("first").await.status, StatusCode::SEE_OTHER);
    }
    // The provider gives the address to somebody else: told, and nothing opens.
    let other = come("second").await;
    is_refused(
        &other,
        StatusCode::FORBIDDEN,
        "another account than the one",
    );
    assert_eq!(come("first").await.status, StatusCode::SEE_OTHER);

    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    let nadia = site.store.find(NADIA).await.unwrap().id;
    let page = format!("/people/{nadia}?lang=en");
    let shown = site.get(&page, &admin).await.body;
    assert!(shown.contains("value=\"release\""), "{shown}");
    let released = site.post_form(&page, &admin, "act=release").await;
    assert_eq!(released.status, StatusCode::OK, "{}", released.body);
    assert!(!released.body.contains("value=\"release\""));
    assert_eq!(come("second").await.status, StatusCode::SEE_OTHER);
    let first = come("first").await;
    is_refused(
        &first,
        StatusCode::FORBIDDEN,
        "another account than the one",
    );
}

#[tokio::test]
async fn an_account_of_the_provider_is_one_persons() {
    let (site, provider) = site().await;
    let other = "lea@bank.example";
    invented::add(&site.store, other, "Léa Roth", Role::Adviser, None).await;
    for (email, status) in [
        (NADIA, StatusCode::SEE_OTHER),
        (other, StatusCode::FORBIDDEN),
    ] {
        let (question, cookie) = go(&site, &provider).await;
        let mut claims = provider.claims(&question, email);
        claims["sub"] = "a-number".into();
        let code = provider.grant(&question, claims, Signed::Well);
        let came = come_back(&site, &cookie, &code, &question.state).await;
        assert_eq!(came.status, status, "{email}: {}", came.body);
    }
}
