//! How long the features of one client take, looked up in a workspace's portfolio, warm.
//!
//!     cargo build --release --workspace --example one_client
//!     target/release/examples/one_client WORKSPACE [CLIENTS] [RECIPE]
//!
//! Prints one JSON object: the time of a look-up, of the computation and of both, in milliseconds
//! of the clock at the median and the 99th percentile, and of the processor on average.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use limpide_engine::{Engine, EngineConfig};
use limpide_features::{Online, RecipeSpec, compile};
use limpide_portfolio::{ClientReader, Portfolio, Recipe};
use serde_json::json;

/// Clients computed before the clock runs.
const WARM_UP: usize = 50;

#[allow(clippy::print_stdout, reason = "it is what this program is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let workspace = arguments
        .next()
        .ok_or("expected: WORKSPACE [CLIENTS] [RECIPE]")?;
    let wanted: usize = arguments.next().map_or(Ok(1000), |number| number.parse())?;
    let recipe = arguments.next().unwrap_or_else(|| "home-credit".to_owned());
    let recipe = Recipe::open(&recipe)?;
    let spec = RecipeSpec::open(&recipe)?;
    let portfolio = Portfolio::open(Path::new(&workspace))?;
    let engine = Engine::new(&EngineConfig {
        threads: 2,
        memory_bytes: 1 << 30,
        spill_folder: std::env::temp_dir(),
    })?;
    let plan = compile(&spec, &recipe.schema, |table| {
        portfolio.table_path(table).is_some()
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let start = Instant::now();
    let online = runtime.block_on(Online::new(&engine, &recipe.schema, &spec, plan))?;
    let planned = start.elapsed();
    let start = Instant::now();
    let reader = ClientReader::open(&portfolio, &recipe.schema, &online.reads(), 2)?;
    let opened = start.elapsed();
    let clients = reader.clients();
    let mut looked_up = Vec::with_capacity(wanted);
    let mut computed = Vec::with_capacity(wanted);
    let mut both = Vec::with_capacity(wanted);
    let mut cpu_before = 0.0;
    let mut per_query: Vec<f64> = Vec::new();
    for turn in 0..WARM_UP + wanted {
        if turn == WARM_UP {
            looked_up.clear();
            computed.clear();
            both.clear();
            per_query.clear();
            cpu_before = processor_seconds();
        }
        let start = Instant::now();
        let rows = reader.rows(clients[at_random(turn) % clients.len()])?;
        let rows = rows.ok_or("a client of the portfolio is not there")?;
        let found = start.elapsed();
        let answer = runtime.block_on(online.compute(&rows))?;
        let done = start.elapsed();
        looked_up.push(found.as_secs_f64() * 1e3);
        computed.push((done - found).as_secs_f64() * 1e3);
        both.push(done.as_secs_f64() * 1e3);
        per_query.resize(answer.times.len(), 0.0);
        for (sum, time) in per_query.iter_mut().zip(&answer.times) {
            *sum += time.as_secs_f64() * 1e3 / wanted as f64;
        }
    }
    let cpu = (processor_seconds() - cpu_before) * 1e3 / wanted as f64;
    let names = online.plan().queries().map(|query| query.prefix.clone());
    let queries: Vec<_> = names
        .zip(per_query)
        .map(|(query, mean)| json!({ "query": query, "mean_ms": rounded(mean) }))
        .collect();
    let result = json!({
        "clients": wanted,
        "of": clients.len(),
        "features": online.plan().features().count(),
        "planned_seconds": rounded(planned.as_secs_f64()),
        "opened_seconds": rounded(opened.as_secs_f64()),
        "look_up_ms": percentiles(&mut looked_up),
        "compute_ms": percentiles(&mut computed),
        "both_ms": percentiles(&mut both),
        "processor_ms": rounded(cpu),
        "queries": queries,
    });
    println!("{result:#}");
    Ok(())
}

/// SplitMix64: the same clients in every run.
fn at_random(turn: usize) -> usize {
    let mut z = (turn as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as usize >> 1
}

fn percentiles(times: &mut [f64]) -> serde_json::Value {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| rounded(times[((times.len() - 1) as f64 * share).round() as usize]);
    json!({ "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "most": at(1.0) })
}

fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

/// What this process has used of the processors; 0 where the system does not say.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses: state is the first field, user and system time the 12th and 13th.
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
    };
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}
