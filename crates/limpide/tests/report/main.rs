//! The documents of a model: what they say, in both languages, and what they refuse.

#![allow(clippy::unwrap_used)]

mod invented;
#[path = "../support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::invented::{bare, bundle};
use crate::workspace::{ask, folder, limpide, text, workspace};

/// Puts a bundle into a workspace's registry, as training would, and returns its hash.
fn register(workspace: &Path, bundle: &limpide_model::Bundle) -> String {
    let hash = bundle.hash().unwrap();
    let models = workspace.join("models");
    fs::create_dir_all(&models).unwrap();
    fs::write(
        models.join(format!("{hash}.json")),
        bundle.to_bytes().unwrap(),
    )
    .unwrap();
    hash
}

fn publish(workspace: &Path, hash: &str) {
    fs::write(workspace.join("models/published"), hash).unwrap();
}

/// A document of the invented, published model.
fn page(document: &str, lang: &str) -> String {
    let folder = folder();
    publish(folder.path(), &register(folder.path(), &bundle()));
    let ran = limpide(folder.path(), &["report", document, "--lang", lang]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.out
}

const DOCUMENTS: [&str; 2] = ["methodology", "model-card"];

/// The document without its style sheet, the hash redacted, spaces that look alike made visible.
fn told(page: &str) -> String {
    let hash = bundle().hash().unwrap();
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    format!("{head}{body}")
        .replace(&hash, "HASH")
        .replace(&hash[..12], "SHORT")
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
        .replace('\u{202f}', "⸱")
        .replace('\u{a0}', "⍽")
}

#[test]
fn the_methodology_in_french() {
    insta::assert_snapshot!(told(&page("methodology", "fr")));
}

#[test]
fn the_methodology_in_english() {
    insta::assert_snapshot!(told(&page("methodology", "en")));
}

#[test]
fn the_model_card_in_french() {
    insta::assert_snapshot!(told(&page("model-card", "fr")));
}

#[test]
fn the_model_card_in_english() {
    insta::assert_snapshot!(told(&page("model-card", "en")));
}

/// Every value of an attribute, in the page's order.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let after = page.split(&*start).skip(1);
    after.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The levels of headings, in the page's order.
fn headings(page: &str) -> Vec<u32> {
    let starts = page.match_indices("<h").map(|(at, _)| &page[at + 2..]);
    starts
        .filter_map(|rest| rest.chars().next()?.to_digit(10))
        .collect()
}

#[test]
fn both_languages_hold_the_same_sections_tables_and_plots() {
    for document in DOCUMENTS {
        let [french, english] = ["fr", "en"].map(|lang| page(document, lang));
        assert_eq!(attributes(&french, "id"), attributes(&english, "id"));
        assert_eq!(headings(&french), headings(&english));
        for part in ["<tr", "<li", "<p", "<figure", "<polyline", "<rect"] {
            let count = |page: &str| page.matches(part).count();
            assert_eq!(count(&french), count(&english), "{document}: {part}");
        }
    }
}

#[test]
fn documents_stand_alone_and_are_well_built() {
    for document in DOCUMENTS {
        for lang in ["fr", "en"] {
            let page = page(document, lang);
            for stranger in [
                "<script", "http:", "https:", "@import", "url(", "<link", "<img",
            ] {
                assert!(!page.contains(stranger), "{document}, {lang}: {stranger}");
            }
            let mut ids = attributes(&page, "id");
            for target in page.split("href=\"#").skip(1) {
                let target = target.split('"').next().unwrap();
                assert!(ids.contains(&target), "{document}, {lang}: #{target}");
            }
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{document}, {lang}: an id stands twice");
            let levels = headings(&page);
            assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
            assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1));
            let count = |part: &str| page.matches(part).count();
            assert_eq!(count("<table"), count("<caption"));
            assert_eq!(count("<svg"), count("<title id="));
            assert!(
                count("<svg") <= count("<table"),
                "numbers stand behind each plot"
            );
            for broken in ["NaN", "inf<", "inf ", "Some("] {
                assert!(!page.contains(broken), "{document}, {lang}: {broken}");
            }
        }
    }
}

#[test]
fn french_marks_are_set_off_by_spaces_that_do_not_break() {
    for document in DOCUMENTS {
        let page = page(document, "fr");
        let body = page.split_once("</style>").unwrap().1;
        for mark in [" :", " ;", " ?", " !", " %", "« ", " »"] {
            let at = body.find(mark);
            let near = at.map(|at| {
                body[at.saturating_sub(40)..]
                    .chars()
                    .take(80)
                    .collect::<String>()
            });
            assert_eq!(near, None, "{document}: '{mark}'");
        }
    }
}

#[test]
fn a_bundle_without_evidence_is_told_of_without_plots() {
    let folder = folder();
    let hash = register(folder.path(), &bare());
    for document in DOCUMENTS {
        for lang in ["fr", "en"] {
            let ran = limpide(
                folder.path(),
                &["report", document, "--lang", lang, "--model", &hash],
            );
            assert_eq!(ran.code, Some(0), "{}", ran.err);
            assert!(ran.out.contains(&hash));
            for broken in ["NaN", "inf<", "inf ", "Some(", "figure-roc", "figure-cost"] {
                assert!(!ran.out.contains(broken), "{document}, {lang}: {broken}");
            }
        }
    }
}

#[test]
fn words_of_the_lender_stay_words() {
    let folder = folder();
    let mut bundle = bundle();
    bundle.recipe.name = "<script>alert(1)</script>".to_owned();
    bundle.concepts[0].label.en = "Rating & \"more\" <b>".to_owned();
    publish(folder.path(), &register(folder.path(), &bundle));
    let contact = "Risk <models@lender.example>";
    for document in DOCUMENTS {
        let arguments = ["report", document, "--lang", "en", "--contact", contact];
        let page = limpide(folder.path(), &arguments).out;
        assert!(
            !page.contains("<script>") && !page.contains("<b>"),
            "{document}"
        );
    }
}

#[test]
fn a_trained_model_has_every_plot_and_a_document_names_its_hash() {
    let workspace = workspace();
    let hash = fs::read_to_string(workspace.path().join("models/published")).unwrap();
    let out = workspace.path().join("note.html");
    for document in DOCUMENTS {
        let arguments = ["report", document, "--out", text(&out), "--lang", "en"];
        let said = ask(workspace.path(), &arguments);
        assert_eq!(said["bundle"], hash.trim());
        assert_eq!(said["report"], document);
        assert_eq!(said["published"], true);
        assert_eq!(said["lang"], "en");
        assert_eq!(said["out"], text(&out));
        let page = fs::read_to_string(&out).unwrap();
        assert_eq!(said["bytes"], page.len());
        assert!(page.contains(hash.trim()));
        assert!(page.contains("Synthetic data"));
        let again = ask(workspace.path(), &["report", document, "--lang", "en"]);
        assert_eq!(
            again["html"],
            page.as_str(),
            "the same model, the same bytes"
        );
    }
    let page = limpide(workspace.path(), &["report", "methodology"]).out;
    let plots = [
        "folds",
        "candidates",
        "roc",
        "reliability",
        "cost",
        "importance",
    ];
    let expected: Vec<String> = plots.map(|plot| format!("figure-{plot}")).into();
    let ids = attributes(&page, "id");
    let found: Vec<&str> = ids
        .into_iter()
        .filter(|id| id.starts_with("figure-"))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn without_a_model_or_a_place_to_write_one_sentence_is_said() {
    let folder = folder();
    limpide(folder.path(), &["report", "methodology"])
        .refuses(&["no model is published in this workspace", "limpide train"]);
    limpide(folder.path(), &["report", "model-card", "--model", "abc"])
        .refuses(&["no model abc in this workspace"]);
    let hash = register(folder.path(), &bundle());
    limpide(folder.path(), &["report", "model-card"]).refuses(&["no model is published"]);
    let unpublished = limpide(
        folder.path(),
        &[
            "report",
            "methodology",
            "--lang",
            "en",
            "--model",
            &hash[..8],
        ],
    );
    assert!(unpublished.out.contains("This model is not published"));
    publish(folder.path(), &hash);
    let nowhere = folder.path().join("nowhere/card.html");
    limpide(
        folder.path(),
        &["report", "model-card", "--out", text(&nowhere)],
    )
    .refuses(&[text(&nowhere)]);
    limpide(
        folder.path(),
        &["report", "model-card", "--out", text(folder.path())],
    )
    .refuses(&[text(folder.path())]);
}

#[test]
fn unknown_languages_and_documents_are_wrong_use() {
    let folder = folder();
    for (arguments, expected) in [
        (
            &["report", "methodology", "--lang", "de"][..],
            "invalid value 'de'",
        ),
        (&["report", "novel"], "methodology, model-card"),
        (&["report"], "<DOCUMENT>"),
    ] {
        let ran = limpide(folder.path(), arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}

#[test]
fn json_holds_the_document_where_no_file_is_named() {
    let folder = folder();
    publish(folder.path(), &register(folder.path(), &bundle()));
    let said: Value = ask(folder.path(), &["report", "model-card", "--lang", "fr"]);
    assert!(
        said["html"]
            .as_str()
            .unwrap()
            .starts_with("<!doctype html>")
    );
    assert!(said.get("out").is_none());
}
