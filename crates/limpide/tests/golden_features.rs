//! The compiled features against DuckDB's, computed apart from the recipe by tests/golden/features.py.
//!
//! Always on synthetic clients; on the real samples too where they and a Python with duckdb are at hand
//! (`LIMPIDE_PYTHON` names it; python3 otherwise). Nothing of a real client is kept.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/workspace.rs"]
mod workspace;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use limpide_features::{Cell, Matrix};
use serde_json::Value;

use crate::workspace::{ask, folder, text};

/// Both sides add the same doubles, in another order and with other formulas for means and deviations. An error of
/// a few units in the last place a step, over the few thousand rows that a client has at most, stays under 1e-12 of
/// the sum of sizes; 1e-9 leaves room for ratios of such sums and is a thousand times finer than any value's meaning.
const RELATIVE: f64 = 1e-9;

/// Differences of equal means may leave a rest where the other side has exactly 0.
const REST: f64 = 1e-12;

#[test]
fn features_of_synthetic_clients_are_those_of_duckdb() {
    let golden = repository().join("tests/golden/features_synthetic.json");
    let golden: Value = serde_json::from_str(&fs::read_to_string(golden).unwrap()).unwrap();
    let workspace = workspace::workspace();
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    assert!(golden["features"].as_array().unwrap().len() >= 300);
    assert!(golden["clients"].as_object().unwrap().len() >= 40);
    compare(&golden, &matrix);
}

#[test]
fn features_of_the_real_sample_are_those_of_duckdb() {
    on_real("home-credit-sample.zip", 260);
}

#[test]
fn features_of_the_real_instalments_are_those_of_duckdb() {
    on_real("home-credit-installments-sample.zip", 280);
}

/// Compares all clients of a sample beside the repository, or says why that was skipped.
fn on_real(name: &str, fewest: usize) {
    let sample = repository().join("../shared/data").join(name);
    if !sample.exists() {
        eprintln!(
            "SKIPPED: {} is not there; real rows are in no repository",
            sample.display()
        );
        return;
    }
    let python = env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_duckdb = Command::new(&python).args(["-c", "import duckdb"]).output();
    if !has_duckdb.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: {python} has no duckdb; LIMPIDE_PYTHON may name a Python that has it");
        return;
    }
    let folder = folder();
    let out = folder.path().join("duckdb.json");
    let script = repository().join("tests/golden/features.py");
    let ran = Command::new(&python)
        .arg(script)
        .arg(&sample)
        .arg(&out)
        .args(["--clients", "all"])
        .output();
    let ran = ran.unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let golden: Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
    let workspace = folder.path().join("workspace");
    ask(&workspace, &["ingest", text(&sample)]);
    ask(&workspace, &["features"]);
    let (_, matrix) = Matrix::open(&workspace).unwrap();
    assert!(golden["features"].as_array().unwrap().len() >= fewest);
    assert_eq!(
        golden["clients"].as_object().unwrap().len(),
        matrix.clients().len()
    );
    compare(&golden, &matrix);
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares every value of the golden clients, and what the golden file says of all clients.
fn compare(golden: &Value, matrix: &Matrix) {
    let names: Vec<&str> = golden["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_str().unwrap())
        .collect();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (index, name) in names.iter().enumerate() {
        let place = matrix
            .catalogue
            .position(name)
            .unwrap_or_else(|| panic!("the matrix has no {name}"));
        let mut differing = 0;
        for (client, values) in golden["clients"].as_object().unwrap() {
            let row = matrix.row_of(client.parse().unwrap()).unwrap();
            let (found, expected) = (matrix.cell(row, place), &values[index]);
            compared += 1;
            if !is_same(found, expected) {
                differing += 1;
                if differing <= 3 {
                    // A client's number and value are said on a failure only.
                    wrong.push(format!("{name} of {client}: {found:?}, DuckDB {expected}"));
                }
            }
        }
        wrong.extend(differs_over_all(name, &golden["all"][*name], matrix, place));
        if differing > 3 {
            wrong.push(format!("{name}: {differing} clients differ"));
        }
    }
    eprintln!("{} features, {compared} values compared", names.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_same(found: Cell<'_>, expected: &Value) -> bool {
    match (found, expected) {
        (Cell::Missing, Value::Null) => true,
        (Cell::Text(found), Value::String(expected)) => found == expected,
        (Cell::Number(found), Value::Number(expected)) => {
            let expected = expected.as_f64().unwrap();
            is_near(found, expected, found.abs().max(expected.abs()))
        }
        _ => false,
    }
}

fn is_near(found: f64, expected: f64, size: f64) -> bool {
    (found - expected).abs() <= RELATIVE * size + REST
}

/// Compares how many values are known, their sum, the least and the greatest, over all clients.
fn differs_over_all(name: &str, expected: &Value, matrix: &Matrix, place: usize) -> Vec<String> {
    let cells = (0..matrix.clients().len()).map(|row| matrix.cell(row, place));
    let cells: Vec<Cell<'_>> = cells.filter(|cell| *cell != Cell::Missing).collect();
    let mut wrong = Vec::new();
    if expected["known"] != cells.len() {
        wrong.push(format!(
            "{name}: {} values known, DuckDB {}",
            cells.len(),
            expected["known"]
        ));
    }
    let numbers: Vec<f64> = cells
        .iter()
        .filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    let found = [
        ("sum", numbers.iter().sum::<f64>()),
        ("size", numbers.iter().map(|number| number.abs()).sum()),
        ("min", numbers.iter().copied().fold(f64::INFINITY, f64::min)),
        (
            "max",
            numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
    ];
    for (what, found) in found {
        if let Some(expected_number) = expected[what].as_f64() {
            // A sum may cancel; its error is that of the sizes that went into it.
            let size = if what == "sum" {
                expected["size"].as_f64().unwrap()
            } else {
                found.abs()
            };
            if !is_near(found, expected_number, size) {
                wrong.push(format!("{name}: {what} {found}, DuckDB {expected_number}"));
            }
        }
    }
    wrong
}
