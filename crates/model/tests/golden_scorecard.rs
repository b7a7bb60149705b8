//! Bins are those that optbinning finds best on the same cells, weights of evidence and information
//! values those of its tables, and the scorecard's SQL gives the margins in DuckDB.
//! Golden numbers: tests/golden/scorecard.py (optbinning 1.0, DuckDB 2.0).
//!
//! Tolerances: logarithms of the same counts, 1e-9; DuckDB computes in doubles in the same order, so
//! margins are equal to the bit, and points, which the SQL sums bin by bin, to 1e-9.
#![allow(clippy::unwrap_used)]

use limpide_model::scorecard::binning::{Rules, Trend};
use limpide_model::scorecard::sql::Measure;
use limpide_model::scorecard::{Characteristic, Scaling, Scorecard, Split, Tally};
use limpide_model::{Direction, EncodedColumn, Encoder, Feature, Kind, Source, Text, Unit, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden");

#[derive(Deserialize)]
struct Golden {
    labels: Vec<u8>,
    columns: BTreeMap<String, Vec<Option<f32>>>,
    town: Vec<String>,
    numbers: Vec<Numbers>,
    categories: Vec<Categories>,
    sql: Computed,
}

#[derive(Deserialize)]
struct Numbers {
    column: String,
    bounds: Vec<f32>,
    special: Vec<f32>,
    trend: String,
    bins: usize,
    share: f64,
    least: usize,
    splits: Vec<f32>,
    default_iv: f64,
    #[serde(flatten)]
    table: Table,
}

#[derive(Deserialize)]
struct Categories {
    bins: usize,
    share: f64,
    least: usize,
    splits: Vec<Vec<String>>,
    #[serde(flatten)]
    table: Table,
}

#[derive(Deserialize)]
struct Table {
    rows: Vec<usize>,
    events: Vec<usize>,
    woe: Vec<f64>,
    iv: Vec<f64>,
    total_iv: f64,
}

/// Three numbers and the town.
type Client = (Option<f64>, Option<f64>, Option<f64>, Option<String>);

#[derive(Deserialize)]
struct Computed {
    rows: Vec<Client>,
    margins: Vec<f64>,
    points: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_slice(&std::fs::read(format!("{GOLDEN}/scorecard.json")).unwrap()).unwrap()
}

/// Bins one number of the golden clients, read from an encoded column.
fn number(golden: &Golden, case: &Numbers, column: usize) -> Characteristic {
    let fine = Split::Numbers {
        column,
        bounds: case.bounds.clone(),
        special: case.special.clone(),
    };
    let mut tallies = vec![Tally::default(); fine.n_bins()];
    for (value, &label) in golden.columns[&case.column].iter().zip(&golden.labels) {
        tallies[fine.bin_of_number(value.unwrap_or(f32::NAN))].count(label);
    }
    let rules = Rules {
        bins: case.bins,
        share: case.share,
        cases: case.least,
    };
    let trend = match case.trend.as_str() {
        "ascending" => Trend::Rising,
        _ => Trend::Falling,
    };
    Characteristic::fit(&fine, &tallies, &rules, trend).0
}

const TOWNS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Bins the category of the golden clients, read from encoded columns 3 to 10.
fn category(golden: &Golden, case: &Categories) -> Characteristic {
    let fine = Split::Categories {
        columns: (3..11).collect(),
        bins: (0..8).collect(),
    };
    let mut tallies = vec![Tally::default(); fine.n_bins()];
    for (town, &label) in golden.town.iter().zip(&golden.labels) {
        tallies[TOWNS.iter().position(|known| known == town).unwrap()].count(label);
    }
    let rules = Rules {
        bins: case.bins,
        share: case.share,
        cases: case.least,
    };
    Characteristic::fit(&fine, &tallies, &rules, Trend::Unordered).0
}

fn assert_equal(found: &Characteristic, n_bins: usize, wanted: &Table) {
    let bins = &found.bins[..n_bins];
    let total = Tally::total(found.bins.iter().map(|bin| bin.tally));
    assert_eq!(wanted.rows.len(), n_bins);
    for (place, bin) in bins.iter().enumerate() {
        assert_eq!(bin.tally.rows, wanted.rows[place]);
        assert_eq!(bin.tally.events, wanted.events[place]);
        assert!((bin.woe - wanted.woe[place]).abs() < 1e-9);
        assert!((bin.tally.iv(total, bin.woe) - wanted.iv[place]).abs() < 1e-9);
    }
    assert!(
        (found.iv - wanted.total_iv).abs() < 1e-9,
        "{} {}",
        found.iv,
        wanted.total_iv
    );
}

#[test]
fn bins_of_numbers_and_their_tables_are_those_of_optbinning() {
    let golden = golden();
    let mut most = 0;
    for case in &golden.numbers {
        let found = number(&golden, case, 0);
        let Split::Numbers { bounds, .. } = &found.split else {
            unreachable!("a number's split is one of numbers")
        };
        assert_eq!(*bounds, case.splits, "{} {}", case.column, case.trend);
        assert_equal(&found, found.bins.len(), &case.table);
        assert!(found.iv > case.default_iv - 1e-9);
        most = most.max(bounds.len() + 1);
    }
    assert!(most >= 5, "some case has many bins: {most}");
}

#[test]
fn groups_of_categories_and_their_tables_are_those_of_optbinning() {
    let golden = golden();
    for case in &golden.categories {
        let found = category(&golden, case);
        let Split::Categories { bins, .. } = &found.split else {
            unreachable!("a category's split is one of categories")
        };
        let mut groups = vec![Vec::new(); case.splits.len()];
        for (town, &bin) in TOWNS.iter().zip(bins) {
            groups[bin].push((*town).to_owned());
        }
        assert_eq!(groups, case.splits);
        // Beside these stands the bin of other categories, of which there is none.
        assert_equal(&found, case.splits.len(), &case.table);
    }
}

fn card() -> (Scorecard, Encoder, Vec<Feature>) {
    let golden = golden();
    let mut characteristics = vec![
        number(&golden, &golden.numbers[0], 0),
        number(&golden, &golden.numbers[3], 1),
        number(&golden, &golden.numbers[6], 2),
        category(&golden, &golden.categories[0]),
    ];
    for (place, characteristic) in characteristics.iter_mut().enumerate() {
        characteristic.coefficient = 0.9 - 0.1 * place as f64;
    }
    let scorecard = Scorecard {
        intercept: -1.7,
        scaling: Scaling::default(),
        characteristics,
    };
    let feature = |name: &str, kind| Feature {
        name: name.to_owned(),
        kind,
        label: Text::default(),
        values: BTreeMap::new(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: false,
    };
    let features = vec![
        feature("rating", Kind::Number),
        feature("burden \"of\" debt", Kind::Number),
        feature("days", Kind::Number),
        feature("town", Kind::Category),
    ];
    let mut columns: Vec<EncodedColumn> = (0..3)
        .map(|feature| EncodedColumn {
            feature,
            source: Source::Number,
        })
        .collect();
    columns.extend(TOWNS.iter().map(|&town| EncodedColumn {
        feature: 3,
        source: Source::Equals(town.to_owned()),
    }));
    (scorecard, Encoder { columns }, features)
}

#[test]
fn the_sql_is_the_committed_one() {
    let (scorecard, encoder, features) = card();
    let sql = |measure| scorecard.sql(&encoder, &features, measure).unwrap();
    let found = format!("{};\n{}\n", sql(Measure::Margin), sql(Measure::Points));
    let wanted = std::fs::read_to_string(format!("{GOLDEN}/scorecard.sql")).unwrap();
    assert!(
        found == wanted,
        "tests/golden/scorecard.sql should be as follows; then run scorecard.py again\n{found}"
    );
}

#[test]
fn duckdb_computes_the_margins_and_the_points_from_the_sql() {
    let (scorecard, encoder, _) = card();
    let Computed {
        rows,
        margins,
        points,
    } = golden().sql;
    assert!(rows.len() > 150 && rows.len() == margins.len() && rows.len() == points.len());
    for ((row, margin), score) in rows.into_iter().zip(margins).zip(points) {
        let number = |value: Option<f64>| value.map_or(Value::Missing, Value::Number);
        let town = row.3.map_or(Value::Missing, Value::Category);
        let encoded = encoder.encode_row(&[number(row.0), number(row.1), number(row.2), town]);
        assert_eq!(
            scorecard.margin(&encoded).to_bits(),
            margin.to_bits(),
            "{encoded:?}"
        );
        assert!((scorecard.score(&encoded) - score).abs() < 1e-9);
    }
}
