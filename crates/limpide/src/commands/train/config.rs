//! What training depends on: the recipe's policy, the folds, the journal of tuning.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_features::RecipeSpec;
use limpide_model::{Column, Costs, Dataset, RecipeRef, Reviewing};
use limpide_portfolio::{Portfolio, Recipe};
use limpide_train::tuning::Subject;
use limpide_train::{
    FoldEntry, Folds, HoldoutColumn, Judging, Limits, Provenance, TrainConfig, Tuning,
};
use serde::Deserialize;

use super::Arguments;
use crate::context::Context;
use crate::imported;
use crate::rows;
use crate::tuning::Journal;

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

/// Opens the journal of this run, and takes over the trials that it holds.
pub(super) fn open_journal(
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

pub(super) fn config(
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

/// Reads client, repeat and fold from the first three columns, whatever their header says.
fn read_folds(path: &Path, clients: &[i64]) -> anyhow::Result<Folds> {
    let entries = fold_entries(path)?;
    Folds::given(clients, &entries).with_context(|| path.display().to_string())
}

/// The lines of a file of folds.
pub(super) fn fold_entries(path: &Path) -> anyhow::Result<Vec<FoldEntry>> {
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
    Ok(entries)
}
