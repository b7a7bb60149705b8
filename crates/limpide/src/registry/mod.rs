//! The workspace's models: a file a bundle, named by its hash, and which one is published.
//!
//! The file `published` says which model decides. What became of each model, by whom and when,
//! stands in `registry.jsonl`; where the two differ, because the program was ended between them or
//! someone changed the file, the file counts and the next command notes it.

mod events;
mod proposals;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use limpide_model::Bundle;
use limpide_portfolio::portfolio::write_aside;
use limpide_train::Selection;

pub use self::events::{Event, Stage};
use self::events::{Events, Lines};
use crate::clock;

/// The models of a workspace.
pub struct Registry {
    folder: PathBuf,
    events: Events,
}

/// Who moves a model to another stage, and why.
#[derive(Debug, Clone, Default)]
pub struct Mover {
    pub who: String,
    pub note: Option<String>,
}

impl Mover {
    /// Someone who gives no reason.
    pub fn new(by: Option<&str>) -> Self {
        Self {
            who: clock::who(by),
            note: None,
        }
    }

    fn event(&self, bundle: &str, stage: Stage) -> Event {
        Event {
            bundle: bundle.to_owned(),
            stage,
            who: self.who.clone(),
            when: clock::written(clock::now()),
            note: self.note.clone(),
        }
    }
}

/// Where a model stands, and since what event; none for models of before there were events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub stage: Stage,
    pub since: Option<Event>,
}

impl Registry {
    pub fn new(workspace: &Path) -> Self {
        let folder = workspace.join("models");
        Self {
            events: Events::new(&folder),
            folder,
        }
    }

    /// Checks that the events can be read: minutes of training must not end at a broken line.
    pub fn check(&self) -> anyhow::Result<()> {
        self.events.read().map(|_| ())
    }

    /// Keeps a bundle as a candidate, with the report on its features where there is one, and
    /// returns its hash. A bundle that is there already keeps its stage.
    pub fn add(
        &self,
        bundle: &Bundle,
        selection: Option<&Selection>,
        mover: &Mover,
    ) -> anyhow::Result<String> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} could not be made", self.folder.display()))?;
        let hash = bundle.hash()?;
        if let Some(selection) = selection {
            write_aside(&self.selection_path(&hash), &serde_json::to_vec(selection)?)?;
        }
        write_aside(&self.path(&hash), &bundle.to_bytes()?)?;
        if !self.events()?.iter().any(|event| event.bundle == hash) {
            self.events
                .append(&[mover.event(&hash, Stage::Candidate)])?;
        }
        Ok(hash)
    }

    /// Makes a model, by its full hash, the one that decides; the one before it is retired.
    pub fn publish(&self, hash: &str, mover: &Mover) -> anyhow::Result<()> {
        let _held = self.held()?;
        self.publish_held(hash, mover)
    }

    /// The same, where [`Registry::held`] is.
    fn publish_held(&self, hash: &str, mover: &Mover) -> anyhow::Result<()> {
        let mut events = self.unrecorded()?;
        if let Some(before) = self.published()?.filter(|before| before != hash) {
            let by = Mover {
                note: Some(format!("replaced by {hash}")),
                ..mover.clone()
            };
            events.push(by.event(&before, Stage::Retired));
        }
        events.push(mover.event(hash, Stage::Published));
        write_aside(&self.folder.join("published"), hash.as_bytes())?;
        self.events.append(&events)
    }

    /// Takes a model, by its full hash, out of those that may decide.
    pub fn retire(&self, hash: &str, mover: &Mover) -> anyhow::Result<()> {
        let _held = self.held()?;
        if self.published()?.as_deref() == Some(hash) {
            bail!(
                "model {hash} decides, so it cannot be retired: publish another one, which \
                 retires it"
            );
        }
        if self.standing(hash)?.stage == Stage::Retired {
            bail!("model {hash} is retired already");
        }
        let mut events = self.unrecorded()?;
        events.push(mover.event(hash, Stage::Retired));
        self.events.append(&events)
    }

    /// Where a model stands, by its full hash.
    pub fn standing(&self, hash: &str) -> anyhow::Result<Standing> {
        let is_published = self.published()?.as_deref() == Some(hash);
        let mut events = self.events()?.into_iter();
        let last = events.rfind(|event| event.bundle == hash);
        let stage = match (is_published, &last) {
            (true, _) => Stage::Published,
            // It was replaced by a hand that left no event.
            (false, Some(event)) if event.stage == Stage::Published => Stage::Retired,
            (false, Some(event)) => event.stage,
            (false, None) => Stage::Candidate,
        };
        let since = last.filter(|event| event.stage == stage);
        Ok(Standing { stage, since })
    }

    /// What became of all models, oldest first.
    pub fn events(&self) -> anyhow::Result<Vec<Event>> {
        self.events.read()
    }

    /// The event that is missing where the file names a model that no event says was published.
    fn unrecorded(&self) -> anyhow::Result<Vec<Event>> {
        let Some(published) = self.published()? else {
            return Ok(Vec::new());
        };
        if self.standing(&published)?.since.is_some() {
            return Ok(Vec::new());
        }
        let found = Mover {
            who: "unknown".to_owned(),
            note: Some("found published; no event says by whom or since when".to_owned()),
        };
        Ok(vec![found.event(&published, Stage::Published)])
    }

    /// The hash of the model that decides, if there is one.
    pub fn published(&self) -> anyhow::Result<Option<String>> {
        let path = self.folder.join("published");
        if !path.exists() {
            return Ok(None);
        }
        let hash = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(Some(hash.trim().to_owned()))
    }

    /// The model that decides.
    pub fn open_published(&self) -> anyhow::Result<Bundle> {
        match self.published()? {
            Some(hash) => self.open(&hash),
            None => bail!("no model is published in this workspace: run 'limpide train' first"),
        }
    }

    /// A model by its hash, which may be shortened.
    pub fn open(&self, hash: &str) -> anyhow::Result<Bundle> {
        let full = self.find(hash)?;
        let path = self.path(&full);
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        let bundle = Bundle::from_bytes(&bytes).with_context(|| path.display().to_string())?;
        if blake3::hash(&bytes).to_hex().as_str() != full {
            bail!(
                "{} was changed since it was written: its hash is another; train again",
                path.display()
            );
        }
        Ok(bundle)
    }

    /// The report on the features of a model, by its full hash, if they were selected.
    pub fn selection(&self, hash: &str) -> anyhow::Result<Option<Selection>> {
        let path = self.selection_path(hash);
        if !path.exists() {
            return Ok(None);
        }
        let name = || path.display().to_string();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).with_context(name)?).with_context(name)?;
        if json["format"] != Selection::FORMAT || json["version"] != Selection::VERSION {
            bail!(
                "{} is no report on selection that this program reads: format {}, version {} \
                 found, {}, version {} expected; train again",
                path.display(),
                json["format"],
                json["version"],
                Selection::FORMAT,
                Selection::VERSION
            );
        }
        Ok(Some(serde_json::from_value(json).with_context(name)?))
    }

    /// Where the report on the features of a model is kept.
    pub fn selection_path(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.selection.json"))
    }

    /// Where what a model does over many clients is kept, by its full hash.
    pub fn global_path(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.global.json"))
    }

    /// The full hash that begins so.
    pub fn find(&self, beginning: &str) -> anyhow::Result<String> {
        let hashes = self.hashes()?;
        let found: Vec<&String> = hashes
            .iter()
            .filter(|hash| hash.starts_with(beginning))
            .collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => bail!("no model {beginning} in this workspace: 'limpide models list' shows them"),
            many => bail!(
                "{} models begin with {beginning}: give more of the hash",
                many.len()
            ),
        }
    }

    /// The hashes of all models, in alphabetical order.
    pub fn hashes(&self) -> anyhow::Result<Vec<String>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let mut hashes = Vec::new();
        for entry in
            fs::read_dir(&self.folder).with_context(|| self.folder.display().to_string())?
        {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let model = name.strip_suffix(".json");
            hashes.extend(model.filter(|name| !name.contains('.')).map(str::to_owned));
        }
        hashes.sort();
        Ok(hashes)
    }

    /// Where a model is kept, by its full hash.
    pub fn path(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.json"))
    }
}
