//! `limpide models`: the workspace's bundles, and the runs that made them.

mod compare;
mod exchange;
mod list;
mod runs;

pub use self::runs::{json as sent_json, line as sent_line};

use std::path::PathBuf;

use anyhow::bail;
use serde_json::json;

use crate::context::Context;
use crate::registry::{Mover, Registry};
use crate::selection;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Lists the models: stage, since when, by whom.
    List,
    /// Shows one model; the published one if none is named.
    Show {
        /// Its hash or the beginning of it.
        hash: Option<String>,
        /// Says of every feature why it stayed or went.
        #[arg(long)]
        selection: bool,
    },
    /// Makes a model the one that decides; the one before it is retired.
    Publish {
        /// Its hash or the beginning of it.
        hash: String,
        #[command(flatten)]
        moved: MovedArguments,
    },
    /// Takes a model out of those that may decide.
    Retire {
        /// Its hash or the beginning of it.
        hash: String,
        #[command(flatten)]
        moved: MovedArguments,
    },
    /// Shows two models side by side, and how often they decide alike.
    Compare {
        /// The hash of the first or the beginning of it.
        a: String,
        /// The hash of the second or the beginning of it.
        b: String,
    },
    /// Writes a model for other programs, or for another workspace.
    Export {
        /// Its hash or the beginning of it.
        hash: String,
        /// What to write.
        #[arg(long, value_enum)]
        format: exchange::Format,
        /// Where to write it.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Takes a bundle of another workspace as a candidate.
    Import {
        /// The bundle's file.
        file: PathBuf,
        #[command(flatten)]
        moved: MovedArguments,
    },
    /// Lists the training runs, the latest first.
    Runs,
    /// Sends a run that is kept here to an MLflow server.
    Log {
        /// Its id or the beginning of it.
        run: String,
        /// The server's address, such as http://127.0.0.1:5000.
        #[arg(long, value_name = "URL")]
        mlflow: String,
    },
}

/// Who moves a model, and why.
#[derive(clap::Args)]
pub struct MovedArguments {
    /// Who does it; the system's user if absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl MovedArguments {
    fn mover(&self) -> Mover {
        Mover {
            note: self.note.clone(),
            ..Mover::new(self.by.as_deref())
        }
    }
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let registry = Registry::new(context.workspace());
    match arguments {
        Arguments::List => list::list(&registry, context),
        Arguments::Show { hash, selection } => {
            show(hash.as_deref(), *selection, &registry, context)
        }
        Arguments::Publish { hash, moved } => {
            // Opened first: what cannot be read must not decide.
            registry.open(hash)?;
            let (hash, mover) = (registry.find(hash)?, moved.mover());
            registry.publish(&hash, &mover)?;
            context.print(
                &json!({"published": hash, "by": mover.who}),
                &format!("{hash} is published, by {}\n", mover.who),
            )
        }
        Arguments::Retire { hash, moved } => {
            let (hash, mover) = (registry.find(hash)?, moved.mover());
            registry.retire(&hash, &mover)?;
            context.print(
                &json!({"retired": hash, "by": mover.who}),
                &format!("{hash} is retired, by {}\n", mover.who),
            )
        }
        Arguments::Compare { a, b } => compare::compare(&registry, [a, b], context),
        Arguments::Export { hash, format, out } => {
            exchange::export(&registry, hash, *format, out, context)
        }
        Arguments::Import { file, moved } => {
            exchange::import(&registry, file, moved.mover(), context)
        }
        Arguments::Runs => runs::list(context),
        Arguments::Log { run, mlflow } => runs::log(&registry, run, mlflow, context),
    }
}

fn show(
    hash: Option<&str>,
    with_selection: bool,
    registry: &Registry,
    context: &Context,
) -> anyhow::Result<()> {
    let (hash, bundle) = match hash {
        Some(hash) => (registry.find(hash)?, registry.open(hash)?),
        None => {
            let bundle = registry.open_published()?;
            (bundle.hash()?, bundle)
        }
    };
    let report = registry.selection(&hash)?;
    match (with_selection, report) {
        (true, None) => {
            bail!("the features of model {hash} were not selected: train with --effort standard")
        }
        (true, Some(report)) => context.print(
            &json!({"bundle": hash, "selection": report}),
            &selection::page(&report),
        ),
        (false, report) => list::show(&hash, &bundle, report.as_ref(), registry, context),
    }
}
