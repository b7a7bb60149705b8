//! What became of each model, by whom and when: a file that only grows, an event a line.
//!
//! A line is on disk before the command that wrote it ends. One that was cut short by the end of
//! the program is dropped with a warning; any other that cannot be read is refused, with its place.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The first line.
const HEADER: &str = "{\"format\":\"limpide-registry\",\"version\":1}";

/// How far a model has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// It was trained, or imported.
    Candidate,
    /// It decides.
    Published,
    /// It decided once, or never will.
    Retired,
}

impl Stage {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }
}

/// One line: a model reached a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The model's full hash.
    pub bundle: String,
    /// The stage.
    pub stage: Stage,
    /// Who brought it there.
    pub who: String,
    /// When, as RFC 3339 writes it.
    pub when: String,
    /// Why, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A file of lines that only grows.
pub struct Lines<T> {
    path: PathBuf,
    /// The first line.
    header: &'static str,
    line: PhantomData<T>,
}

/// The file of events.
pub type Events = Lines<Event>;

impl Events {
    pub fn new(folder: &Path) -> Self {
        Self::at(folder.join("registry.jsonl"), HEADER)
    }
}

impl<T: Serialize + DeserializeOwned> Lines<T> {
    /// The file at a path, which begins with a header.
    pub fn at(path: PathBuf, header: &'static str) -> Self {
        let line = PhantomData;
        Self { path, header, line }
    }

    /// All events, oldest first.
    pub fn read(&self) -> anyhow::Result<Vec<T>> {
        match fs::read(&self.path) {
            Ok(bytes) => self.parse(&bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error).with_context(|| self.path.display().to_string()),
        }
    }

    /// Adds events, all of them or, if the program ends meanwhile, the first few.
    pub fn append(&self, events: &[T]) -> anyhow::Result<()> {
        self.write(events)
            .with_context(|| self.path.display().to_string())
    }

    fn write(&self, events: &[T]) -> anyhow::Result<()> {
        let is_new = !self.path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)?;
        // Two commands at once write one after the other; the lock goes with the file.
        file.lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = whole(&bytes).len();
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::Start(whole as u64))?;
        let mut lines = String::new();
        if whole == 0 {
            lines.push_str(self.header);
            lines.push('\n');
        }
        for event in events {
            lines.push_str(&serde_json::to_string(event)?);
            lines.push('\n');
        }
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        if let Some(folder) = self.path.parent().filter(|_| is_new) {
            // The folder holds the name of the new file.
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn parse(&self, bytes: &[u8]) -> anyhow::Result<Vec<T>> {
        let whole = whole(bytes);
        if whole.len() < bytes.len() {
            tracing::warn!(
                "{}: its last line was cut short and is left out",
                self.path.display()
            );
        }
        let mut events = Vec::new();
        for (number, line) in whole.split(|&byte| byte == b'\n').enumerate() {
            let place = || format!("{}, line {}", self.path.display(), number + 1);
            match (number, line) {
                (0, line) if line == self.header.as_bytes() || line.is_empty() => {}
                (0, line) => bail!(
                    "{}: '{}' found, {} expected: it is no registry that this program reads",
                    place(),
                    String::from_utf8_lossy(line),
                    self.header
                ),
                (_, b"") => {}
                (_, line) => events.push(serde_json::from_slice(line).with_context(|| {
                    format!(
                        "{}: no event of a registry; restore the file from a copy, or take \
                         the line out",
                        place()
                    )
                })?),
            }
        }
        Ok(events)
    }
}

/// The bytes up to the end of the last whole line.
fn whole(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte == b'\n');
    &bytes[..end.map_or(0, |end| end + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(bundle: &str, stage: Stage) -> Event {
        Event {
            bundle: bundle.to_owned(),
            stage,
            who: "alice".to_owned(),
            when: "2026-01-02T03:04:05Z".to_owned(),
            note: None,
        }
    }

    #[test]
    fn a_line_cut_anywhere_is_left_out_and_the_next_event_stands_after_the_whole_ones() {
        let folder = tempfile::tempdir().unwrap();
        let events = Events::new(folder.path());
        assert_eq!(events.read().unwrap(), []);
        let (first, second) = (event("a", Stage::Candidate), event("b", Stage::Published));
        events.append(std::slice::from_ref(&first)).unwrap();
        let one = fs::read(&events.path).unwrap();
        events.append(std::slice::from_ref(&second)).unwrap();
        let two = fs::read(&events.path).unwrap();
        for cut in one.len()..two.len() {
            fs::write(&events.path, &two[..cut]).unwrap();
            assert_eq!(
                events.read().unwrap(),
                std::slice::from_ref(&first),
                "cut at {cut}"
            );
            events.append(std::slice::from_ref(&second)).unwrap();
            assert_eq!(fs::read(&events.path).unwrap(), two);
        }
        for cut in 0..one.len() {
            fs::write(&events.path, &one[..cut]).unwrap();
            events.append(std::slice::from_ref(&first)).unwrap();
            assert_eq!(fs::read(&events.path).unwrap(), one, "cut at {cut}");
        }
    }

    #[test]
    fn a_broken_line_in_the_middle_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let events = Events::new(folder.path());
        events.append(&[event("a", Stage::Candidate)]).unwrap();
        let mut text = fs::read_to_string(&events.path).unwrap();
        text.push_str("{\"bundle\":3}\n");
        fs::write(&events.path, &text).unwrap();
        let error = format!("{:#}", events.read().unwrap_err());
        assert!(error.contains("registry.jsonl, line 3"), "{error}");
        fs::write(&events.path, "{\"format\":\"other\"}\n").unwrap();
        let error = format!("{:#}", events.read().unwrap_err());
        assert!(error.contains("line 1") && error.contains("limpide-registry"));
    }
}
