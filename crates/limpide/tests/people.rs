//! People, keys and the decision log on the command line.

#![allow(clippy::unwrap_used)]

#[path = "support/workspace.rs"]
mod workspace;

use crate::workspace::{Ran, ask, folder, limpide, program};

#[test]
fn a_key_is_shown_once_and_listed_without_what_opens() {
    let at = folder();
    let made = ask(
        at.path(),
        &[
            "key",
            "add",
            "batch",
            "--scopes",
            "read,audit",
            "--days",
            "30",
        ],
    );
    let secret = made["key"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("lmp_"));
    assert_eq!(made["scopes"], serde_json::json!(["read", "audit"]));
    assert!(made["expires_at"].is_string());
    let listed = limpide(at.path(), &["key", "list"]);
    assert!(
        listed.out.contains("batch") && listed.out.contains("read audit"),
        "{}",
        listed.out
    );
    assert!(!listed.out.contains(&secret[4..20]));
    limpide(at.path(), &["key", "add", "batch"]).refuses(&["\"batch\" is taken"]);
    ask(at.path(), &["key", "revoke", "batch"]);
    let listed = ask(at.path(), &["key", "list"]);
    assert!(listed["keys"][0]["revoked_at"].is_string());
    limpide(at.path(), &["key", "revoke", "batch"]).refuses(&["no key has the name"]);
    let wrong = limpide(
        at.path(),
        &["key", "add", "other", "--scopes", "everything"],
    );
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.err.contains("expected read, score, decide or audit"),
        "{}",
        wrong.err
    );
}

#[test]
fn an_adviser_can_be_given_clients_and_a_new_password() {
    let at = folder();
    let added = ask(at.path(), &["user", "add", "camille", "--role", "adviser"]);
    let given = ask(
        at.path(),
        &["user", "assign", "camille", "--clients", "100002,100003"],
    );
    assert_eq!(given["clients"], serde_json::json!([100_002, 100_003]));
    let taken = ask(
        at.path(),
        &["user", "assign", "camille", "--remove", "100002"],
    );
    assert_eq!(taken["clients"], serde_json::json!([100_003]));
    let all = ask(at.path(), &["user", "assign", "camille", "--all"]);
    assert_eq!(all["portfolio"], "all");
    let anew = ask(at.path(), &["user", "password", "camille"]);
    assert_ne!(anew["password"], added["password"]);
    ask(
        at.path(),
        &["user", "add", "paul", "--role", "client", "--client", "7"],
    );
    limpide(
        at.path(),
        &["user", "add", "paul2", "--role", "client", "--client", "7"],
    )
    .refuses(&["client number 7 has an account already"]);
    limpide(at.path(), &["user", "assign", "paul", "--clients", "7"])
        .refuses(&["role client has no portfolio"]);
}

#[test]
fn a_database_is_named_by_url_or_path_and_never_shown_with_its_password() {
    let (at, elsewhere) = (folder(), folder());
    let file = elsewhere.path().join("people.db");
    let file = file.to_str().unwrap();
    ask(
        at.path(),
        &[
            "user",
            "--database",
            file,
            "add",
            "camille",
            "--role",
            "adviser",
        ],
    );
    let here = ask(at.path(), &["user", "list"]);
    assert!(here["people"].as_array().unwrap().is_empty());
    let there = ask(at.path(), &["user", "list", "--database", file]);
    assert_eq!(there["people"][0]["username"], "camille");
    limpide(
        at.path(),
        &["user", "list", "--database", "mysql://me@host/x"],
    )
    .refuses(&["kind \"mysql\", expected postgres://"]);
    let away = "postgres://me:s3cret@localhost/x?host=/nowhere";
    let mut named = program(at.path(), &["key", "list"]);
    let ran: Ran = named.env("LIMPIDE_DATABASE", away).output().unwrap().into();
    ran.refuses(&["cannot open the database postgres://me@localhost/x"]);
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
}

#[test]
fn an_empty_decision_log_is_whole() {
    let at = folder();
    let verified = ask(at.path(), &["audit", "verify"]);
    assert_eq!(verified["whole"], true);
    assert_eq!(verified["entries"], 0);
    let head = verified["head"].as_str().unwrap();
    ask(at.path(), &["audit", "verify", "--noted", head]);
    let later = format!("5{}", &head[1..]);
    limpide(at.path(), &["audit", "verify", "--noted", &later])
        .refuses(&["broken at entry 1: the entry is missing"]);
}
