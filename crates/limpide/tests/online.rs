//! What is computed for one client is what was computed for all, to the bit: features, scores, explanations.

#![allow(clippy::unwrap_used)]

#[path = "support/workspace.rs"]
mod workspace;

use std::collections::HashMap;

use limpide_engine::{Engine, EngineConfig};
use limpide_features::{Cell, Clients, DetailRows, Matrix, RecipeSpec, compile, compute};
use limpide_portfolio::{Portfolio, Recipe};

use crate::workspace::{ask, text, workspace};

/// Clients that are looked at one by one, spread over the portfolio.
const CLIENTS: usize = 30;

/// Every so-manieth client of a matrix.
fn some(matrix: &Matrix) -> Vec<i64> {
    let clients = matrix.clients();
    let some: Vec<i64> = clients
        .iter()
        .step_by(clients.len() / CLIENTS)
        .copied()
        .take(CLIENTS)
        .collect();
    assert_eq!(some.len(), CLIENTS);
    some
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_features_of_one_client_are_those_of_the_matrix_to_the_bit() {
    let workspace = workspace();
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let spill_folder = workspace.path().join("spill");
    let engine = Engine::new(&EngineConfig {
        threads: 2,
        memory_bytes: 1 << 30,
        spill_folder,
    })
    .unwrap();
    let portfolio = Portfolio::open(workspace.path()).unwrap();
    let recipe = Recipe::open("home-credit").unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    let plan = compile(&spec, &recipe.schema, |table| {
        portfolio.table_path(table).is_some()
    })
    .unwrap();
    let (mut values, mut rows) = (0, 0);
    for client in some(&matrix) {
        let computed = compute(&engine, &portfolio, &plan, Clients::one(client))
            .await
            .unwrap();
        let row = matrix.row_of(client).unwrap();
        for (computed, all) in computed.details.into_iter().zip(&matrix.details) {
            let one = DetailRows::new(&all.name, &all.columns, &[client], &[computed]).unwrap();
            let width = all.columns.len();
            let among_all = &all.values[all.offsets[row] * width..all.offsets[row + 1] * width];
            assert_eq!(
                one.values.len(),
                among_all.len(),
                "{} of {client}",
                all.name
            );
            for (alone, among_all) in one.values.iter().zip(among_all) {
                assert_eq!(
                    alone.to_bits(),
                    among_all.to_bits(),
                    "{} of {client}",
                    all.name
                );
            }
            rows += among_all.len() / width;
        }
        let one = Matrix::new(matrix.catalogue.clone(), computed.batch).unwrap();
        assert_eq!(one.clients(), [client]);
        assert_eq!(one.label(0), matrix.label(row));
        for (index, feature) in matrix.catalogue.features.iter().enumerate() {
            let (alone, among_all) = (one.cell(0, index), matrix.cell(row, index));
            assert!(
                is_same_bits(alone, among_all),
                "{} of {client}: {alone:?} alone, {among_all:?}",
                feature.name
            );
            values += usize::from(alone != Cell::Missing);
        }
    }
    assert!(values > CLIENTS * 100, "only {values} values are known");
    assert!(rows > CLIENTS, "only {rows} rows behind them");
}

fn is_same_bits(a: Cell<'_>, b: Cell<'_>) -> bool {
    match (a, b) {
        (Cell::Number(a), Cell::Number(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
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
                    serde_json::Value::String(text) => text.clone(),
                    serde_json::Value::Null => String::new(),
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
