//! A workspace with the changes that its recipe allows, and its published model: every part of the
//! path on which an application is scored.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use limpide_engine::arrow::array::AsArray;
use limpide_engine::arrow::datatypes::Int64Type;
use limpide_features::{Cell, Changes, Computed, DetailRows, RecipeSpec, cell};
use limpide_model::{Bundle, DetailTable, Details, Value};
use limpide_portfolio::{ClientReader, ClientTables, Recipe};
use serde_json::Value as Json;

use crate::ready::Ready;

/// A workspace's plans and its published model.
pub struct Lender {
    pub ready: Ready,
    reader: ClientReader,
    pub changes: Changes,
    pub bundle: Bundle,
    pub places: Vec<usize>,
}

impl Lender {
    pub async fn open(workspace: &Path) -> Self {
        Self::open_with(workspace, "home-credit").await
    }

    /// Opens a workspace with a built-in recipe, or one in a folder.
    pub async fn open_with(workspace: &Path, recipe: &str) -> Self {
        let ready = Ready::open_with(workspace, recipe).await;
        let spec = RecipeSpec::open(&Recipe::open(recipe).unwrap()).unwrap();
        let changes = Changes::new(&ready.engine, &ready.schema, &spec, &ready.online);
        let changes = changes.await.unwrap();
        let bundle = published(workspace);
        let plan = ready.online.plan();
        let names: Vec<&str> = plan.features().map(|f| f.info.name.as_str()).collect();
        let base = bundle.features[..bundle.n_base()].iter();
        let places = base.map(|feature| names.iter().position(|n| *n == feature.name).unwrap());
        Self {
            places: places.collect(),
            reader: ready.reader_of_all_columns(),
            ready,
            changes,
            bundle,
        }
    }

    pub fn rows(&self, client: i64) -> ClientTables {
        self.reader.rows(client).unwrap().unwrap()
    }

    /// The row that the model reads, by the path of every application.
    pub fn row(&self, computed: &Computed) -> Vec<Value> {
        let value = |place: &usize| match cell(computed.batch.column(place + 2), 0) {
            Cell::Number(number) => Value::Number(number),
            Cell::Text(text) => Value::Category(text.to_owned()),
            Cell::Missing => Value::Missing,
        };
        let base: Vec<Value> = self.places.iter().map(value).collect();
        let details = self.ready.online.plan().details.iter();
        let tables: Vec<DetailTable> = details
            .zip(&computed.details)
            .map(|(detail, batch)| {
                let batch = std::slice::from_ref(batch);
                let rows =
                    DetailRows::new(&detail.name, &detail.columns, &[client(computed)], batch);
                let rows = rows.unwrap();
                DetailTable {
                    name: rows.name,
                    columns: rows.columns,
                    offsets: rows.offsets,
                    values: rows.values,
                }
            })
            .collect();
        self.bundle.complete(&base, Details::of(&tables, 0))
    }

    pub async fn score(&self, rows: &ClientTables, edits: &Json) -> limpide_model::Score {
        let online = &self.ready.online;
        let edits = edits.as_object().unwrap();
        let edited = online
            .edited(&self.ready.schema, rows, edits)
            .await
            .unwrap();
        let computed = online.compute(&edited).await.unwrap();
        self.bundle.score(&self.row(&computed)).unwrap()
    }
}

fn client(computed: &Computed) -> i64 {
    computed
        .batch
        .column(0)
        .as_primitive::<Int64Type>()
        .value(0)
}

/// The model that decides in a workspace.
pub fn published(workspace: &Path) -> Bundle {
    let models = workspace.join("models");
    let hash = fs::read_to_string(models.join("published")).unwrap();
    let path = models.join(format!("{}.json", hash.trim()));
    Bundle::from_bytes(&fs::read(path).unwrap()).unwrap()
}
