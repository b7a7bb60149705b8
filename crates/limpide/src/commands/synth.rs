//! `limpide synth`: a synthetic portfolio as CSV files.

use std::path::PathBuf;
use std::time::Instant;

use limpide_portfolio::{SynthConfig, synthesise};
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};

#[derive(clap::Args)]
pub struct Arguments {
    /// Clients with a known outcome.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    pub clients: u64,
    /// The seed; the same seed gives the same rows.
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// A zip (its name ends in .zip) or a folder, not there yet.
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let recipe = arguments.recipe.open()?;
    context.create_workspace()?;
    let engine = context.engine()?;
    let start = Instant::now();
    let config = SynthConfig {
        clients: arguments.clients,
        seed: u64::from(arguments.seed),
    };
    let reporter = context.reporter();
    let progress = |p| reporter.step(&p);
    let files = context.runtime()?.block_on(synthesise(
        &engine,
        &recipe,
        config,
        &arguments.out,
        &progress,
    ))?;
    drop(reporter);
    let mut rows = vec![vec!["file".to_owned(), "rows".to_owned()]];
    rows.extend(
        files
            .iter()
            .map(|(name, count)| vec![format!("{name}.csv"), count.to_string()]),
    );
    let json = json!({
        "out": arguments.out,
        "synthetic": true,
        "clients": arguments.clients,
        "seed": arguments.seed,
        "files": files.iter().map(|(name, rows)| json!({"name": name, "rows": rows})).collect::<Vec<_>>(),
        "seconds": start.elapsed().as_secs_f64(),
    });
    let text = format!(
        "{}synthetic data in {}\n",
        table(&rows),
        arguments.out.display()
    );
    context.print(&json, &text)
}
