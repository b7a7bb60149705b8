//! `limpide audit`: proof that no decision was changed or removed.

use anyhow::bail;
use limpide_store::{Head, Store, Verification};
use serde_json::json;

use super::DatabaseArgument;
use crate::context::Context;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Walks the decision log from its first entry to its last.
    Verify {
        /// The head that an earlier verification printed: its entry must still be there.
        #[arg(long, value_name = "HEAD")]
        noted: Option<Head>,
    },
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.for_writing(context)?;
    let Action::Verify { noted } = arguments.action;
    context.runtime()?.block_on(async {
        let store = Store::connect(&location).await?;
        match store.verify_log(noted.as_ref()).await? {
            Verification::Whole { head, erased } => {
                let text = format!(
                    "the decision log is whole: {} entries, of which {erased} were erased\n\
                     note its head, and hand it to the next verification with --noted:\n{head}\n",
                    head.sequence
                );
                let json = json!({
                    "whole": true,
                    "entries": head.sequence,
                    "erased": erased,
                    "head": head.to_string(),
                });
                context.print(&json, &text)
            }
            Verification::Broken { sequence, fault } => {
                bail!("the decision log of {location} is broken at entry {sequence}: {fault}")
            }
        }
    })
}
