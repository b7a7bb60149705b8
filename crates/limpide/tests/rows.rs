//! From a feature down to the rows: what is shown gives the feature again, by hand and for every aggregate.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "made for the tests of what is computed online")]
#[path = "support/online.rs"]
mod ready;
#[path = "support/workspace.rs"]
mod workspace;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use limpide_engine::columns_of;
use limpide_features::drill::{Drill, ShownRows};
use limpide_features::{Cell, Matrix, Page, RecipeSpec, compile};
use limpide_portfolio::{ClientReader, Recipe};
use serde_json::{Value, json};

use crate::ready::{Ready, Server};
use crate::workspace::{ask, copy_folder, folder, limpide, text, workspace};

/// Sums that are added up in another order differ in their last bits.
const TOLERANCE: f64 = 1e-9;

/// Clients whose aggregates are all computed again.
const CLIENTS: usize = 12;

const ALL: Page = Page {
    offset: 0,
    limit: usize::MAX,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_aggregate_follows_from_the_rows_that_are_shown() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    let (drill, reader) = drill(&ready).await;
    let clients = ready.matrix.clients();
    let mut computed: BTreeMap<&str, usize> = BTreeMap::new();
    for place in 0..CLIENTS {
        let client = clients[place * clients.len() / CLIENTS];
        let tables = reader.rows(client).unwrap().unwrap();
        for (index, info) in ready.matrix.catalogue.features.iter().enumerate() {
            let Some((aggregate, _)) = info.sql.split_once(" OVER ") else {
                continue;
            };
            let drilled = drill.of(&tables, &info.name, ALL).await.unwrap().unwrap();
            let rows = drilled.rows.unwrap();
            assert_eq!(rows.len(), rows.total);
            let Some((kind, again)) = aggregated(aggregate, &rows) else {
                panic!("{}: {aggregate} is not computed here", info.name);
            };
            let expected = match ready.matrix.cell(place * clients.len() / CLIENTS, index) {
                Cell::Number(number) => Some(number),
                _ => None,
            };
            assert!(
                is_same(again, expected),
                "{} of {client}: {again:?} from the rows shown, {expected:?} in the matrix",
                info.name
            );
            *computed.entry(kind).or_default() += usize::from(expected.is_some());
        }
    }
    let kinds = [
        "avg",
        "count of rows",
        "max",
        "median",
        "min",
        "regr_slope",
        "share",
        "stddev_samp",
        "sum",
    ];
    assert_eq!(computed.keys().copied().collect::<Vec<_>>(), kinds);
    assert!(computed.values().all(|known| *known > 10), "{computed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_of_the_application_is_the_feature_itself() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    let (drill, reader) = drill(&ready).await;
    let client = ready.matrix.clients()[17];
    let tables = reader.rows(client).unwrap().unwrap();
    let mut compared = 0;
    for (index, info) in ready.matrix.catalogue.features.iter().enumerate() {
        let plain = format!("CAST(\"{}\" AS ", info.name);
        if !info.sql.starts_with(&plain) {
            continue;
        }
        let drilled = drill.of(&tables, &info.name, ALL).await.unwrap().unwrap();
        let rows = drilled.rows.unwrap();
        assert_eq!((rows.total, rows.columns.len()), (1, 1), "{}", info.name);
        assert_eq!(
            rows.cell(0, 0),
            ready.matrix.cell(17, index),
            "{}",
            info.name
        );
        compared += 1;
    }
    assert!(compared > 80, "only {compared} features");
}

/// The recipe's drill over a workspace, and what brings it a client's rows.
async fn drill(ready: &Ready) -> (Drill, ClientReader) {
    let recipe = Recipe::open("home-credit").unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    let plan = compile(&spec, &recipe.schema, |table| {
        ready.portfolio.table_path(table).is_some()
    })
    .unwrap();
    let drill = Drill::new(&ready.engine, &recipe.schema, &spec, &plan);
    let drill = drill.await.unwrap();
    let reader = ClientReader::open(&ready.portfolio, &recipe.schema, &drill.reads(), 2);
    (drill, reader.unwrap())
}

fn is_same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0),
        _ => a == b,
    }
}

/// An aggregate over shown rows, written here anew, with its kind; `None` of what is not known here.
fn aggregated(sql: &str, rows: &ShownRows) -> Option<(&'static str, Option<f64>)> {
    if sql == "count(*)" {
        return Some(("count of rows", Some(rows.total as f64)));
    }
    let columns = columns_of(sql).unwrap();
    let place = |name: &str| rows.columns.iter().position(|column| column.name == name);
    if sql.starts_with("CAST(count(*) FILTER") {
        let of = place(columns.first()?)?;
        let value = sql.split_once(" = '")?.1.split_once("') AS DOUBLE")?.0;
        let value = value.replace("''", "'");
        let cells = (0..rows.len()).map(|row| rows.cell(row, of));
        let with = cells.filter(|cell| *cell == Cell::Text(&value)).count();
        let share = (rows.total > 0).then(|| with as f64 / rows.total as f64);
        return Some(("share", share));
    }
    let (function, rest) = sql.split_once('(')?;
    let named = rest.trim_end_matches(')').split(", ");
    let named: Vec<usize> = named
        .map(|name| place(name.trim_matches('"')))
        .collect::<Option<_>>()?;
    let number = |row: usize, column: usize| match rows.cell(row, column) {
        Cell::Number(number) => Some(number),
        _ => None,
    };
    let mut known: Vec<f64> = (0..rows.len())
        .filter_map(|row| number(row, named[0]))
        .collect();
    let (n, sum) = (known.len() as f64, known.iter().sum::<f64>());
    let mean = (n > 0.0).then_some(sum / n);
    Some(match function {
        "avg" => ("avg", mean),
        "sum" => ("sum", mean.map(|_| sum)),
        "min" => ("min", known.iter().copied().reduce(f64::min)),
        "max" => ("max", known.iter().copied().reduce(f64::max)),
        "median" => {
            known.sort_by(f64::total_cmp);
            let half = known.len() / 2;
            let median = match known.len() {
                0 => None,
                odd if odd % 2 == 1 => Some(known[half]),
                _ => Some((known[half - 1] + known[half]) / 2.0),
            };
            ("median", median)
        }
        "stddev_samp" => {
            let centre = sum / n;
            let squares: f64 = known.iter().map(|value| (value - centre).powi(2)).sum();
            (
                "stddev_samp",
                (n > 1.0).then(|| (squares / (n - 1.0)).sqrt()),
            )
        }
        "regr_slope" => {
            let pairs = (0..rows.len())
                .filter_map(|row| Some((number(row, named[0])?, number(row, named[1])?)));
            ("regr_slope", slope(&pairs.collect::<Vec<_>>()))
        }
        _ => return None,
    })
}

/// The slope of the least-squares line of `y` over `x`.
fn slope(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let mean_y = pairs.iter().map(|(y, _)| y).sum::<f64>() / n;
    let mean_x = pairs.iter().map(|(_, x)| x).sum::<f64>() / n;
    let spread: f64 = pairs.iter().map(|(_, x)| (x - mean_x).powi(2)).sum();
    let common: f64 = pairs.iter().map(|(y, x)| (y - mean_y) * (x - mean_x)).sum();
    (pairs.len() > 1 && spread > 0.0).then(|| common / spread)
}

/// Rows as the API gives them: values by the column's name.
struct Rows(Vec<BTreeMap<String, Value>>);

impl Rows {
    fn new(told: &Value) -> Self {
        let columns = told["columns"].as_array().unwrap().iter();
        let names: Vec<&str> = columns
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let rows = told["rows"].as_array().unwrap().iter().map(|row| {
            let values = row.as_array().unwrap().iter().cloned();
            names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(values)
                .collect()
        });
        let rows = Self(rows.collect());
        assert_eq!(told["total"], rows.0.len(), "all rows are here");
        rows
    }

    /// The known numbers of a column.
    fn numbers(&self, column: &str) -> Vec<f64> {
        self.0
            .iter()
            .filter_map(|row| row[column].as_f64())
            .collect()
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn total(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum())
}

fn largest(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(f64::max)
}

/// Days between the due date and the payment, none below 0, of every instalment that was paid.
fn lateness(rows: &Rows) -> Vec<f64> {
    let late = rows.0.iter().filter_map(|row| {
        let (due, paid) = (
            row["DAYS_INSTALMENT"].as_f64()?,
            row["DAYS_ENTRY_PAYMENT"].as_f64()?,
        );
        Some((paid - due).max(0.0))
    });
    late.collect()
}

/// How a feature follows from what the API tells of it, by hand.
type ByHand = fn(&Value) -> Option<f64>;

/// A feature of every kind.
const BY_HAND: &[(&str, ByHand)] = &[
    ("AMT_CREDIT", |told| {
        Rows::new(&told["rows"]).numbers("AMT_CREDIT").pop()
    }),
    ("CREDIT_TO_INCOME", |told| {
        let rows = Rows::new(&told["rows"]);
        Some(rows.numbers("AMT_CREDIT").pop()? / rows.numbers("AMT_INCOME_TOTAL").pop()?)
    }),
    ("BURO_COUNT", |told| told["rows"]["total"].as_f64()),
    ("ACTIVE_AMT_CREDIT_SUM_DEBT_SUM", |told| {
        let rows = Rows::new(&told["rows"]);
        assert!(rows.0.iter().all(|row| row["CREDIT_ACTIVE"] == "Active"));
        total(&rows.numbers("AMT_CREDIT_SUM_DEBT"))
    }),
    ("INSTAL_LATE_MEAN", |told| {
        let late = lateness(&Rows::new(&told["rows"]));
        mean(
            &late
                .iter()
                .map(|days| f64::from(u8::from(*days > 0.0)))
                .collect::<Vec<_>>(),
        )
    }),
    ("INSTAL180_DAYS_LATE_MAX", |told| {
        let rows = Rows::new(&told["rows"]);
        assert!(
            rows.numbers("DAYS_INSTALMENT")
                .iter()
                .all(|day| *day >= -180.0)
        );
        largest(&lateness(&rows))
    }),
    ("INSTALLAST5_DAYS_LATE_MAX", |told| {
        let rows = Rows::new(&told["rows"]);
        assert!(rows.0.len() <= 5);
        largest(&lateness(&rows))
    }),
    ("PREV_NAME_CONTRACT_STATUS_CANCELED_SHARE", |told| {
        let rows = Rows::new(&told["rows"]);
        let canceled = rows
            .0
            .iter()
            .filter(|row| row["NAME_CONTRACT_STATUS"] == "Canceled");
        (!rows.0.is_empty()).then(|| canceled.count() as f64 / rows.0.len() as f64)
    }),
    // From the payments themselves, put together by hand.
    ("INSTAL_AMT_PAYMENT_SUM", |told| {
        total(&Rows::new(&told["behind"][0]).numbers("AMT_PAYMENT"))
    }),
    ("POSLAST_WORST_DPD", |told| {
        largest(&Rows::new(&told["behind"][0]).numbers("SK_DPD"))
    }),
    ("BBCREDIT_EVER_LATE_MEAN", |told| {
        let mut credits: BTreeMap<String, Option<f64>> = BTreeMap::new();
        for month in Rows::new(&told["behind"][0]).0 {
            let late = match month["STATUS"].as_str() {
                Some("1" | "2" | "3" | "4" | "5") => Some(1.0),
                Some("0") => Some(0.0),
                _ => None,
            };
            let credit = credits
                .entry(month["SK_ID_BUREAU"].to_string())
                .or_default();
            *credit = largest(&credit.iter().copied().chain(late).collect::<Vec<_>>());
        }
        mean(&credits.into_values().flatten().collect::<Vec<_>>())
    }),
    ("CREDIT_TO_PREVIOUS_CREDIT", |told| {
        let read = |name: &str| {
            let mut reads = told["reads"].as_array().unwrap().iter();
            reads.find(|read| read["feature"] == name)?["value"].as_f64()
        };
        let previous = read("APPROVED_AMT_CREDIT_MAX").filter(|most| *most != 0.0)?;
        Some(read("AMT_CREDIT")? / previous)
    }),
];

#[test]
fn features_of_every_kind_are_computed_by_hand_from_what_is_served() {
    let workspace = workspace();
    let server = Server::start(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for place in 0..25 {
        let row = place * matrix.clients().len() / 25;
        let client = matrix.clients()[row];
        for (name, by_hand) in BY_HAND {
            let path = format!("/api/v1/clients/{client}/rows?feature={name}&limit=1000");
            let told = server.get(&path);
            let feature = matrix.catalogue.position(name).unwrap();
            let expected = match matrix.cell(row, feature) {
                Cell::Number(number) => Some(number),
                _ => None,
            };
            assert_eq!(told["value"].as_f64(), expected, "{name} of {client}");
            let again = by_hand(&told);
            assert!(
                is_same(again, expected),
                "{name} of {client}: {again:?} by hand, {expected:?} in the matrix: {told}"
            );
            *known.entry(name).or_default() += usize::from(expected.is_some());
        }
    }
    assert_eq!(known.len(), BY_HAND.len());
    assert!(known.values().all(|known| *known > 3), "{known:?}");
}

#[test]
fn the_terminal_and_the_api_tell_the_same_and_refuse_alike() {
    let workspace = workspace();
    let server = Server::start(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let client = matrix.clients()[40].to_string();
    let one = |asked: &[&str]| {
        let mut all = vec!["explain", "rows", "--client", &client, "--lang", "en"];
        all.extend(asked);
        ask(workspace.path(), &all)
    };
    let told = one(&[
        "--feature",
        "INSTAL_DAYS_LATE_MEAN",
        "--limit",
        "3",
        "--offset",
        "1",
    ]);
    let path = format!(
        "/api/v1/clients/{client}/rows?feature=INSTAL_DAYS_LATE_MEAN&limit=3&offset=1&lang=en"
    );
    let served = server.get(&path);
    let feature = &told["features"][0];
    for part in [
        "feature",
        "label",
        "value",
        "value_text",
        "sql",
        "computed",
        "rows",
        "behind",
    ] {
        assert_eq!(feature[part], served[part], "{part}");
    }
    assert_eq!(feature["rows"]["rows"].as_array().unwrap().len(), 3);
    let explained = ask(workspace.path(), &["explain", "--client", &client]);
    let concept = explained["concepts"][0]["concept"].as_str().unwrap();
    let told = one(&["--concept", concept]);
    let features = told["features"].as_array().unwrap();
    let contributions = explained["contributions"].as_array().unwrap().iter();
    let expected: Vec<&Value> = contributions
        .filter(|one| one["concept"] == concept)
        .map(|one| &one["feature"])
        .collect();
    let found: Vec<&Value> = features.iter().map(|one| &one["feature"]).collect();
    assert_eq!(found, expected);
    let is_followed = |one: &Value| !one["rows"].is_null() || one["reads"] != json!([]);
    assert!(features.iter().all(is_followed));

    let refused = |asked: &[&str]| {
        let mut all = vec!["explain", "rows"];
        all.extend(asked);
        limpide(workspace.path(), &all)
    };
    refused(&["--client", &client, "--feature", "INSTAL_DAYS_LATE_MAEN"]).refuses(&[
        "no feature INSTAL_DAYS_LATE_MAEN",
        "nearest is INSTAL_DAYS_LATE_MEAN",
    ]);
    refused(&["--client", &client, "--concept", "late_instalment"])
        .refuses(&["no concept late_instalment", "nearest is late_instalments"]);
    refused(&["--client", "1", "--feature", "AMT_CREDIT"])
        .refuses(&["client 1 is not in the portfolio of"]);
    for usage in [
        &["--client", &client][..],
        &["--client", &client, "--feature", "A", "--concept", "b"],
        &[
            "--client",
            &client,
            "--feature",
            "AMT_CREDIT",
            "--limit",
            "0",
        ],
        &[
            "--client",
            &client,
            "--feature",
            "AMT_CREDIT",
            "--lang",
            "de",
        ],
    ] {
        assert_eq!(refused(usage).code, Some(2), "{usage:?}");
    }
    assert_eq!(limpide(workspace.path(), &["explain"]).code, Some(2));
    let unknown = server.get(&format!("/api/v1/clients/{client}/rows?feature=AMT_CREDIY"));
    assert_eq!(unknown["status"], 404);
    assert!(unknown["detail"].as_str().unwrap().contains("AMT_CREDIT"));
}

#[test]
fn what_is_learned_from_other_clients_says_how_and_from_what() {
    let workspace = workspace();
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let client = matrix.clients()[40].to_string();
    let explained = ask(workspace.path(), &["explain", "--client", &client]);
    let contributions = explained["contributions"].as_array().unwrap();
    let learned: Vec<&str> = matrix
        .catalogue
        .learned_features()
        .map(|info| info.name.as_str())
        .filter(|name| contributions.iter().any(|one| one["feature"] == *name))
        .collect();
    assert!(!learned.is_empty(), "the model learns from other clients");
    let mut risks = 0;
    for name in learned {
        let told = ask(
            workspace.path(),
            &[
                "explain",
                "rows",
                "--client",
                &client,
                "--feature",
                name,
                "--limit",
                "1000",
                "--lang",
                "en",
            ],
        );
        let feature = &told["features"][0];
        assert!(
            feature["learned"].as_str().unwrap().ends_with('.'),
            "{feature}"
        );
        if feature["rows"].is_null() {
            assert_ne!(feature["reads"], json!([]), "{name}");
            continue;
        }
        let rows = Rows::new(&feature["rows"]).numbers("RISK");
        let again = match name.rsplit('_').next().unwrap() {
            "MEAN" => mean(&rows),
            "MAX" => largest(&rows),
            "MIN" => rows.iter().copied().reduce(f64::min),
            // The most recent row is the first.
            _ => rows.first().copied(),
        };
        assert!(
            is_same(again, feature["value"].as_f64()),
            "{name}: {again:?} in {feature}"
        );
        risks += 1;
    }
    assert!(risks >= 4, "{risks} features of models of rows");
}

#[test]
fn rows_read_like_a_table() {
    let workspace = workspace();
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let feature = matrix.catalogue.position("INSTALLAST3_LATE_MEAN").unwrap();
    let is_late =
        |row: &usize| matches!(matrix.cell(*row, feature), Cell::Number(share) if share > 0.0);
    let late = (0..matrix.clients().len()).find(is_late);
    let client = matrix.clients()[late.unwrap()].to_string();
    let mut all = String::new();
    for (name, lang) in [
        ("INSTALLAST3_LATE_MEAN", "fr"),
        ("INSTALLAST3_LATE_MEAN", "en"),
        ("BUROLAST3_AMT_CREDIT_SUM_DEBT_SUM", "fr"),
    ] {
        let ran = limpide(
            workspace.path(),
            &[
                "explain",
                "rows",
                "--client",
                &client,
                "--feature",
                name,
                "--lang",
                lang,
            ],
        );
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        all.push_str(&ran.out);
        all.push_str("----\n");
    }
    insta::assert_snapshot!("rows", all);
}

#[test]
fn words_of_what_is_not_there_are_refused_with_the_nearest_name() {
    let copy = folder();
    let tea = copy.path().join("tea");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input/tea");
    copy_folder(&original, &tea);
    let words = "[table.cup]\n\n[table.cups.columns]\nprize = { fr = \"prix\", en = \"price\" }\n\
                 day = { fr = \"\", en = \"day\" }\n\n[family.cup]\n\n[learned.kettles]\n";
    fs::write(tea.join("tables.toml"), words).unwrap();
    let ran = limpide(copy.path(), &["features", "--recipe", text(&tea)]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for said in [
        "tables.toml, line 1: unknown table cup, which is not in schema.toml; the nearest is cups",
        "tables.toml, line 4: table cups has no column prize; the nearest is price",
        "tables.toml, line 5: day has no words in fr or en",
        "tables.toml, line 7: unknown family cup; the nearest is cups",
        "tables.toml, line 9: unknown learned kettles",
    ] {
        assert!(ran.err.contains(said), "'{said}' expected in: {}", ran.err);
    }
}
