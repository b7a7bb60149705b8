//! `limpide explain`: one client's decision, what led to it, and what can be asked further.

mod client;
mod model;
mod portfolio;
mod rows;
mod similar;
mod ways;

use std::sync::Arc;

use anyhow::Context as _;
use clap::Args as _;
use clap::error::ErrorKind;
use limpide_model::{Bundle, Lang, Value};

use crate::context::Context;
use crate::registry::Registry;
use crate::rows::PortfolioRows;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Option<Topic>,
    #[command(flatten)]
    asked: Option<Asked>,
}

/// What can be asked beside a client's decision.
#[derive(clap::Subcommand)]
enum Topic {
    /// Follows a reason to its features, and a feature to the raw rows that it was made of.
    Rows(rows::Arguments),
    /// Compares a client with those most like it, and with those who pass filters.
    Similar(similar::Arguments),
    /// Finds the smallest changes of a client's request that it would be granted with.
    Ways(ways::Arguments),
    /// Tells what the published model does over all clients.
    Model(model::Arguments),
    /// Writes what each feature adds for many clients, as Parquet.
    Portfolio(portfolio::Arguments),
}

/// Which client, and in which language.
#[derive(clap::Args)]
struct Asked {
    /// The client's number.
    #[arg(long)]
    client: i64,
    /// The language of words and numbers: fr or en.
    #[arg(long, default_value = "fr")]
    lang: Lang,
}

/// The published model and the clients that it decides on.
struct Opened {
    bundle: Arc<Bundle>,
    clients: PortfolioRows,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    match (&arguments.topic, &arguments.asked) {
        (Some(Topic::Similar(arguments)), _) => similar::run(arguments, context),
        (Some(Topic::Rows(arguments)), _) => rows::run(arguments, context),
        (Some(Topic::Ways(arguments)), _) => ways::run(arguments, context),
        (Some(Topic::Model(arguments)), _) => model::run(arguments, context),
        (Some(Topic::Portfolio(arguments)), _) => portfolio::run(arguments, context),
        (None, Some(asked)) => client::run(asked, context),
        (None, None) => wrong_use(),
    }
}

/// Ends as wrong use does: without a client or a topic nothing is asked.
fn wrong_use() -> ! {
    let command = Arguments::augment_args(clap::Command::new("limpide explain"));
    let said = "the following required arguments were not provided: --client <CLIENT>";
    command
        .clone()
        .error(ErrorKind::MissingRequiredArgument, said)
        .exit()
}

impl Opened {
    fn new(context: &Context) -> anyhow::Result<Self> {
        let bundle = Registry::new(context.workspace()).open_published()?;
        let clients = PortfolioRows::open(context.workspace(), &bundle)?;
        Ok(Self {
            bundle: Arc::new(bundle),
            clients,
        })
    }

    /// The row of a client that the model reads.
    fn row(&self, client: i64) -> anyhow::Result<Vec<Value>> {
        let matrix = &self.clients.matrix;
        let row = matrix.row_of(client).with_context(|| {
            format!(
                "client {client} is not in the portfolio of {} clients",
                matrix.clients().len()
            )
        })?;
        Ok(self.clients.row(row))
    }
}
