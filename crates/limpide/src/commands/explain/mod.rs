//! `limpide explain`: one client's decision, what led to it, and what can be asked further.

mod client;
mod rows;

use std::sync::Arc;

use anyhow::Context as _;
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
        (Some(Topic::Rows(arguments)), _) => rows::run(arguments, context),
        (None, Some(asked)) => client::run(asked, context),
        (None, None) => missing_client(),
    }
}

/// Ends as the reader of arguments does where one is missing.
fn missing_client() -> anyhow::Result<()> {
    let reason = "the argument --client <CLIENT> is missing, or one of the subcommands";
    clap::Error::raw(
        clap::error::ErrorKind::MissingRequiredArgument,
        format!("{reason}; for more, try '--help'\n"),
    )
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
