//! What people see on the command line, and the contract of `--json`.

#![allow(clippy::unwrap_used)]

#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::workspace::{CLIENTS, SEED, ask, folder, limpide, source, source_copy, text, workspace};

/// What a command says to people, with every number, hash and name of a model that may vary replaced.
fn said(workspace: &Path, champion: &str, arguments: &[&str]) -> String {
    let ran = limpide(workspace, arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    redact(&ran.out.replace(champion, "CHAMPION"))
}

/// Numbers and hashes become `#`, runs of spaces two.
fn redact(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let cells = line
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty());
        let words = cells.map(|cell| {
            cell.split(' ')
                .map(redact_word)
                .collect::<Vec<_>>()
                .join(" ")
        });
        lines.push(words.collect::<Vec<_>>().join("  "));
    }
    lines.join("\n")
}

fn redact_word(word: &str) -> String {
    let bare = word.trim_matches(|c: char| ",[]".contains(c));
    let is_hash = bare.len() >= 12 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = bare.starts_with(|c: char| c.is_ascii_digit())
        && !bare.contains(|c: char| c.is_ascii_alphabetic());
    let is_moment = bare.len() == "2026-11-22T23:59:00Z".len()
        && bare.ends_with('Z')
        && bare
            .get(..4)
            .is_some_and(|year| year.parse::<u16>().is_ok());
    if is_hash || is_number || is_moment {
        "#".to_owned()
    } else {
        word.to_owned()
    }
}

#[test]
fn the_help_names_every_command() {
    let folder = folder();
    let ran = limpide(folder.path(), &["--help"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!("help", ran.out);
}

#[test]
fn each_command_has_a_help() {
    let folder = folder();
    let commands = [
        "demo", "synth", "ingest", "features", "train", "models", "report", "score", "explain",
        "serve", "user", "key", "audit", "config", "cluster",
    ];
    let mut all = String::new();
    for command in commands {
        let ran = limpide(folder.path(), &[command, "--help"]);
        assert_eq!(ran.code, Some(0));
        all.push_str(&format!("$ limpide {command} --help\n{}\n", ran.out));
    }
    insta::assert_snapshot!("help_of_commands", all);
}

#[test]
fn the_version_is_that_of_the_package() {
    let folder = folder();
    assert_eq!(
        limpide(folder.path(), &["--version"]).out,
        concat!("limpide ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn each_step_tells_people_what_it_did() {
    let (folder, prepared) = (folder(), workspace());
    let shown = ask(prepared.path(), &["models", "show"]);
    let champion = shown["candidate"].as_str().unwrap();
    let synthetic = folder.path().join("synthetic");
    let synth = limpide(
        folder.path(),
        &["synth", "--clients", "100", "--out", text(&synthetic)],
    );
    insta::assert_snapshot!(
        "synth",
        redact(&synth.out.replace(text(&synthetic), "PATH"))
    );
    insta::assert_snapshot!(
        "ingest",
        said(prepared.path(), champion, &["ingest", text(&source())])
    );
    let features = limpide(prepared.path(), &["features"]);
    let set: Value =
        serde_json::from_str(&fs::read_to_string(prepared.path().join("features.json")).unwrap())
            .unwrap();
    let said_of_features = features
        .out
        .replace(text(prepared.path()), "WORKSPACE")
        .replace(set["id"].as_str().unwrap(), "ID");
    insta::assert_snapshot!("features", redact(&said_of_features));
    insta::assert_snapshot!(
        "models_list",
        said(prepared.path(), champion, &["models", "list"])
    );
    insta::assert_snapshot!(
        "models_show",
        said(prepared.path(), champion, &["models", "show"])
    );
    let out = prepared.path().join("scores.csv");
    let scored = limpide(prepared.path(), &["score", "--out", text(&out)]);
    insta::assert_snapshot!("score", redact(&scored.out.replace(text(&out), "PATH")));
}

#[test]
fn people_are_told_of_an_absent_table() {
    let (folder, source) = (folder(), source_copy());
    fs::remove_file(source.path().join("installments_payments.csv")).unwrap();
    let ran = limpide(folder.path(), &["ingest", text(source.path())]);
    assert!(
        ran.out
            .contains("installments_payments is absent: its features are left out\n"),
        "{}",
        ran.out
    );
}

#[test]
fn progress_goes_to_stderr_and_results_to_stdout() {
    let workspace = workspace();
    let ran = limpide(workspace.path(), &["--json", "ingest", text(&source())]);
    assert_eq!(ran.out.lines().count(), 1, "one JSON object, nothing else");
    assert!(serde_json::from_str::<Value>(&ran.out).unwrap().is_object());
    assert!(ran.err.contains("read application_train"), "{}", ran.err);
}

/// Asserts that a JSON object has these keys.
fn has(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object.get(key).is_some(), "no {key} in {object}");
    }
}

/// Asserts that a JSON list is not empty and that each of its objects has these keys.
fn each_has(list: &Value, keys: &[&str]) {
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    list.iter().for_each(|object| has(object, keys));
}

#[test]
fn json_of_the_steps_has_the_keys_of_the_contract() {
    let folder = folder();
    let synthetic = folder.path().join("synthetic");
    let synth = ask(
        folder.path(),
        &[
            "synth",
            "--clients",
            CLIENTS,
            "--seed",
            SEED,
            "--out",
            text(&synthetic),
        ],
    );
    has(
        &synth,
        &["out", "synthetic", "clients", "seed", "files", "seconds"],
    );
    let ingested = ask(folder.path(), &["ingest", text(&synthetic)]);
    has(&ingested, &["tables", "absent", "seconds"]);
    each_has(&ingested["tables"], &["name", "rows", "columns", "bytes"]);
    assert_eq!(
        ingested["synthetic"], true,
        "synthetic data is always labelled"
    );
    let features = ask(folder.path(), &["features"]);
    has(
        &features,
        &[
            "rows",
            "features",
            "families",
            "seconds",
            "catalogue",
            "page",
        ],
    );
    each_has(&features["families"], &["prefix", "features", "seconds"]);
    let sum: u64 = features["families"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["features"].as_u64().unwrap())
        .sum();
    assert_eq!(features["features"], sum);
    let oof = folder.path().join("oof.csv");
    let trained = ask(
        folder.path(),
        &["train", "--effort", "quick", "--oof", text(&oof)],
    );
    has(
        &trained,
        &[
            "champion",
            "bundle",
            "auc",
            "auc_interval",
            "cost_per_client",
            "threshold",
            "brier",
            "features",
            "leaderboard",
        ],
    );
    each_has(
        &trained["leaderboard"],
        &["candidate", "auc", "cost_per_client", "seconds"],
    );
    assert_eq!(trained["auc_interval"].as_array().unwrap().len(), 2);
    assert!(
        fs::read_to_string(&oof)
            .unwrap()
            .starts_with("client,repeat,candidate,probability\n")
    );
    let models = ask(folder.path(), &["models", "list"]);
    each_has(&models["models"], &["bundle", "stage", "metrics"]);
    assert_eq!(models["models"][0]["bundle"], trained["bundle"]);
    assert_eq!(models["models"][0]["stage"], "published");
}

#[test]
fn standard_effort_says_of_every_feature_why_it_stayed_or_went() {
    let workspace = workspace();
    let trained = ask(
        workspace.path(),
        &["train", "--effort", "standard", "--trials", "2"],
    );
    let hash = trained["bundle"].as_str().unwrap();
    let selection = &trained["selection"];
    has(selection, &["kept", "dropped", "by_reason", "report"]);
    let reasons = selection["by_reason"].as_object().unwrap();
    let sum: u64 = reasons.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(selection["dropped"], sum);
    assert_eq!(selection["kept"], trained["features"]);
    assert!(Path::new(selection["report"].as_str().unwrap()).exists());

    let shown = ask(workspace.path(), &["models", "show", hash]);
    let verdicts = shown["selection"]["verdicts"].as_array().unwrap();
    let kept = verdicts.iter().filter(|verdict| verdict["kept"] == true);
    assert_eq!(selection["kept"], kept.count());
    let page = limpide(workspace.path(), &["models", "show", hash, "--selection"]).out;
    for verdict in verdicts {
        assert!(page.contains(verdict["feature"].as_str().unwrap()));
    }
    // The report beside a model is none itself; a stranger's is refused, the model is not.
    let models = ask(workspace.path(), &["models", "list"]);
    each_has(&models["models"], &["bundle", "stage", "metrics"]);
    fs::write(
        selection["report"].as_str().unwrap(),
        "{\"format\": \"other\"}",
    )
    .unwrap();
    limpide(workspace.path(), &["models", "show", hash])
        .refuses(&["is no report on selection", "train again"]);
    let out = workspace.path().join("scores.csv");
    ask(workspace.path(), &["score", "--out", text(&out)]);

    let quick = ask(workspace.path(), &["train"]);
    assert!(quick["selection"].is_null());
    let hash = quick["bundle"].as_str().unwrap();
    limpide(workspace.path(), &["models", "show", hash, "--selection"])
        .refuses(&["were not selected", "--effort standard"]);
}

#[test]
fn json_of_scores_adds_up() {
    let workspace = workspace();
    let out = workspace.path().join("scores.csv");
    let scored = ask(workspace.path(), &["score", "--out", text(&out)]);
    has(
        &scored,
        &["rows", "granted", "refused", "review", "seconds"],
    );
    let parts = ["granted", "refused", "review"].map(|decision| scored[decision].as_u64().unwrap());
    assert_eq!(scored["rows"], parts.iter().sum::<u64>());
    let written = fs::read_to_string(&out).unwrap();
    assert_eq!(scored["rows"], written.lines().count() - 1);
    assert_eq!(written.matches(",refused,").count() as u64, parts[1]);
}

#[test]
fn explain_without_a_client_is_wrong_use() {
    for arguments in [
        &["explain"][..],
        &["explain", "--lang", "en"],
        &["explain", "similar"],
    ] {
        let ran = limpide(folder().path(), arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("--client"), "{}", ran.err);
    }
}

#[test]
fn similar_clients_are_found_and_their_index_is_kept() {
    let workspace = workspace();
    let at = workspace.path();
    let out = at.join("scores.csv");
    ask(at, &["score", "--out", text(&out)]);
    let written = fs::read_to_string(&out).unwrap();
    let client = written.lines().nth(5).unwrap().split(',').next().unwrap();
    let similar = ["explain", "similar", "--client", client, "--lang", "en"];
    let found = ask(at, &similar);
    let keys = [
        "client",
        "filters",
        "passing",
        "similar",
        "observed",
        "all",
        "decisions",
    ];
    has(&found, &keys);
    has(&found, &["sentence", "caveat", "features", "known_filters"]);
    each_has(
        &found["features"],
        &["feature", "value", "standing", "distribution", "sentence"],
    );
    assert_eq!(found["features"].as_array().unwrap().len(), 6);
    let others = found["similar"].as_array().unwrap();
    assert!(others.len() == 100 && others.iter().all(|one| one["client"] != found["client"]));

    // The second question reads the index that the first one wrote; a damaged one is made anew.
    let model = fs::read_to_string(at.join("models/published")).unwrap();
    let index = at.join("models").join(format!("{}.leaves", model.trim()));
    let kept = fs::read(&index).unwrap();
    assert_eq!(ask(at, &similar), found);
    assert_eq!(fs::read(&index).unwrap(), kept);
    fs::write(&index, &kept[..kept.len() / 2]).unwrap();
    let again = limpide(at, &[&["--json"], &similar[..]].concat());
    assert!(again.err.contains("it is made anew"), "{}", again.err);
    assert_eq!(again.json(), found);
    assert_eq!(fs::read(&index).unwrap(), kept);
    // Every command still reads the folder of models.
    assert_eq!(
        ask(at, &["models", "list"])["models"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let narrow = [
        "--filter",
        "age=same",
        "--filter",
        "contract=same",
        "--k",
        "20",
    ];
    let narrowed = ask(
        at,
        &[&similar[..], &narrow, &["--feature", "AMT_CREDIT"]].concat(),
    );
    let passing = narrowed["passing"]["clients"].as_u64().unwrap();
    assert!(passing < found["passing"]["clients"].as_u64().unwrap());
    assert_eq!(
        narrowed["similar"].as_array().unwrap().len(),
        20.min(passing as usize)
    );
    assert_eq!(narrowed["features"][0]["feature"], "AMT_CREDIT");
    let ran = limpide(at, &[&similar[..], &narrow].concat());
    insta::assert_snapshot!("similar", redact(&ran.out));

    for (arguments, expected) in [
        (["--feature", "AMT_CREDITS"], "perhaps AMT_CREDIT"),
        (
            ["--filter", "age=20"],
            "expected same, or one of under-30, 30-39",
        ),
        (["--filter", "job=same"], "expected one of age, income"),
        (["--k", "0"], "from 1 to 1000"),
    ] {
        limpide(at, &[&similar[..], &arguments].concat()).refuses(&[expected]);
    }
    limpide(at, &["explain", "similar", "--client", "7"])
        .refuses(&["client 7 is not in the portfolio"]);
}

#[test]
fn base_and_contributions_add_up_to_the_margin_in_both_languages() {
    let workspace = workspace();
    let out = workspace.path().join("scores.csv");
    ask(workspace.path(), &["score", "--out", text(&out)]);
    let scores = fs::read_to_string(&out).unwrap();
    let clients: Vec<&str> = scores
        .lines()
        .skip(1)
        .step_by(60)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert!(clients.len() >= 8);
    for client in clients {
        let explained = ["fr", "en"].map(|lang| {
            ask(
                workspace.path(),
                &["explain", "--client", client, "--lang", lang],
            )
        });
        for explanation in &explained {
            has(
                explanation,
                &[
                    "client",
                    "probability",
                    "decision",
                    "threshold",
                    "base",
                    "margin",
                    "contributions",
                    "reasons",
                ],
            );
            each_has(
                &explanation["contributions"],
                &["feature", "value", "contribution"],
            );
            each_has(
                &explanation["reasons"],
                &["concept", "contribution", "sentence"],
            );
            let contributions = explanation["contributions"].as_array().unwrap().iter();
            let sum: f64 = contributions
                .map(|c| c["contribution"].as_f64().unwrap())
                .sum();
            let (base, margin) = (
                explanation["base"].as_f64().unwrap(),
                explanation["margin"].as_f64().unwrap(),
            );
            assert!(
                (base + sum - margin).abs() <= 1e-9,
                "{base} + {sum} is not {margin}"
            );
        }
        let [french, english] = &explained;
        assert_eq!(
            french["contributions"], english["contributions"],
            "words do not change numbers"
        );
        assert_ne!(
            french["reasons"][0]["sentence"],
            english["reasons"][0]["sentence"]
        );
    }
}
