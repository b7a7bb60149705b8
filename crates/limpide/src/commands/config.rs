//! `limpide config`: what is set, and who said so.

use serde_json::{Value, json};

use super::serve;
use crate::context::{Context, table};
use crate::settings::{Kind, Shown};

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Shows every setting as `serve` would read it with the same flags; secrets are hidden.
    Show(serve::Arguments),
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let Arguments::Show(arguments) = arguments;
    let said = arguments.said(context);
    let shown = said.shown()?;
    // What cannot be served is told here as well.
    serve::Options::read(&said)?;
    said.database()?;
    let rows = shown.iter().map(row);
    let heads = ["setting", "value", "from"].map(str::to_owned).to_vec();
    let text = table(&[vec![heads], rows.collect()].concat());
    let settings: Vec<Value> = shown.iter().map(described).collect();
    context.print(&json!({ "settings": settings }), &text)
}

fn row(shown: &Shown) -> Vec<String> {
    let value = shown.value.clone().unwrap_or_else(|| "-".to_owned());
    vec![shown.setting.key(), value, shown.source.to_string()]
}

fn described(shown: &Shown) -> Value {
    let setting = shown.setting;
    let secret = setting.kind == Kind::Secret;
    json!({
        "name": setting.key(),
        "value": shown.value,
        "from": shown.source.to_string(),
        "default": Some(setting.default).filter(|text| !text.is_empty()),
        "flag": (!secret).then(|| format!("--{}", setting.name)),
        "variable": setting.variable(),
        "key": (!secret).then(|| setting.key()),
        "about": setting.about,
    })
}
