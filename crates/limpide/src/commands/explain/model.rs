//! `limpide explain model`: what the published model does over all clients.

use std::path::PathBuf;

use anyhow::bail;
use limpide_model::Lang;
use limpide_portfolio::nearest;
use limpide_portfolio::portfolio::write_aside;

use super::Opened;
use crate::context::Context;
use crate::global::page::{self, Subject};
use crate::global::{Measuring, terminal};

#[derive(clap::Args)]
pub struct Arguments {
    /// Tell what counts in each part of the clients too: by the categories of this feature, or by
    /// quarters of its numbers.
    #[arg(long, value_name = "FEATURE")]
    by: Option<String>,
    /// Mark this client on the features' curves.
    #[arg(long, value_name = "ID")]
    client: Option<i64>,
    /// Where to write the page, an HTML file that needs no other.
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    /// The language of words and numbers: fr or en.
    #[arg(long, default_value = "fr")]
    lang: Lang,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let opened = Opened::new(context)?;
    let bundle = &opened.bundle;
    let by = match &arguments.by {
        Some(name) => match bundle.feature(name) {
            Some(place) => Some(place),
            None => {
                let known = bundle.features.iter().map(|feature| feature.name.as_str());
                let near = nearest(name, known);
                let near =
                    near.map_or_else(String::new, |near| format!("; the nearest is '{near}'"));
                bail!("the model has no feature '{name}'{near}")
            }
        },
        None => None,
    };
    let row = arguments
        .client
        .map(|client| opened.row(client))
        .transpose()?;
    let hash = bundle.hash()?;
    let measuring = Measuring {
        context,
        bundle,
        hash: &hash,
        clients: &opened.clients,
    };
    let kept = measuring.kept(by)?;
    let marks = match &row {
        Some(row) => measuring.marks(&kept, row)?,
        None => Vec::new(),
    };
    let by = by.map(|place| bundle.features[place].name.as_str());
    let subject = Subject {
        bundle,
        hash: &hash,
        global: &kept.global,
        marks: &marks,
        client: arguments.client,
    };
    let mut json = serde_json::to_value(&kept)?;
    if let Some(client) = arguments.client {
        json["client"] = client.into();
        json["marks"] = serde_json::to_value(&marks)?;
    }
    let mut text = terminal::text(&subject, by, arguments.lang);
    if let Some(path) = &arguments.out {
        write_aside(path, page::render(&subject, arguments.lang)?.as_bytes())?;
        json["out"] = path.display().to_string().into();
        text.push_str(&format!("\n{}\n", path.display()));
    }
    context.print(&json, &text)
}
