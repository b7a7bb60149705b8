//! What is computed for one client is what was computed for all, to the bit: features, scores, explanations.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "online/applying.rs"]
mod applying;
#[path = "../../web/tests/faces/filled.rs"]
mod filled;
#[path = "online/publishing.rs"]
mod publishing;
#[path = "support/online.rs"]
mod ready;
#[path = "online/row_file.rs"]
mod row_file;
#[path = "support/workspace.rs"]
mod workspace;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use limpide_engine::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch, StringArray,
};
use limpide_engine::arrow::datatypes::{Field, Float64Type, Schema};
use limpide_engine::{ParquetFile, read_parquet};
use limpide_features::{Cell, Clients, Matrix, compute};
use limpide_portfolio::posted;
use serde_json::{Value, json};

use crate::ready::{Ready, is_same_bits, values_of};
use crate::workspace::{ask, folder, limpide, text, workspace};

/// Clients that are looked at one by one, spread over the portfolio.
const CLIENTS: usize = 30;

/// Clients whose features are computed online.
const ONLINE: usize = 500;

/// Every so-manieth client of a matrix.
fn some(matrix: &Matrix) -> Vec<i64> {
    let some = spread(matrix, CLIENTS);
    assert_eq!(some.len(), CLIENTS);
    some
}

/// At most so many clients, spread over a matrix.
fn spread(matrix: &Matrix, most: usize) -> Vec<i64> {
    let clients = matrix.clients();
    let number = most.min(clients.len());
    (0..number)
        .map(|place| clients[place * clients.len() / number])
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_features_of_one_client_are_those_of_the_matrix_to_the_bit() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    for client in some(&ready.matrix) {
        let (engine, portfolio) = (&ready.engine, &ready.portfolio);
        let plan = ready.online.plan();
        let computed = compute(engine, portfolio, plan, Clients::one(client)).await;
        ready.assert_same(client, computed.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn online_features_of_synthetic_clients_are_those_of_the_matrix_to_the_bit() {
    let workspace = workspace();
    assert_eq!(online_against_matrix(workspace.path()).await, ONLINE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn online_features_of_the_real_sample_are_those_of_the_matrix_to_the_bit() {
    on_real("home-credit-sample.zip", ONLINE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn online_features_of_the_real_instalments_are_those_of_the_matrix_to_the_bit() {
    on_real("home-credit-installments-sample.zip", 200).await;
}

/// Compares clients of a sample beside the repository, or says why that was skipped.
async fn on_real(name: &str, expected: usize) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sample = repository.join("../shared/data").join(name);
    if !sample.exists() {
        let sample = sample.display();
        eprintln!("SKIPPED: {sample} is not there; real rows are in no repository");
        return;
    }
    let workspace = folder();
    ask(workspace.path(), &["ingest", text(&sample)]);
    ask(workspace.path(), &["features"]);
    let compared = online_against_matrix(workspace.path()).await;
    assert!(compared >= expected, "{compared} clients");
}

/// Looks clients up, computes their features with kept plans and compares all with the matrix;
/// how many they were.
async fn online_against_matrix(workspace: &Path) -> usize {
    let ready = Ready::open(workspace).await;
    let clients = spread(&ready.matrix, ONLINE);
    let mut known = 0;
    for client in &clients {
        let rows = ready.reader.rows(*client).unwrap().unwrap();
        let computed = ready.online.compute(&rows).await.unwrap();
        known += ready.assert_same(*client, computed);
    }
    assert!(known > clients.len() * 100, "only {known} values are known");
    assert!(ready.reader.rows(-1).unwrap().is_none());
    clients.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_the_same_time_get_the_same_bits() {
    let workspace = workspace();
    let ready = Arc::new(Ready::open(workspace.path()).await);
    let clients = spread(&ready.matrix, 60);
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let (ready, mut clients) = (Arc::clone(&ready), clients.clone());
            // Neighbours at the same time, not the same client.
            clients.rotate_left(task * 7);
            tokio::spawn(async move {
                for client in clients {
                    let rows = ready.reader.rows(client).unwrap().unwrap();
                    let computed = ready.online.compute(&rows).await.unwrap();
                    ready.assert_same(client, computed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posted_rows_of_a_client_have_the_features_of_the_matrix_to_the_bit() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    let everything = ready.reader_of_all_columns();
    for client in some(&ready.matrix) {
        let tables = ready.as_json(&everything.rows(client).unwrap().unwrap());
        let posted = posted(&ready.schema, &tables).unwrap();
        assert_eq!(posted.client, Some(client));
        let computed = ready.online.compute(&posted.tables).await.unwrap();
        ready.assert_same(client, computed);
        assert!(posted.orphans.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_not_posted_is_scored_as_empty_and_named() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    let everything = ready.reader_of_all_columns();
    let client = some(&ready.matrix)
        .into_iter()
        .find(|client| {
            let rows = everything.rows(*client).unwrap().unwrap();
            rows.iter().all(|(_, rows)| rows.num_rows() > 0)
        })
        .expect("some client has rows everywhere");
    let whole = ready.as_json(&everything.rows(client).unwrap().unwrap());
    for left_out in ready.schema.tables.iter().skip(1) {
        let mut tables = whole.clone();
        tables.remove(&left_out.name);
        let posted = posted(&ready.schema, &tables).unwrap();
        // Without its parent no row finds its client.
        let orphaned = ready.schema.tables.iter().filter(|table| {
            let parent = table.parent.as_ref();
            parent.is_some_and(|parent| parent.table == left_out.name)
        });
        let mut empty: Vec<&String> = orphaned.map(|table| &table.name).collect();
        assert_eq!(posted.orphans.keys().collect::<Vec<_>>(), empty);
        empty.push(&left_out.name);
        empty.sort();
        let mut named: Vec<&String> = posted.empty_tables.iter().collect();
        named.sort();
        assert_eq!(named, empty);
        let computed = ready.online.compute(&posted.tables).await.unwrap();
        let plan = ready.online.plan();
        let row = ready.matrix.row_of(client).unwrap();
        for (place, feature) in plan.features().enumerate() {
            let cell = limpide_features::cell(computed.batch.column(place + 2), 0);
            let reads = |tables: &[String]| tables.iter().any(|table| empty.contains(&table));
            let name = &feature.info.name;
            if reads(&feature.info.tables) && feature.info.tables.len() == 1 {
                let is_nothing = matches!(cell, Cell::Missing | Cell::Number(0.0));
                assert!(is_nothing, "{name} without {}: {cell:?}", left_out.name);
            } else if feature
                .info
                .tables
                .iter()
                .all(|table| !empty.contains(&table))
                && !feature.info.tables.is_empty()
            {
                let whole = ready.matrix.cell(row, place);
                assert!(
                    is_same_bits(cell, whole),
                    "{name} without {}",
                    left_out.name
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_change_the_features_that_follow_from_them_and_no_other() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    let everything = ready.reader_of_all_columns();
    let plan = ready.online.plan();
    for (column, value, expected) in [
        (
            "AMT_CREDIT",
            777_777.0,
            ["APPLICATION_TERM", "CREDIT_TO_INCOME"],
        ),
        (
            "AMT_ANNUITY",
            31_313.0,
            ["APPLICATION_TERM", "ANNUITY_TO_INCOME"],
        ),
        (
            "AMT_INCOME_TOTAL",
            99_999.0,
            ["CREDIT_TO_INCOME", "ANNUITY_TO_INCOME"],
        ),
    ] {
        // What the catalogue says is made of the column.
        let mut follow: BTreeMap<&str, ()> = BTreeMap::new();
        for feature in plan.features() {
            let info = &feature.info;
            let mut lineage = info.lineage.iter();
            if lineage.any(|s| s.table == plan.application && s.column == column) {
                follow.insert(&info.name, ());
            }
        }
        let mut changed_ever: BTreeMap<String, usize> = BTreeMap::new();
        for client in some(&ready.matrix) {
            let edits = json!({ column: value });
            let rows = ready.reader.rows(client).unwrap().unwrap();
            let edited = rows
                .edited(&ready.schema, edits.as_object().unwrap())
                .unwrap();
            let edited = ready.online.compute(&edited).await.unwrap();
            let row = ready.matrix.row_of(client).unwrap();
            for (place, feature) in plan.features().enumerate() {
                let after = limpide_features::cell(edited.batch.column(place + 2), 0);
                if !is_same_bits(after, ready.matrix.cell(row, place)) {
                    let name = &feature.info.name;
                    assert!(
                        follow.contains_key(name.as_str()),
                        "{name} follows from {column}?"
                    );
                    *changed_ever.entry(name.clone()).or_default() += 1;
                }
            }
            // The same application posted with the value in its place gives the same bits.
            let mut tables = ready.as_json(&everything.rows(client).unwrap().unwrap());
            tables[&plan.application][0][column] = json!(value);
            let posted = posted(&ready.schema, &tables).unwrap();
            let posted = ready.online.compute(&posted.tables).await.unwrap();
            assert_eq!(values_of(&posted.batch), values_of(&edited.batch));
        }
        for name in expected.iter().chain([&column]) {
            assert!(changed_ever.contains_key(*name), "{name} stands still");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_longer_term_lowers_the_instalment_and_what_follows_from_it() {
    let workspace = workspace();
    let ready = Ready::open(workspace.path()).await;
    for client in some(&ready.matrix) {
        let rows = ready.reader.rows(client).unwrap().unwrap();
        let with = async |edits: Value| {
            let edits = edits.as_object().unwrap();
            let edited = ready.online.edited(&ready.schema, &rows, edits).await;
            ready.online.compute(&edited.unwrap()).await.unwrap().batch
        };
        let number = |batch: &RecordBatch, name: &str| {
            let plan = ready.online.plan();
            let place = plan
                .features()
                .position(|feature| feature.info.name == name);
            match limpide_features::cell(batch.column(place.unwrap() + 2), 0) {
                Cell::Number(number) => number,
                other => panic!("{name} of {client}: {other:?}"),
            }
        };
        let longer = with(json!({ "AMT_CREDIT": 600_000, "APPLICATION_TERM": 40 })).await;
        assert_eq!(number(&longer, "AMT_ANNUITY"), 15_000.0);
        assert_eq!(number(&longer, "APPLICATION_TERM"), 40.0);
        let by_hand = with(json!({ "AMT_CREDIT": 600_000, "AMT_ANNUITY": 15_000 })).await;
        assert_eq!(values_of(&longer), values_of(&by_hand));
        let refused = json!({ "APPLICATION_TERM": 40, "AMT_ANNUITY": 1 });
        let refused = ready
            .online
            .edited(&ready.schema, &rows, refused.as_object().unwrap());
        let said = refused.await.unwrap_err().to_string();
        assert!(said.contains("beside one for AMT_ANNUITY"), "{said}");
    }
}

#[test]
fn what_is_served_of_posted_rows_and_of_edits_is_what_the_matrix_gives() {
    let workspace = workspace();
    let server = ready::Server::start(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ready = runtime.block_on(Ready::open(workspace.path()));
    let everything = ready.reader_of_all_columns();
    for client in some(&matrix).into_iter().take(10) {
        let score = server.get(&format!("/api/v1/clients/{client}/score"));
        let path = format!("/api/v1/clients/{client}/what-if?lang=en");
        let same = server.post(&path, &json!({ "edits": {} }));
        for side in ["before", "after"] {
            assert_eq!(same[side]["probability"], score["probability"]);
        }
        assert_eq!(same["changes"], json!([]));
        let other = server.post(&path, &json!({ "edits": { "AMT_CREDIT": 1_234_567 } }));
        assert_eq!(other["before"]["probability"], score["probability"]);
        let changes = other["changes"].as_array().unwrap();
        let change = changes
            .iter()
            .find(|change| change["feature"] == "AMT_CREDIT");
        assert_eq!(change.unwrap()["after"], 1_234_567.0);
        let tables = ready.as_json(&everything.rows(client).unwrap().unwrap());
        let posted = server.post("/api/v1/score/rows", &json!({ "tables": tables }));
        assert_eq!(posted["probability"], score["probability"]);
        assert_eq!(posted["client"], client);
    }
    let refused = server.post("/api/v1/score/rows", &json!({ "tables": { "bureu": [] } }));
    assert_eq!(refused["status"], 422);
    assert_eq!(
        refused["errors"][0]["expected"],
        "one of its tables, perhaps bureau"
    );
}

#[test]
fn a_posted_batch_gives_the_bits_of_single_scores_as_lines_and_as_parquet() {
    let workspace = workspace();
    let server = ready::Server::start(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ready = runtime.block_on(Ready::open(workspace.path()));
    let everything = ready.reader_of_all_columns();
    let clients: Vec<i64> = some(&matrix).into_iter().take(8).collect();
    let mut lines = String::new();
    for client in &clients {
        let tables = ready.as_json(&everything.rows(*client).unwrap().unwrap());
        for line in [json!({ "client": client }), json!({ "tables": tables })] {
            lines += &format!("{line}\n");
        }
    }
    let first = done(&server, "application/x-ndjson", lines.as_bytes());
    let as_parquet = server.fetch(&first, "application/vnd.apache.parquet");
    let file = workspace.path().join("results.parquet");
    fs::write(&file, as_parquet).unwrap();
    let [results] = read_parquet(&file).unwrap().try_into().unwrap();
    let results = results.column_by_name("probability").unwrap().clone();
    let results = results.as_primitive::<Float64Type>();
    // The features of a client's explanation, as a column each.
    let told = server.get(&format!("/api/v1/clients/{}/explanation", clients[0]));
    let told = told["contributions"].as_array().unwrap();
    let known = told.iter().filter(|one| !one["value"].is_null());
    let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = known
        .map(|one| {
            let name = one["feature"].as_str().unwrap();
            let column: ArrayRef = match one["value"].as_f64() {
                Some(number) => Arc::new(Float64Array::from(vec![number])),
                None => Arc::new(StringArray::from(vec![one["value"].as_str().unwrap()])),
            };
            (Field::new(name, column.data_type().clone(), true), column)
        })
        .unzip();
    let schema = Arc::new(Schema::new(fields));
    let mut rows = ParquetFile::create(&file, Arc::clone(&schema)).unwrap();
    rows.write(&RecordBatch::try_new(schema, columns).unwrap())
        .unwrap();
    rows.finish().unwrap();
    let parquet = fs::read(&file).unwrap();
    let second = done(&server, "application/vnd.apache.parquet", &parquet);
    let of_features = server.fetch(&second, "application/x-ndjson");
    let of_features: Value = serde_json::from_slice(&of_features).unwrap();
    for (place, client) in clients.iter().enumerate() {
        let alone = server.get(&format!("/api/v1/clients/{client}/score"));
        let alone = alone["probability"].as_f64().unwrap().to_bits();
        for row in [2 * place, 2 * place + 1] {
            assert_eq!(results.value(row).to_bits(), alone, "client {client}");
        }
        if place == 0 {
            let probability = of_features["probability"].as_f64().unwrap();
            assert_eq!(probability.to_bits(), alone);
        }
    }
}

/// Posts a batch and waits for its end: the address of its results.
fn done(server: &ready::Server, kind: &str, body: &[u8]) -> String {
    let posted = server.post_rows("/api/v1/batches", kind, body);
    let path = format!("/api/v1/batches/{}", posted["id"].as_str().unwrap());
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let batch = server.get(&path);
        if let Some(results) = batch["results"].as_str() {
            assert_eq!(batch["failed"], 0, "{batch}");
            return results.to_owned();
        }
        assert!(Instant::now() < until, "{batch}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_service_refuses_what_the_recipe_does_not_allow_and_tells_its_ranges() {
    let workspace = workspace();
    let server = ready::Server::start(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let client = matrix.clients()[0];
    let told = |answer: &Value| {
        assert_eq!(answer["status"], 422, "{answer}");
        let errors = answer["errors"].as_array().unwrap().iter();
        let errors = errors.map(|error| {
            let part = |name: &str| error[name].as_str().unwrap().to_owned();
            format!(
                "{}: {} | {}",
                part("field"),
                part("found"),
                part("expected")
            )
        });
        errors.collect::<Vec<_>>()
    };
    let mut features = serde_json::Map::new();
    for (name, value) in [
        ("AMT_INCOME_TOTAL", json!(0)),
        ("DAYS_BIRTH", json!(12_000)),
        ("AMT_CREDIT", json!(1e308)),
        ("NAME_INCOME_TYPE", json!("Wizard")),
    ] {
        // Selection may have left a feature out.
        let path = format!("/api/v1/model/features/{name}");
        let feature = server.get(&path);
        assert!(feature["allowed"].is_object(), "{feature}");
        if feature["in_model"] == true {
            features.insert(name.to_owned(), value);
        }
    }
    assert!(features.len() >= 2, "{features:?}");
    let refused = server.post("/api/v1/score", &json!({ "features": features }));
    assert_eq!(told(&refused).len(), features.len(), "{refused}");
    let path = format!("/api/v1/clients/{client}/what-if");
    let edits = |edits: Value| server.post(&path, &json!({ "edits": edits }));
    assert_eq!(
        told(&edits(
            json!({"AMT_INCOME_TOTAL": -1, "NAME_INCOME_TYPE": "Wizard"})
        )),
        [
            "AMT_INCOME_TOTAL: -1 | a number above 0",
            "NAME_INCOME_TYPE: \"Wizard\" | one of: Businessman, Commercial associate, Maternity \
             leave, Pensioner, State servant, Student, Unemployed, Working",
        ]
    );
    // The instalment that follows from such a term is refused as one that is typed.
    let of_term = edits(json!({"APPLICATION_TERM": -12}));
    assert!(told(&of_term)[0].starts_with("AMT_ANNUITY: -"), "{of_term}");
    let rows = json!({"tables": {"application": [{"DAYS_BIRTH": 12_000}]}});
    let refused = server.post("/api/v1/score/rows", &rows);
    assert_eq!(
        told(&refused),
        ["application[0].DAYS_BIRTH: 12000 | a number from -43830 and below 0"]
    );
}

#[test]
fn a_decision_is_made_again_to_the_same_bits_and_a_client_is_handed_over_and_forgotten() {
    let workspace = workspace();
    let at = workspace.path();
    let (_, matrix) = Matrix::open(at).unwrap();
    let client = some(&matrix)[3];
    let number = client.to_string();
    {
        let server = ready::Server::start(at);
        let path = format!("/api/v1/clients/{client}/case/proposal");
        let proposed = server.post(&path, &json!({}));
        assert_eq!(proposed["entry"]["sequence"], 1, "{proposed}");
        let replayed = server.post("/api/v1/audit/replay/1", &json!({}));
        assert_eq!(replayed["same"], true, "{replayed}");
        server.get(&format!("/api/v1/clients/{client}/score"));
    }
    let replayed = ask(at, &["audit", "replay", "1"]);
    assert_eq!(replayed["same"], true, "{replayed}");
    let case = replayed["case"].as_str().unwrap();
    let said = limpide(at, &["audit", "replay", case]);
    assert!(said.out.contains("to the same bits"), "{}", said.out);
    limpide(at, &["audit", "replay", "2"]).refuses(&["has no entry 2"]);
    limpide(at, &["audit", "replay", "x"]).refuses(&["expected the number of an entry"]);

    // Ended without a word, the server left the score in a file; it is handed over all the same.
    let out = at.join("client.json");
    ask(at, &["client", "export", &number, "--out", text(&out)]);
    let told: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(told["predictions"][0]["kind"], "score");
    assert_eq!(told["cases"][0]["entries"][0]["event"], "proposed");
    let tables = told["tables"].as_array().unwrap();
    let columns = tables[0]["columns"].as_array().unwrap();
    assert!(
        columns.iter().any(|column| column["name"] == "SK_ID_CURR"),
        "{columns:?}"
    );
    assert_eq!(tables[0]["rows"].as_array().unwrap().len(), 1);
    let page = at.join("client.html");
    ask(
        at,
        &[
            "client",
            "export",
            &number,
            "--out",
            text(&page),
            "--lang",
            "en",
        ],
    );
    let page = fs::read_to_string(&page).unwrap();
    assert!(page.contains("Data kept about client No.") && !page.contains("NaN"));

    let erased = ask(at, &["client", "erase", &number, "--reason", "asked for"]);
    assert_eq!(erased["cases"], 1);
    assert_eq!(erased["predictions"], 1);
    assert_eq!(erased["write_ahead_log"], "emptied");
    limpide(at, &["audit", "replay", "1"]).refuses(&["was erased"]);
    assert_eq!(ask(at, &["audit", "verify"])["erased"], 1);
}

#[test]
fn batch_and_single_probabilities_are_equal_to_the_bit() {
    let workspace = workspace();
    let out = workspace.path().join("scores.csv");
    let scored = ask(workspace.path(), &["score", "--out", text(&out)]);
    let mut batch = HashMap::new();
    for record in csv::Reader::from_path(&out).unwrap().into_records() {
        let record = record.unwrap();
        let numbers: [f64; 2] = [record[1].parse().unwrap(), record[3].parse().unwrap()];
        batch.insert(
            record[0].parse::<i64>().unwrap(),
            (numbers, record[2].to_owned()),
        );
    }
    assert_eq!(scored["rows"], batch.len());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    for client in some(&matrix) {
        let single = ask(
            workspace.path(),
            &["explain", "--client", &client.to_string()],
        );
        let ([probability, distance], decision) = &batch[&client];
        assert_eq!(
            single["probability"].as_f64().unwrap().to_bits(),
            probability.to_bits()
        );
        assert_eq!(
            single["distance"].as_f64().unwrap().to_bits(),
            distance.to_bits()
        );
        assert_eq!(single["decision"], decision.as_str());
    }
}

#[test]
fn features_handed_over_in_a_file_score_as_those_of_the_workspace() {
    let workspace = workspace();
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let (input, out) = (
        workspace.path().join("in.csv"),
        workspace.path().join("out.csv"),
    );
    // An explanation tells all values of the model's features, learned ones included: those that
    // are learned from single rows cannot follow from the other features of a file.
    let mut writer = csv::Writer::from_path(&input).unwrap();
    let mut expected = Vec::new();
    for client in some(&matrix) {
        let told = ask(
            workspace.path(),
            &["explain", "--client", &client.to_string()],
        );
        let mut values: Vec<(&str, String)> = told["contributions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|told| {
                let value = match &told["value"] {
                    Value::String(text) => text.clone(),
                    Value::Null => String::new(),
                    number => number.to_string(),
                };
                (told["feature"].as_str().unwrap(), value)
            })
            .collect();
        values.sort();
        if expected.is_empty() {
            let names = values.iter().map(|(name, _)| *name);
            writer
                .write_record(["client"].into_iter().chain(names))
                .unwrap();
        }
        let cells = values.into_iter().map(|(_, value)| value);
        writer
            .write_record([client.to_string()].into_iter().chain(cells))
            .unwrap();
        expected.push((client, told["probability"].as_f64().unwrap()));
    }
    writer.flush().unwrap();
    ask(
        workspace.path(),
        &["score", "--in", text(&input), "--out", text(&out)],
    );
    let mut scored = csv::Reader::from_path(&out).unwrap();
    for (record, (client, probability)) in scored.records().zip(&expected) {
        let record = record.unwrap();
        assert_eq!(record[0].parse::<i64>().unwrap(), *client);
        let found: f64 = record[1].parse().unwrap();
        assert_eq!(found.to_bits(), probability.to_bits());
    }
}
