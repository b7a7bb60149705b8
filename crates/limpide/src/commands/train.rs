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
use limpide_portfolio::staging::hash_file;
use limpide_portfolio::{Portfolio, Recipe};
use limpide_train::{
    Effort, FoldEntry, Folds, Limits, Observer, OutOfFold, Provenance, Stage, TrainConfig, Trained,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{RecipeArgument, models};
use crate::context::{Context, table};
use crate::imported::{self, Named};
use crate::mlflow::{Server, send};
use crate::registry::{Mover, Registry};
use crate::rows;
use crate::runs::record::Data;
use crate::runs::{Run, Runs, Taking, taking};
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
    /// Keep the model as a candidate: what decides stays as it is.
    #[arg(long)]
    pub no_publish: bool,
    /// Who trains; the system's user if absent.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Send the run and its model to this MLflow server, such as http://127.0.0.1:5000.
    #[arg(long, value_name = "URL")]
    pub mlflow: Option<String>,
    /// Judge a model trained elsewhere beside the others: an XGBoost JSON or LightGBM text, or a
    /// folder of one for each fold (repeat-0-fold-3.json …) and one of all clients (all.json).
    #[arg(long, value_name = "NAME=PATH")]
    pub imported: Vec<Named>,
    /// That imported file was trained on none of these clients: it may become champion.
    #[arg(long, value_name = "NAME")]
    pub imported_unseen: Vec<String>,
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

/// What training left in the workspace.
pub struct Done {
    pub trained: Trained,
    /// The hash of the champion's bundle.
    pub hash: String,
    /// Who trained.
    pub who: String,
    /// Whether the bundle decides now.
    pub published: bool,
    /// The run's id.
    pub run: String,
    /// The run's page.
    pub page: PathBuf,
    /// What the MLflow server has of it, where one was named.
    pub mlflow: Option<Tracked>,
}

/// What became of a run that was to go to an MLflow server.
pub struct Tracked {
    pub json: Value,
    pub line: String,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let start = Instant::now();
    let done = train(arguments, context)?;
    print(context, &done, start.elapsed().as_secs_f64())
}

/// Trains on the workspace's features, keeps the champion and the run, and publishes it.
pub fn train(arguments: &Arguments, context: &Context) -> anyhow::Result<Done> {
    let server = arguments.mlflow.as_deref().map(Server::at).transpose()?;
    let recipe = arguments.recipe.open()?;
    let spec = RecipeSpec::open(&recipe)?;
    let workspace = context.workspace();
    let registry = Registry::new(workspace);
    registry.check()?;
    let portfolio = Portfolio::open(workspace)?;
    let (set, matrix) = Matrix::open(workspace)?;
    set.check(workspace, &portfolio, &recipe)?;
    let dataset = rows::dataset(&matrix)?;
    drop(matrix);
    let config = config(arguments, context, &recipe, &spec, &portfolio, &dataset)?;
    let mover = Mover::new(arguments.by.as_deref());
    let data = Data {
        portfolio: portfolio.hash.clone(),
        matrix: set.hash.clone(),
        recipe: recipe.name.clone(),
        recipe_hash: recipe.hash(),
        folds: arguments.folds.as_deref().map(hash_file).transpose()?,
        synthetic: portfolio.synthetic,
        clients: dataset.len(),
        defaults: dataset.labels.iter().filter(|&&label| label == 1).count(),
        features: dataset.features.len(),
    };
    let taking = Taking::begin(mover.who.clone(), parameters(arguments), data);
    let runs = Runs::new(workspace);
    let trained = match learn(context, &dataset, &config) {
        Ok(trained) => trained,
        Err(error) => {
            if let Err(kept) = runs.keep(&mut taking.fail(&error), None, Vec::new()) {
                tracing::warn!("the failed run is not kept: {kept:#}");
            }
            return Err(error.into());
        }
    };
    for timed in trained.leaderboard.iter().filter(|timed| timed.seen_all) {
        tracing::warn!(
            "{0} is one model, which may have been trained on the clients that it is judged on: \
             its figures say too much, and it cannot become champion; train a model for each \
             fold, or vouch for it with --imported-unseen {0}",
            timed.standing.candidate
        );
    }
    let oof = match &arguments.oof {
        Some(path) => Some(write_out_of_fold(path, &trained.out_of_fold)?),
        None => None,
    };
    let hash = registry.add(&trained.bundle, trained.selection.as_ref(), &mover)?;
    let published = !arguments.no_publish;
    if published {
        registry.publish(&hash, &mover)?;
    }
    let mut run = taking.finish(&trained, &hash, published)?;
    let curves = taking::curves(&trained, &dataset);
    let files = taking::artefacts(&run, oof)?;
    let folder = runs.keep(&mut run, curves.as_ref(), files)?;
    Ok(Done {
        mlflow: server.map(|server| track(&server, &run, &folder, &registry)),
        page: folder.join("index.en.html"),
        run: run.id,
        who: mover.who,
        trained,
        hash,
        published,
    })
}

fn learn(
    context: &Context,
    dataset: &Dataset,
    config: &TrainConfig,
) -> limpide_train::Result<Trained> {
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
    limpide_train::train(dataset, config, &observer)
}

/// What is kept of what was asked; paths are this machine's and stay out.
fn parameters(arguments: &Arguments) -> Vec<(&'static str, Value)> {
    vec![
        ("effort", json!(arguments.effort.to_string())),
        ("seed", json!(arguments.seed)),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
    ]
}

/// Sends the run; a server that is away costs nothing but a sentence.
fn track(server: &Server, run: &Run, folder: &Path, registry: &Registry) -> Tracked {
    match send(server, run, folder, registry) {
        Ok(sent) => Tracked {
            json: models::sent_json(&sent, server),
            line: models::sent_line(&sent, server),
        },
        Err(error) => {
            let later = format!(
                "limpide models log {} --mlflow {}",
                run.id,
                server.address()
            );
            tracing::warn!("not sent to MLflow: {error:#}");
            Tracked {
                json: json!({"server": server.address(), "error": format!("{error:#}"), "later": later}),
                line: format!(
                    "not sent to MLflow, but the run is kept here: send it later with '{later}'\n"
                ),
            }
        }
    }
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
        imported: imported::read(&arguments.imported, &arguments.imported_unseen, dataset)?,
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

/// Writes the predictions and gives what was written.
fn write_out_of_fold(path: &Path, predictions: &[OutOfFold]) -> anyhow::Result<Vec<u8>> {
    let mut text = String::from("client,repeat,candidate,probability\n");
    for line in predictions {
        writeln!(
            text,
            "{},{},{},{}",
            line.client, line.repeat, line.candidate, line.probability
        )?;
    }
    write_aside(path, text.as_bytes())?;
    Ok(text.into_bytes())
}

fn print(context: &Context, done: &Done, seconds: f64) -> anyhow::Result<()> {
    let Done { trained, hash, .. } = done;
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
            "seen_all": timed.seen_all,
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
        "published": done.published,
        "by": done.who,
        "run": done.run,
        "page": done.page,
        "mlflow": done.mlflow.as_ref().map(|tracked| &tracked.json),
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
            match timed.seen_all {
                true => format!("{} (may have seen these clients)", standing.candidate),
                false => standing.candidate.clone(),
            },
            format!("{:.4}", standing.auc),
            format!("{low:.4} – {high:.4}"),
            format!("{:.4}", standing.cost_per_client),
            format!("{:.4}", standing.brier),
            format!("{:.1}", timed.seconds),
        ]);
    }
    let text = format!(
        "{}{}champion {} on {} features, {} clients ({} defaults), in {seconds:.1} s\n\
         refused from a probability of {:.2} %\nbundle {hash}, {} by {}\nrun {}: {}\n{}",
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
        match done.published {
            true => "published",
            false => "a candidate,",
        },
        done.who,
        done.run,
        done.page.display(),
        done.mlflow.as_ref().map_or("", |tracked| &tracked.line),
    );
    context.print(&json, &text)
}
