//! Times the index of leaves of a saved model over rows, and searches for similar clients in it, on
//! one thread.
//!
//!     similar MODEL ROWS COLUMNS QUERIES OUT
//!
//! MODEL is LightGBM's text, ROWS holds f32 (little-endian, row after row, NaN = missing), QUERIES
//! says for how many clients, evenly chosen, the nearest hundred are sought; OUT receives their
//! places, u32. `bench/similar.py` runs it beside LightGBM and numpy.

#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::convert::Infallible;
use std::error::Error;
use std::ops::Range;
use std::time::Instant;

use limpide_explain::similar::{LeafIndex, Partitions};
use limpide_model::Ensemble;

/// Similar clients that are sought.
const SIMILAR: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, rows, columns, queries, out] = arguments.as_slice() else {
        return Err("wanted: MODEL ROWS COLUMNS QUERIES OUT".into());
    };
    let ensemble = Ensemble::from_lightgbm_text(&std::fs::read_to_string(model)?)?;
    let (columns, queries) = (columns.parse::<usize>()?, queries.parse::<usize>()?);
    let rows = saved_rows(rows)?;
    let n_clients = rows.len() / columns;

    let partitions = Partitions::of_trees(ensemble);
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let encoded = |places: Range<usize>| {
        Ok::<_, Infallible>(rows[places.start * columns..places.end * columns].to_vec())
    };
    let Ok(index) = LeafIndex::build(&partitions, n_clients, 1, encoded);
    let build_wall = wall.elapsed().as_secs_f64();
    let build_cpu = cpu_seconds() - cpu;

    let among = vec![true; n_clients];
    let (mut walls, mut cpus, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for query in 0..queries {
        let place = query * n_clients / queries;
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let nearest = index.nearest(place, SIMILAR, &among);
        walls.push(1e3 * wall.elapsed().as_secs_f64());
        cpus.push(1e3 * (cpu_seconds() - cpu));
        found.extend(nearest.iter().map(|one| one.place as u32));
    }
    let bytes: Vec<u8> = found.iter().flat_map(|place| place.to_le_bytes()).collect();
    std::fs::write(out, bytes)?;
    let result = serde_json::json!({
        "clients": n_clients,
        "kept_trees": index.partitions(),
        "bytes": index.bytes(),
        "build": { "wall_s": build_wall, "cpu_s": build_cpu },
        "query_wall_ms": percentiles(walls),
        "query_cpu_ms": percentiles(cpus),
    });
    println!("{result}");
    Ok(())
}

fn percentiles(mut times: Vec<f64>) -> serde_json::Value {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    serde_json::json!({ "p50": at(0.5), "p95": at(0.95), "most": at(1.0) })
}

/// CPU time of this thread, where the system tells it (Linux); else 0.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next();
    nanoseconds
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}

fn saved_rows(path: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let (numbers, _) = bytes.as_chunks::<4>();
    Ok(numbers
        .iter()
        .map(|&number| f32::from_le_bytes(number))
        .collect())
}
