//! The commands, in the order of the way of the data.

mod audit;
mod client;
mod cluster;
mod config;
mod demo;
mod explain;
mod features;
mod healthcheck;
mod ingest;
mod key;
mod letter;
mod models;
mod report;
mod score;
mod serve;
mod synth;
mod train;
mod user;

use clap::Subcommand;
use limpide_store::Location;

use crate::context::Context;
use crate::settings::{Flags, OfDatabase};

/// The database in the workspace.
const DATABASE: &str = "limpide.db";

#[derive(Subcommand)]
pub enum Command {
    /// Makes a synthetic portfolio, does every step on it, and serves the dashboard.
    Demo(demo::Arguments),
    /// Writes a synthetic portfolio: the lender's tables, made by the recipe.
    Synth(synth::Arguments),
    /// Reads a zip or folder of CSV files into the workspace.
    Ingest(ingest::Arguments),
    /// Builds the feature matrix and its catalogue.
    Features(features::Arguments),
    /// Compares candidates, calibrates the champion, sets the threshold, publishes the model.
    Train(train::Arguments),
    /// Lists, shows and publishes models.
    #[command(subcommand)]
    Models(models::Arguments),
    /// Writes a document on a model: how it was made, or its card.
    Report(report::Arguments),
    /// Scores many clients.
    Score(score::Arguments),
    /// Explains one client's decision.
    Explain(explain::Arguments),
    /// Serves the API and the dashboard.
    Serve(serve::Arguments),
    /// Asks the server of this machine whether it is well; for container engines.
    Healthcheck(healthcheck::Arguments),
    /// Adds, lists and disables people who sign in.
    User(user::Arguments),
    /// Makes, lists and revokes the keys that programs call the API with.
    Key(key::Arguments),
    /// Proves that no decision was changed or removed, and makes decisions again.
    Audit(audit::Arguments),
    /// Shows the settings: what holds, and who said so.
    #[command(subcommand)]
    Config(config::Arguments),
    /// Hands over what is kept about a client, or forgets it.
    Client(client::Arguments),
    /// Writes a client's letter, or the file for the record, as PDF.
    Letter(letter::Arguments),
    /// Runs the processes of a cluster, on which features can be built.
    #[command(subcommand)]
    Cluster(cluster::Arguments),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Synth(arguments) => synth::run(&arguments, context),
            Self::Ingest(arguments) => ingest::run(&arguments, context),
            Self::Features(arguments) => features::run(&arguments, context),
            Self::Demo(arguments) => demo::run(&arguments, context),
            Self::Train(arguments) => train::run(&arguments, context),
            Self::Models(arguments) => models::run(&arguments, context),
            Self::Report(arguments) => report::run(&arguments, context),
            Self::Score(arguments) => score::run(&arguments, context),
            Self::Explain(arguments) => explain::run(&arguments, context),
            Self::Serve(arguments) => serve::run(&arguments, context),
            Self::Healthcheck(arguments) => healthcheck::run(&arguments),
            Self::User(arguments) => user::run(arguments, context),
            Self::Key(arguments) => key::run(arguments, context),
            Self::Audit(arguments) => audit::run(arguments, context),
            Self::Config(arguments) => config::run(&arguments, context),
            Self::Client(arguments) => client::run(arguments, context),
            Self::Letter(arguments) => letter::run(arguments, context),
            Self::Cluster(arguments) => cluster::run(&arguments, context),
        }
    }
}

/// The recipe that a command works with.
#[derive(clap::Args, Clone)]
pub struct RecipeArgument {
    /// A built-in recipe's name or a recipe folder.
    #[arg(long, default_value = "home-credit", value_name = "R")]
    pub recipe: String,
}

impl RecipeArgument {
    fn open(&self) -> anyhow::Result<limpide_portfolio::Recipe> {
        Ok(limpide_portfolio::Recipe::open(&self.recipe)?)
    }
}

/// The database of people, sessions, keys and decisions.
#[derive(clap::Args, Clone)]
pub struct DatabaseArgument {
    #[command(flatten)]
    flags: Flags<OfDatabase>,
}

impl DatabaseArgument {
    /// The database asked for; the one in the workspace if none was.
    pub fn location(&self, context: &Context) -> anyhow::Result<Location> {
        let asked = context.said_with(&self.flags).database()?;
        Ok(asked.unwrap_or_else(|| Location::file(context.workspace().join(DATABASE))))
    }

    /// The same; a workspace that would hold the database is made if it is not there yet.
    pub fn for_writing(&self, context: &Context) -> anyhow::Result<Location> {
        if context.said_with(&self.flags).database()?.is_none() {
            context.create_workspace()?;
        }
        self.location(context)
    }
}
