//! Where a lender's CSV files come from: a zip or a folder, its files perhaps inside folders.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::schema::Schema;

/// The file that marks a source as synthetic.
pub const SYNTHETIC_MARK: &str = "SYNTHETIC.txt";

/// A source whose tables have been found, not yet read.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    is_zip: bool,
    entries: BTreeMap<String, Entry>,
    synthetic: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    place: String,
    bytes: u64,
}

impl Source {
    /// Looks for the recipe's files in a zip or a folder; other files are ignored.
    ///
    /// # Errors
    /// The path is absent, is no whole zip, holds a table twice, or holds no application.
    pub fn open(path: &Path, schema: &Schema) -> Result<Self> {
        if !path.exists() {
            return Err(Error::SourceAbsent(path.to_owned()));
        }
        let is_zip = path.is_file();
        let places = if is_zip {
            zip_places(path)?
        } else {
            folder_places(path)?
        };
        let mut source = Self {
            path: path.to_owned(),
            is_zip,
            entries: BTreeMap::new(),
            synthetic: false,
        };
        for place in places {
            source.take(place, schema)?;
        }
        let application = schema.application();
        if !application
            .files
            .iter()
            .any(|file| source.entries.contains_key(&file.name))
        {
            let expected = application.files[0].name.clone();
            return Err(Error::NoTable {
                path: path.to_owned(),
                expected,
            });
        }
        Ok(source)
    }

    fn take(&mut self, entry: Entry, schema: &Schema) -> Result<()> {
        let name = entry.place.rsplit('/').next().unwrap_or(&entry.place);
        if name == SYNTHETIC_MARK {
            self.synthetic = true;
        }
        let Some(stem) = name
            .strip_suffix(".csv")
            .or_else(|| name.strip_suffix(".CSV"))
        else {
            return Ok(());
        };
        let stem = stem.to_owned();
        let mut files = schema.tables.iter().flat_map(|table| &table.files);
        if !files.any(|file| file.name == stem) || entry.place.contains("__MACOSX/") {
            return Ok(());
        }
        let second = entry.place.clone();
        match self.entries.insert(stem.clone(), entry) {
            None => Ok(()),
            Some(first) => Err(Error::TableTwice {
                path: self.path.clone(),
                file: stem,
                first: first.place,
                second,
            }),
        }
    }

    /// Whether the source says that its rows are synthetic.
    pub fn is_synthetic(&self) -> bool {
        self.synthetic
    }

    /// The size of a file, unpacked, in bytes; `None` if it is absent.
    pub fn bytes(&self, file: &str) -> Option<u64> {
        self.entries.get(file).map(|entry| entry.bytes)
    }

    /// Hands `read` a stream over a file, or returns `None` if the file is absent.
    ///
    /// # Errors
    /// Those of `read`, or that the file cannot be opened.
    pub fn with_file<T>(
        &self,
        file: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(entry) = self.entries.get(file) else {
            return Ok(None);
        };
        if !self.is_zip {
            let path = self.path.join(&entry.place);
            let mut input = File::open(&path).map_err(Error::io(&path))?;
            return read(&mut input).map(Some);
        }
        let mut archive = open_zip(&self.path)?;
        let mut input = archive
            .by_name(&entry.place)
            .map_err(|error| Error::NotAZip {
                path: self.path.clone(),
                reason: format!("{}: {error}", entry.place),
            })?;
        read(&mut input).map(Some)
    }
}

fn open_zip(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(Error::io(path))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| Error::NotAZip {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn zip_places(path: &Path) -> Result<Vec<Entry>> {
    let mut archive = open_zip(path)?;
    (0..archive.len())
        .map(|index| {
            let file = archive
                .by_index_raw(index)
                .map_err(|error| Error::NotAZip {
                    path: path.to_owned(),
                    reason: error.to_string(),
                })?;
            let place = file.name().map_err(|error| Error::NotAZip {
                path: path.to_owned(),
                reason: format!("the name of its file {} is unreadable: {error}", index + 1),
            })?;
            Ok(Entry {
                place: place.into_owned(),
                bytes: file.size(),
            })
        })
        .collect()
}

/// The files of a folder and of its folders, one level down.
fn folder_places(path: &Path) -> Result<Vec<Entry>> {
    let mut places = Vec::new();
    let mut folders = vec![(path.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let entry = entry.map_err(Error::io(&folder))?;
            let place = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let data = match fs::metadata(entry.path()) {
                Ok(data) => data,
                // A link to nowhere is no table: other files are ignored whatever they are.
                Err(_) if !place.to_lowercase().ends_with(".csv") => continue,
                Err(error) => return Err(Error::io(&entry.path())(error)),
            };
            if data.is_file() {
                places.push(Entry {
                    place,
                    bytes: data.len(),
                });
            } else if data.is_dir() && prefix.is_empty() {
                folders.push((entry.path(), format!("{place}/")));
            }
        }
    }
    places.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(places)
}
