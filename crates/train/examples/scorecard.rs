//! Fits a scorecard on saved clients and says what it took: wall and CPU seconds, peak memory.
//!
//!     scorecard FOLDER [THREADS] [OUT]
//!
//! FOLDER holds `columns.json` (a list of `{"name", "direction", "categories"}`, the last two absent
//! for a number of which nothing is expected), `values.f64` (column after column, little-endian, NaN
//! where missing; a category's place in its list), `labels.u8`, and perhaps `folds.u8` (repeat after
//! repeat, a fold for each row): then the AUC on each fold is told as well, fitted on the others.
//! OUT receives the table as CSV. `bench/scorecard.py` runs it beside optbinning.

#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use limpide_model::metrics::auc;
use limpide_model::{Column, Dataset, Direction, Feature, Kind, Scorer, Text, Unit};
use limpide_train::{Observer, fit_scorecard};
use serde::Deserialize;

#[derive(Deserialize)]
struct Described {
    name: String,
    #[serde(default)]
    direction: Direction,
    categories: Option<Vec<String>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(arguments.first().ok_or("wanted: FOLDER [THREADS] [OUT]")?);
    let threads = arguments.get(1).map_or(Ok(1), |text| text.parse())?;
    let dataset = dataset(folder)?;
    let n = dataset.len();

    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let rows: Vec<usize> = (0..n).collect();
    let (encoder, scorer) = fit_scorecard(&dataset, &rows, 1, threads, &Observer::silent())?;
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let Scorer::Scorecard(scorecard) = &scorer else {
        return Err("no feature tells anything: there is no scorecard".into());
    };
    let margins: Vec<f64> = encoder
        .encode(&dataset.column_refs(), &rows)
        .chunks_exact(encoder.width())
        .map(|row| scorecard.margin(row))
        .collect();
    if let Some(out) = arguments.get(2) {
        std::fs::write(out, scorecard.csv(&encoder, &dataset.features)?)?;
    }
    let mut result = serde_json::json!({
        "rows": n,
        "features": dataset.features.len(),
        "characteristics": scorecard.characteristics.len(),
        "auc_seen": auc(&margins, &dataset.labels),
        "wall_seconds": wall,
        "cpu_seconds": cpu,
        "peak_megabytes": peak_megabytes(),
    });
    let folds = folder.join("folds.u8");
    if folds.exists() {
        let areas = on_folds(&dataset, &std::fs::read(folds)?, threads)?;
        result["auc"] = serde_json::json!(areas.iter().sum::<f64>() / areas.len() as f64);
        result["auc_by_fold"] = serde_json::json!(areas);
    }
    println!("{result}");
    Ok(())
}

/// Gives the AUC on each fold of each repeat of a scorecard that has not seen it.
fn on_folds(dataset: &Dataset, folds: &[u8], threads: usize) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut areas = Vec::new();
    for repeat in folds.chunks_exact(dataset.len()) {
        for fold in 0..=repeat.iter().copied().max().unwrap_or(0) {
            let (held, seen): (Vec<usize>, Vec<usize>) =
                (0..dataset.len()).partition(|&row| repeat[row] == fold);
            let (encoder, scorer) = fit_scorecard(dataset, &seen, 1, threads, &Observer::silent())?;
            let encoded = encoder.encode(&dataset.column_refs(), &held);
            let margins: Vec<f64> = encoded
                .chunks_exact(encoder.width())
                .map(|row| scorer.margin(row))
                .collect();
            let labels: Vec<u8> = held.iter().map(|&row| dataset.labels[row]).collect();
            areas.push(auc(&margins, &labels));
        }
    }
    Ok(areas)
}

fn dataset(folder: &Path) -> Result<Dataset, Box<dyn Error>> {
    let described: Vec<Described> =
        serde_json::from_slice(&std::fs::read(folder.join("columns.json"))?)?;
    let labels = std::fs::read(folder.join("labels.u8"))?;
    let bytes = std::fs::read(folder.join("values.f64"))?;
    let mut dataset = Dataset {
        clients: (0..labels.len() as i64).collect(),
        ..Dataset::default()
    };
    for (described, bytes) in described
        .into_iter()
        .zip(bytes.chunks_exact(8 * labels.len()))
    {
        let number =
            |b: &[u8]| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
        let numbers = bytes.chunks_exact(8).map(number);
        let (kind, column) = match &described.categories {
            None => (Kind::Number, Column::Numbers(numbers.collect())),
            Some(names) => {
                let name = |code: f64| (!code.is_nan()).then(|| names[code as usize].clone());
                (
                    Kind::Category,
                    Column::Categories(numbers.map(name).collect()),
                )
            }
        };
        dataset.columns.push(column);
        dataset.features.push(Feature {
            name: described.name,
            kind,
            label: Text::default(),
            values: Default::default(),
            concept: String::new(),
            unit: Unit::None,
            direction: described.direction,
            actionable: false,
            protected: false,
        });
    }
    dataset.labels = labels;
    Ok(dataset)
}

/// CPU time of the process, where the system tells it (Linux); else 0.
fn cpu_seconds() -> f64 {
    let ticks = || {
        let text = std::fs::read_to_string("/proc/self/stat").ok()?;
        let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
        let (user, system): (f64, f64) =
            (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some((user + system) / 100.0)
    };
    ticks().unwrap_or(0.0)
}

/// The most memory that the process has held, where the system tells it (Linux); else 0.
fn peak_megabytes() -> f64 {
    let peak = || {
        let text = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = text.lines().find(|line| line.starts_with("VmHWM"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    peak().unwrap_or(0.0) / 1024.0
}
