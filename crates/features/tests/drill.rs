//! What is shown behind the features of the built-in recipes: every column has words.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use limpide_engine::{Engine, EngineConfig};
use limpide_features::drill::{ColumnRole, Drill};
use limpide_features::{RecipeSpec, compile};
use limpide_portfolio::Recipe;

/// A recipe as it stands on disk: a change of it needs no new build.
async fn drill(recipe: &str) -> Drill {
    let folder = format!("{}/../../recipes/{recipe}", env!("CARGO_MANIFEST_DIR"));
    let recipe = Recipe::open(&folder).unwrap();
    let spec = RecipeSpec::open(&recipe).unwrap();
    let plan = compile(&spec, &recipe.schema, |_| true).unwrap();
    let engine = Engine::new(&EngineConfig {
        threads: 1,
        memory_bytes: 1 << 28,
        spill_folder: std::env::temp_dir(),
    });
    let engine = engine.unwrap();
    Drill::new(&engine, &recipe.schema, &spec, &plan).await.unwrap()
}

#[tokio::test]
async fn every_column_that_is_shown_has_words_in_both_languages() {
    for recipe in ["home-credit", "german-credit"] {
        let drill = drill(recipe).await;
        let mut without = BTreeSet::new();
        let mut columns = 0;
        for feature in drill.features() {
            for column in drill.columns(&feature.name) {
                columns += 1;
                let bare = column.label.fr == column.name || column.label.en == column.name;
                if bare || column.label.fr.is_empty() || column.label.en.is_empty() {
                    let tables = feature.tables.join("+");
                    without.insert(format!("{tables} ({}): {}", feature.family, column.name));
                }
            }
        }
        assert!(columns > 10, "only {columns} columns in {recipe}");
        let without: Vec<String> = without.into_iter().collect();
        assert!(without.is_empty(), "{recipe}:\n{}", without.join("\n"));
    }
}
