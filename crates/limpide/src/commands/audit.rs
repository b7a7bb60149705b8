//! `limpide audit`: proof that no decision was changed or removed, and that each follows from its
//! inputs.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use limpide_explain::Explainer;
use limpide_store::{CaseId, Event, Head, Store, Verification};
use limpide_web::{Difference, PastModels, Replay, replay};
use serde_json::json;

use super::DatabaseArgument;
use crate::context::Context;
use crate::registry::Registry;

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
    /// Makes a logged decision again from the inputs in its entry and the model that it names, and
    /// compares all of it to the bit; fails where anything differs.
    Replay {
        /// The number of an entry, or of a case: 32 hexadecimal digits.
        id: String,
    },
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.for_writing(context)?;
    context.runtime()?.block_on(async {
        let store = Store::connect(&location).await?;
        match arguments.action {
            Action::Verify { noted } => verify(&store, noted.as_ref(), context)
                .await
                .with_context(|| format!("{location}")),
            Action::Replay { id } => replay_one(&store, &id, context).await,
        }
    })
}

async fn verify(store: &Store, noted: Option<&Head>, context: &Context) -> anyhow::Result<()> {
    match store.verify_log(noted).await? {
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
            bail!("the decision log is broken at entry {sequence}: {fault}")
        }
    }
}

async fn replay_one(store: &Store, id: &str, context: &Context) -> anyhow::Result<()> {
    let case = case_of(store, id).await?;
    let entries = store.case_entries(&case).await?;
    let Some(first) = entries.first() else {
        bail!("no case has the number {case}");
    };
    let logged = match &first.event {
        Some(Event::Proposed(proposal)) => proposal,
        Some(_) => bail!("the model proposed nothing in the case {case}: nothing can be replayed"),
        None => bail!("what the case {case} told was erased: nothing is left to replay"),
    };
    let bundle = Registry::new(context.workspace()).bundle(&logged.bundle)?;
    let bundle = bundle.with_context(|| {
        format!(
            "the model {} is not in this workspace any more, so that its decision cannot be made \
             again: put its file back under models/",
            logged.bundle
        )
    })?;
    let Replay {
        differences,
        proposal,
        made_by,
        replayed_by,
    } = replay(&Explainer::new(Arc::new(bundle)), logged)?;
    let json = json!({
        "entry": first.sequence,
        "case": case,
        "bundle": logged.bundle,
        "same": differences.is_empty(),
        "differences": differences,
        "made_by": made_by,
        "replayed_by": replayed_by,
        "replayed": proposal,
    });
    let mut text = format!("entry {}, model {}\n", first.sequence, logged.bundle);
    if differences.is_empty() {
        text.push_str("made again to the same bits: probability, interval, decision, reasons\n");
        return context.print(&json, &text);
    }
    for Difference { what, logged, now } in &differences {
        text.push_str(&format!("{what}: {logged} was logged, {now} came out\n"));
    }
    context.print(&json, &text)?;
    let by = made_by.unwrap_or_else(|| "an unknown version".to_owned());
    bail!(
        "{} parts of the decision came out otherwise; it was made by version {by}, this is \
         {replayed_by}",
        differences.len()
    )
}

/// The case of that number, or of the entry of that number.
async fn case_of(store: &Store, id: &str) -> anyhow::Result<CaseId> {
    // 32 digits are no number that an entry could have.
    let Ok(sequence) = id.parse::<i64>() else {
        return id
            .parse()
            .context("expected the number of an entry or of a case");
    };
    let entry = store.entry(sequence).await?;
    let entry = entry.with_context(|| format!("the decision log has no entry {sequence}"))?;
    Ok(entry.case)
}
