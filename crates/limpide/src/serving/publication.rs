//! A model that is published while the server runs: noticed, made ready beside the one in force, and
//! put in its place. One that cannot be served is said so, and the one in force goes on.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::bail;
use limpide_features::FeatureSet;
use limpide_features::row_file::ROWS;
use limpide_web::{Published, Service};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::{Compare, Source};
use crate::registry::Registry;

/// How often the workspace is looked at: three files are asked when they were written.
const EVERY: Duration = Duration::from_secs(1);

/// Which model and which features are in force, as told by the files that say so: all of them are
/// renamed into place, so that another one is another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp([Option<FileStamp>; 3]);

type FileStamp = (u64, u64, Option<SystemTime>);

impl Stamp {
    /// Looks at a workspace.
    pub fn of(workspace: &Path) -> Self {
        let features = FeatureSet::open(workspace).ok();
        let rows = features.map(|set| set.folder(workspace).join(ROWS));
        Self([
            file(&workspace.join("models").join("published")),
            file(&workspace.join("features.json")),
            rows.and_then(|rows| file(&rows)),
        ])
    }
}

/// What tells a file from another one of its name; `None` where there is none.
fn file(path: &Path) -> Option<FileStamp> {
    let found = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&found);
    #[cfg(not(unix))]
    let number = 0;
    Some((number, found.len(), found.modified().ok()))
}

/// Replaces what is served whenever another model is published, or its features are made anew, for
/// as long as the server runs; `seen` is what the workspace was like before the model was opened.
pub async fn follow(source: Source, published: Arc<Published>, mut seen: Stamp) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let found = Stamp::of(source.workspace());
        if found == seen {
            continue;
        }
        let (beside, before) = (source.clone(), published.service());
        let handle = Handle::current();
        let made = spawn_blocking(move || handle.block_on(successor(&beside, &before))).await;
        match made.unwrap_or_else(|error| Err(error.into())) {
            Ok(service) => {
                tracing::info!(model = service.model(), "is served from now on");
                published.replace(Arc::new(service));
            }
            Err(error) => {
                let model = published.service().model().to_owned();
                let error = format!("{error:#}");
                tracing::error!(
                    error,
                    served = model,
                    "the published model cannot be served"
                );
                published.refuse(error);
            }
        }
        // What making it ready made itself is no news.
        let after = Stamp::of(source.workspace());
        seen = match (after.0[..2] == found.0[..2], after) {
            (true, after) => after,
            (false, _) => found,
        };
    }
}

/// The service of the model that is published now.
async fn successor(source: &Source, before: &Service) -> anyhow::Result<Service> {
    let registry = Registry::new(source.workspace());
    let bundle = registry.open_published()?;
    if before.computes() && source.recipe.hash() != bundle.recipe.hash {
        bail!(
            "it was trained with another recipe than the one that is served: start again with the \
             model's recipe"
        );
    }
    let model = source.model(bundle, Compare::AtOnce).await?;
    Ok(before.with_model(model)?)
}
