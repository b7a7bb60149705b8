//! Grows trees on saved rows as the candidate `boosted` does, and says what it took.
//!
//!     boosting ROWS LABELS OTHER_ROWS COLUMNS THREADS GROWTH OUT
//!
//! ROWS and OTHER_ROWS hold f32 (little-endian, row after row, NaN = missing), LABELS one byte a row of
//! ROWS, GROWTH is JSON with the fields of [`Growth`]. OUT receives the margins of OTHER_ROWS, f64.
//! `bench/training.py` runs it beside LightGBM.

#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::error::Error;
use std::io::{BufReader, Read};
use std::time::Instant;

use limpide_train::Observer;
use limpide_train::boosting::{Growth, Samples, grow};

/// Ticks of the system's clock of CPU time in a second (Linux).
const TICKS: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, labels, others, columns, threads, growth, out] = arguments.as_slice() else {
        return Err("wanted: ROWS LABELS OTHER_ROWS COLUMNS THREADS GROWTH OUT".into());
    };
    let (width, threads) = (columns.parse()?, threads.parse()?);
    let growth = growth_from(&serde_json::from_str(growth)?)?;
    let labels = std::fs::read(labels)?;
    let values = saved_rows(rows)?.into();
    let (bytes_before, wall, cpu) = (peak_bytes(), Instant::now(), cpu_seconds());
    let samples = Samples {
        values: &values,
        width,
        labels: &labels,
        weights: None,
    };
    let trees = grow(&samples, &growth, 1, threads, &Observer::silent())?;
    let wall = wall.elapsed().as_secs_f64();
    let (cpu, peak) = (cpu_seconds().zip(cpu), peak_bytes());

    let others = saved_rows(others)?;
    let margins = trees.margins(&others, others.len() / width);
    let bytes: Vec<u8> = margins.iter().flat_map(|m| m.to_le_bytes()).collect();
    std::fs::write(out, bytes)?;
    let result = serde_json::json!({
        "trees": trees.len(),
        "wall_seconds": wall,
        "cpu_seconds": cpu.map(|(after, before)| after - before),
        "bytes_before": bytes_before,
        "peak_bytes": peak,
    });
    println!("{result}");
    Ok(())
}

fn growth_from(json: &serde_json::Value) -> Result<Growth, String> {
    let number = |name: &str| {
        let found = json[name].as_f64();
        found.ok_or_else(|| format!("GROWTH lacks the number {name}"))
    };
    Ok(Growth {
        rounds: number("rounds")? as usize,
        eta: number("eta")?,
        depth: number("depth")? as usize,
        min_child_weight: number("min_child_weight")?,
        lambda: number("lambda")?,
        subsample: number("subsample")?,
        columns_a_tree: number("columns_a_tree")? as usize,
        bins: number("bins")? as usize,
    })
}

/// CPU time of this process, all threads, where the system tells it (Linux).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Fields 14 and 15; the second, in parentheses, may hold spaces.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

/// The most memory that this process has held, where the system tells it (Linux).
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Reads numbers without a second copy of the file in memory.
fn saved_rows(path: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let file = std::fs::File::open(path)?;
    let count = file.metadata()?.len() as usize / 4;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let (mut rows, mut number) = (Vec::with_capacity(count), [0; 4]);
    for _ in 0..count {
        reader.read_exact(&mut number)?;
        rows.push(f32::from_le_bytes(number));
    }
    Ok(rows)
}
