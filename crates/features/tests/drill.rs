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
    Drill::new(&engine, &recipe.schema, &spec, &plan)
        .await
        .unwrap()
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

#[tokio::test]
async fn nothing_is_shown_but_what_a_feature_reads_and_what_identifies_and_dates_a_row() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../recipes/home-credit");
    let schema = Recipe::open(folder).unwrap().schema;
    let drill = drill("home-credit").await;
    let mut looked_at = 0;
    for feature in drill.features() {
        for column in drill.columns(&feature.name) {
            assert_ne!(column.name, schema.client, "{}", feature.name);
            assert_ne!(column.name, schema.label, "{}", feature.name);
            let tables = schema.tables.iter();
            let mut tables = tables.filter(|table| feature.tables.contains(&table.name));
            let marks = tables.any(|table| {
                table.keys.contains(&column.name) || table.time.contains(&column.name)
            });
            let mut sources = feature.lineage.iter();
            let is_read = sources.any(|source| source.column == column.name);
            // What a SELECT makes of columns has a name of its own, in the feature's SQL.
            let is_made = feature.sql.contains(&column.name)
                || feature.computed.contains_key(&column.name)
                || feature
                    .computed
                    .values()
                    .any(|sql| sql.contains(&column.name));
            let name = (&feature.name, &column.name);
            assert!(
                marks || is_read || is_made,
                "{name:?} of {:?}",
                feature.family
            );
            assert!(marks || column.role != ColumnRole::Key, "{name:?}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 1_000, "only {looked_at} columns");
}
