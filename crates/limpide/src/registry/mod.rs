//! The workspace's models: a file a bundle, named by its hash, and which one is published.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use limpide_model::Bundle;
use limpide_portfolio::portfolio::write_aside;
use limpide_train::Selection;

/// The models of a workspace.
pub struct Registry {
    folder: PathBuf,
}

impl Registry {
    pub fn new(workspace: &Path) -> Self {
        Self {
            folder: workspace.join("models"),
        }
    }

    /// Keeps a bundle, with the report on its features where there is one, and returns its hash.
    pub fn add(&self, bundle: &Bundle, selection: Option<&Selection>) -> anyhow::Result<String> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} could not be made", self.folder.display()))?;
        let hash = bundle.hash()?;
        if let Some(selection) = selection {
            write_aside(&self.selection_path(&hash), &serde_json::to_vec(selection)?)?;
        }
        write_aside(&self.path(&hash), &bundle.to_bytes()?)?;
        Ok(hash)
    }

    /// Makes a model the one that decides.
    pub fn publish(&self, hash: &str) -> anyhow::Result<()> {
        Ok(write_aside(
            &self.folder.join("published"),
            hash.as_bytes(),
        )?)
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

    fn path(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.json"))
    }
}
