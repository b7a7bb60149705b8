//! The page of what the server was set to.

use std::sync::Arc;

use axum::http::StatusCode;
use limpide_model::Text;
use limpide_store::{Role, Store};
use limpide_web::{Face, Service, SettingInForce, SettingSection, SettingSource, SettingValue};

use crate::invented;
use crate::site::Site;

fn text(words: &str) -> Text {
    Text {
        fr: format!("{words} (fr)"),
        en: format!("{words} (en)"),
    }
}

fn setting(key: &str, value: SettingValue, source: SettingSource) -> SettingInForce {
    SettingInForce {
        key: key.to_owned(),
        about: text(&format!("what {key} does")),
        value,
        source,
        variable: format!("LIMPIDE_{}", key.to_uppercase()),
        flag: (key != "api_key").then(|| format!("--{}", key.replace('_', "-"))),
    }
}

fn set(store: Store) -> Arc<Service> {
    let shown = |value: &str| SettingValue::Shown(value.to_owned());
    let file = SettingSource::File {
        path: "/etc/limpide.toml".to_owned(),
        line: 1_204,
    };
    let settings = vec![
        setting("threads", SettingValue::Nothing, SettingSource::Default),
        setting("listen", shown("<b>0.0.0.0:80"), SettingSource::Flag),
        setting("api_key", SettingValue::Hidden, SettingSource::Variable),
        setting("decision_years", shown("7"), file),
    ];
    let title = text("Everything");
    invented::service_set(store, vec![SettingSection { title, settings }])
}

async fn page(query: &str) -> String {
    let site = Site::serving(Face::All, set).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let cookie = site.sign_in("admin").await;
    let page = site.get(&format!("/settings{query}"), &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page.body
}

#[tokio::test]
async fn every_setting_is_told_with_its_value_and_who_said_so() {
    let page = page("?lang=en").await;
    for told in [
        "<h3><code>threads</code></h3>",
        "what threads does (en)",
        "<span class=\"quiet\">nothing</span>",
        "from the command line",
        "<code>--listen</code><code>LIMPIDE_LISTEN</code>",
        "set, and hidden",
        "from /etc/limpide.toml, line 1,204",
        // What the server does by them, in words.
        "stays so for 12 hours without doing anything, and for 7 days at most",
        "erased 5 years after its last entry",
        "has 30 days to answer an objection",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("--api-key") && !page.contains("<b>0.0"));
    let (_, main) = page.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    assert!(main.contains("restart the server") && !main.contains("<form"));
}

#[tokio::test]
async fn what_nobody_set_can_be_left_out() {
    let page = page("?lang=fr&only=set").await;
    assert!(!page.contains("<code>threads</code>"), "{page}");
    assert!(page.contains("what listen does (fr)") && page.contains("ligne 1\u{202f}204"));
}

#[tokio::test]
async fn a_server_that_was_not_told_says_so() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let cookie = site.sign_in("admin").await;
    let page = site.get("/settings?lang=en", &cookie).await.body;
    assert!(page.contains("did not say what it was set to"), "{page}");
    assert!(page.contains("erased 5 years after"), "{page}");
}
