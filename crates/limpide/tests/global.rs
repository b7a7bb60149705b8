//! What is told of many clients at once: a portfolio's contributions as Parquet, and what the model does.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/axe.rs"]
mod axe;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/workspace.rs"]
mod workspace;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use limpide_engine::arrow::array::{AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::{Float64Type, Int64Type};
use limpide_engine::{parquet_batches, read_parquet};
use serde_json::Value;

use crate::webdriver::{Browser, Programs};
use crate::workspace::{CLIENTS, ask, limpide, text, workspace};

/// The columns before the features'.
const LEADING: usize = 5;

fn published(workspace: &Path) -> String {
    let hash = fs::read_to_string(workspace.join("models/published")).unwrap();
    hash.trim().to_owned()
}

fn numbers(batches: &[RecordBatch], column: usize) -> Vec<f64> {
    let parts = batches.iter().flat_map(|batch| {
        let column = batch.column(column).as_primitive::<Float64Type>();
        column.values().to_vec()
    });
    parts.collect()
}

fn clients(batches: &[RecordBatch]) -> Vec<i64> {
    let parts = batches.iter().flat_map(|batch| {
        let column = batch.column(0).as_primitive::<Int64Type>();
        column.values().to_vec()
    });
    parts.collect()
}

/// Where a column stands.
fn place(batches: &[RecordBatch], name: &str) -> usize {
    batches[0].schema().index_of(name).unwrap()
}

#[test]
fn a_portfolio_in_parquet_adds_up_and_its_mean_sizes_are_what_the_model_is_said_to_do() {
    let workspace = workspace();
    let workspace = workspace.path();
    let out = workspace.join("all.parquet");
    let said = ask(workspace, &["explain", "portfolio", "--out", text(&out)]);
    let all = said["rows"].as_u64().unwrap() as usize;
    assert!(
        all >= CLIENTS.parse().unwrap(),
        "all clients, those of unknown outcome too"
    );
    assert_eq!(said["bundle"], published(workspace));
    let batches = read_parquet(&out).unwrap();
    let (schema, _) = parquet_batches(&out, 1).unwrap();
    assert_eq!(schema.metadata()["limpide.model"], published(workspace));
    let [base, margin] = ["base", "margin"].map(|name| numbers(&batches, place(&batches, name)));
    let features = LEADING..schema.fields().len();
    let columns: Vec<Vec<f64>> = features
        .clone()
        .map(|column| numbers(&batches, column))
        .collect();
    for client in 0..all {
        let sum: f64 = columns.iter().map(|column| column[client]).sum();
        assert!((base[client] + sum - margin[client]).abs() < 1e-9);
    }

    let told = ask(workspace, &["explain", "model"]);
    assert_eq!(told["sampled"], all, "so few clients are all looked at");
    assert_eq!(told["features"].as_array().unwrap().len(), columns.len());
    for strength in told["features"].as_array().unwrap() {
        let column = &columns[place(&batches, strength["id"].as_str().unwrap()) - LEADING];
        let size = column.iter().map(|value| value.abs()).sum::<f64>() / all as f64;
        let mean = column.iter().sum::<f64>() / all as f64;
        // The same numbers, in the same order.
        assert!(
            (size - strength["size"].as_f64().unwrap()).abs() < 1e-15,
            "{strength}"
        );
        assert!(
            (mean - strength["mean"].as_f64().unwrap()).abs() < 1e-15,
            "{strength}"
        );
    }

    // A batch tells of a client what the client is told alone.
    let found = clients(&batches);
    let one = ask(workspace, &["explain", "--client", &found[17].to_string()]);
    let probability = numbers(&batches, place(&batches, "probability"));
    assert_eq!(one["probability"], probability[17]);
    for contribution in one["contributions"].as_array().unwrap() {
        let column = place(&batches, contribution["feature"].as_str().unwrap());
        let value = columns[column - LEADING][17];
        assert!((value - contribution["contribution"].as_f64().unwrap()).abs() < 1e-12);
    }
}

#[test]
fn named_clients_are_explained_in_their_order_with_reasons_in_both_languages() {
    let workspace = workspace();
    let workspace = workspace.path();
    let scores = workspace.join("scores.csv");
    ask(workspace, &["score", "--out", text(&scores)]);
    let lines = fs::read_to_string(&scores).unwrap();
    let mut ids: Vec<&str> = lines
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    ids.truncate(40);
    ids.reverse();
    let input = workspace.join("ids.csv");
    fs::write(&input, format!("client\n{}\n", ids.join("\n"))).unwrap();
    let mut sentences = BTreeMap::new();
    for lang in ["fr", "en"] {
        let out = workspace.join(format!("{lang}.parquet"));
        let arguments = [
            "explain",
            "portfolio",
            "--in",
            text(&input),
            "--out",
            text(&out),
            "--reasons",
            "--lang",
            lang,
        ];
        assert_eq!(ask(workspace, &arguments)["rows"], ids.len());
        let batches = read_parquet(&out).unwrap();
        let written: Vec<String> = clients(&batches).iter().map(i64::to_string).collect();
        assert_eq!(written, ids);
        let reasons = batches[0]
            .column(place(&batches, "reason_1"))
            .as_string::<i32>();
        let first = reasons.value(0).to_owned();
        assert!(first.ends_with('.') && first.len() > 20, "{first}");
        sentences.insert(lang, first);
        assert_eq!(
            batches[0].schema().fields().last().unwrap().name(),
            "reason_4"
        );
    }
    assert_ne!(sentences["fr"], sentences["en"]);
    // The same clients on one thread and on two: the same bytes.
    let [one, two] = ["1", "2"].map(|threads| {
        let out = workspace.join(format!("threads-{threads}.parquet"));
        let arguments = [
            "--threads",
            threads,
            "explain",
            "portfolio",
            "--out",
            text(&out),
        ];
        ask(workspace, &arguments);
        fs::read(out).unwrap()
    });
    assert!(one == two);
}

#[test]
fn bad_input_of_a_portfolio_is_one_sentence_and_leaves_what_was_there() {
    let workspace = workspace();
    let workspace = workspace.path();
    let out = workspace.join("kept.parquet");
    fs::write(&out, "kept").unwrap();
    let input = workspace.join("ids.csv");
    let refused = |content: &str, parts: &[&str]| {
        fs::write(&input, content).unwrap();
        let arguments = [
            "explain",
            "portfolio",
            "--in",
            text(&input),
            "--out",
            text(&out),
        ];
        limpide(workspace, &arguments).refuses(parts);
        assert_eq!(fs::read_to_string(&out).unwrap(), "kept");
        assert!(!workspace.join("kept.parquet.partial").exists());
    };
    refused(
        "client\n7\n",
        &["ids.csv", "row 1", "client 7", "not in the portfolio"],
    );
    refused("client\ntea\n", &["ids.csv", "row 1", "'tea' found"]);
    refused("client\n", &["ids.csv", "has no rows"]);
    refused(
        "client,TEA\n1,2\n",
        &["ids.csv", "line 1", "no feature 'TEA'"],
    );
    let nowhere = workspace.join("nowhere/out.parquet");
    limpide(
        workspace,
        &["explain", "portfolio", "--out", text(&nowhere)],
    )
    .refuses(&[text(&nowhere)]);
    for arguments in [
        &["explain"][..],
        &["explain", "--lang", "fr"],
        &["explain", "portfolio"],
    ] {
        let ran = limpide(workspace, arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn what_the_model_does_is_kept_and_measured_anew_for_another_portfolio() {
    let workspace = workspace();
    let workspace = workspace.path();
    let path = workspace.join(format!("models/{}.global.json", published(workspace)));
    assert!(!path.exists());
    let first = ask(workspace, &["explain", "model"]);
    assert_eq!(first["format"], "limpide-global");
    assert_eq!(
        first["permutation"]["seen"], true,
        "it learned from these clients"
    );
    assert!(!first["concepts"].as_array().unwrap().is_empty());
    let whole = fs::read(&path).unwrap();
    let said = limpide(workspace, &["--json", "explain", "model"]);
    assert_eq!(said.json(), first);
    assert!(
        !said.err.contains("contributions"),
        "nothing is measured again: {}",
        said.err
    );
    assert_eq!(fs::read(&path).unwrap(), whole);
    // The models' list is not confused by it.
    assert_eq!(
        ask(workspace, &["models", "list"])["models"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let mut other: Value = serde_json::from_slice(&whole).unwrap();
    other["matrix"] = "another".into();
    other["sampled"] = 1.into();
    fs::write(&path, other.to_string()).unwrap();
    assert_eq!(ask(workspace, &["explain", "model"]), first);
    fs::write(&path, "tea").unwrap();
    assert_eq!(ask(workspace, &["explain", "model"]), first);
    assert_eq!(fs::read(&path).unwrap(), whole);

    let feature = first["features"][0]["id"].as_str().unwrap();
    let parted = ask(workspace, &["explain", "model", "--by", feature]);
    assert_eq!(parted["segments"][0]["feature"], feature);
    assert_eq!(parted["features"], first["features"]);
    limpide(workspace, &["explain", "model", "--by", &feature[1..]])
        .refuses(&["no feature", feature]);
    limpide(workspace, &["explain", "model", "--client", "7"]).refuses(&["client 7"]);
}

#[test]
fn the_page_stands_alone_in_both_languages_and_axe_finds_nothing() {
    let workspace = workspace();
    let workspace = workspace.path();
    let scores = workspace.join("scores.csv");
    ask(workspace, &["score", "--out", text(&scores)]);
    let lines = fs::read_to_string(&scores).unwrap();
    let client = lines
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let feature = ask(workspace, &["explain", "model"])["features"][0]["id"].take();
    let mut pages = Vec::new();
    for (lang, title) in [
        ("fr", "Ce que fait le modèle"),
        ("en", "What the score model"),
    ] {
        let out = workspace.join(format!("model.{lang}.html"));
        let arguments = [
            "explain",
            "model",
            "--by",
            feature.as_str().unwrap(),
            "--client",
            &client,
            "--lang",
            lang,
            "--out",
            text(&out),
        ];
        let said = limpide(workspace, &arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let html = fs::read_to_string(&out).unwrap();
        assert!(html.contains(title) && html.contains(&published(workspace)));
        for id in [
            "importance",
            "permutation",
            "curves",
            "pairs",
            "glass-box",
            "segments",
        ] {
            assert!(html.contains(&format!("<h2 id=\"{id}\">")), "{lang}: {id}");
        }
        for stranger in [
            "<script", "http:", "https:", "@import", "url(", "<link", "NaN", "Some(",
        ] {
            assert!(!html.contains(stranger), "{lang}: {stranger}");
        }
        assert!(html.matches("<table").count() >= html.matches("<svg").count());
        assert!(html.contains(&client), "the client is marked");
        pages.push(out);
    }
    let [french, english] = [&pages[0], &pages[1]].map(|page| fs::read_to_string(page).unwrap());
    for part in ["<figure", "<table", "<tr", "<h3", "<polyline", "<circle"] {
        assert_eq!(
            french.matches(part).count(),
            english.matches(part).count(),
            "{part}"
        );
    }
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => return eprintln!("the page is not judged in a browser: {missing}"),
    };
    let profile = tempfile::tempdir().unwrap();
    let browser = Browser::start(&programs, profile.path());
    for page in &pages {
        browser.open(&format!("file://{}", page.display()));
        for scheme in ["light", "dark"] {
            browser.prefer_scheme(scheme);
            axe::judge(&browser, &format!("{}, {scheme}", page.display()));
        }
    }
}
