//! Wrong use of the command line: exit 2, and what would have been right.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::State;
use crate::workspace::{copy_folder, folder, limpide, source, text, workspace};

#[test]
fn wrong_use_exits_with_2_and_says_what_would_be_right() {
    let folder = folder();
    for (command, expected) in [
        (&["devine"][..], "unrecognized subcommand 'devine'"),
        (
            &["features", "--shoe-size", "44"],
            "unexpected argument '--shoe-size'",
        ),
        (&[], "Usage:"),
        (&["models"], "Usage:"),
        (&["ingest"], "<SOURCE>"),
        (&["explain"], "--client"),
        (&["explain", "--client", "Martin"], "invalid value 'Martin'"),
        (
            &["explain", "--client", "1", "--lang", "de"],
            "invalid value 'de'",
        ),
        (
            &["synth", "--clients", "5", "--out", "x"],
            "invalid value '5'",
        ),
        (&["--threads", "0", "features"], "invalid value '0'"),
        (&["train", "--effort", "none"], "invalid value 'none'"),
        (&["train", "--imported", "tea"], "NAME=PATH expected"),
        (&["models", "export", "abc", "--out", "x"], "--format"),
        (
            &["models", "export", "abc", "--format", "tea", "--out", "x"],
            "invalid value 'tea'",
        ),
        (&["models", "log", "abc"], "--mlflow"),
        (&["serve", "--listen", "here"], "invalid value 'here'"),
    ] {
        let ran = limpide(folder.path(), command);
        assert_eq!(ran.code, Some(2), "{command:?}: {}", ran.err);
        assert_eq!(ran.out, "");
        assert!(
            ran.err.contains(expected),
            "{command:?}: '{expected}' expected in: {}",
            ran.err
        );
    }
    assert!(
        crate::entries(folder.path()).is_empty(),
        "wrong use leaves nothing behind"
    );
}

#[test]
fn an_unknown_recipe_is_named_with_those_that_are_known() {
    let folder = folder();
    limpide(
        folder.path(),
        &["ingest", text(&source()), "--recipe", "tea"],
    )
    .refuses(&["recipe 'tea'", "home-credit"]);
}

#[test]
fn a_recipe_with_an_error_is_named_with_file_and_line() {
    let folder = folder();
    let recipe = folder.path().join("tea");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/home-credit");
    copy_folder(&original, &recipe);
    let path = recipe.join("schema.toml");
    let schema = fs::read_to_string(&path).unwrap();
    let source = source();
    let ingest = ["ingest", text(&source), "--recipe", text(&recipe)];
    fs::write(&path, schema.replacen("unique =", "unik =", 1)).unwrap();
    let line = schema
        .lines()
        .position(|line| line.starts_with("unique ="))
        .unwrap()
        + 1;
    let place = format!("recipe 'tea', file schema.toml: line {line}");
    limpide(folder.path(), &ingest).refuses(&[&place, "unik"]);
    fs::write(&path, schema.replacen("client = \"", "client = \"NO_", 1)).unwrap();
    limpide(folder.path(), &ingest).refuses(&["recipe 'tea'", "schema.toml", "NO_SK_ID_CURR"]);
}

#[test]
fn a_port_in_use_is_named() {
    let workspace = workspace();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let expected = [address.as_str(), "in use", "--listen"];
    limpide(workspace.path(), &["serve", "--listen", &address]).refuses(&expected);
    let before = State::of(workspace.path());
    limpide(
        workspace.path(),
        &["demo", "--clients", "500", "--listen", &address],
    )
    .refuses(&expected);
    before.still_stands(workspace.path());
}

#[test]
fn a_workspace_that_is_a_file_is_refused() {
    let folder = folder();
    let file = folder.path().join("workspace");
    fs::write(&file, "mine").unwrap();
    for command in [&["ingest", text(&source())][..], &["features"], &["train"]] {
        limpide(&file, command).refuses(&[text(&file)]);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn synthetic_files_never_overwrite_what_is_there() {
    let folder = folder();
    let (file, zip) = (folder.path().join("mine"), folder.path().join("mine.zip"));
    fs::write(&file, "mine").unwrap();
    fs::write(&zip, "mine").unwrap();
    for out in [folder.path(), &file, &zip] {
        limpide(
            folder.path(),
            &["synth", "--clients", "100", "--out", text(out)],
        )
        .refuses(&[text(out), "is there already"]);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(fs::read_to_string(&zip).unwrap(), "mine");
}
