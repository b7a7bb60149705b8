//! Times exact contributions of a saved model over rows, on one thread, and writes them down.
//!
//!     contributions MODEL ROWS COLUMNS OUT
//!
//! Rows are explained one after the other, then all at once.
//!
//! MODEL is LightGBM's text or XGBoost's JSON, ROWS holds f32 (little-endian, row after row, NaN =
//! missing), OUT receives f64 (each row's contributions, then the base). `bench/contributions.py` runs
//! it beside LightGBM. With no argument it takes the golden model and rows in `tests/golden`.

#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::error::Error;
use std::time::Instant;

use limpide_explain::TreeExplainer;
use limpide_model::Ensemble;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden");
/// Rows whose interactions are asked for, and that others are held against.
const SOME_ROWS: usize = 100;
/// How long some work is timed at least.
const LEAST_SECONDS: f64 = 0.5;
/// Rows of a run on the golden model.
const GOLDEN_ROWS: usize = 3_500;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (model, rows, columns, out) = match arguments.as_slice() {
        [] => {
            let (rows, columns) = golden_rows()?;
            (format!("{GOLDEN}/lightgbm_model.txt"), rows, columns, None)
        }
        [model, rows, columns, out] => (
            model.clone(),
            saved_rows(rows)?,
            columns.parse()?,
            Some(out),
        ),
        _ => return Err("wanted: MODEL ROWS COLUMNS OUT, or nothing".into()),
    };
    let ensemble = match model.ends_with(".json") {
        true => Ensemble::from_xgboost_json(&std::fs::read(&model)?)?,
        false => Ensemble::from_lightgbm_text(&std::fs::read_to_string(&model)?)?,
    };

    let wall = Instant::now();
    let explainer = TreeExplainer::new(&ensemble, columns);
    let layout = wall.elapsed();
    let n_rows = rows.len() / columns;
    let (single, found) = timed(|| {
        let each = rows.chunks_exact(columns);
        each.flat_map(|row| explainer.contributions(row))
            .collect::<Vec<f64>>()
    });
    let (batch, many) = timed(|| explainer.many(&rows, n_rows));
    if many != found {
        return Err("contributions of many rows are not each row's".into());
    }

    // The dearer questions are asked of fewer rows.
    let some = || rows.chunks_exact(columns).take(SOME_ROWS);
    let n_some = some().len();
    let (interactions, _) = timed(|| some().map(|row| explainer.interactions(row)).for_each(drop));
    let others = &rows[..n_some * columns];
    let (against, _) = timed(|| {
        let few = some().take(SOME_ROWS / 10);
        few.map(|row| explainer.against(row, others, n_some))
            .for_each(drop);
    });
    let milliseconds = |times: &serde_json::Value, rows: usize| {
        times["cpu_seconds"]
            .as_f64()
            .map(|seconds| 1e3 * seconds / rows as f64)
    };

    let mut worst = 0.0f64;
    for (row, found) in rows.chunks_exact(columns).zip(found.chunks_exact(columns)) {
        let sum = explainer.base() + found.iter().sum::<f64>();
        worst = worst.max((sum - ensemble.margin(row)).abs());
    }
    if let Some(out) = out {
        let with_base = found
            .chunks_exact(columns)
            .flat_map(|row| row.iter().copied().chain([explainer.base()]));
        let bytes: Vec<u8> = with_base.flat_map(f64::to_le_bytes).collect();
        std::fs::write(out, bytes)?;
    }
    let result = serde_json::json!({
        "trees": ensemble.len(),
        "columns": columns,
        "rows": n_rows,
        "layout_seconds": layout.as_secs_f64(),
        "single": single,
        "batch": batch,
        "interactions_cpu_ms_per_row": milliseconds(&interactions, n_some),
        "against_cpu_ms_per_row": milliseconds(&against, n_some.min(SOME_ROWS / 10)),
        "against_rows": n_some,
        "peak_memory_kb": peak_memory_kb(),
        "largest_distance_from_margin": worst,
    });
    println!("{result}");
    Ok(())
}

/// Gives what some work takes on this thread, and its outcome. It is done often enough for a clock that
/// ticks every few milliseconds.
fn timed<T>(work: impl Fn() -> T) -> (serde_json::Value, T) {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let (mut found, mut passes) = (work(), 1.0);
    while start.elapsed().as_secs_f64() < LEAST_SECONDS {
        found = work();
        passes += 1.0;
    }
    let wall = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds()
        .zip(cpu)
        .map_or(wall, |(after, before)| after - before);
    let times = serde_json::json!({ "cpu_seconds": cpu / passes, "wall_seconds": wall / passes });
    (times, found)
}

/// The most memory that the process has held, where the system tells it (Linux).
fn peak_memory_kb() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// CPU time of this thread, where the system tells it (Linux).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

fn saved_rows(path: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect())
}

fn golden_rows() -> Result<(Vec<f32>, usize), Box<dyn Error>> {
    #[derive(serde::Deserialize)]
    struct Golden {
        rows: Vec<Vec<Option<f32>>>,
    }
    let golden: Golden =
        serde_json::from_slice(&std::fs::read(format!("{GOLDEN}/contributions.json"))?)?;
    let columns = golden.rows[0].len();
    let rows = golden.rows.iter().cycle().take(GOLDEN_ROWS).flatten();
    Ok((
        rows.map(|value| value.unwrap_or(f32::NAN)).collect(),
        columns,
    ))
}
