//! What is kept of what was answered, and of the models that answered.

use std::path::Path;

use limpide_model::Bundle;
use limpide_store::{Predictions, Store};
use limpide_web::{PastModels, RowsError};

use crate::registry::Registry;

/// The folder of the workspace in which predictions wait for the database.
const WAITING: &str = "predictions";

/// The prediction log, inside a Tokio runtime.
pub fn predictions(workspace: &Path, store: &Store) -> anyhow::Result<Predictions> {
    let folder = workspace.join(WAITING);
    Ok(Predictions::open(
        store,
        Some(folder),
        Predictions::MOST_BYTES,
    )?)
}

impl PastModels for Registry {
    fn bundle(&self, hash: &str) -> Result<Option<Bundle>, RowsError> {
        if !self.path(hash).exists() {
            return Ok(None);
        }
        let opened = self
            .open(hash)
            .map_err(|error| RowsError(format!("{error:#}")));
        opened.map(Some)
    }
}
