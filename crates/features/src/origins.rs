//! Where the values of a feature come from, in the recipe's words: what people may ask of each value
//! that is kept of them. Which tables and columns it is made of says its lineage.

use crate::catalogue::{FeatureInfo, Role};
use crate::spec::Text;
use crate::table_words::{TableWords, Words};

/// One source of a feature's values, as people tell sources apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What people call it: the source of the columns, else of their table, else the table's rows.
    pub label: Text,
    /// The table whose rows hold the values.
    pub table: String,
}

/// The sources of a feature, those of its values before those that only decide which rows count.
pub fn origins(words: &TableWords, info: &FeatureInfo) -> Vec<Origin> {
    let mut sources: Vec<_> = info.lineage.iter().collect();
    sources.sort_by_key(|source| source.role == Role::Rows);
    let columns = sources
        .into_iter()
        .map(|source| (source.table.as_str(), Some(source.column.as_str())));
    let tables = info.tables.iter().map(|table| (table.as_str(), None));
    let mut found: Vec<Origin> = Vec::new();
    for (table, column) in columns.chain(tables) {
        let known = found.iter().any(|origin| origin.table == table);
        // A table alone tells nothing beside its columns.
        if known && column.is_none() {
            continue;
        }
        let label = label(words.tables.get(table), table, column);
        if !found.iter().any(|origin| origin.label == label) {
            let table = table.to_owned();
            found.push(Origin { label, table });
        }
    }
    found
}

fn label(words: Option<&Words>, table: &str, column: Option<&str>) -> Text {
    let of_column = words.zip(column).and_then(|(words, column)| {
        let column = words.columns.get(column)?;
        Some(&column.source)
    });
    let of_table = words.map(|words| &words.source);
    let of_rows = words.map(|words| &words.label);
    let mut said = [of_column, of_table, of_rows].into_iter().flatten();
    match said.find(|text| !text.fr.is_empty()) {
        Some(text) => text.clone(),
        None => Text {
            fr: table.to_owned(),
            en: table.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use limpide_portfolio::Recipe;

    use super::*;
    use crate::spec::RecipeSpec;

    /// The English names of a feature's sources.
    fn of(spec: &RecipeSpec, plan: &crate::plan::Plan, name: &str) -> Vec<String> {
        let mut features = plan.features();
        let feature = features.find(|feature| feature.info.name == name).unwrap();
        let origins = origins(&spec.table_words, &feature.info);
        origins.into_iter().map(|origin| origin.label.en).collect()
    }

    #[test]
    fn every_value_shown_of_a_client_has_a_source_in_words() {
        for recipe in ["home-credit", "german-credit"] {
            let folder = format!("{}/../../recipes/{recipe}", env!("CARGO_MANIFEST_DIR"));
            let recipe = Recipe::open(&folder).unwrap();
            let spec = RecipeSpec::open(&recipe).unwrap();
            let plan = crate::compile(&spec, &recipe.schema, |_| true).unwrap();
            let panels = spec.display.panels.iter();
            let shown = panels.flat_map(|panel| &panel.features);
            for name in shown.chain(&spec.display.header) {
                let found = of(&spec, &plan, name);
                assert!(!found.is_empty(), "{name}");
                let tables: Vec<&str> = recipe
                    .schema
                    .tables
                    .iter()
                    .map(|t| t.name.as_str())
                    .collect();
                assert!(
                    found.iter().all(|label| !tables.contains(&label.as_str())),
                    "{name}: {found:?}"
                );
            }
        }
    }
}
