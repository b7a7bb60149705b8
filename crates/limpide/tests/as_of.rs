//! What came after the application enters no feature: not as a row of its own, not as what a row learned later.
//!
//! Two folders of CSV files are made from one: in the one, rows of the future are planted in every table that has a
//! time, and what is known later lies after the application; in the other there are no such rows, and nothing stands
//! where the other has what came later. The features must be equal, to the bit, for all and for one.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "each test file uses its part")]
#[path = "support/online.rs"]
mod ready;
#[path = "support/workspace.rs"]
mod workspace;

use std::path::Path;

use limpide_features::{Clients, Matrix, compute};
use limpide_portfolio::{Recipe, Table};

use crate::ready::{Ready, is_same_bits};
use crate::workspace::{ask, column, edit_csv, folder, source_copy, text};

/// Of so many rows one is followed by a row of the future.
const PLANTED: usize = 5;
/// Of so many rows one learns later what it holds.
const LATER: usize = 7;

/// Plants rows of the future behind rows of the same client, each with keys of its own and large numbers.
fn plant_rows(table: &Table, path: &Path) -> usize {
    let mut planted = 0;
    edit_csv(path, |rows| {
        let header = rows[0].clone();
        let is_time = |name: &String| table.time.contains(name);
        let mut grown = vec![header.clone()];
        for (place, row) in rows.drain(..).enumerate().skip(1) {
            grown.push(row.clone());
            if place % PLANTED != 0 {
                continue;
            }
            let mut future = row;
            for (name, field) in header.iter().zip(&mut future) {
                if Some(name) == table.unique.as_ref() {
                    *field = (900_000_000 + place).to_string();
                } else if is_time(name) {
                    *field = (1 + place % 300).to_string();
                } else if table.numbers.contains(name)
                    && let Ok(number) = field.parse::<f64>()
                {
                    *field = (number * 31.0 + 1.0).to_string();
                }
            }
            grown.push(future);
            planted += 1;
        }
        *rows = grown;
    });
    planted
}

/// Lets rows learn later what they hold, in one file; has the other not hold it.
fn learn_later(table: &Table, with_future: &Path, without: &Path) {
    let is_later = |rule: usize, place: usize| place % LATER == rule;
    edit_csv(with_future, |rows| {
        for (rule, later) in table.known_later.iter().enumerate() {
            let date = column(rows, &later.date);
            for (place, row) in rows.iter_mut().enumerate().skip(1) {
                if is_later(rule, place) {
                    row[date] = "9".to_owned();
                }
            }
        }
    });
    edit_csv(without, |rows| {
        for (rule, later) in table.known_later.iter().enumerate() {
            let blanked: Vec<usize> = later.columns.iter().map(|c| column(rows, c)).collect();
            for (place, row) in rows.iter_mut().enumerate().skip(1) {
                for blank in blanked.iter().filter(|_| is_later(rule, place)) {
                    row[*blank].clear();
                }
            }
        }
    });
}

/// The matrix of a folder's clients.
fn features(source: &Path, workspace: &Path) -> Matrix {
    ask(workspace, &["ingest", text(source)]);
    ask(workspace, &["features"]);
    Matrix::open(workspace).unwrap().1
}

/// Asserts that one row of a matrix is a row of another, to the bit.
fn same_row(a: &Matrix, row: usize, b: &Matrix, other: usize) {
    for (index, feature) in a.catalogue.features.iter().enumerate() {
        let (left, right) = (a.cell(row, index), b.cell(other, index));
        assert!(
            is_same_bits(left, right),
            "{} of {}: {left:?} without the future, {right:?} with it",
            feature.name,
            a.clients()[row]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_the_future_enter_no_feature() {
    let recipe = Recipe::open("home-credit").unwrap();
    let (without, with_future) = (source_copy(), source_copy());
    let timed = recipe.schema.tables.iter().filter(|t| !t.time.is_empty());
    let mut tables = 0;
    for table in timed {
        for file in &table.files {
            let [plain, future] = [&without, &with_future]
                .map(|folder| folder.path().join(format!("{}.csv", file.name)));
            learn_later(table, &future, &plain);
            let planted = plant_rows(table, &future);
            assert!(planted > 100, "{planted} rows planted in {}", file.name);
            tables += 1;
        }
    }
    // The application is the moment itself; every other table has a time.
    assert_eq!(tables, recipe.schema.tables.len() - 1);

    let (plain, planted) = (folder(), folder());
    let expected = features(without.path(), plain.path());
    let found = features(with_future.path(), planted.path());
    assert_eq!(expected.clients(), found.clients());
    assert_eq!(
        expected.catalogue.features.len(),
        found.catalogue.features.len()
    );
    for row in 0..expected.clients().len() {
        same_row(&expected, row, &found, row);
    }

    // For one client alone, from the planted portfolio: as in batch, and with the kept plans of serving.
    let ready = Ready::open(planted.path()).await;
    for client in expected.clients().iter().step_by(50) {
        let (engine, portfolio) = (&ready.engine, &ready.portfolio);
        let one = Clients::one(*client);
        let computed = compute(engine, portfolio, ready.online.plan(), one).await;
        ready.assert_same(*client, computed.unwrap());
        let rows = ready.reader.rows(*client).unwrap().unwrap();
        ready.assert_same(*client, ready.online.compute(&rows).await.unwrap());
    }
}
