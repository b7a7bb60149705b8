//! `limpide features`: the feature matrix and its catalogue.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use limpide_features::catalogue::CATALOGUE;
use limpide_features::{Catalogue, FeatureSet, build};
use limpide_model::Lang;
use limpide_portfolio::nearest;
use limpide_portfolio::portfolio::write_aside;
use serde_json::json;

use super::RecipeArgument;
use super::cluster::OnCluster;
use crate::catalogue::page::page;
use crate::catalogue::{page_path, pages, terminal};
use crate::context::{Context, table};
use crate::stop;

#[derive(clap::Args)]
pub struct Arguments {
    /// Show the catalogue of the features that are there, or one of them in full; build nothing.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", conflicts_with = "recipe")]
    pub show: Option<String>,
    /// Where to write the catalogue's page as well, in the language.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// The language of what is shown: fr or en.
    #[arg(long, default_value = "fr")]
    pub lang: Lang,
    #[command(flatten)]
    pub recipe: RecipeArgument,
    #[command(flatten)]
    pub on: OnCluster,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    match &arguments.show {
        Some(name) => show(name, arguments, context),
        None => make(arguments, context),
    }
}

/// Writes the page where it was asked for.
fn write_page(
    arguments: &Arguments,
    set: &FeatureSet,
    catalogue: &Catalogue,
) -> anyhow::Result<()> {
    if let Some(path) = &arguments.catalogue {
        write_aside(path, page(set, catalogue, arguments.lang)?.as_bytes())?;
    }
    Ok(())
}

/// Prints the catalogue, or one feature of it.
fn show(name: &str, arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let lang = arguments.lang;
    let workspace = context.workspace();
    let set = FeatureSet::open(workspace)?;
    let folder = set.folder(workspace);
    let catalogue = Catalogue::open(&folder)?;
    write_page(arguments, &set, &catalogue)?;
    if name.is_empty() {
        let mut json = serde_json::to_value(&catalogue)?;
        json["rows"] = json!(set.rows);
        json["hash"] = json!(set.hash);
        json["synthetic"] = json!(set.synthetic);
        json["page"] = json!(page_path(&folder, lang));
        let page = page_path(&folder, lang);
        let text = format!("{}{}\n", terminal::all(&catalogue, lang), page.display());
        return context.print(&json, &text);
    }
    let all = || {
        catalogue
            .features
            .iter()
            .chain(catalogue.learned_features())
    };
    let info = all().find(|info| info.name == name).with_context(|| {
        let near = nearest(name, all().map(|info| info.name.as_str()));
        let near = near.map(|near| format!("; the nearest is {near}"));
        format!("no feature is called {name}{}", near.unwrap_or_default())
    })?;
    context.print(
        &serde_json::to_value(info)?,
        &terminal::one(&catalogue, info, lang),
    )
}

fn make(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let recipe = arguments.recipe.open()?;
    let start = Instant::now();
    let reporter = Arc::new(context.reporter());
    let progress = |p| reporter.step(&p);
    let building = async {
        let engine = arguments.on.engine(context, &reporter).await?;
        anyhow::Ok(build(&engine, &recipe, context.workspace(), &pages, &progress).await?)
    };
    let set = context.runtime()?.block_on(stop::unless_asked(building))?;
    drop(reporter);
    let folder = set.folder(context.workspace());
    write_page(arguments, &set, &Catalogue::open(&folder)?)?;
    let page = page_path(&folder, arguments.lang);
    let seconds = start.elapsed().as_secs_f64();
    let families = set.families.iter().map(|family| {
        json!({"prefix": family.prefix, "features": family.features, "seconds": family.seconds})
    });
    let json = json!({
        "hash": set.hash,
        "rows": set.rows,
        "features": set.features,
        "families": families.collect::<Vec<_>>(),
        "seconds": seconds,
        "catalogue": folder.join(CATALOGUE),
        "page": page,
    });
    let mut rows = vec![
        ["family", "features", "seconds"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for family in &set.families {
        let seconds = format!("{:.2}", family.seconds);
        rows.push(vec![
            family.prefix.clone(),
            family.features.to_string(),
            seconds,
        ]);
    }
    let text = format!(
        "{}{} features of {} clients in {seconds:.1} s\n{}\n",
        table(&rows),
        set.features,
        set.rows,
        page.display()
    );
    context.print(&json, &text)
}
