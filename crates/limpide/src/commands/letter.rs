//! `limpide letter`: a client's letter, or the file for the record, as a PDF file.

use std::path::PathBuf;

use limpide_model::Lang;
use limpide_portfolio::portfolio::write_aside;
use limpide_store::Store;
use limpide_web::{LetterKind, write_letter};
use serde_json::json;

use super::{DatabaseArgument, RecipeArgument, client};
use crate::context::Context;
use crate::registry::Registry;
use crate::settings::{self, Flags, OfLender};

#[derive(clap::Args)]
pub struct Arguments {
    /// The client's number.
    #[arg(long, value_name = "N")]
    client: i64,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// The language of words: fr or en.
    #[arg(long, default_value = "fr", value_name = "L")]
    lang: Lang,
    /// Writes the file for the record instead: all that the decision was made of.
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    recipe: RecipeArgument,
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(flatten)]
    lender: Flags<OfLender>,
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.location(context)?;
    let lender = settings::lender(&context.said_with(&arguments.lender))?;
    context.runtime()?.block_on(async {
        // Opened first: a workspace without a model gets no database.
        let bundle = Registry::new(context.workspace()).open_published()?;
        let store = Store::connect(&location).await?;
        let service = client::service(context, bundle, &arguments.recipe, store, lender).await?;
        let kind = match arguments.record {
            true => LetterKind::Record,
            false => LetterKind::Client,
        };
        let written = write_letter(&service, arguments.client, kind, arguments.lang).await?;
        write_aside(&arguments.output, &written.pdf)?;
        let output = arguments.output.display();
        let mut text = format!("written to {output}, {} pages\n", written.pages);
        if !written.stand_ins.is_empty() {
            let signs: String = written.stand_ins.iter().collect();
            text.push_str(&format!(
                "signs that the fonts lack are drawn as boxes, and read aloud as they are: {signs}\n"
            ));
        }
        let json = json!({
            "client": arguments.client,
            "output": arguments.output,
            "bytes": written.pdf.len(),
            "pages": written.pages,
            "stand_ins": written.stand_ins,
        });
        context.print(&json, &text)
    })
}
