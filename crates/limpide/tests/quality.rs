//! What is wrong with a lender's rows is found, told with its place, and refused when asked.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use limpide_engine::{Engine, EngineConfig, read_parquet};
use limpide_portfolio::quality::RowChecks;
use limpide_portfolio::{Portfolio, Recipe, posted};
use serde_json::{Value, json};

use crate::workspace::{
    ask, column, edit_csv, folder, limpide, source, source_copy, text, workspace,
};

/// The finding of a rule in a table.
fn finding<'a>(report: &'a Value, table: &str, rule: &str) -> &'a Value {
    let mut findings = report["quality"].as_array().unwrap().iter();
    findings
        .find(|finding| finding["table"] == table && finding["rule"] == rule)
        .unwrap_or_else(|| panic!("no finding of {rule} in {table}"))
}

/// Writes a value into a column of a row, counted from 1 without the header.
fn put(path: &Path, row: usize, name: &str, value: &str) -> i64 {
    let mut client = 0;
    edit_csv(path, |rows| {
        let place = column(rows, name);
        rows[row][place] = value.to_owned();
        if let Some(place) = rows[0].iter().position(|column| column == "SK_ID_CURR") {
            client = rows[row][place].parse().unwrap();
        }
    });
    client
}

#[test]
fn bad_rows_are_counted_and_shown_with_file_row_and_client() {
    let source = source_copy();
    let train = source.path().join("application_train.csv");
    let test = source.path().join("application_test.csv");
    let first = put(&train, 7, "DAYS_BIRTH", "12");
    put(&test, 2, "DAYS_BIRTH", "0");
    put(&train, 9, "AMT_INCOME_TOTAL", "0");
    put(&train, 9, "AMT_GOODS_PRICE", "0");
    put(&train, 11, "DAYS_EMPLOYED", "-40000");
    put(
        &source.path().join("installments_payments.csv"),
        4,
        "AMT_PAYMENT",
        "-1",
    );
    edit_csv(&source.path().join("bureau.csv"), |rows| {
        let [status, end] = ["CREDIT_ACTIVE", "DAYS_ENDDATE_FACT"].map(|c| column(rows, c));
        rows[3][status] = "Closed".to_owned();
        rows[3][end] = "30".to_owned();
    });
    edit_csv(&source.path().join("POS_CASH_balance.csv"), |rows| {
        let month = column(rows, "MONTHS_BALANCE");
        rows[5][month] = "2".to_owned();
        rows[6][month].clear();
        rows.push(rows[8].clone());
        let client = column(rows, "SK_ID_CURR");
        rows[10][client] = "999999999".to_owned();
    });
    let workspace = folder();
    let report = ask(workspace.path(), &["ingest", text(source.path())]);
    let rows = |table: &str, rule: &str| finding(&report, table, rule)["rows"].as_u64().unwrap();
    assert_eq!(rows("application", "not_born_yet"), 2);
    assert_eq!(rows("application", "income_not_positive"), 1);
    assert_eq!(rows("application", "goods_price_not_positive"), 1);
    assert_eq!(rows("application", "employed_longer_than_lived"), 1);
    assert_eq!(rows("application", "rating_out_of_range"), 0);
    assert_eq!(rows("installments_payments", "payment_negative"), 1);
    assert_eq!(rows("bureau", "closed_in_the_future"), 1);
    assert_eq!(rows("bureau", "learned_later"), 1);
    assert_eq!(rows("POS_CASH_balance", "after_application"), 1);
    assert_eq!(rows("POS_CASH_balance", "undated"), 1);
    assert_eq!(rows("POS_CASH_balance", "repeated"), 1);
    assert_eq!(rows("POS_CASH_balance", "orphans"), 1);

    let examples = finding(&report, "application", "not_born_yet")["examples"]
        .as_array()
        .unwrap();
    assert_eq!(
        examples[0],
        serde_json::json!({"file": "application_train.csv", "row": 7, "client": first})
    );
    assert_eq!(examples[1]["file"], "application_test.csv");
    assert_eq!(examples[1]["row"], 2);

    // Errors come before warnings, warnings before notes, and what was found before what held.
    let rank = |finding: &Value| match (&finding["rows"], finding["severity"].as_str().unwrap()) {
        (rows, _) if rows == 0 => 3,
        (_, "error") => 0,
        (_, "warning") => 1,
        _ => 2,
    };
    let ranks: Vec<i32> = report["quality"]
        .as_array()
        .unwrap()
        .iter()
        .map(rank)
        .collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn a_strict_ingest_refuses_with_the_worst_and_leaves_the_old_portfolio() {
    let workspace = workspace();
    let before = fs::read(workspace.path().join("portfolio.json")).unwrap();
    let source = source_copy();
    put(
        &source.path().join("application_train.csv"),
        7,
        "AMT_INCOME_TOTAL",
        "-5",
    );
    let strict = ["ingest", "--strict", text(source.path())];
    limpide(workspace.path(), &strict).refuses(&[
        "application: 1 rows: income zero or negative (rule income_not_positive)",
        "first in application_train.csv, row 7",
        "ingest without --strict",
    ]);
    assert_eq!(
        fs::read(workspace.path().join("portfolio.json")).unwrap(),
        before
    );
    Portfolio::open(workspace.path())
        .unwrap()
        .quality()
        .unwrap();
    let folders = fs::read_dir(workspace.path().join("portfolio"))
        .unwrap()
        .count();
    assert_eq!(folders, 1);
    // Without it, the same rows come in and are told of.
    let ran = limpide(workspace.path(), &["ingest", text(source.path())]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out
            .contains("erreur: application: revenu nul ou négatif (1, "),
        "{}",
        ran.out
    );
}

#[test]
fn synthetic_rows_break_no_rule_that_is_an_error() {
    let workspace = folder();
    let report = ask(workspace.path(), &["ingest", "--strict", text(&source())]);
    for finding in report["quality"].as_array().unwrap() {
        assert!(
            finding["severity"] != "error" || finding["rows"] == 0,
            "{finding}"
        );
    }
    // Twice the same, to the byte.
    let again = ask(workspace.path(), &["ingest", text(&source())]);
    assert_eq!(report["quality"], again["quality"]);
    assert_eq!(report["hash"], again["hash"]);
}

#[test]
fn the_page_stands_alone_in_both_languages() {
    let (workspace, source) = (folder(), source_copy());
    put(
        &source.path().join("application_train.csv"),
        7,
        "AMT_CREDIT",
        "0",
    );
    for (lang, title, label) in [
        (
            "fr",
            "Qualité des données",
            "montant du prêt nul ou négatif",
        ),
        ("en", "Data quality", "loan amount zero or negative"),
    ] {
        let page = workspace.path().join(format!("{lang}.html"));
        let report = ask(
            workspace.path(),
            &[
                "ingest",
                text(source.path()),
                "--lang",
                lang,
                "--report",
                text(&page),
            ],
        );
        let page = fs::read_to_string(page).unwrap();
        let kept = fs::read_to_string(report["report"].as_str().unwrap()).unwrap();
        assert!(page == kept, "the page in the workspace is another");
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(page.contains(&format!("<title>{title} ·")), "{title}");
        assert!(page.contains(label), "{label}");
        assert!(page.contains("application_train.csv, "));
        for foreign in ["<script", "http://", "https://", "src=", "style=\""] {
            assert!(!page.contains(foreign), "{foreign} on the page");
        }
    }
}

#[test]
fn a_rule_that_is_no_condition_is_refused_with_its_line() {
    let (workspace, recipe) = (folder(), folder());
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/home-credit");
    workspace::copy_folder(&built_in, recipe.path());
    let path = recipe.path().join("quality.toml");
    let good = fs::read_to_string(&path).unwrap();
    let line = 1 + good
        .lines()
        .position(|line| line.contains("[[rule]]"))
        .unwrap();
    let ranged = "allowed = { DAYS_BIRTH = { from = -43830, below = 0 } }";
    for (found, wrong, expected) in [
        (ranged, "where = \"DAYS_BITRH >= 0\"", "DAYS_BITRH"),
        (
            ranged,
            "where = \"DAYS_BIRTH + 1\"",
            "a condition was expected",
        ),
        (
            ranged,
            "allowed = { DAYS_BITRH = { below = 0 } }",
            "gives a range of DAYS_BITRH, which is no number of application",
        ),
        (
            ranged,
            "allowed = { DAYS_BIRTH = { from = 1, below = 0 } }",
            "holds no number: its lower end lies above the upper",
        ),
        (ranged, "", "needs one of both: where, or allowed"),
        (
            "table = \"application\"",
            "table = \"aplication\"",
            "names the table aplication, expected one of application,",
        ),
        ("severity = \"error\"", "severity = \"bad\"", "line "),
    ] {
        fs::write(&path, good.replacen(found, wrong, 1)).unwrap();
        let ran = limpide(
            workspace.path(),
            &["ingest", text(&source()), "--recipe", text(recipe.path())],
        );
        ran.refuses(&["file quality.toml: line ", expected]);
        if expected != "line " {
            ran.refuses(&[&format!("line {line}: rule not_born_yet")]);
        }
    }
}

/// The recipe's demands on rows from outside, and its tables.
fn demands(spill: &Path, recipe: &str) -> (Recipe, RowChecks) {
    let engine = Engine::new(&EngineConfig {
        threads: 1,
        memory_bytes: 1 << 28,
        spill_folder: spill.to_owned(),
    })
    .unwrap();
    let recipe = Recipe::open(recipe).unwrap();
    let checks = RowChecks::open(&engine.keeping_session(), &recipe).unwrap();
    (recipe, checks)
}

/// What is told of posted rows that do not fit, a line each.
fn refused(recipe: &Recipe, checks: &RowChecks, rows: Value) -> String {
    let posted = posted(&recipe.schema, rows.as_object().unwrap());
    let checked = posted.and_then(|posted| checks.check_posted(&posted));
    let Err(limpide_portfolio::Error::Unfit { problems }) = checked else {
        panic!("{rows} was taken");
    };
    let told = problems.iter().map(|problem| {
        let (field, found, expected) = (&problem.field, &problem.found, &problem.expected);
        format!("{field}: found {found}, expected {expected}")
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn posted_rows_that_cannot_be_are_refused_with_place_value_and_range() {
    let spill = folder();
    let (recipe, checks) = demands(spill.path(), "home-credit");
    let told = [
        json!({"application": [{"DAYS_BIRTH": 12_000, "AMT_INCOME_TOTAL": 0, "AMT_CREDIT": 1e308,
            "EXT_SOURCE_2": 1.5, "NAME_INCOME_TYPE": "Wizard", "CNT_CHILDREN": -1}]}),
        json!({"application": [{"DAYS_BIRTH": -9_000, "DAYS_EMPLOYED": -9_500}]}),
        json!({"application": [{"DAYS_BIRTH": "NaN", "AMT_INCOM_TOTAL": 1}]}),
        json!({"application": [{}], "bureau": [{"SK_ID_BUREAU": 1, "AMT_CREDIT_SUM": 5},
            {"SK_ID_BUREAU": 2, "AMT_CREDIT_SUM": -5, "CREDIT_ACTIVE": "Dormant"}],
            "bureau_balance": [{"SK_ID_BUREAU": 9, "MONTHS_BALANCE": -1, "STATUS": "0"},
            {"SK_ID_BUREAU": 2, "MONTHS_BALANCE": -1, "STATUS": "Z"}]}),
    ];
    let mut told: Vec<String> = told
        .into_iter()
        .map(|rows| refused(&recipe, &checks, rows))
        .collect();
    let (recipe, checks) = demands(spill.path(), "german-credit");
    told.push(refused(
        &recipe,
        &checks,
        json!({"application": [{"AGE": -3, "AMOUNT": 0, "DURATION": 121, "STATUS": "A61"}]}),
    ));
    insta::assert_snapshot!("refused_rows", told.join("\n\n"));
}

#[test]
fn rows_of_the_real_sample_and_of_german_credit_are_all_taken() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    for (recipe, source) in [
        ("home-credit", "home-credit-sample.zip"),
        ("german-credit", "german-credit.data"),
    ] {
        let source = data.join(source);
        if !source.exists() {
            eprintln!(
                "SKIPPED: {} is not there; real rows are in no repository",
                source.display()
            );
            continue;
        }
        let workspace = folder();
        let arguments = ["ingest", text(&source), "--recipe", recipe];
        ask(workspace.path(), &arguments);
        let (recipe, checks) = demands(workspace.path(), recipe);
        let portfolio = Portfolio::open(workspace.path()).unwrap();
        let mut rows = 0;
        for table in &recipe.schema.tables {
            let Some(path) = portfolio.table_path(&table.name) else {
                continue;
            };
            for batch in read_parquet(&path).unwrap() {
                rows += batch.num_rows();
                checks.check_rows(&table.name, &batch).unwrap();
            }
        }
        assert!(rows >= 1_000, "{rows} rows");
    }
}
