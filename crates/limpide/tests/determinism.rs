//! Same inputs and seed, same bytes: from the synthetic portfolio to the bundle, on one thread and on two.

#![allow(clippy::unwrap_used)]

#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::workspace::{ask, folder, text};

/// What each step made, as hashes.
#[derive(Debug, PartialEq)]
struct Made {
    csv: Vec<(String, String)>,
    portfolio: Value,
    matrix: Value,
    bundle: Value,
}

/// Does every step on 1,000 synthetic clients.
fn make(threads: &str) -> Made {
    let folder = folder();
    let (source, workspace) = (
        folder.path().join("source"),
        folder.path().join("workspace"),
    );
    let run = |arguments: &[&str]| {
        let all: Vec<&str> = ["--threads", threads]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        ask(&workspace, &all)
    };
    run(&[
        "synth",
        "--clients",
        "1000",
        "--seed",
        "3",
        "--out",
        text(&source),
    ]);
    Made {
        csv: hashes(&source),
        portfolio: run(&["ingest", text(&source)])["hash"].take(),
        matrix: run(&["features"])["hash"].take(),
        bundle: run(&["train", "--effort", "quick"])["bundle"].take(),
    }
}

fn hashes(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut hashes: Vec<(String, String)> = files
        .map(|file| {
            let hash = blake3::hash(&fs::read(file.path()).unwrap());
            (
                file.file_name().into_string().unwrap(),
                hash.to_hex().to_string(),
            )
        })
        .collect();
    hashes.sort();
    hashes
}

#[test]
fn the_same_seed_gives_the_same_hashes_twice_and_on_one_and_two_threads() {
    let first = make("1");
    assert_eq!(
        first.csv.len(),
        9,
        "eight tables and the mark of synthetic data"
    );
    for hash in [&first.portfolio, &first.matrix, &first.bundle] {
        assert_eq!(hash.as_str().unwrap().len(), 64);
    }
    assert_eq!(make("1"), first, "a second time");
    assert_eq!(make("2"), first, "on two threads");
}

#[test]
fn a_zip_gives_the_same_portfolio_as_a_folder() {
    let folder = folder();
    let (source, zip) = (
        folder.path().join("source"),
        folder.path().join("source.zip"),
    );
    let workspace = folder.path().join("workspace");
    for out in [&source, &zip] {
        ask(
            &workspace,
            &[
                "synth",
                "--clients",
                "100",
                "--seed",
                "5",
                "--out",
                text(out),
            ],
        );
    }
    let from_folder = ask(&workspace, &["ingest", text(&source)]);
    let from_zip = ask(&workspace, &["ingest", text(&zip)]);
    assert_eq!(from_folder["hash"], from_zip["hash"]);
    assert_eq!(from_folder["tables"], from_zip["tables"]);
}

#[test]
fn another_seed_gives_other_clients() {
    let folder = folder();
    let made = ["1", "2"].map(|seed| {
        let source = folder.path().join(seed);
        ask(
            folder.path(),
            &[
                "synth",
                "--clients",
                "100",
                "--seed",
                seed,
                "--out",
                text(&source),
            ],
        );
        hashes(&source)
    });
    assert_ne!(made[0], made[1]);
}
