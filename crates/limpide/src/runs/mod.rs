//! The workspace's runs: what each training was asked, what it found, and what it left.
//!
//! A run is a folder under `runs/` that appears whole: `run.json`, the leaderboard, curves, a
//! page in each language. An index in each language lists them all.

mod page;
pub mod record;
pub mod taking;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use limpide_model::{Bundle, Lang};
use limpide_portfolio::portfolio::write_aside;
use limpide_web::RowsError;
use limpide_web::runs::{FoundRun, WorkspaceRuns};

use crate::below;

pub use self::record::Run;
pub use self::taking::Taking;

/// The runs of a workspace.
pub struct Runs {
    folder: PathBuf,
}

/// A file of a run.
pub struct Artefact {
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

/// A run, or why it cannot be read.
pub type Found = (String, anyhow::Result<Run>);

impl Runs {
    pub fn new(workspace: &Path) -> Self {
        Self {
            folder: workspace.join("runs"),
        }
    }

    /// Keeps a run with its files and the curves of its model, and makes the pages anew. The run gets an id of its own.
    pub fn keep(
        &self,
        run: &mut Run,
        bundle: Option<&Bundle>,
        mut artefacts: Vec<Artefact>,
    ) -> anyhow::Result<PathBuf> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} could not be made", self.folder.display()))?;
        run.id = self.free_id(&run.id);
        if let Some(bundle) = bundle {
            artefacts.extend(page::plots(bundle));
        }
        run.artefacts = artefacts.iter().map(|file| file.name.to_owned()).collect();
        let partial = self.folder.join(format!("partial-{}", run.id));
        let written = self.write(&partial, run, bundle, &artefacts);
        let folder = self.of(&run.id);
        let kept = written.and_then(|()| {
            fs::rename(&partial, &folder).with_context(|| folder.display().to_string())
        });
        if kept.is_err() {
            // Best effort: what stays is only disk space.
            let _ = fs::remove_dir_all(&partial);
        }
        kept?;
        self.write_index()?;
        Ok(folder)
    }

    fn write(
        &self,
        folder: &Path,
        run: &Run,
        bundle: Option<&Bundle>,
        artefacts: &[Artefact],
    ) -> anyhow::Result<()> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for file in artefacts {
            write_aside(&folder.join(file.name), &file.bytes)?;
        }
        for lang in [Lang::Fr, Lang::En] {
            let html = page::run(run, bundle, lang)?;
            write_aside(&folder.join(page::file_name(lang)), html.as_bytes())?;
        }
        write_aside(&folder.join("run.json"), &serde_json::to_vec_pretty(run)?)?;
        Ok(())
    }

    fn write_index(&self) -> anyhow::Result<()> {
        let all = self.list()?;
        for lang in [Lang::Fr, Lang::En] {
            let html = page::index(&all, lang)?;
            write_aside(&self.folder.join(page::file_name(lang)), html.as_bytes())?;
        }
        Ok(())
    }

    /// All runs, the latest first; one that cannot be read does not hide the others.
    pub fn list(&self) -> anyhow::Result<Vec<Found>> {
        let ids = self.ids()?.into_iter();
        Ok(ids
            .map(|id| {
                let run = self.open(&id);
                (id, run)
            })
            .collect())
    }

    /// The ids of all runs, the latest first.
    fn ids(&self) -> anyhow::Result<Vec<String>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let mut ids = Vec::new();
        for entry in
            fs::read_dir(&self.folder).with_context(|| self.folder.display().to_string())?
        {
            let entry = entry?;
            let id = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && !id.starts_with("partial-") {
                ids.push(id);
            }
        }
        ids.sort();
        ids.reverse();
        Ok(ids)
    }

    /// The run whose id begins so.
    pub fn find(&self, beginning: &str) -> anyhow::Result<Run> {
        let found = self.list()?.into_iter();
        let mut found: Vec<Found> = found.filter(|(id, _)| id.starts_with(beginning)).collect();
        match found.len() {
            1 => found.remove(0).1,
            0 => bail!("no run {beginning} in this workspace: 'limpide models runs' shows them"),
            many => bail!("{many} runs begin with {beginning}: give more of the id"),
        }
    }

    /// The folder of a run, by its full id.
    pub fn of(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// The page that lists all runs.
    pub fn index(&self, lang: Lang) -> PathBuf {
        self.folder.join(page::file_name(lang))
    }

    fn open(&self, id: &str) -> anyhow::Result<Run> {
        let path = self.of(id).join("run.json");
        let name = || path.display().to_string();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).with_context(name)?).with_context(name)?;
        if json["format"] != Run::FORMAT || json["version"] != Run::VERSION {
            bail!(
                "{} is no run that this program reads: format {}, version {} found, {}, version \
                 {} expected",
                path.display(),
                json["format"],
                json["version"],
                Run::FORMAT,
                Run::VERSION
            );
        }
        serde_json::from_value(json).with_context(name)
    }

    /// What the dashboard is told of a run.
    fn told(&self, (id, run): Found) -> FoundRun {
        FoundRun {
            id,
            run: run.map_err(|error| below::told(&error, &self.folder)),
        }
    }

    /// Two runs may end in the same second.
    fn free_id(&self, wish: &str) -> String {
        let numbered = (2..).map(|number: u32| format!("{wish}-{number}"));
        let mut names = std::iter::once(wish.to_owned()).chain(numbered);
        names
            .find(|name| !self.of(name).exists())
            .unwrap_or_else(|| wish.to_owned())
    }
}

impl WorkspaceRuns for Runs {
    fn runs(&self) -> Result<Vec<FoundRun>, RowsError> {
        let all = self.list().map_err(unread)?;
        Ok(all.into_iter().map(|found| self.told(found)).collect())
    }

    fn run(&self, id: &str) -> Result<Option<FoundRun>, RowsError> {
        // Looked for among the folders that are there: what stands in an address is no path.
        let known = self.ids().map_err(unread)?;
        let known = known.into_iter().find(|known| known == id);
        Ok(known.map(|id| {
            let run = self.open(&id);
            self.told((id, run))
        }))
    }
}

fn unread(error: anyhow::Error) -> RowsError {
    RowsError(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_run_is_found_by_its_id_and_by_no_path() {
        let workspace = tempfile::tempdir().unwrap();
        let runs = Runs::new(workspace.path());
        assert!(runs.runs().unwrap().is_empty());
        fs::create_dir_all(runs.of("20261122T235900Z")).unwrap();
        fs::create_dir_all(runs.of("partial-20261123T000000Z")).unwrap();
        fs::create_dir_all(workspace.path().join("models")).unwrap();
        let found = runs.run("20261122T235900Z").unwrap().unwrap();
        // Its folder is empty, and that is told.
        assert!(found.run.unwrap_err().contains("run.json"));
        for id in ["../models", "partial-20261123T000000Z", "", ".", "20261122"] {
            assert_eq!(runs.run(id).unwrap(), None, "{id:?}");
        }
        assert_eq!(runs.runs().unwrap().len(), 1);
    }
}
