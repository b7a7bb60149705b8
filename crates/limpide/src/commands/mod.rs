//! The commands, in the order of the way of the data.

mod features;
mod ingest;
mod synth;

use clap::Subcommand;

use crate::context::Context;

#[derive(Subcommand)]
pub enum Command {
    /// Writes a synthetic portfolio: the lender's tables, made by the recipe.
    Synth(synth::Arguments),
    /// Reads a zip or folder of CSV files into the workspace.
    Ingest(ingest::Arguments),
    /// Builds the feature matrix and its catalogue.
    Features(features::Arguments),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Synth(arguments) => synth::run(&arguments, context),
            Self::Ingest(arguments) => ingest::run(&arguments, context),
            Self::Features(arguments) => features::run(&arguments, context),
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
