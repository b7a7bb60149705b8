//! `limpide explain ways --client ID`: the smallest changes that the request would be granted with.

use std::time::Duration;

use anyhow::bail;
use limpide_explain::{Ways, format};
use limpide_model::Lang;
use limpide_portfolio::Recipe;
use limpide_web::{ComputeError, WaysAsked};
use serde_json::json;

use crate::context::Context;
use crate::online::OnlineRows;
use crate::ways::MOST_WAYS;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    asked: super::Asked,
    /// Fields that may change, by the recipe's names: all of them if left out.
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    only: Vec<String>,
    /// The most ways.
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = limit)]
    limit: usize,
    /// After so many seconds what was found so far is told.
    #[arg(long, default_value_t = 10.0, value_name = "S", value_parser = seconds)]
    seconds: f64,
    /// A built-in recipe's name or a recipe folder; without it, the recipe that the model names.
    #[arg(long, value_name = "R")]
    recipe: Option<String>,
}

fn limit(text: &str) -> Result<usize, String> {
    let limit = text
        .parse()
        .ok()
        .filter(|limit| (1..=MOST_WAYS).contains(limit));
    limit.ok_or_else(|| format!("a whole number from 1 to {MOST_WAYS} is expected"))
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|s| (0.0..=86_400.0).contains(s));
    seconds.ok_or_else(|| "a number of seconds is expected, at most a day".to_owned())
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let opened = super::Opened::new(context)?;
    let bundle = &opened.bundle;
    let client = arguments.asked.client;
    // Known before anything is planned.
    opened.row(client)?;
    let name = arguments.recipe.as_ref();
    let recipe = Recipe::open(name.unwrap_or(&bundle.recipe.name))?;
    if recipe.hash() != bundle.recipe.hash {
        bail!(
            "the published model was trained with another recipe than '{}': name its recipe with \
             --recipe, or run 'limpide train'",
            recipe.name
        );
    }
    let runtime = context.runtime()?;
    let engine = context.engine()?;
    let workspace = context.workspace();
    let rows = runtime.block_on(OnlineRows::open(&engine, &recipe, workspace, bundle))?;
    let asked = WaysAsked {
        only: arguments.only.clone(),
        limit: arguments.limit,
        time: Duration::from_secs_f64(arguments.seconds),
        lang: arguments.asked.lang,
    };
    let _inside = runtime.enter();
    let ways = match rows.find_ways(client, &asked) {
        Ok(Some(ways)) => ways,
        Ok(None) => bail!("client {client} is not in the portfolio"),
        Err(ComputeError::Unfit(values)) => {
            let said = values.iter().map(|value| {
                format!(
                    "{}: {}, expected {}",
                    value.field, value.found, value.expected
                )
            });
            bail!("{}", said.collect::<Vec<_>>().join("; "))
        }
        Err(failed) => return Err(failed.into()),
    };
    let json = json!({
        "client": client,
        "lang": ways.lang,
        "decision": ways.decision,
        "probability": ways.probability,
        "limit": ways.limit,
        "fields": ways.fields,
        "ways": ways.ways,
        "examined": ways.examined,
        "of": ways.of,
        "complete": ways.is_complete,
        "summary": ways.summary,
        "note": ways.note,
        "synthetic": bundle.synthetic,
    });
    context.print(&json, &text(client, &ways, bundle.synthetic))
}

fn text(client: i64, ways: &Ways, synthetic: bool) -> String {
    let lang = ways.lang;
    let words = match lang {
        Lang::Fr => &super::client::FRENCH,
        Lang::En => &super::client::ENGLISH,
    };
    let mut text = format!(
        "{} {client} · {} · {}\n{}\n",
        words.client,
        format::percent(ways.probability, lang),
        words.decision(ways.decision),
        ways.summary,
    );
    for (place, way) in ways.ways.iter().enumerate() {
        text.push_str(&format!("\n  {}. {}\n", place + 1, way.sentence));
        if !way.consequence.is_empty() {
            text.push_str(&format!("     {}\n", way.consequence));
        }
    }
    text.push_str(&format!("\n{}\n", ways.note));
    if synthetic {
        text.push_str(&format!("{}\n", words.synthetic));
    }
    text
}
