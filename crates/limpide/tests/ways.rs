//! Ways to a yes over the synthetic lender: many changes at once are each change alone, what is
//! shown flips the decision, and nothing smaller would.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/grid.rs"]
mod grid;
#[path = "support/lender.rs"]
mod lender;
#[allow(dead_code, reason = "each test file uses its part")]
#[path = "support/online.rs"]
mod ready;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use limpide_engine::arrow::array::AsArray;
use limpide_engine::arrow::datatypes::Float64Type;
use limpide_features::changes::variants::Varied;
use limpide_features::{Axis, cell};
use limpide_model::{Column, Decision};
use serde_json::json;

use crate::grid::grid_by_hand;
use crate::lender::{Lender, published};
use crate::ready::{Server, is_same_bits};
use crate::workspace::{ask, copy_folder, folder, limpide, text, workspace};

/// Columns that a way may change: those of the request itself.
const CHANGEABLE: [&str; 4] = [
    "AMT_ANNUITY",
    "AMT_CREDIT",
    "AMT_GOODS_PRICE",
    "FLAG_DOCUMENT_3",
];

/// Every so-manieth combination of an application's values; of each axis `None` or a value.
fn spread(axes: &[Axis], most: usize) -> Vec<Vec<Option<f64>>> {
    let all: usize = axes.iter().map(|axis| axis.values.len() + 1).product();
    let step = (all / most).max(1);
    let mut asked = vec![Vec::new(); axes.len()];
    for mut number in (1..all).step_by(step) {
        for (axis, asked) in axes.iter().zip(&mut asked) {
            let place = number % (axis.values.len() + 1);
            number /= axis.values.len() + 1;
            asked.push(place.checked_sub(1).map(|place| axis.values[place].value));
        }
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_changes_at_once_are_each_change_alone_to_the_bit() {
    let workspace = workspace();
    let lender = Lender::open(workspace.path()).await;
    let clients = lender.ready.matrix.clients().to_vec();
    let online = &lender.ready.online;
    let mut differing = 0;
    for client in clients.iter().step_by(clients.len() / 8) {
        let rows = lender.rows(*client);
        let before = online.compute(&rows).await.unwrap();
        let axes = lender.changes.axes(&rows).await.unwrap();
        let asked = spread(&axes, 23);
        let n = asked[0].len();
        let points = lender.changes.points(&rows, &asked, n).await.unwrap();
        let variants = lender.changes.variants();
        let varied = variants.compute(online, &rows, &before.batch, &points);
        let Varied::Columns(varied) = varied.await.unwrap() else {
            panic!("only the application's rows follow from its changes");
        };
        let changed: Vec<(usize, Column)> = lender
            .places
            .iter()
            .enumerate()
            .filter_map(|(feature, place)| {
                let (_, column) = varied.iter().find(|(varied, _)| varied == place)?;
                let numbers = column.as_primitive_opt::<Float64Type>()?.iter();
                let numbers = numbers.map(|number| number.unwrap_or(f64::NAN));
                Some((feature, Column::Numbers(numbers.collect())))
            })
            .collect();
        let row = lender.row(&before);
        let encoded = lender.bundle.encode_variants(&row, &changed, n).unwrap();
        let width = encoded.len() / n;
        for point in 0..n {
            let alone = points.rows(&lender.ready.schema, &rows, point).unwrap();
            let alone = online.compute(&alone).await.unwrap();
            for (place, feature) in online.plan().features().enumerate() {
                let among = varied.iter().find(|(varied, _)| *varied == place);
                let among = match among {
                    Some((_, column)) => cell(column, point),
                    None => cell(before.batch.column(place + 2), 0),
                };
                let one = cell(alone.batch.column(place + 2), 0);
                let was = cell(before.batch.column(place + 2), 0);
                differing += usize::from(!is_same_bits(one, was));
                assert!(
                    is_same_bits(one, among),
                    "{}: {one:?} {among:?}",
                    feature.info.name
                );
            }
            let one = lender.bundle.encode(&lender.row(&alone)).unwrap();
            let bits = |row: &[f32]| row.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            let among = &encoded[point * width..(point + 1) * width];
            assert_eq!(bits(&one), bits(among), "point {point} of {client}");
        }
    }
    assert!(differing > 5_000, "only {differing} values change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_other_rows_follow_from_the_request_every_change_goes_through_the_whole_plan() {
    let workspace = workspace();
    let copy = folder();
    let recipe = copy.path().join("home-credit");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/home-credit");
    copy_folder(&original, &recipe);
    // The last request to us, told beside the amount of this one.
    let family = recipe.join("features/previous_last.toml");
    let mut edited = fs::read_to_string(&family).unwrap();
    for (from, to) in [
        (
            "tables = [\"previous",
            "tables = [\"application\", \"previous",
        ),
        ("SELECT *, row", "SELECT p.*, a.AMT_CREDIT AS ASKED, row"),
        ("BY SK_ID_CURR", "BY p.SK_ID_CURR"),
        (
            "FROM previous_application",
            "FROM previous_application AS p JOIN application AS a ON p.SK_ID_CURR = a.SK_ID_CURR",
        ),
        ("\"AMT_APPLICATION - AMT_CREDIT\"", "\"ASKED - AMT_CREDIT\""),
    ] {
        assert!(edited.contains(from), "{from}");
        edited = edited.replacen(from, to, 1);
    }
    fs::write(&family, edited).unwrap();
    let lender = Lender::open_with(workspace.path(), text(&recipe)).await;
    let online = &lender.ready.online;
    let mut plan = online.plan().features();
    let place = plan.position(|f| f.info.name == "PREVLAST_ASKED_LESS_GRANTED");
    let mut differing = 0;
    for client in lender.ready.matrix.clients().iter().take(5) {
        let rows = lender.rows(*client);
        let before = online.compute(&rows).await.unwrap().batch;
        let axes = lender.changes.axes(&rows).await.unwrap();
        let amounts = axes[0].values.iter().map(|value| Some(value.value));
        let mut asked = vec![vec![None; axes[0].values.len()]; axes.len()];
        asked[0] = amounts.collect();
        let n = asked[0].len();
        let points = lender.changes.points(&rows, &asked, n).await.unwrap();
        let variants = lender.changes.variants();
        let varied = variants.compute(online, &rows, &before, &points).await;
        let Varied::Whole(varied) = varied.unwrap() else {
            panic!("the last request's row follows from this one's amount");
        };
        assert_eq!(varied.len(), n);
        for computed in varied {
            let after = cell(computed.batch.column(place.unwrap() + 2), 0);
            let was = cell(before.column(place.unwrap() + 2), 0);
            differing += usize::from(!is_same_bits(after, was));
        }
    }
    assert!(differing > 10, "only {differing} values change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_three_fields_the_smallest_way_is_the_one_that_brute_force_finds() {
    let workspace = workspace();
    let lender = Lender::open(workspace.path()).await;
    let server = Server::start(workspace.path());
    let (mut with, mut without) = (0, 0);
    for client in lender.ready.matrix.clients() {
        if with == 5 && without == 1 {
            break;
        }
        let rows = lender.rows(*client);
        if lender.score(&rows, &json!({})).await.decision == Decision::Granted {
            continue;
        }
        let asked = json!({ "only": ["amount", "term", "document_3"], "limit": 1 });
        let answer = server.post(&format!("/api/v1/clients/{client}/ways"), &asked);
        assert_eq!(answer["complete"], true);
        let way = answer["ways"].get(0);
        // Each sort of client often enough, and no more: a client without a way takes every point.
        if (way.is_some() && with == 5) || (way.is_none() && without == 1) {
            continue;
        }
        let grid = grid_by_hand(&rows);
        let mut smallest = None;
        for (size, edits) in &grid {
            if lender.score(&rows, edits).await.decision == Decision::Granted {
                smallest = Some(*size);
                break;
            }
        }
        match (smallest, way) {
            (Some((fields, size)), Some(way)) => {
                with += 1;
                assert_eq!(way["changes"].as_array().unwrap().len(), fields, "{client}");
                let distance = way["distance"].as_f64().unwrap();
                assert!(
                    (distance - size).abs() < 1e-9,
                    "{client}: {distance}, by hand {size}"
                );
            }
            (None, None) => {
                without += 1;
                assert!(answer["of"].as_u64().unwrap() >= grid.len() as u64);
                assert_eq!(answer["examined"], answer["of"]);
            }
            (smallest, way) => panic!("{client}: by hand {smallest:?}, shown {way:?}"),
        }
    }
    assert!(
        with == 5 && without == 1,
        "{with} with a way, {without} without"
    );
}

#[test]
fn every_way_shown_to_500_refused_clients_is_granted_when_tried() {
    let workspace = folder();
    let source = workspace.path().join("source");
    ask(
        workspace.path(),
        &[
            "synth",
            "--clients",
            "800",
            "--seed",
            "29",
            "--out",
            text(&source),
        ],
    );
    ask(workspace.path(), &["ingest", text(&source)]);
    ask(workspace.path(), &["features"]);
    stricter_model(workspace.path());
    let looked_at = check_refused(workspace.path(), 500);
    assert!(looked_at.refused >= 500, "{looked_at:?}");
    assert!(looked_at.with_ways >= 30, "{looked_at:?}");
}

#[test]
fn every_way_shown_to_500_refused_clients_of_the_real_sample_is_granted_when_tried() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sample = repository.join("../shared/data/home-credit-sample.zip");
    if !sample.exists() {
        eprintln!(
            "SKIPPED: {} is not there; real rows are in no repository",
            sample.display()
        );
        return;
    }
    let workspace = folder();
    ask(workspace.path(), &["ingest", text(&sample)]);
    ask(workspace.path(), &["features"]);
    ask(workspace.path(), &["train"]);
    let looked_at = check_refused(workspace.path(), 500);
    assert!(
        looked_at.refused >= 500 && looked_at.with_ways > 0,
        "{looked_at:?}"
    );
}

/// Publishes the prepared model with a threshold at which most clients are refused.
fn stricter_model(to: &Path) {
    let prepared = workspace();
    let mut bundle = published(prepared.path());
    let scores = prepared.path().join("scores.csv");
    ask(prepared.path(), &["score", "--out", text(&scores)]);
    let mut probabilities: Vec<f64> = csv::Reader::from_path(&scores)
        .unwrap()
        .into_records()
        .map(|record| record.unwrap()[1].parse().unwrap())
        .collect();
    probabilities.sort_by(f64::total_cmp);
    let threshold = probabilities[probabilities.len() / 4];
    bundle.policy.threshold = threshold;
    bundle.policy.review = [threshold; 2];
    let models = to.join("models");
    fs::create_dir_all(&models).unwrap();
    let hash = bundle.hash().unwrap();
    fs::write(
        models.join(format!("{hash}.json")),
        bundle.to_bytes().unwrap(),
    )
    .unwrap();
    fs::write(models.join("published"), hash).unwrap();
}

#[derive(Debug, Default)]
struct LookedAt {
    refused: usize,
    with_ways: usize,
    ways: usize,
}

/// Asks for the ways of refused clients, two at a time, and tries each.
fn check_refused(workspace: &Path, most: usize) -> LookedAt {
    let (_, matrix) = limpide_features::Matrix::open(workspace).unwrap();
    let server = Server::start(workspace);
    let all = std::thread::scope(|scope| {
        let half = |from: usize| {
            let clients = matrix.clients().iter().skip(from).step_by(2).copied();
            let server = &server;
            scope.spawn(move || {
                let mut looked_at = LookedAt::default();
                for client in clients {
                    if looked_at.refused < most / 2 {
                        check_client(server, client, &mut looked_at);
                    }
                }
                looked_at
            })
        };
        [half(0), half(1)].map(|half| half.join().unwrap())
    });
    let [mut looked_at, other] = all;
    looked_at.refused += other.refused;
    looked_at.with_ways += other.with_ways;
    looked_at.ways += other.ways;
    looked_at
}

/// Asks for a client's ways and tries each of them by the route of all changed applications.
fn check_client(server: &Server, client: i64, looked_at: &mut LookedAt) {
    let path = format!("/api/v1/clients/{client}/ways?lang=en");
    let answer = server.post(&path, &json!({}));
    if answer["decision"] != "refused" {
        assert!(answer["decision"] == "review" || answer["ways"] == json!([]));
        return;
    }
    let ways = answer["ways"].as_array().unwrap();
    looked_at.refused += 1;
    looked_at.with_ways += usize::from(!ways.is_empty());
    looked_at.ways += ways.len();
    assert!(ways.len() <= 4);
    if ways.is_empty() && answer["complete"] == true {
        assert_eq!(answer["examined"], answer["of"], "{answer}");
    }
    for way in ways {
        let edits = way["edits"].as_object().unwrap();
        for column in edits.keys() {
            assert!(
                CHANGEABLE.contains(&column.as_str()),
                "{column} of {client}"
            );
        }
        let path = format!("/api/v1/clients/{client}/what-if?lang=en");
        let tried = server.post(&path, &json!({ "edits": edits }));
        assert_eq!(tried["before"]["decision"], "refused");
        assert_eq!(tried["after"]["decision"], "granted", "{way}");
        assert_eq!(tried["after"]["probability"], way["probability"]);
        // What is not made of these columns stays as it is: income, work, age, history.
        for change in tried["changes"].as_array().unwrap() {
            let name = change["feature"].as_str().unwrap();
            let fixed = [
                "AMT_INCOME_TOTAL",
                "DAYS_BIRTH",
                "DAYS_EMPLOYED",
                "EXT_SOURCE_2",
            ];
            assert!(!fixed.contains(&name), "{name} of {client}");
        }
    }
}

#[test]
fn the_command_tells_ways_in_words_and_refuses_what_may_not_change() {
    let workspace = workspace();
    let (_, matrix) = limpide_features::Matrix::open(workspace.path()).unwrap();
    let client = matrix
        .clients()
        .iter()
        .map(ToString::to_string)
        .find(|client| {
            let asked = ["explain", "ways", "--client", client, "--lang", "en"];
            !ask(workspace.path(), &asked)["ways"]
                .as_array()
                .unwrap()
                .is_empty()
        })
        .expect("some client has a way");
    let asked = ["explain", "ways", "--client", &client, "--lang"];
    let said = |lang: &str| limpide(workspace.path(), &[&asked[..], &[lang]].concat()).out;
    insta::assert_snapshot!(format!("{}\n---\n{}", said("fr"), said("en")));
    let with = |more: &[&str]| limpide(workspace.path(), &[&asked[..], &["en"], more].concat());
    with(&["--only", "amount,AMT_INCOME_TOTAL"]).refuses(&[
        "AMT_INCOME_TOTAL: a field that may not change",
        "one of those that may: amount, down_payment, term, document_3",
    ]);
    // No time at all: what was not looked at is said to be so.
    let partial = with(&["--seconds", "0"]).out;
    assert!(partial.contains("time ran out after 0 of"), "{partial}");
    assert!(!partial.contains("None of the changes"), "{partial}");
    for wrong in [
        &["--limit", "0"][..],
        &["--seconds", "-1"],
        &["--seconds", "NaN"],
    ] {
        assert_eq!(with(wrong).code, Some(2), "{wrong:?}");
    }
    let nobody = limpide(workspace.path(), &["explain", "ways", "--client", "7"]);
    nobody.refuses(&["client 7 is not in the portfolio"]);
    assert_eq!(limpide(workspace.path(), &["explain"]).code, Some(2));
}
