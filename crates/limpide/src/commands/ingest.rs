//! `limpide ingest`: a zip or folder of CSV files into the workspace.

use std::path::PathBuf;
use std::time::Instant;

use limpide_portfolio::{Portfolio, ingest};
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};

#[derive(clap::Args)]
pub struct Arguments {
    /// A zip or a folder of CSV files.
    pub source: PathBuf,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let recipe = arguments.recipe.open()?;
    let workspace = context.create_workspace()?;
    let engine = context.engine()?;
    let start = Instant::now();
    let reporter = context.reporter();
    let progress = |p| reporter.step(&p);
    let portfolio = context.runtime()?.block_on(ingest(
        &engine,
        &recipe,
        &arguments.source,
        workspace,
        &progress,
    ))?;
    drop(reporter);
    let files = || portfolio.tables.iter().flat_map(|table| &table.files);
    let json = json!({
        "hash": portfolio.hash,
        "synthetic": portfolio.synthetic,
        "tables": files().collect::<Vec<_>>(),
        "orphans": portfolio.tables.iter().filter(|t| t.orphans > 0)
            .map(|t| (t.name.clone(), t.orphans)).collect::<std::collections::BTreeMap<_, _>>(),
        "absent": portfolio.absent,
        "seconds": start.elapsed().as_secs_f64(),
    });
    context.print(&json, &text(&portfolio))
}

fn text(portfolio: &Portfolio) -> String {
    let heads = [
        "table",
        "rows",
        "columns",
        "MB",
        "missing",
        "set to missing",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for file in portfolio.tables.iter().flat_map(|table| &table.files) {
        let set: Vec<String> = file
            .set_to_missing
            .iter()
            .map(|(value, count)| format!("{value} × {count}"))
            .collect();
        rows.push(vec![
            file.name.clone(),
            file.rows.to_string(),
            file.columns.to_string(),
            format!("{:.1}", file.bytes as f64 / 1e6),
            format!("{:.1} %", 100.0 * file.missing_share),
            set.join(", "),
        ]);
    }
    let mut text = table(&rows);
    for table in portfolio.tables.iter().filter(|table| table.orphans > 0) {
        text.push_str(&format!(
            "{}: {} rows without a parent\n",
            table.name, table.orphans
        ));
    }
    for name in &portfolio.absent {
        text.push_str(&format!("{name} is absent: its features are left out\n"));
    }
    if portfolio.synthetic {
        text.push_str("synthetic data: no row describes a real person\n");
    }
    text
}
