//! `limpide features`: the feature matrix and its catalogue.

use std::sync::Arc;
use std::time::Instant;

use limpide_features::build;
use serde_json::json;

use super::RecipeArgument;
use super::cluster::OnCluster;
use crate::context::{Context, table};
use crate::stop;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub recipe: RecipeArgument,
    #[command(flatten)]
    pub on: OnCluster,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let recipe = arguments.recipe.open()?;
    let start = Instant::now();
    let reporter = Arc::new(context.reporter());
    let progress = |p| reporter.step(&p);
    let building = async {
        let engine = arguments.on.engine(context, &reporter).await?;
        anyhow::Ok(build(&engine, &recipe, context.workspace(), &progress).await?)
    };
    let set = context.runtime()?.block_on(stop::unless_asked(building))?;
    drop(reporter);
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
        "{}{} features of {} clients in {seconds:.1} s\n",
        table(&rows),
        set.features,
        set.rows
    );
    context.print(&json, &text)
}
