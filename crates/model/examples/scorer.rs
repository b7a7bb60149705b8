//! Times margins of a saved model over rows, on one thread, one row at a time and all at once.
//!
//!     scorer MODEL ROWS COLUMNS OUT
//!
//! MODEL is LightGBM's text or XGBoost's JSON, ROWS holds f32 (little-endian, row after row, NaN =
//! missing), OUT receives the margins, f64. `bench/scorer.py` runs it beside LightGBM.

#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use limpide_model::Ensemble;

/// Passes over the rows; the fastest counts.
const PASSES: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, rows, columns, out] = arguments.as_slice() else {
        return Err("wanted: MODEL ROWS COLUMNS OUT".into());
    };
    let ensemble = match model.ends_with(".json") {
        true => Ensemble::from_xgboost_json(&std::fs::read(model)?)?,
        false => Ensemble::from_lightgbm_text(&std::fs::read_to_string(model)?)?,
    };
    let (rows, columns) = (saved_rows(rows)?, columns.parse::<usize>()?);
    let n_rows = rows.len() / columns;

    let (single, margins) = fastest(|| {
        let rows = rows.chunks_exact(columns);
        rows.map(|row| ensemble.margin(black_box(row))).collect()
    });
    let (batch, of_batch) = fastest(|| ensemble.margins(black_box(&rows), n_rows));
    let bytes: Vec<u8> = margins.iter().flat_map(|m| m.to_le_bytes()).collect();
    std::fs::write(out, bytes)?;
    let result = serde_json::json!({
        "trees": ensemble.len(),
        "rows": n_rows,
        "single": single.a_row(n_rows),
        "batch": batch.a_row(n_rows),
        "batch_equals_single": margins == of_batch,
        "peak_bytes": peak_bytes(),
    });
    println!("{result}");
    Ok(())
}

struct Spent {
    wall: f64,
    cpu: f64,
}

impl Spent {
    fn a_row(&self, n_rows: usize) -> serde_json::Value {
        let a_row = |seconds: f64| 1e6 * seconds / n_rows as f64;
        serde_json::json!({ "wall_us": a_row(self.wall), "cpu_us": a_row(self.cpu) })
    }
}

fn fastest(run: impl Fn() -> Vec<f64>) -> (Spent, Vec<f64>) {
    let mut best = Spent {
        wall: f64::INFINITY,
        cpu: f64::INFINITY,
    };
    let mut margins = Vec::new();
    for _ in 0..PASSES {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        margins = run();
        let wall = wall.elapsed().as_secs_f64();
        let cpu = cpu_seconds()
            .zip(cpu)
            .map_or(wall, |(after, before)| after - before);
        best = Spent {
            wall: best.wall.min(wall),
            cpu: best.cpu.min(cpu),
        };
    }
    (best, margins)
}

/// CPU time of this thread, where the system tells it (Linux).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// The most memory that this process has held, where the system tells it (Linux).
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn saved_rows(path: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect())
}
