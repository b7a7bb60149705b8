//! `limpide train`: candidates compared, the champion calibrated, bundled and published.

mod config;
mod print;
mod references;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use limpide_explain::Explainer;
use limpide_features::{Matrix, RecipeSpec};
use limpide_model::{Bundle, Dataset, Importance};
use limpide_portfolio::Portfolio;
use limpide_portfolio::portfolio::write_aside;
use limpide_portfolio::staging::hash_file;
use limpide_train::{
    Budget, Effort, Error, Objective, Observer, OutOfFold, Stage, TrainConfig, Trained,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::config::{config, fold_entries, open_journal};
use self::references::{Lead, References};
use super::{RecipeArgument, models};
use crate::context::Context;
use crate::imported::Named;
use crate::mlflow::{Server, send};
use crate::progress::Reporter;
use crate::registry::{Mover, Registry};
use crate::rows;
use crate::runs::record::Data;
use crate::runs::{Artefact, Run, Runs, Taking, taking};
use crate::stop;
use crate::tuning::Journal;

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
    /// Say by how much champion and glass box lead these predictions of other programs on the given
    /// folds: a CSV of client, repeat, candidate, probability.
    #[arg(long, value_name = "FILE", requires = "folds")]
    pub references: Option<PathBuf>,
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
    /// By how much champion and glass box lead the references, where they were named.
    pub leads: Vec<Lead>,
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
    print::print(context, &done, start.elapsed().as_secs_f64())
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
    let references = match (&arguments.references, &arguments.folds) {
        (Some(path), Some(folds)) => Some(References::read(path, &fold_entries(folds)?, &dataset)?),
        _ => None,
    };
    let mut config = config(arguments, context, &recipe, &spec, &portfolio, &dataset)?;
    let journal = match config.tunes() {
        true => Some(open_journal(arguments, context, &mut config)?),
        false => None,
    };
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
    let runtime = context.runtime()?;
    let mut trained = match learn(
        arguments,
        &runtime,
        context.reporter(),
        (&dataset, &config),
        journal.as_ref(),
    ) {
        Ok(trained) => trained,
        Err(error) => {
            if let Err(kept) = runs.keep(&mut taking.fail(&error), None, Vec::new()) {
                tracing::warn!("the failed run is not kept: {kept:#}");
            }
            return match (error, &journal) {
                (Error::Stopped, Some(journal)) => bail!(
                    "training was stopped; the same command goes on from {}",
                    journal.path().display()
                ),
                (error, _) => Err(error.into()),
            };
        }
    };
    trained.bundle.evidence.importance = importance(&trained.bundle, &dataset)?;
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
    let mut names = vec![trained.bundle.name.as_str()];
    let glass_box = trained.bundle.glass_box.as_ref();
    names.extend(
        glass_box
            .map(|found| found.name.as_str())
            .filter(|name| *name != names[0]),
    );
    let leads = match &references {
        Some(references) => references.leads(&trained.out_of_fold, &names)?,
        None => Vec::new(),
    };
    let hash = registry.add(&trained.bundle, trained.selection.as_ref(), &mover)?;
    let published = !arguments.no_publish;
    if published {
        registry.publish(&hash, &mover)?;
    }
    let mut run = taking.finish(&trained, &hash, published)?;
    let mut files = taking::artefacts(&run, oof)?;
    if !leads.is_empty() {
        files.push(Artefact {
            name: "references.json",
            bytes: serde_json::to_vec_pretty(&leads)?,
        });
    }
    let folder = runs.keep(&mut run, Some(&trained.bundle), files)?;
    Ok(Done {
        mlflow: server.map(|server| track(&server, &run, &folder, &registry)),
        page: folder.join("index.en.html"),
        run: run.id,
        leads,
        who: mover.who,
        trained,
        hash,
        published,
    })
}

/// What counts most in the model's scores: exact contributions are told by another crate than the
/// one that trains.
fn importance(bundle: &Bundle, dataset: &Dataset) -> anyhow::Result<Importance> {
    let explainer = Explainer::new(Arc::new(bundle.clone()));
    let rows = rows::some_rows(bundle, dataset, IMPORTANCE_CLIENTS)?;
    Ok(limpide_explain::importance(&explainer, rows)?)
}

fn learn(
    arguments: &Arguments,
    runtime: &Runtime,
    reporter: Reporter,
    (dataset, config): (&Dataset, &TrainConfig),
    journal: Option<&Journal>,
) -> limpide_train::Result<Trained> {
    let start = Instant::now();
    let stop = stop::flag(runtime);
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
    let trained = limpide_train::train(dataset, config, &observer);
    drop(reporter);
    trained
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
