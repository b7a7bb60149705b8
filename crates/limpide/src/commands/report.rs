//! `limpide report`: the documents that go with a model.

use std::path::PathBuf;

use clap::ValueEnum;
use limpide_model::Lang;
use limpide_portfolio::portfolio::write_aside;
use serde_json::json;

use crate::context::Context;
use crate::registry::Registry;
use crate::report::{Document, Subject};

#[derive(clap::Args)]
pub struct Arguments {
    /// Which document.
    #[arg(value_enum)]
    pub document: Document,
    /// Where to write it, an HTML file that needs no other; printed if absent.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Its language: fr or en.
    #[arg(long, default_value = "fr")]
    pub lang: Lang,
    /// The model's hash or the beginning of it; the published model if absent.
    #[arg(long, value_name = "HASH")]
    pub model: Option<String>,
    /// Who answers for the model, as the document shall name them.
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let registry = Registry::new(context.workspace());
    let published = registry.published()?;
    let (hash, bundle) = match &arguments.model {
        Some(hash) => (registry.find(hash)?, registry.open(hash)?),
        None => {
            let bundle = registry.open_published()?;
            (bundle.hash()?, bundle)
        }
    };
    let selection = registry.selection(&hash)?;
    let subject = Subject {
        bundle: &bundle,
        hash: &hash,
        published: published.as_deref() == Some(hash.as_str()),
        selection: selection.as_ref(),
        contact: arguments.contact.as_deref(),
    };
    let page = arguments.document.render(&subject, arguments.lang)?;
    let name = arguments.document.to_possible_value();
    let mut json = json!({
        "report": name.as_ref().map(|name| name.get_name()),
        "bundle": hash,
        "published": subject.published,
        "lang": arguments.lang,
        "bytes": page.len(),
    });
    match &arguments.out {
        Some(path) => {
            write_aside(path, page.as_bytes())?;
            json["out"] = path.display().to_string().into();
            let line = format!("model {hash} is told of in {}\n", path.display());
            context.print(&json, &line)
        }
        None => {
            json["html"] = page.as_str().into();
            context.print(&json, &page)
        }
    }
}
