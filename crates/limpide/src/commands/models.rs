//! `limpide models`: the workspace's bundles.

use anyhow::bail;
use limpide_model::Bundle;
use limpide_train::Selection;
use serde_json::{Value, json};

use crate::context::{Context, table};
use crate::registry::Registry;
use crate::selection;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Lists the models.
    List,
    /// Shows one model; the published one if none is named.
    Show {
        /// Its hash or the beginning of it.
        hash: Option<String>,
        /// Says of every feature why it stayed or went.
        #[arg(long)]
        selection: bool,
    },
    /// Makes a model the one that decides.
    Publish {
        /// Its hash or the beginning of it.
        hash: String,
    },
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let registry = Registry::new(context.workspace());
    match arguments {
        Arguments::List => list(&registry, context),
        Arguments::Show { hash, selection } => {
            let (hash, bundle) = match hash {
                Some(hash) => (registry.find(hash)?, registry.open(hash)?),
                None => {
                    let bundle = registry.open_published()?;
                    (bundle.hash()?, bundle)
                }
            };
            let report = registry.selection(&hash)?;
            match (*selection, report) {
                (true, None) => bail!(
                    "the features of model {hash} were not selected: train with --effort standard"
                ),
                (true, Some(report)) => context.print(
                    &json!({"bundle": hash, "selection": report}),
                    &selection::page(&report),
                ),
                (false, report) => show(&hash, &bundle, report.as_ref(), context),
            }
        }
        Arguments::Publish { hash } => {
            // Opened first: what cannot be read must not decide.
            registry.open(hash)?;
            let hash = registry.find(hash)?;
            registry.publish(&hash)?;
            context.print(
                &json!({"published": hash}),
                &format!("{hash} is published\n"),
            )
        }
    }
}

fn list(registry: &Registry, context: &Context) -> anyhow::Result<()> {
    let published = registry.published()?;
    let heads = [
        "model",
        "stage",
        "candidate",
        "AUC",
        "cost/client",
        "features",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let mut models = Vec::new();
    for hash in registry.hashes()? {
        let stage = if published.as_ref() == Some(&hash) {
            "published"
        } else {
            "candidate"
        };
        match registry.open(&hash) {
            Ok(bundle) => {
                rows.push(vec![
                    hash[..12].to_owned(),
                    stage.to_owned(),
                    bundle.name.clone(),
                    format!("{:.4}", bundle.metrics.auc),
                    format!("{:.4}", bundle.metrics.cost_per_client),
                    bundle.features.len().to_string(),
                ]);
                models.push(summary(&hash, &bundle, stage));
            }
            Err(error) => {
                rows.push(vec![
                    hash.chars().take(12).collect(),
                    format!("unreadable: {error:#}"),
                ]);
                models.push(json!({"bundle": hash, "error": format!("{error:#}")}));
            }
        }
    }
    context.print(&json!({ "models": models }), &table(&rows))
}

fn show(
    hash: &str,
    bundle: &Bundle,
    report: Option<&Selection>,
    context: &Context,
) -> anyhow::Result<()> {
    let metrics = serde_json::to_value(bundle.metrics)?;
    let mut rows = vec![
        vec!["model".to_owned(), hash.to_owned()],
        vec!["candidate".to_owned(), bundle.name.clone()],
        vec!["recipe".to_owned(), bundle.recipe.name.clone()],
        vec!["clients".to_owned(), bundle.trained_on.rows.to_string()],
        vec![
            "defaults".to_owned(),
            bundle.trained_on.defaults.to_string(),
        ],
        vec!["synthetic data".to_owned(), bundle.synthetic.to_string()],
        vec!["threshold".to_owned(), number(bundle.policy.threshold)],
    ];
    for (name, value) in metrics.as_object().into_iter().flatten() {
        rows.push(vec![name.clone(), shown(value)]);
    }
    if let Some(report) = report {
        let kept = format!("{} of {}", report.kept(), report.verdicts.len());
        rows.push(vec!["features selected".to_owned(), kept]);
    }
    let mut json = summary(hash, bundle, "shown");
    json["selection"] = serde_json::to_value(report)?;
    context.print(&json, &table(&rows))
}

/// A metric as people read it: a number, or an interval's two ends.
fn shown(value: &Value) -> String {
    let ends = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    let ends: Vec<String> = ends.iter().filter_map(Value::as_f64).map(number).collect();
    ends.join(" – ")
}

fn number(value: f64) -> String {
    format!("{value:.4}")
}

fn summary(hash: &str, bundle: &Bundle, stage: &str) -> Value {
    json!({
        "bundle": hash,
        "stage": stage,
        "candidate": bundle.name,
        "recipe": bundle.recipe,
        "data_hash": bundle.data_hash,
        "seed": bundle.seed,
        "synthetic": bundle.synthetic,
        "trained_on": bundle.trained_on,
        "features": bundle.features.len(),
        "policy": bundle.policy,
        "metrics": bundle.metrics,
        "leaderboard": bundle.leaderboard,
    })
}
