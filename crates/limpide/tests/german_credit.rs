//! A second lender from raw file to dashboard: a recipe, and no Rust.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/served.rs"]
mod served;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::served::Served;
use crate::workspace::{ask, folder, limpide, text};

const RECIPE: [&str; 2] = ["--recipe", "german-credit"];

fn excerpt() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/german-credit.data")
}

/// A command with this lender's recipe.
fn ask_german(workspace: &Path, arguments: &[&str]) -> Value {
    ask(workspace, &[arguments, &RECIPE].concat())
}

/// Codes of the file, such as A11, that a person must never read.
fn codes(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| {
            let digits = word.strip_prefix('A').unwrap_or_default();
            (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
        .collect()
}

#[test]
fn a_raw_file_becomes_decisions_that_explain_themselves_on_a_page() {
    let workspace = folder();
    let at = workspace.path();
    let ingested = ask_german(at, &["ingest", "--strict", text(&excerpt())]);
    assert_eq!(ingested["tables"][0]["rows"], 200);
    assert_eq!(ingested["tables"][0]["columns"], 21);
    let features = ask_german(at, &["features"]);
    assert_eq!(features["rows"], 200);
    let trained = ask_german(at, &["train"]);
    assert!(trained["auc"].as_f64().unwrap() > 0.6, "{}", trained["auc"]);

    for (lang, account, currency) in [
        ("fr", "compte courant", "\u{202f}DM"),
        ("en", "current account", "DM"),
    ] {
        let mut said = String::new();
        for client in ["1", "2", "3", "199"] {
            let ran = limpide(at, &["explain", "--client", client, "--lang", lang]);
            assert_eq!(ran.code, Some(0), "{}", ran.err);
            said.push_str(&ran.out);
        }
        assert_eq!(codes(&said), Vec::<&str>::new(), "{said}");
        assert!(said.to_lowercase().contains(account), "{said}");
        assert!(said.contains(currency), "{said}");
        assert!(!said.contains('€'), "{said}");
    }
    let explained = ask(at, &["explain", "--client", "2"]);
    let contributions = explained["contributions"].as_array().unwrap();
    for feature in ["PERSONAL_STATUS", "FOREIGN_WORKER"] {
        assert!(
            contributions.iter().all(|c| c["feature"] != feature),
            "{feature} is scored"
        );
    }

    // What may change is the recipe's too.
    let ways = ask_german(at, &["explain", "ways", "--client", "2", "--lang", "en"]);
    let fields = ways["fields"].as_array().unwrap();
    let names: Vec<&Value> = fields.iter().map(|field| &field["field"]).collect();
    assert_eq!(names, ["amount", "term"]);
    assert_eq!(ways["complete"], true);
    if ways["decision"] != "granted" {
        let steps = |field: &Value| field["values"].as_u64().unwrap() + 1;
        let points: u64 = fields.iter().map(steps).product();
        assert_eq!(ways["of"], points - 1);
    }

    let person = ask(at, &["user", "add", "anna", "--role", "adviser"]);
    let served = Served::start(at, &RECIPE);
    let page = served.page_of("anna", person["password"].as_str().unwrap(), "/clients/2");
    assert_eq!(codes(&page), Vec::<&str>::new());
    for expected in ["radio", "5\u{202f}951", "DM"] {
        assert!(
            page.contains(expected),
            "{expected} expected on the page:\n{page}"
        );
    }
}

#[test]
fn a_recipe_without_a_synthetic_portfolio_says_so() {
    let workspace = folder();
    let out = workspace.path().join("out");
    let synth = [
        "synth",
        "--clients",
        "100",
        "--out",
        text(&out),
        "--recipe",
        "german-credit",
    ];
    let expected = [
        "recipe 'german-credit' has no synthetic portfolio",
        "ingest the lender's own files",
    ];
    limpide(workspace.path(), &synth).refuses(&expected);
    let demo = ["demo", "--no-serve", "--recipe", "german-credit"];
    limpide(workspace.path(), &demo).refuses(&expected);
}

#[test]
fn a_file_of_any_name_is_taken_by_a_recipe_of_one_file_and_codes_in_the_wrong_place_are_refused() {
    let workspace = folder();
    let path = workspace.path().join("german.txt");
    fs::copy(excerpt(), &path).unwrap();
    let same = ask_german(workspace.path(), &["ingest", text(&path)]);
    let named = ask_german(workspace.path(), &["ingest", text(&excerpt())]);
    assert_eq!(same["hash"], named["hash"]);

    let good = fs::read_to_string(excerpt()).unwrap();
    let refuses = |bad: &str, expected: &[&str]| {
        fs::write(&path, bad).unwrap();
        limpide(
            workspace.path(),
            &["ingest", text(&path), "--recipe", "german-credit"],
        )
        .refuses(expected);
    };
    let third = good.lines().nth(2).unwrap();
    refuses(
        &good.replacen(third, &format!("{third} 7"), 1),
        &["german.txt, row 3", "22 fields found, 21 expected"],
    );
    let other = format!("{}3", third.strip_suffix('1').unwrap());
    refuses(
        &good.replacen(third, &other, 1),
        &[
            "german.txt, row 3 (line 3), column CLASS",
            "'3' found",
            "1 (repaid) or 2 (defaulted) expected",
        ],
    );
    let moved = third.replacen("A14", "A34", 1);
    fs::write(&path, good.replacen(third, &moved, 1)).unwrap();
    limpide(
        workspace.path(),
        &[
            "ingest",
            "--strict",
            text(&path),
            "--recipe",
            "german-credit",
        ],
    )
    .refuses(&["code of another column", "german.txt, row 3"]);
}

/// The whole file, beside the repository; its AUC is the literature's.
#[test]
fn all_thousand_rows_give_the_auc_of_the_literature() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/german-credit.data");
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    }
    let workspace = folder();
    ask_german(workspace.path(), &["ingest", "--strict", text(&path)]);
    ask_german(workspace.path(), &["features"]);
    let trained = ask_german(workspace.path(), &["train"]);
    let auc = trained["auc"].as_f64().unwrap();
    eprintln!(
        "AUC out of fold on 1,000 rows: {auc:.4}, cost {}",
        trained["cost_per_client"]
    );
    assert!((0.77..0.82).contains(&auc), "{auc}");
}
