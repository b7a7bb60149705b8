//! `limpide ingest`: a zip or folder of CSV or Parquet files into the workspace, with what is wrong with them.

use std::path::PathBuf;
use std::time::Instant;

use limpide_model::Lang;
use limpide_portfolio::portfolio::write_aside;
use limpide_portfolio::{Asked, Ingested, Portfolio, Quality, ingest};
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};
use crate::memory;
use crate::quality_page::{lines, page};

#[derive(clap::Args)]
pub struct Arguments {
    /// A zip or a folder of CSV or Parquet files, or the recipe's only file.
    pub source: PathBuf,
    #[command(flatten)]
    pub recipe: RecipeArgument,
    /// Refuse the whole if a row breaks one of the recipe's rules that are errors.
    #[arg(long)]
    pub strict: bool,
    /// Write the page on data quality here as well as into the workspace.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The language of what was found and of the page: fr or en.
    #[arg(long, default_value = "fr")]
    pub lang: Lang,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let recipe = arguments.recipe.open()?;
    let workspace = context.create_workspace()?;
    let engine = context.engine_within(memory::FOR_SORTING)?;
    let start = Instant::now();
    let reporter = context.reporter();
    let progress = |p| reporter.step(&p);
    let make_page =
        |portfolio: &Portfolio, quality: &Quality| page(portfolio, quality, arguments.lang);
    let asked = Asked {
        strict: arguments.strict,
        page: &make_page,
    };
    let Ingested { portfolio, quality } = context.runtime()?.block_on(ingest(
        &engine,
        &recipe,
        &arguments.source,
        workspace,
        &asked,
        &progress,
    ))?;
    drop(reporter);
    if let Some(file) = &arguments.report {
        write_aside(file, make_page(&portfolio, &quality).as_bytes())?;
    }
    let files = || portfolio.tables.iter().flat_map(|table| &table.files);
    let json = json!({
        "hash": portfolio.hash,
        "synthetic": portfolio.synthetic,
        "tables": files().collect::<Vec<_>>(),
        "orphans": portfolio.tables.iter().filter(|t| t.orphans > 0)
            .map(|t| (t.name.clone(), t.orphans)).collect::<std::collections::BTreeMap<_, _>>(),
        "absent": portfolio.absent,
        "quality": quality.findings,
        "columns": quality.columns,
        "report": portfolio.folder().join(limpide_portfolio::quality::PAGE),
        "seconds": start.elapsed().as_secs_f64(),
    });
    let mut text = text(&portfolio);
    text.push_str(&lines(&quality, arguments.lang));
    context.print(&json, &text)
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
    for name in &portfolio.absent {
        text.push_str(&format!("{name} is absent: its features are left out\n"));
    }
    if portfolio.synthetic {
        text.push_str("synthetic data: no row describes a real person\n");
    }
    text
}
