//! `limpide client`: what is kept about one client, handed over or forgotten.

use std::path::PathBuf;
use std::sync::Arc;

use limpide_model::Lang;
use limpide_portfolio::portfolio::write_aside;
use limpide_store::{Actor, Retention, Store, WriteAheadLog};
use limpide_web::{
    ExportForm, Hosting, Lender, Limits, Service, ServiceParts, SessionLimits, export_client,
};
use serde_json::json;
use time::OffsetDateTime;

use super::{DatabaseArgument, RecipeArgument};
use crate::clock;
use crate::context::Context;
use crate::past;
use crate::registry::Registry;
use crate::serving::{Compare, Source};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Writes everything that is kept about a client: raw rows, features, result, decisions,
    /// comments, and what was answered.
    Export {
        /// The client's number.
        id: i64,
        /// The file to write; a page for people if it ends in .html, else JSON.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The language of words: fr or en.
        #[arg(long, default_value = "fr", value_name = "L")]
        lang: Lang,
        #[command(flatten)]
        recipe: RecipeArgument,
    },
    /// Forgets everything that the database holds of a client; the decision log can still be
    /// verified.
    Erase {
        /// The client's number.
        id: i64,
        /// On which ground; it stays in the decision log, so it must name nobody.
        #[arg(long, value_name = "WORDS")]
        reason: String,
    },
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.for_writing(context)?;
    context.runtime()?.block_on(async {
        match arguments.action {
            Action::Export {
                id,
                out,
                lang,
                recipe,
            } => {
                let bundle = Registry::new(context.workspace()).open_published()?;
                let store = Store::connect(&location).await?;
                let is_page = out.extension().is_some_and(|ending| ending == "html");
                let form = if is_page {
                    ExportForm::Html
                } else {
                    ExportForm::Json
                };
                let lender = Lender::default();
                let service = service(context, bundle, &recipe, store, lender).await?;
                let written = export_client(&service, id, form, lang).await?;
                write_aside(&out, written.as_bytes())?;
                let text = format!("written to {}\n", out.display());
                let json = json!({"client": id, "out": out, "bytes": written.len()});
                context.print(&json, &text)
            }
            Action::Erase { id, reason } => {
                let store = Store::connect(&location).await?;
                erase(&store, id, &reason, context).await
            }
        }
    })
}

async fn erase(store: &Store, client: i64, reason: &str, context: &Context) -> anyhow::Result<()> {
    // To the millisecond: what was answered in this second is forgotten too.
    let now = OffsetDateTime::now_utc();
    let erased = store
        .erase_client(client, Actor::Program, reason, now)
        .await?;
    let log = match erased.write_ahead_log {
        WriteAheadLog::Emptied => "emptied",
        WriteAheadLog::Busy => "busy",
        WriteAheadLog::TheServers => "the_servers",
    };
    let mut text = format!(
        "client {client} is forgotten: {}, {}, {}, {}\n\
         the lender's tables and backups are not reached: take the client out there, then ingest\n",
        counted(erased.entries.len() as u64, "case"),
        counted(erased.predictions, "prediction"),
        counted(erased.accounts, "account"),
        counted(erased.assignments, "assignment")
    );
    if erased.write_ahead_log == WriteAheadLog::Busy {
        text.push_str(
            "another program was reading the database: what was removed may stand in its \
             write-ahead log until the server empties it; run this again to be sure\n",
        );
    }
    let json = json!({
        "client": client,
        "at": clock::written_seconds(now.unix_timestamp()),
        "cases": erased.entries.len(),
        "predictions": erased.predictions,
        "accounts": erased.accounts,
        "assignments": erased.assignments,
        "write_ahead_log": log,
    });
    context.print(&json, &text)
}

/// So many of what has a plural in s.
fn counted(number: u64, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    }
}

/// As much of a service as writing about a client needs.
pub(super) async fn service(
    context: &Context,
    bundle: limpide_model::Bundle,
    recipe: &RecipeArgument,
    store: Store,
    lender: Lender,
) -> anyhow::Result<Arc<Service>> {
    let source = Source::open(context, &recipe.open()?)?;
    Ok(Arc::new(Service::new(ServiceParts {
        model: source.model(bundle, Compare::Never).await?,
        batches: None,
        past: Some(Arc::new(Registry::new(context.workspace()))),
        models: None,
        runs: None,
        quality: None,
        predictions: past::predictions(context.workspace(), &store)?,
        retention: Retention::default(),
        store,
        hosting: Hosting::new(Limits::default()),
        api_key: None,
        secure_cookies: true,
        sessions: SessionLimits::default(),
        provider: None,
        lender,
        settings: Vec::new(),
    })?))
}
