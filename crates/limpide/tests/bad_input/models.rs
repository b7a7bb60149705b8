//! Models that cannot be read, clients that are not known, and rows that no model fits.

use std::fs;
use std::path::{Path, PathBuf};

use crate::State;
use crate::workspace::{ask, column, edit_csv, limpide, source, source_copy, text, workspace};

/// The file of the published model.
fn published(workspace: &Path) -> PathBuf {
    let hash = fs::read_to_string(workspace.join("models/published")).unwrap();
    workspace
        .join("models")
        .join(format!("{}.json", hash.trim()))
}

/// Adds a bundle to the registry under the hash of its bytes, as the program would, and returns the hash.
fn register(workspace: &Path, bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex().to_string();
    fs::write(workspace.join("models").join(format!("{hash}.json")), bytes).unwrap();
    hash
}

#[test]
fn an_unknown_client_is_named() {
    let workspace = workspace();
    limpide(workspace.path(), &["explain", "--client", "999999999"])
        .refuses(&["client 999999999 is not in the portfolio"]);
}

#[test]
fn a_bundle_of_another_version_is_refused_by_every_command_that_reads_it() {
    let workspace = workspace();
    let bundle = fs::read_to_string(published(workspace.path())).unwrap();
    let other = bundle.replacen("\"version\":3", "\"version\":99", 1);
    assert_ne!(bundle, other);
    let hash = register(workspace.path(), other.as_bytes());
    let before = State::of(workspace.path());
    let expected = [
        "bundle of format version 99",
        "reads version 3",
        hash.as_str(),
    ];
    limpide(workspace.path(), &["models", "publish", &hash]).refuses(&expected);
    limpide(workspace.path(), &["models", "show", &hash]).refuses(&expected);
    before.still_stands(workspace.path());
    fs::write(workspace.path().join("models/published"), &hash).unwrap();
    let out = workspace.path().join("out.csv");
    for command in [
        &["explain", "--client", "100002"][..],
        &["score", "--out", text(&out)],
        &["serve", "--listen", "127.0.0.1:0"],
        &["models", "show"],
    ] {
        limpide(workspace.path(), command).refuses(&expected);
    }
    assert!(!out.exists());
}

#[test]
fn one_unreadable_bundle_does_not_hide_the_others() {
    let workspace = workspace();
    let hash = register(
        workspace.path(),
        b"{\"format\":\"limpide-bundle\",\"version\":99}",
    );
    let models = ask(workspace.path(), &["models", "list"])["models"].take();
    assert_eq!(models.as_array().unwrap().len(), 2);
    let broken = models
        .as_array()
        .unwrap()
        .iter()
        .find(|model| model["bundle"] == hash.as_str())
        .unwrap();
    assert!(broken["error"].as_str().unwrap().contains("version 99"));
}

#[test]
fn a_bundle_that_was_changed_since_it_was_written_is_refused() {
    let workspace = workspace();
    let path = published(workspace.path());
    let bundle = fs::read_to_string(&path).unwrap();
    let changed = bundle.replacen("\"seed\":1", "\"seed\":12", 1);
    assert_ne!(bundle, changed);
    fs::write(&path, changed).unwrap();
    limpide(workspace.path(), &["explain", "--client", "100002"])
        .refuses(&[text(&path), "was changed since it was written"]);
}

#[test]
fn a_broken_bundle_is_not_published() {
    let workspace = workspace();
    let bundle = fs::read(published(workspace.path())).unwrap();
    let before = State::of(workspace.path());
    for (bytes, words) in [
        (&bundle[..bundle.len() / 2], "not a Limpide bundle"),
        (b"", "not a Limpide bundle"),
        (b"{}", "not a Limpide bundle"),
        (
            b"{\"format\":\"limpide-bundle\",\"version\":3}",
            "damaged bundle",
        ),
    ] {
        let hash = register(workspace.path(), bytes);
        limpide(workspace.path(), &["models", "publish", &hash]).refuses(&[&hash, words]);
    }
    before.still_stands(workspace.path());
}

#[test]
fn an_unknown_or_ambiguous_model_is_not_published() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    limpide(workspace.path(), &["models", "publish", "abc!"])
        .refuses(&["no model abc!", "models list"]);
    register(workspace.path(), b"{}");
    limpide(workspace.path(), &["models", "publish", ""])
        .refuses(&["2 models begin with", "give more of the hash"]);
    before.still_stands(workspace.path());
}

#[test]
fn a_file_of_rows_that_do_not_fit_the_model_is_refused_by_row_and_column() {
    let workspace = workspace();
    let (input, out) = (
        workspace.path().join("in.csv"),
        workspace.path().join("out.csv"),
    );
    for (content, expected) in [
        (
            "client,SHOE_SIZE\n1,44\n",
            &["in.csv, line 1, column 2", "no feature 'SHOE_SIZE'"][..],
        ),
        (
            "client,AMT_CREDIT\n1,10\n2,a lot\n",
            &[
                "in.csv, row 2, column AMT_CREDIT",
                "'a lot' found",
                "a number",
            ],
        ),
        (
            "client,AMT_CREDIT\n1,inf\n",
            &[
                "in.csv, row 1, column AMT_CREDIT",
                "'inf' found",
                "a number",
            ],
        ),
        (
            "client,AMT_CREDIT\none,10\n",
            &["in.csv, row 1", "'one' found", "a client's number expected"],
        ),
        (
            "client,AMT_CREDIT\n1,10,3\n",
            &["in.csv, row 1", "3 fields", "2"],
        ),
        (
            "client,AMT_CREDIT,AMT_CREDIT\n1,10,20\n",
            &["in.csv, line 1, column 3", "AMT_CREDIT", "twice"],
        ),
        ("client,AMT_CREDIT\n", &["in.csv has no rows"]),
        ("", &["in.csv has no rows"]),
    ] {
        fs::write(&input, content).unwrap();
        limpide(
            workspace.path(),
            &["score", "--in", text(&input), "--out", text(&out)],
        )
        .refuses(expected);
        assert!(!out.exists());
    }
    fs::write(&input, b"client,NAME_INCOME_TYPE\n1,Salari\xe9\n").unwrap();
    limpide(
        workspace.path(),
        &["score", "--in", text(&input), "--out", text(&out)],
    )
    .refuses(&["in.csv", "row 1", "UTF-8"]);
    let absent = workspace.path().join("absent.csv");
    limpide(
        workspace.path(),
        &["score", "--in", text(&absent), "--out", text(&out)],
    )
    .refuses(&["absent.csv", "No such file"]);
}

#[test]
fn folds_that_do_not_fit_the_clients_are_refused() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    let path = workspace.path().join("folds.csv");
    let folds = |content: &str, expected: &[&str]| {
        fs::write(&path, content).unwrap();
        limpide(workspace.path(), &["train", "--folds", text(&path)]).refuses(expected);
    };
    folds(
        "SK_ID_CURR,repeat,fold\n999999999,0,0\n",
        &["folds.csv", "client 999999999 is not among"],
    );
    folds(
        "SK_ID_CURR,repeat,fold\nx,0,0\n",
        &["folds.csv, row 1", "'x' found", "a client expected"],
    );
    folds(
        "SK_ID_CURR,repeat,fold\n1,0,-1\n",
        &["folds.csv, row 1", "-1", "a fold expected"],
    );
    folds("SK_ID_CURR,repeat,fold\n1,0\n", &["folds.csv, row 1"]);
    folds("SK_ID_CURR,repeat,fold\n", &["folds.csv", "empty"]);
    folds(
        &format!("SK_ID_CURR,repeat,fold\n{},0,0\n", first_client()),
        &["folds.csv", "stands in no fold of repeat 0"],
    );
    before.still_stands(workspace.path());
}

/// Reads the first client with an outcome.
fn first_client() -> String {
    let mut reader = csv::Reader::from_path(source().join("application_train.csv")).unwrap();
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "SK_ID_CURR")
        .unwrap();
    reader.records().next().unwrap().unwrap()[place].to_owned()
}

#[test]
fn steps_taken_before_the_ones_that_they_need_say_which() {
    let folder = crate::workspace::folder();
    let out = folder.path().join("out.csv");
    for (command, expected) in [
        (&["features"][..], "limpide ingest"),
        (&["train"], "limpide ingest"),
        (&["explain", "--client", "1"], "limpide train"),
        (&["score", "--out", text(&out)], "limpide train"),
        (&["serve", "--listen", "127.0.0.1:0"], "limpide train"),
    ] {
        limpide(folder.path(), command).refuses(&[expected]);
    }
    ask(folder.path(), &["ingest", text(&source())]);
    limpide(folder.path(), &["train"]).refuses(&["no features in", "limpide features"]);
}

#[test]
fn features_of_another_portfolio_are_not_trained_on() {
    let (workspace, source) = (workspace(), source_copy());
    edit_csv(&source.path().join("application_train.csv"), |rows| {
        let place = column(rows, "AMT_CREDIT");
        rows[1][place] = "123456.0".to_owned();
    });
    ask(workspace.path(), &["ingest", text(source.path())]);
    limpide(workspace.path(), &["train"])
        .refuses(&["made from another portfolio", "limpide features"]);
}

#[test]
fn clients_without_outcomes_are_not_trained_on() {
    let (workspace, source) = (crate::workspace::folder(), source_copy());
    fs::remove_file(source.path().join("application_train.csv")).unwrap();
    let ingested = ask(workspace.path(), &["ingest", text(source.path())]);
    assert_eq!(ingested["absent"], serde_json::json!(["application_train"]));
    ask(workspace.path(), &["features"]);
    limpide(workspace.path(), &["train"])
        .refuses(&["no client of the portfolio has a known outcome"]);
}
