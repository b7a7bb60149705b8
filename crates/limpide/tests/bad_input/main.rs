//! Whatever is wrong with what people hand over: one sentence that says where and what was expected, exit 1, and
//! everything that was there before still there.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod columns_and_rows;
mod ended;
mod full_disk;
mod mismatch;
mod models;
mod recipes;
mod sources;
mod usage;
#[path = "../support/workspace.rs"]
mod workspace;
mod zip;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::workspace::{ask, copy_folder, folder, limpide, text, workspace};

/// A copy of the Home Credit recipe that a test may change, in a folder `home-credit`.
fn home_credit_copy() -> TempDir {
    let copy = folder();
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/home-credit");
    copy_folder(&original, &copy.path().join("home-credit"));
    copy
}

/// Asserts that a source is refused with these words and that the workspace's portfolio and features stay.
fn ingest_refuses(source: &Path, expected: &[&str]) {
    let workspace = workspace();
    let before = State::of(workspace.path());
    limpide(workspace.path(), &["ingest", text(source)]).refuses(expected);
    before.still_stands(workspace.path());
}

/// What a workspace holds: its manifests, and the hashes that they promise.
struct State {
    portfolio: Value,
    features: Value,
    published: String,
}

impl State {
    fn of(workspace: &Path) -> Self {
        Self {
            portfolio: manifest(workspace, "portfolio.json"),
            features: manifest(workspace, "features.json"),
            published: fs::read_to_string(workspace.join("models/published")).unwrap(),
        }
    }

    /// Asserts that nothing has changed and that the next steps still work on it.
    fn still_stands(&self, workspace: &Path) {
        assert_eq!(
            self.published,
            fs::read_to_string(workspace.join("models/published")).unwrap()
        );
        assert_eq!(self.features, manifest(workspace, "features.json"));
        assert_eq!(self.portfolio, manifest(workspace, "portfolio.json"));
        let id = self.portfolio["id"].as_str().unwrap();
        assert_eq!(
            entries(&workspace.join("portfolio")),
            [id],
            "nothing is left of what failed"
        );
        portfolio_is_whole(workspace);
        assert_eq!(ask(workspace, &["features"])["hash"], self.features["hash"]);
    }
}

fn manifest(workspace: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(workspace.join(name)).unwrap()).unwrap()
}

/// Asserts that the tables that the manifest names are there, with the hashes that it gives.
fn portfolio_is_whole(workspace: &Path) {
    let portfolio = manifest(workspace, "portfolio.json");
    let folder = workspace
        .join("portfolio")
        .join(portfolio["id"].as_str().unwrap());
    for table in portfolio["tables"].as_array().unwrap() {
        let path = folder.join(format!("{}.parquet", table["name"].as_str().unwrap()));
        let hash = blake3::hash(&fs::read(&path).unwrap()).to_hex().to_string();
        assert_eq!(table["hash"], hash, "{}", path.display());
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}
