//! Models of other programs, from their files to candidates.
//!
//! A folder holds a model for each fold, `repeat-0-fold-3.json` or `.txt`, trained without that
//! fold, and `all.json` or `all.txt`, trained on all clients. A file is one model.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};
use limpide_model::Dataset;
use limpide_model::import::{Bound, Foreign, known_columns};
use limpide_portfolio::nearest;
use limpide_train::{Imported, ImportedModels};

/// The file of names, beside models that name no columns.
const NAMES: &str = "columns.txt";

/// A name and where its models are: `NAME=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    name: String,
    path: PathBuf,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "NAME=PATH expected, such as spark=models/spark";
        let (name, path) = text.split_once('=').ok_or(expected)?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if name.is_empty() || path.is_empty() || !name.chars().all(is_plain) {
            return Err(format!("{expected}; a name has letters, digits, _ and -"));
        }
        Ok(Self {
            name: name.to_owned(),
            path: PathBuf::from(path),
        })
    }
}

/// Reads the models; those whose names are in `unseen` were trained on other clients.
pub fn read(
    asked: &[Named],
    unseen: &[String],
    dataset: &Dataset,
) -> anyhow::Result<Vec<Imported>> {
    if let Some(name) = unseen
        .iter()
        .find(|name| !asked.iter().any(|one| one.name == **name))
    {
        bail!("--imported-unseen {name}: no --imported {name}=PATH goes with it");
    }
    let read = asked.iter().map(|Named { name, path }| {
        let is_unseen = unseen.contains(name);
        let models = match path.is_dir() {
            true if is_unseen => bail!(
                "--imported-unseen {name}: {} is a folder of a model for each fold, which is \
                 judged on clients that it has not seen anyway",
                path.display()
            ),
            true => folder(path, dataset)?,
            false => ImportedModels::Single {
                model: file(path, dataset)?,
                is_unseen,
            },
        };
        Ok(Imported {
            name: name.clone(),
            models,
        })
    });
    read.collect()
}

fn folder(path: &Path, dataset: &Dataset) -> anyhow::Result<ImportedModels> {
    let (mut folds, mut all) = (BTreeMap::new(), None);
    let name = || path.display().to_string();
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).with_context(name)? {
        paths.push(entry.with_context(name)?.path());
    }
    paths.sort();
    for path in paths {
        let ending = path.extension().unwrap_or_default();
        if path.ends_with(NAMES) || (ending != "json" && ending != "txt") {
            continue;
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_new = match place(&stem) {
            Some(place) => folds.insert(place, file(&path, dataset)?).is_none(),
            None if stem == "all" => all.replace(file(&path, dataset)?).is_none(),
            None => bail!(
                "{}: a model for a fold is named such as repeat-0-fold-3.json, the one of all \
                 clients all.json (or .txt)",
                path.display()
            ),
        };
        if !is_new {
            bail!(
                "{}: there is another model for the same clients",
                path.display()
            );
        }
    }
    match all {
        Some(all) => Ok(ImportedModels::PerFold { folds, all }),
        None => bail!(
            "{}: all.json or all.txt, trained on all clients, is absent",
            name()
        ),
    }
}

/// The numbers in `repeat-0-fold-3`.
fn place(stem: &str) -> Option<(u32, u32)> {
    let (repeat, fold) = stem.strip_prefix("repeat-")?.split_once("-fold-")?;
    Some((repeat.parse().ok()?, fold.parse().ok()?))
}

fn file(path: &Path, dataset: &Dataset) -> anyhow::Result<Bound> {
    let name = || path.display().to_string();
    let bytes = fs::read(path).with_context(name)?;
    let mut foreign = Foreign::read(&bytes).with_context(name)?;
    let names = path.with_file_name(NAMES);
    if names.exists() {
        let text = fs::read_to_string(&names).with_context(|| names.display().to_string())?;
        foreign.columns = text.lines().map(|line| line.trim().to_owned()).collect();
    }
    let bound = foreign.bind(dataset).map_err(|error| {
        let meant = match &error {
            limpide_model::Error::ForeignColumn { column, .. } => meant(column, dataset),
            _ => String::new(),
        };
        anyhow::Error::msg(format!("{error}{meant}"))
    });
    bound.with_context(name)
}

/// The column that was perhaps meant.
fn meant(column: &str, dataset: &Dataset) -> String {
    let known = known_columns(dataset);
    let nearest = nearest(column, known.iter().map(String::as_str));
    nearest.map_or_else(String::new, |name| format!("; {name} is the nearest"))
}
