//! `limpide train`: candidates compared, the champion calibrated, bundled and published.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_explain::Explainer;
use limpide_features::{Matrix, RecipeSpec};
use limpide_model::{
    Bundle, Column, Costs, Dataset, HoldoutKind, Importance, RecipeRef, Reviewing,
};
use limpide_portfolio::portfolio::write_aside;
use limpide_portfolio::{Portfolio, Recipe};
use limpide_train::{
    Effort, FoldEntry, Folds, HoldoutColumn, Judging, Limits, Observer, OutOfFold, Provenance,
    Stage, TrainConfig, Trained,
};
use serde::Deserialize;
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::rows;
use crate::selection;

/// Clients that what counts most is measured on.
const IMPORTANCE_CLIENTS: usize = 2_000;

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
    #[serde(default)]
    judging: JudgingTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyTable {
    cost_missed_default: f64,
    cost_refused_good: f64,
    /// A fifth of a refused good client where the recipe does not say.
    cost_review: Option<f64>,
    reviewer_accuracy: Option<f64>,
    max_auc: f64,
    max_single_auc: f64,
}

/// Features by whose values clients are held out beside the folds.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgingTable {
    /// Clients of some values are judged by what the others teach.
    group: Option<String>,
    /// Clients of the largest values, the latest, are judged by what the others teach.
    time: Option<String>,
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
    let mut trained = limpide_train::train(&dataset, &config, &observer)?;
    drop(reporter);
    trained.bundle.evidence.importance = importance(&trained.bundle, &dataset)?;
    if let Some(path) = &arguments.oof {
        write_out_of_fold(path, &trained.out_of_fold)?;
    }
    let registry = Registry::new(workspace);
    let hash = registry.add(&trained.bundle, trained.selection.as_ref())?;
    registry.publish(&hash)?;
    Ok((trained, hash))
}

/// What counts most in the model's scores: exact contributions are told by another crate than the one that trains.
fn importance(bundle: &Bundle, dataset: &Dataset) -> anyhow::Result<Importance> {
    let explainer = Explainer::new(Arc::new(bundle.clone()));
    let rows = rows::some_rows(bundle, dataset, IMPORTANCE_CLIENTS)?;
    Ok(limpide_explain::importance(&explainer, rows)?)
}

fn config(
    arguments: &Arguments,
    context: &Context,
    recipe: &Recipe,
    spec: &RecipeSpec,
    portfolio: &Portfolio,
    dataset: &Dataset,
) -> anyhow::Result<TrainConfig> {
    let PolicySpec { policy, judging } = recipe.toml("recipe.toml")?;
    let usual = Reviewing::default();
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
        reviewing: Reviewing {
            cost: policy
                .cost_review
                .unwrap_or(usual.cost * policy.cost_refused_good),
            accuracy: policy.reviewer_accuracy.unwrap_or(usual.accuracy),
        },
        judging: held_out_by(&judging, dataset)?,
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

/// The values of the features that the recipe holds clients out by.
fn held_out_by(table: &JudgingTable, dataset: &Dataset) -> anyhow::Result<Judging> {
    let column = |key: &str, name: &str| {
        let place = dataset
            .features
            .iter()
            .position(|feature| feature.name == name);
        let place = place.with_context(|| {
            format!(
                "recipe.toml, [judging]: {key} = \"{name}\" found, the name of a feature expected; \
                 'limpide features' lists them"
            )
        })?;
        anyhow::Ok(&dataset.columns[place])
    };
    let mut judging = Judging::default();
    if let Some(name) = &table.group {
        let values = match column("group", name)? {
            Column::Categories(categories) => categories.clone(),
            Column::Numbers(numbers) => {
                let text = |number: &f64| (!number.is_nan()).then(|| number.to_string());
                numbers.iter().map(text).collect()
            }
        };
        let column = name.clone();
        judging.group = Some(HoldoutColumn { column, values });
    }
    if let Some(name) = &table.time {
        let Column::Numbers(numbers) = column("time", name)? else {
            bail!(
                "recipe.toml, [judging]: time = \"{name}\" found, a category; a number that rises \
                 with time expected"
            );
        };
        judging.time = Some(HoldoutColumn {
            column: name.clone(),
            values: numbers.clone(),
        });
    }
    Ok(judging)
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
            "cost_interval": timed.standing.cost_interval,
            "brier": timed.standing.brier,
            "paired": timed.standing.paired,
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
        "review": bundle.policy.review,
        "brier": metrics.brier,
        "features": bundle.features.len(),
        "selection": trained.selection.as_ref().map(|found| {
            selection::summary(found, &Registry::new(context.workspace()).selection_path(hash))
        }),
        "clients": bundle.trained_on.rows,
        "defaults": bundle.trained_on.defaults,
        "metrics": metrics,
        "glass_box": bundle.glass_box.as_ref().map(|glass_box| &glass_box.name),
        "holdouts": bundle.holdouts,
        "imbalance": bundle.imbalance,
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
         {}{}bundle {hash}, published\n",
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
        decisions(bundle),
        beyond_the_folds(bundle),
    );
    context.print(&json, &text)
}

/// Where decisions change, and which model can be read.
fn decisions(bundle: &Bundle) -> String {
    let [low, high] = bundle.policy.review.map(|probability| 100.0 * probability);
    let mut text = format!("refused from a probability of {high:.2} %");
    if low < high {
        let share = 100.0 * bundle.metrics.review_share;
        let _ = write!(text, ", reviewed from {low:.2} % ({share:.1} % of clients)");
    }
    if let Some(glass_box) = &bundle.glass_box {
        let _ = write!(text, "; glass box: {}", glass_box.name);
    }
    text + "\n"
}

/// How the champion does on clients unlike those it learned from.
fn beyond_the_folds(bundle: &Bundle) -> String {
    let mut text = String::new();
    for held in &bundle.holdouts {
        let what = match held.kind {
            HoldoutKind::Time => "latest clients",
            HoldoutKind::Group => "groups never seen",
        };
        let [low, high] = held.auc_interval;
        let _ = writeln!(
            text,
            "{what} by {}: AUC {:.4} ({low:.4} – {high:.4}) on {} clients, {:.4} in the folds",
            held.column, held.auc, held.judged_on, held.auc_in_folds
        );
    }
    if let Some(auc) = bundle.metrics.adversarial_auc {
        let _ = writeln!(
            text,
            "clients with and without outcome told apart: AUC {auc:.4}"
        );
    }
    text
}
