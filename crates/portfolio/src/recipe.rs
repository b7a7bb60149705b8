//! A lender's recipe: a folder of TOML and SQL, built in or on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::place::{Spots, words};
use crate::quality::rules;
use crate::schema::Schema;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../recipes");

/// The file of what people call raw tables and columns; a recipe may go without.
pub const COLUMN_WORDS: &str = "tables.toml";

/// The texts of a recipe by their path inside its folder, and its parsed schema.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The folder's name.
    pub name: String,
    /// Tables, keys and columns.
    pub schema: Schema,
    files: BTreeMap<String, String>,
    pub(crate) spots: Spots,
}

impl Recipe {
    /// The names of the built-in recipes.
    pub fn built_in() -> Vec<String> {
        BUILT_IN
            .dirs()
            .filter_map(|folder| Some(folder.path().file_name()?.to_str()?.to_owned()))
            .collect()
    }

    /// Opens a built-in recipe by its name, or a recipe folder by its path.
    ///
    /// # Errors
    /// [`Error::UnknownRecipe`] if there is none, [`Error::Recipe`] if its schema does not parse.
    pub fn open(name_or_path: &str) -> Result<Self> {
        let mut files = BTreeMap::new();
        let folder = Path::new(name_or_path);
        let name = if folder.join("schema.toml").is_file() {
            read_folder(folder, "", &mut files)?;
            folder
                .canonicalize()
                .ok()
                .as_deref()
                .and_then(Path::file_name)
                .map_or_else(
                    || name_or_path.to_owned(),
                    |name| name.to_string_lossy().into_owned(),
                )
        } else if let Some(built_in) = BUILT_IN.get_dir(name_or_path) {
            embedded(built_in, built_in.path(), &mut files);
            name_or_path.to_owned()
        } else {
            let known = Self::built_in().join(", ");
            return Err(Error::UnknownRecipe {
                name: name_or_path.to_owned(),
                known,
            });
        };
        let mut recipe = Self {
            name,
            schema: Schema::default(),
            files,
            spots: Spots::default(),
        };
        recipe.schema = recipe.toml("schema.toml")?;
        recipe
            .schema
            .check()
            .map_err(|reason| recipe.wrong("schema.toml", reason))?;
        Ok(recipe)
    }

    /// Whether the recipe has a file.
    pub fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// The text of a file of the recipe.
    ///
    /// # Errors
    /// [`Error::Recipe`] if it is absent.
    pub fn text(&self, file: &str) -> Result<&str> {
        self.files
            .get(file)
            .map(String::as_str)
            .ok_or_else(|| self.wrong(file, "is absent".to_owned()))
    }

    /// A TOML file of the recipe, parsed.
    ///
    /// # Errors
    /// [`Error::Recipe`] with line and column if it does not parse.
    pub fn toml<T: DeserializeOwned>(&self, file: &str) -> Result<T> {
        let text = self.text(file)?;
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            self.wrong(file, format!("line {line}: {}", words(error.message())))
        })
    }

    /// The files below a folder of the recipe, in the order of their names.
    pub fn folder(&self, folder: &str) -> Vec<&str> {
        let prefix = format!("{folder}/");
        self.files
            .keys()
            .map(String::as_str)
            .filter(|path| path.starts_with(&prefix))
            .collect()
    }

    /// The BLAKE3 hash of all files that say what a portfolio's tables and features are; rules of data quality and
    /// what raw columns are called, which change neither, are not among them.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let outside = [rules::FILE, COLUMN_WORDS];
        let files = self.files.iter();
        for (path, text) in files.filter(|(path, _)| !outside.contains(&path.as_str())) {
            for part in [path, text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// An error about a file of this recipe.
    pub fn wrong(&self, file: &str, reason: String) -> Error {
        Error::Recipe {
            recipe: self.name.clone(),
            file: file.to_owned(),
            reason,
        }
    }
}

fn embedded(folder: &Dir<'_>, root: &Path, files: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        let path = file
            .path()
            .strip_prefix(root)
            .unwrap_or_else(|_| file.path());
        let known = path
            .extension()
            .is_some_and(|ending| ending == "toml" || ending == "sql");
        if let Some(text) = file.contents_utf8().filter(|_| known) {
            files.insert(path.to_string_lossy().into_owned(), text.to_owned());
        }
    }
    for inner in folder.dirs() {
        embedded(inner, root, files);
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| !name.starts_with('.')) else {
            continue;
        };
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files)?;
        } else if name.ends_with(".toml") || name.ends_with(".sql") {
            let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
            files.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}
