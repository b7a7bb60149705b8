//! The guide "bring your own portfolio" works as it stands: its commands are run over its example, in order, and what
//! it quotes stands in the example's files.

#![allow(clippy::unwrap_used)]

#[path = "support/served.rs"]
mod served;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use limpide_engine::{ParquetFile, read_parquet};
use serde_json::Value;

use crate::served::Served;
use crate::workspace::{PROGRAM, Ran, ask, copy_folder, folder, limpide, text};

const EXAMPLE: &str = "docs/examples/corner-bank";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn guides() -> Vec<String> {
    let guides = ["bring-your-own-portfolio.md", "apportez-vos-donnees.md"];
    let docs = repository().join("docs");
    let read = guides
        .iter()
        .map(|guide| fs::read_to_string(docs.join(guide)).unwrap());
    read.collect()
}

/// The lines of a guide's blocks of one language, block by block.
fn blocks(guide: &str, language: &str) -> Vec<String> {
    let head = format!("```{language}\n");
    let parts = guide.split(&head).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_command_of_the_guide_runs_in_its_order() {
    let commands = |guide: &str| {
        let blocks = blocks(guide, "sh");
        let lines = blocks.iter().flat_map(|block| block.lines());
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    let guides = guides();
    let expected = commands(&guides[0]);
    for guide in &guides[1..] {
        assert_eq!(commands(guide), expected, "the guides' commands differ");
    }
    let bank = folder();
    copy_folder(&repository().join(EXAMPLE), bank.path());
    let mut password = String::new();
    let mut ran_commands = 0;
    for command in &expected {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["cd", place] => assert_eq!(place, EXAMPLE),
            ["limpide", "serve", ref arguments @ ..] => {
                let workspace = bank.path().join(".limpide");
                let arguments: Vec<String> = arguments
                    .iter()
                    .map(|word| match *word {
                        "recipe" => bank.path().join("recipe").to_str().unwrap().to_owned(),
                        word => word.to_owned(),
                    })
                    .collect();
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let served = Served::start(&workspace, &arguments);
                let page = served.page_of("camille", &password, "/clients/1001");
                assert!(page.contains("1001") && page.contains('€'), "{page}");
            }
            ["limpide", ref arguments @ ..] => {
                let output = Command::new(PROGRAM)
                    .args(arguments)
                    .current_dir(bank.path())
                    .output()
                    .unwrap();
                let ran = Ran::from(output);
                assert_eq!(ran.code, Some(0), "{command}: {}", ran.err);
                if arguments.starts_with(&["user", "add"]) {
                    password = ran.out.split_whitespace().last().unwrap().to_owned();
                }
            }
            _ => panic!("the guide has a command that this test does not know: {command}"),
        }
        ran_commands += 1;
    }
    assert!(ran_commands >= 8, "{ran_commands}");
    for made in ["quality.html", "scores.csv", ".limpide/limpide.db"] {
        assert!(bank.path().join(made).exists(), "{made}");
    }
}

#[test]
fn what_the_guides_quote_stands_in_the_example() {
    let mut files = String::new();
    for file in [
        "recipe/schema.toml",
        "recipe/quality.toml",
        "data/applications.csv",
    ] {
        files.push_str(&fs::read_to_string(repository().join(EXAMPLE).join(file)).unwrap());
    }
    let without_comments = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    };
    let files = without_comments(&files);
    for guide in guides() {
        for block in blocks(&guide, "toml") {
            for part in block.split("\n\n") {
                let part = without_comments(part);
                assert!(files.contains(&part), "not in the example:\n{part}");
            }
        }
        for link in guide.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            assert!(repository().join("docs").join(link).exists(), "{link}");
        }
    }
}

/// Ingests a folder with the example's recipe.
fn ingest(data: &Path) -> Value {
    let recipe = repository().join(EXAMPLE).join("recipe");
    let workspace = folder();
    ask(
        workspace.path(),
        &["ingest", text(data), "--recipe", text(&recipe)],
    )
}

#[test]
fn parquet_files_give_the_portfolio_that_their_csv_files_give() {
    let recipe = repository().join(EXAMPLE).join("recipe");
    let data = repository().join(EXAMPLE).join("data");
    let workspace = folder();
    let from_csv = ask(
        workspace.path(),
        &["ingest", text(&data), "--recipe", text(&recipe)],
    );
    let stored = Path::new(from_csv["report"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    // The stored tables have the columns of the files: they are a lender's Parquet files themselves.
    let parquet = folder();
    for table in ["applications", "past_loans"] {
        let batches = read_parquet(&stored.join(format!("{table}.parquet"))).unwrap();
        let path = parquet.path().join(format!("{table}.parquet"));
        let mut file = ParquetFile::create(&path, batches[0].schema()).unwrap();
        for batch in &batches {
            file.write(batch).unwrap();
        }
        file.finish().unwrap();
    }
    // Outcomes are stored as 1 and 0, whatever the files say.
    let numbered = folder();
    copy_folder(&recipe, numbered.path());
    let schema = numbered.path().join("schema.toml");
    let written = fs::read_to_string(&schema).unwrap();
    let line = written
        .lines()
        .find(|line| line.starts_with("label_values"))
        .unwrap();
    fs::write(&schema, written.replace(line, "")).unwrap();
    let arguments = [
        "ingest",
        text(parquet.path()),
        "--recipe",
        text(numbered.path()),
    ];
    let from_parquet = ask(workspace.path(), &arguments);
    assert_eq!(from_parquet["hash"], from_csv["hash"]);
    assert_eq!(
        from_parquet["tables"][0]["missing_share"],
        from_csv["tables"][0]["missing_share"]
    );

    // The same table as text and as Parquet: which one is meant is not guessed.
    fs::copy(
        data.join("past_loans.csv"),
        parquet.path().join("past_loans.csv"),
    )
    .unwrap();
    limpide(workspace.path(), &arguments)
        .refuses(&["twice (past_loans.csv and past_loans.parquet)"]);
}

#[test]
fn a_decimal_comma_is_read_and_a_missing_word_is_not_a_number() {
    let data = folder();
    copy_folder(&repository().join(EXAMPLE).join("data"), data.path());
    let clean = ingest(data.path());
    assert_eq!(clean["tables"][0]["rows"], 800);
    assert!(clean["tables"][0]["set_to_missing"]["?"].as_u64() > Some(10));
    let path = data.path().join("applications.csv");
    let text_of = fs::read_to_string(&path).unwrap();
    fs::write(&path, text_of.replacen("1200,68", "1200,6,8", 1)).unwrap();
    let recipe = repository().join(EXAMPLE).join("recipe");
    let workspace = folder();
    limpide(workspace.path(), &["ingest", text(data.path()), "--recipe", text(&recipe)])
        .refuses(&["applications.csv, row 1 (line 2), column amount: '1200,6,8' found, a number or nothing expected"]);
    // Columns that nobody wants are left out by name.
    fs::write(&path, text_of).unwrap();
    edit_semicolons(&path);
    limpide(
        workspace.path(),
        &["ingest", text(data.path()), "--recipe", text(&recipe)],
    )
    .refuses(&["'note' is not in the recipe"]);
    let ignoring = folder();
    copy_folder(&recipe, ignoring.path());
    let schema = ignoring.path().join("schema.toml");
    let written = fs::read_to_string(&schema).unwrap();
    fs::write(
        &schema,
        written.replacen("keys = [", "ignored = [\"note\"]\nkeys = [", 1),
    )
    .unwrap();
    let with_ignored = ask(
        workspace.path(),
        &[
            "ingest",
            text(data.path()),
            "--recipe",
            text(ignoring.path()),
        ],
    );
    assert_eq!(with_ignored["hash"], clean["hash"]);
}

/// Adds a column that the recipe does not know.
fn edit_semicolons(path: &Path) {
    let with_note = fs::read_to_string(path).unwrap();
    let mut lines = with_note.lines();
    let mut text = format!("{};note\n", lines.next().unwrap());
    for line in lines {
        text.push_str(&format!("{line};x\n"));
    }
    fs::write(path, text).unwrap();
}
