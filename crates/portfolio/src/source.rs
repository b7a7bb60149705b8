//! Where a lender's files come from: a zip or a folder, its files perhaps inside folders, or one file alone.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::schema::{Schema, Table};

/// The file that marks a source as synthetic.
pub const SYNTHETIC_MARK: &str = "SYNTHETIC.txt";

/// What a zip begins with, one of a file and one of none.
const ZIP_SIGNATURES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// What the name of a Parquet file ends in.
const PARQUET: &str = "parquet";

/// A source whose tables have been found, not yet read.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    kind: Kind,
    entries: BTreeMap<String, Entry>,
    synthetic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Folder,
    /// The file itself is a table.
    File,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines of text.
    Text,
    /// Parquet.
    Parquet,
}

#[derive(Debug, Clone)]
struct Entry {
    place: String,
    bytes: u64,
    form: Form,
}

impl Entry {
    fn name(&self) -> &str {
        self.place.rsplit('/').next().unwrap_or(&self.place)
    }
}

impl Source {
    /// Looks for the recipe's files in a zip or a folder, other files being ignored; or takes the file itself for the
    /// applications, if its name says so or the recipe has no other.
    ///
    /// # Errors
    /// The path is absent, is no whole zip, holds a table twice, or holds no application.
    pub fn open(path: &Path, schema: &Schema) -> Result<Self> {
        if !path.exists() {
            return Err(Error::SourceAbsent(path.to_owned()));
        }
        let mut source = Self {
            path: path.to_owned(),
            kind: Kind::Folder,
            entries: BTreeMap::new(),
            synthetic: false,
        };
        if path.is_file() {
            if let Some((stem, entry)) = alone(path, schema)? {
                source.kind = Kind::File;
                source.entries.insert(stem, entry);
                return Ok(source);
            }
            source.kind = Kind::Zip;
        }
        let places = match source.kind {
            Kind::Zip => zip_places(path)?,
            _ => folder_places(path, schema)?,
        };
        for (place, bytes) in places {
            source.take(place, bytes, schema)?;
        }
        let application = schema.application();
        if !application
            .files
            .iter()
            .any(|file| source.entries.contains_key(&file.name))
        {
            let expected = format!(
                "{}.{}",
                application.files[0].name,
                application.format.ending()
            );
            return Err(Error::NoTable {
                path: path.to_owned(),
                expected,
            });
        }
        Ok(source)
    }

    fn take(&mut self, place: String, bytes: u64, schema: &Schema) -> Result<()> {
        let name = place.rsplit('/').next().unwrap_or(&place);
        if name == SYNTHETIC_MARK {
            self.synthetic = true;
        }
        let Some((stem, form)) = table_file(schema, name) else {
            return Ok(());
        };
        if place.contains("__MACOSX/") {
            return Ok(());
        }
        let second = place.clone();
        let entry = Entry { place, bytes, form };
        match self.entries.insert(stem, entry) {
            None => Ok(()),
            Some(first) => Err(Error::TableTwice {
                path: self.path.clone(),
                file: first.name().to_owned(),
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

    /// How a file is to be read; `None` if it is absent.
    pub fn form(&self, file: &str) -> Option<Form> {
        self.entries.get(file).map(|entry| entry.form)
    }

    /// What the source calls the files of a table, by their place in the recipe.
    pub fn file_names(&self, table: &Table) -> Vec<String> {
        let files = table
            .files
            .iter()
            .map(|file| match self.entries.get(&file.name) {
                Some(entry) => entry.name().to_owned(),
                None => format!("{}.{}", file.name, table.format.ending()),
            });
        files.collect()
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
        if let Some(path) = self.on_disk(entry) {
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

    /// Hands `read` the path of a file, which is unpacked into `folder` for that long if it is in a zip; or returns
    /// `None` if the file is absent.
    ///
    /// # Errors
    /// Those of `read`, or that the file cannot be opened or unpacked.
    pub fn with_path<T>(
        &self,
        file: &str,
        folder: &Path,
        read: impl FnOnce(&Path) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(entry) = self.entries.get(file) else {
            return Ok(None);
        };
        if let Some(path) = self.on_disk(entry) {
            return read(&path).map(Some);
        }
        let unpacked = tempfile::NamedTempFile::new_in(folder).map_err(Error::io(folder))?;
        let mut output = unpacked.as_file();
        let mut buffer = vec![0; 1 << 16];
        self.with_file(file, |input| {
            loop {
                // What cannot be read is the source's fault, what cannot be written is the folder's.
                let count = match input.read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Ok(count) => count,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => {
                        return Err(Error::Damaged {
                            file: entry.place.clone(),
                            row: 0,
                            reason: error.to_string(),
                        });
                    }
                };
                output
                    .write_all(&buffer[..count])
                    .map_err(Error::io(folder))?;
            }
        })?;
        read(unpacked.path()).map(Some)
    }

    fn on_disk(&self, entry: &Entry) -> Option<PathBuf> {
        match self.kind {
            Kind::Zip => None,
            Kind::Folder => Some(self.path.join(&entry.place)),
            Kind::File => Some(self.path.clone()),
        }
    }
}

/// The recipe's file that a name belongs to, and how it is read.
fn table_file(schema: &Schema, name: &str) -> Option<(String, Form)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let table = schema
        .tables
        .iter()
        .find(|table| table.files.iter().any(|file| file.name == stem))?;
    let form = if ending == PARQUET {
        Form::Parquet
    } else if ending.eq_ignore_ascii_case(table.format.ending()) {
        Form::Text
    } else {
        return None;
    };
    Some((stem.to_owned(), form))
}

/// A file that is a table itself and not a zip of tables: one of the applications, or the recipe's only one.
fn alone(path: &Path, schema: &Schema) -> Result<Option<(String, Entry)>> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(Error::io(path))?;
    let bytes = file.metadata().map_err(Error::io(path))?.len();
    file.take(4)
        .read_to_end(&mut head)
        .map_err(Error::io(path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if ZIP_SIGNATURES.contains(&head.as_slice()) || name.to_lowercase().ends_with(".zip") {
        return Ok(None);
    }
    let application = schema.application();
    let by_name = table_file(schema, &name)
        .filter(|(stem, _)| application.files.iter().any(|file| file.name == *stem));
    let mut files = schema.tables.iter().flat_map(|table| &table.files);
    let only = match (files.next(), files.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    let form = match head.as_slice() {
        b"PAR1" => Form::Parquet,
        _ => Form::Text,
    };
    let found = by_name.or_else(|| only.map(|file| (file.name.clone(), form)));
    Ok(found.map(|(stem, form)| {
        let place = name.into_owned();
        (stem, Entry { place, bytes, form })
    }))
}

fn open_zip(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(Error::io(path))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| Error::NotAZip {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn zip_places(path: &Path) -> Result<Vec<(String, u64)>> {
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
            Ok((place.into_owned(), file.size()))
        })
        .collect()
}

/// The files of a folder and of its folders, one level down.
fn folder_places(path: &Path, schema: &Schema) -> Result<Vec<(String, u64)>> {
    let mut places = Vec::new();
    let mut folders = vec![(path.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let entry = entry.map_err(Error::io(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let place = format!("{prefix}{name}");
            let data = match fs::metadata(entry.path()) {
                Ok(data) => data,
                // A link to nowhere is no table: other files are ignored whatever they are.
                Err(_) if table_file(schema, &name).is_none() => continue,
                Err(error) => return Err(Error::io(&entry.path())(error)),
            };
            if data.is_file() {
                places.push((place, data.len()));
            } else if data.is_dir() && prefix.is_empty() {
                folders.push((entry.path(), format!("{place}/")));
            }
        }
    }
    places.sort();
    Ok(places)
}
