//! `limpide train`: candidates compared, the champion calibrated, bundled and published.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use anyhow::Context as _;
use limpide_features::{Matrix, RecipeSpec};
use limpide_model::{Costs, Dataset, RecipeRef};
use limpide_portfolio::portfolio::write_aside;
use limpide_portfolio::{Portfolio, Recipe};
use limpide_train::{
    Effort, FoldEntry, Folds, Limits, Observer, OutOfFold, Provenance, Stage, TrainConfig, Trained,
};
use serde::Deserialize;
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::rows;
use crate::selection;

#[derive(clap::Args)]
pub struct Arguments {
    /// How hard to try: quick, standard or thorough.
    #[arg(long, default_value = "quick")]
    pub effort: Effort,
    /// The seed of folds and sampling.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Who is judged when: a CSV of client, repeat, fold (gzip too).
    #[arg(long, value_name = "FILE")]
    pub folds: Option<PathBuf>,
    /// Where to write the out-of-fold predictions: a CSV of client, repeat, candidate, probability.
    #[arg(long, value_name = "FILE")]
    pub oof: Option<PathBuf>,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

/// The part of `recipe.toml` that training reads.
#[derive(Deserialize)]
struct PolicySpec {
    policy: PolicyTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyTable {
    cost_missed_default: f64,
    cost_refused_good: f64,
    max_auc: f64,
    max_single_auc: f64,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let start = Instant::now();
    let (trained, hash) = train(arguments, context)?;
    print(context, &trained, &hash, start.elapsed().as_secs_f64())
}

/// Trains on the workspace's features, keeps the champion and publishes it.
pub fn train(arguments: &Arguments, context: &Context) -> anyhow::Result<(Trained, String)> {
    let recipe = arguments.recipe.open()?;
    let spec = RecipeSpec::open(&recipe)?;
    let workspace = context.workspace();
    let portfolio = Portfolio::open(workspace)?;
    let (set, matrix) = Matrix::open(workspace)?;
    set.check(workspace, &portfolio, &recipe)?;
    let dataset = rows::dataset(&matrix)?;
    drop(matrix);
    let config = config(arguments, context, &recipe, &spec, &portfolio, &dataset)?;

    let start = Instant::now();
    let reporter = context.reporter();
    let stop = AtomicBool::new(false);
    let observer = Observer {
        progress: &|progress| {
            let (done, total) = (progress.done as u64, progress.total as u64);
            reporter.show("train", stage(progress.stage), done, total);
        },
        seconds: &|| start.elapsed().as_secs_f64(),
        stop: &stop,
    };
    let trained = limpide_train::train(&dataset, &config, &observer)?;
    drop(reporter);
    if let Some(path) = &arguments.oof {
        write_out_of_fold(path, &trained.out_of_fold)?;
    }
    let registry = Registry::new(workspace);
    let hash = registry.add(&trained.bundle, trained.selection.as_ref())?;
    registry.publish(&hash)?;
    Ok((trained, hash))
}

fn config(
    arguments: &Arguments,
    context: &Context,
    recipe: &Recipe,
    spec: &RecipeSpec,
    portfolio: &Portfolio,
    dataset: &Dataset,
) -> anyhow::Result<TrainConfig> {
    let PolicySpec { policy } = recipe.toml("recipe.toml")?;
    let (concepts, themes) = rows::vocabulary(spec)?;
    let folds = match &arguments.folds {
        Some(path) => Some(read_folds(path, &dataset.clients)?),
        None => None,
    };
    Ok(TrainConfig {
        seed: arguments.seed,
        effort: arguments.effort,
        folds,
        costs: Costs {
            missed_default: policy.cost_missed_default,
            refused_good: policy.cost_refused_good,
        },
        limits: Limits {
            max_auc: policy.max_auc,
            max_single_auc: policy.max_single_auc,
        },
        threads: NonZeroUsize::new(context.threads()),
        provenance: Provenance {
            recipe: RecipeRef {
                name: recipe.name.clone(),
                hash: recipe.hash(),
            },
            data_hash: portfolio.hash.clone(),
            synthetic: portfolio.synthetic,
            currency: spec.currency.clone(),
            concepts,
            themes,
        },
    })
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::LeakGuard => "leak guard",
        Stage::Folds => "candidates on folds",
        Stage::Comparison => "comparison",
        Stage::Selection => "selection of features",
        Stage::Champion => "champion on all clients",
    }
}

/// Reads client, repeat and fold from the first three columns, whatever their header says.
fn read_folds(path: &Path, clients: &[i64]) -> anyhow::Result<Folds> {
    let name = path.display();
    let file = File::open(path).with_context(|| name.to_string())?;
    let is_gzip = path.extension().is_some_and(|ending| ending == "gz");
    let input: Box<dyn Read> = if is_gzip {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut entries = Vec::new();
    for (row, record) in csv::Reader::from_reader(input).records().enumerate() {
        let record = record.with_context(|| format!("{name}, row {}", row + 1))?;
        let wrong = |column: usize, what: &str| {
            let text = record.get(column).unwrap_or_default();
            let row = row + 1;
            format!("{name}, row {row}: '{text}' found, {what} expected (a whole number)")
        };
        let field = |column: usize| record.get(column).unwrap_or_default().trim();
        entries.push(FoldEntry {
            client: field(0).parse().with_context(|| wrong(0, "a client"))?,
            repeat: field(1).parse().with_context(|| wrong(1, "a repeat"))?,
            fold: field(2).parse().with_context(|| wrong(2, "a fold"))?,
        });
    }
    Folds::given(clients, &entries).with_context(|| name.to_string())
}

fn write_out_of_fold(path: &Path, predictions: &[OutOfFold]) -> anyhow::Result<()> {
    let mut text = String::from("client,repeat,candidate,probability\n");
    for line in predictions {
        writeln!(
            text,
            "{},{},{},{}",
            line.client, line.repeat, line.candidate, line.probability
        )?;
    }
    Ok(write_aside(path, text.as_bytes())?)
}

fn print(context: &Context, trained: &Trained, hash: &str, seconds: f64) -> anyhow::Result<()> {
    let bundle = &trained.bundle;
    let metrics = &bundle.metrics;
    let leaderboard = trained.leaderboard.iter().map(|timed| {
        json!({
            "candidate": timed.standing.candidate,
            "auc": timed.standing.auc,
            "auc_interval": timed.standing.auc_interval,
            "cost_per_client": timed.standing.cost_per_client,
            "brier": timed.standing.brier,
            "seconds": timed.seconds,
        })
    });
    let json = json!({
        "champion": bundle.name,
        "bundle": hash,
        "auc": metrics.auc,
        "auc_interval": metrics.auc_interval,
        "cost_per_client": metrics.cost_per_client,
        "threshold": bundle.policy.threshold,
        "brier": metrics.brier,
        "features": bundle.features.len(),
        "selection": trained.selection.as_ref().map(|found| {
            selection::summary(found, &Registry::new(context.workspace()).selection_path(hash))
        }),
        "clients": bundle.trained_on.rows,
        "defaults": bundle.trained_on.defaults,
        "metrics": metrics,
        "leaderboard": leaderboard.collect::<Vec<_>>(),
        "seconds": seconds,
    });
    let heads = [
        "candidate",
        "AUC",
        "95 % interval",
        "cost/client",
        "Brier",
        "seconds",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for timed in &trained.leaderboard {
        let standing = &timed.standing;
        let [low, high] = standing.auc_interval;
        rows.push(vec![
            standing.candidate.clone(),
            format!("{:.4}", standing.auc),
            format!("{low:.4} – {high:.4}"),
            format!("{:.4}", standing.cost_per_client),
            format!("{:.4}", standing.brier),
            format!("{:.1}", timed.seconds),
        ]);
    }
    let text = format!(
        "{}{}champion {} on {} features, {} clients ({} defaults), in {seconds:.1} s\n\
         refused from a probability of {:.2} %\nbundle {hash}, published\n",
        table(&rows),
        trained
            .selection
            .as_ref()
            .map(selection::line)
            .unwrap_or_default(),
        bundle.name,
        bundle.features.len(),
        bundle.trained_on.rows,
        bundle.trained_on.defaults,
        100.0 * bundle.policy.threshold,
    );
    context.print(&json, &text)
}
