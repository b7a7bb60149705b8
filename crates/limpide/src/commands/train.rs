//! `limpide train`: candidates compared, the champion calibrated, bundled and published.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_features::{Matrix, RecipeSpec};
use limpide_model::{Bundle, Column, Costs, Dataset, HoldoutKind, RecipeRef, Reviewing};
use limpide_portfolio::portfolio::write_aside;
use limpide_portfolio::{Portfolio, Recipe};
use limpide_train::tuning::Subject;
use limpide_train::{
    Budget, Effort, Error, FoldEntry, Folds, HoldoutColumn, Judging, Limits, Objective, Observer,
    OutOfFold, Provenance, Stage, TrainConfig, Trained, Tuning,
};
use serde::Deserialize;
use serde_json::json;

use super::RecipeArgument;
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::rows;
use crate::selection;
use crate::stop;
use crate::tuning::{self, Journal};

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
    pub tuning: TuningArguments,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

/// How hyperparameters are sought.
#[derive(clap::Args, Default)]
pub struct TuningArguments {
    /// Trials of tuning a learner; 0 for none. By effort: quick 0, standard 12, thorough 40.
    #[arg(long, value_name = "N", conflicts_with = "minutes")]
    pub trials: Option<usize>,
    /// Minutes of tuning in all; then the machine's speed decides what is found.
    #[arg(long, value_name = "M", value_parser = minutes)]
    pub minutes: Option<f64>,
    /// What hyperparameters are chosen for: auc or cost.
    #[arg(long, default_value_t)]
    pub objective: Objective,
    /// Where finished trials are kept, to go on from when stopped; in the workspace if not told.
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

impl TuningArguments {
    fn budget(&self) -> Option<Budget> {
        let minutes = self.minutes.map(Budget::Minutes);
        minutes.or(self.trials.map(Budget::Trials))
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if minutes.is_finite() && minutes > 0.0 => Ok(minutes),
        _ => Err("minutes above 0 expected".to_owned()),
    }
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
    let mut config = config(arguments, context, &recipe, &spec, &portfolio, &dataset)?;
    let journal = match config.tunes() {
        true => Some(open_journal(arguments, context, &mut config)?),
        false => None,
    };

    let start = Instant::now();
    let reporter = context.reporter();
    let runtime = context.runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    runtime.spawn(async move {
        stop::asked().await;
        asked.store(true, Ordering::Relaxed);
    });
    let objective = arguments.tuning.objective.name();
    let observer = Observer {
        progress: &|progress| {
            let (done, total) = (progress.done as u64, progress.total as u64);
            match (&journal, progress.stage) {
                (Some(journal), Stage::Tuning) => {
                    reporter.show("train", &journal.told(), done, total);
                }
                (_, other) => reporter.show("train", stage(other), done, total),
            }
        },
        seconds: &|| start.elapsed().as_secs_f64(),
        tried: &|tried| match &journal {
            Some(journal) => journal.hear(tried, objective),
            None => Ok(()),
        },
        stop: &stop,
    };
    let trained = limpide_train::train(&dataset, &config, &observer);
    drop(reporter);
    let trained = match (trained, &journal) {
        (Err(Error::Stopped), Some(journal)) => bail!(
            "training was stopped; the same command goes on from {}",
            journal.path().display()
        ),
        (trained, _) => trained?,
    };
    if let Some(path) = &arguments.oof {
        write_out_of_fold(path, &trained.out_of_fold)?;
    }
    let registry = Registry::new(workspace);
    let hash = registry.add(&trained.bundle, trained.selection.as_ref())?;
    registry.publish(&hash)?;
    Ok((trained, hash))
}

/// Opens the journal of this run, and takes over the trials that it holds.
fn open_journal(
    arguments: &Arguments,
    context: &Context,
    config: &mut TrainConfig,
) -> anyhow::Result<Journal> {
    let subject = subject(arguments, config)?;
    let path = match &arguments.tuning.journal {
        Some(path) => path.clone(),
        None => Journal::default_path(context.workspace(), &subject)?,
    };
    let (journal, past) = Journal::open(&path, &subject)?;
    if let Some(warning) = past.warning {
        // A closed stderr does not stop the work.
        let _ = writeln!(io::stderr(), "{warning}");
    }
    config.tuning.past = past.entries;
    Ok(journal)
}

/// What a trial's outcome depends on.
fn subject(arguments: &Arguments, config: &TrainConfig) -> anyhow::Result<Subject> {
    let folds = match &arguments.folds {
        Some(path) => {
            let bytes = fs::read(path).with_context(|| path.display().to_string())?;
            blake3::hash(&bytes).to_hex().to_string()
        }
        None => "its own".to_owned(),
    };
    let Costs {
        missed_default,
        refused_good,
    } = config.costs;
    let parts = [
        ("program", env!("CARGO_PKG_VERSION").to_owned()),
        ("data", config.provenance.data_hash.clone()),
        ("recipe", config.provenance.recipe.hash.clone()),
        ("seed", config.seed.to_string()),
        ("effort", config.effort.to_string()),
        ("objective", config.tuning.objective.to_string()),
        ("costs", format!("{missed_default} and {refused_good}")),
        ("folds", folds),
    ];
    let named = parts.map(|(name, value)| (name.to_owned(), value));
    Ok(Subject(named.into()))
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
        tuning: Tuning {
            budget: arguments.tuning.budget(),
            objective: arguments.tuning.objective,
            past: Vec::new(),
        },
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
        Stage::Tuning => "tuning",
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
        "hyperparameters": bundle.hyperparameters,
        "tuning": trained.tuning.as_ref().map(tuning::summary),
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
        "{}{}{}champion {} on {} features, {} clients ({} defaults), in {seconds:.1} s\n\
         {}{}bundle {hash}, published\n",
        table(&rows),
        trained
            .selection
            .as_ref()
            .map(selection::line)
            .unwrap_or_default(),
        trained
            .tuning
            .as_ref()
            .map(tuning::lines)
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
