//! Settings: who is believed, what is shown, what is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::running::{KEY, Running};
use crate::workspace::{Ran, folder, program, text, workspace};

/// Runs a command with variables of the environment.
fn run(at: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = program(at, arguments);
    command
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    command.output().unwrap().into()
}

/// A setting's value and who set it.
fn shown(at: &Path, environment: &[(&str, &str)], more: &[&str], name: &str) -> (String, String) {
    let arguments = [&["--json", "config", "show"], more].concat();
    let json = run(at, environment, &arguments).json();
    let settings = json["settings"].as_array().unwrap();
    let setting = settings.iter().find(|setting| setting["name"] == name);
    let part = |key: &str| setting.unwrap()[key].as_str().unwrap_or("-").to_owned();
    (part("value"), part("from"))
}

#[test]
fn every_setting_is_shown_with_who_set_it() {
    let at = folder();
    let ran = run(
        at.path(),
        &[("LIMPIDE_FACE", "api"), ("LIMPIDE_LISTEN", "")],
        &["config", "show"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let said = ran.out.replace(text(at.path()), "WORKSPACE");
    let lines = said
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    insta::assert_snapshot!("shown", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_flag_counts_more_than_the_environment_and_that_more_than_the_file() {
    let at = folder();
    let file = at.path().join("limpide.toml");
    fs::write(
        &file,
        "# limits\nrequests = 10\ntrusted_proxies = [\"10.0.0.0/8\"]\n",
    )
    .unwrap();
    let config = [("LIMPIDE_CONFIG", text(&file))];
    let both = [config[0], ("LIMPIDE_REQUESTS", "20")];
    let place = format!("{}, line 2", file.display());
    let of = |environment, more: &[&str]| shown(at.path(), environment, more, "requests");
    assert_eq!(of(&[], &[]), ("256".to_owned(), "default".to_owned()));
    assert_eq!(of(&config, &[]), ("10".to_owned(), place));
    assert_eq!(
        of(&both, &[]),
        ("20".to_owned(), "LIMPIDE_REQUESTS".to_owned())
    );
    assert_eq!(
        of(&both, &["--requests", "30"]),
        ("30".to_owned(), "--requests".to_owned())
    );
    let by_flag = ["--config", text(&file)];
    assert_eq!(of(&[], &by_flag).0, "10");
    let proxies = shown(at.path(), &config, &[], "trusted_proxies");
    assert_eq!(proxies.0, "10.0.0.0/8");
}

#[test]
fn what_cannot_be_set_is_refused_by_name() {
    let at = folder();
    let file = at.path().join("limpide.toml");
    fs::write(&file, "face = \"api\"\nlog_fromat = \"json\"\n").unwrap();
    let place = format!("{}, line 2", file.display());
    let named = ["--config", text(&file), "config", "show"];
    run(at.path(), &[], &named).refuses(&[&place, "unknown key log_fromat", "log_format"]);
    // Every command reads the file: people are added where they will be looked for.
    let added = ["--config", text(&file), "user", "list"];
    run(at.path(), &[], &added).refuses(&[&place]);
    let missing = at.path().join("nothing.toml");
    let missing = [("LIMPIDE_CONFIG", text(&missing))];
    run(at.path(), &missing, &["config", "show"]).refuses(&["nothing.toml"]);
    let wrong = [("LIMPIDE_REQUESTS", "many")];
    let expected = ["LIMPIDE_REQUESTS is \"many\"", "a whole number from 1"];
    run(at.path(), &wrong, &["config", "show"]).refuses(&expected);
    let flag = run(at.path(), &[], &["config", "show", "--requests", "many"]);
    assert_eq!(flag.code, Some(2));
    assert!(
        flag.err.contains("expected a whole number from 1"),
        "{}",
        flag.err
    );
}

#[test]
fn secrets_come_from_the_environment_or_files_and_are_never_shown() {
    let at = folder();
    let (key, url) = (at.path().join("key"), at.path().join("url"));
    fs::write(&key, "the key in the file\n").unwrap();
    fs::write(&url, "postgres://me:s3cret@db.example/credit\n").unwrap();
    let database = [
        ("LIMPIDE_API_KEY", KEY),
        (
            "LIMPIDE_DATABASE",
            "postgres://me:s3cret@db.example/credit?password=s3cret",
        ),
    ];
    for arguments in [&["config", "show"][..], &["--json", "config", "show"]] {
        let ran = run(at.path(), &database, arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(
            ran.out.contains("postgres://me@db.example/credit"),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("(hidden)"));
        assert!(
            !ran.out.contains("s3cret") && !ran.out.contains(KEY),
            "{}",
            ran.out
        );
    }
    let typed = ["--database", "postgres://me:s3cret@db.example/credit"];
    for command in [["config", "show"], ["user", "list"]] {
        let ran = run(at.path(), &[], &[command, typed].concat());
        ran.refuses(&["--database holds a password", "LIMPIDE_DATABASE"]);
        assert!(!ran.err.contains("s3cret"), "{}", ran.err);
    }
    let twice = [
        ("LIMPIDE_API_KEY", KEY),
        ("LIMPIDE_API_KEY_FILE", text(&key)),
    ];
    run(at.path(), &twice, &["config", "show"]).refuses(&["LIMPIDE_API_KEY is set and"]);
    let flag = run(at.path(), &[], &["serve", "--api-key", KEY]);
    assert_eq!(flag.code, Some(2), "a key is no flag: {}", flag.err);
    // The file's URL is used, and its password not told.
    let away = [("LIMPIDE_DATABASE_FILE", text(&url))];
    let ran = run(at.path(), &away, &["user", "list"]);
    ran.refuses(&["postgres://me@db.example/credit"]);
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
}

#[test]
fn a_server_is_told_all_by_a_file() {
    let at = workspace();
    let (file, key) = (at.path().join("limpide.toml"), at.path().join("key"));
    fs::write(&key, format!("{KEY}\n")).unwrap();
    let set = format!(
        "listen = \"127.0.0.1:0\"\nface = \"api\"\napi_key_file = {key:?}\nlog_format = \"json\"\n\
         metrics_listen = \"127.0.0.1:0\"\nstop_seconds = 5\n"
    );
    fs::write(&file, set).unwrap();
    let environment = [
        ("LIMPIDE_API_KEY", ""),
        ("LIMPIDE_LISTEN", ""),
        ("LIMPIDE_CONFIG", text(&file)),
    ];
    let mut server = Running::start(at.path(), &environment, &[]);
    assert_eq!(server.get("/api/v1/openapi.json").0, 200);
    assert_eq!(server.get("/login").0, 404);
    let metrics = server.log();
    let metrics = metrics
        .lines()
        .find(|line| line.contains("\"metrics\":"))
        .unwrap();
    let told: Value = serde_json::from_str(metrics).unwrap();
    let address = told["metrics"].as_str().unwrap();
    let mut answer = server
        .agent
        .get(format!("http://{address}/metrics"))
        .call()
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(text.contains("limpide_requests_total{"), "{text}");
    assert!(server.stop().success());
    assert!(server.log().contains("stopped"), "{}", server.log());
}

#[test]
fn the_documents_name_every_setting_with_its_default() {
    let at = folder();
    let json = run(at.path(), &[], &["--json", "config", "show"]).json();
    let expected: BTreeSet<String> = json["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|setting| {
            let default = setting["default"].as_str();
            let default = default.map_or_else(String::new, |text| format!("`{text}`"));
            format!("| `{}` | {default} |", setting["name"].as_str().unwrap())
                .replace("|  |", "| |")
        })
        .collect();
    for document in ["configuration.md", "configuration.fr.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs")
            .join(document);
        let text = fs::read_to_string(path).unwrap();
        let rows = text
            .lines()
            .filter(|line| line.starts_with("| `") && !line.starts_with("| `/"));
        let rows: BTreeSet<String> = rows
            .map(|line| line.split_inclusive('|').take(3).collect::<String>())
            .collect();
        assert_eq!(rows, expected, "{document}");
    }
}
