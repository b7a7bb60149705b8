//! What a run that was stopped had found: one JSON object a line.
//!
//! The first line says what the trials belong to, each other line holds one trial. Lines are
//! only ever added. This module reads and makes text; the file is the caller's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::trial::Trial;
use crate::error::{Error, Result};

const FORMAT: &str = "limpide-tuning";
const VERSION: u32 = 1;

/// Holds one finished trial of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The study's name.
    pub study: String,
    /// The trial.
    #[serde(flatten)]
    pub trial: Trial,
}

/// Names what trials depend on: a run goes on only from trials of the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject(pub BTreeMap<String, String>);

/// Holds a journal that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// Its trials.
    pub entries: Vec<Entry>,
    /// Bytes up to the end of the last sound line: what stands behind is to be cut off before
    /// another line is added.
    pub sound: usize,
    /// What was passed over, and why.
    pub warning: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    subject: Subject,
}

impl Entry {
    /// Gives the journal's line, with its end.
    ///
    /// # Errors
    /// [`Error::Unkept`] for numbers that JSON cannot hold.
    pub fn line(&self) -> Result<String> {
        line(self)
    }
}

impl Subject {
    /// Gives the first line of a journal, with its end.
    ///
    /// # Errors
    /// None that is known: texts can always be written.
    pub fn line(&self) -> Result<String> {
        line(&Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            subject: self.clone(),
        })
    }

    /// Says where another subject differs.
    fn difference(&self, found: &Self) -> Option<String> {
        let names = self.0.keys().chain(found.0.keys());
        let of = |subject: &Self, name: &String| {
            subject
                .0
                .get(name)
                .map_or("none", String::as_str)
                .to_owned()
        };
        let mut differing = names.filter(|name| self.0.get(*name) != found.0.get(*name));
        differing.next().map(|name| {
            format!(
                "it was kept for {name} {}, this run has {name} {}",
                of(found, name),
                of(self, name)
            )
        })
    }
}

impl Past {
    /// Reads a journal that must be about the given subject; empty text is an empty journal.
    ///
    /// A last line that was not written to its end is passed over, with a warning.
    ///
    /// # Errors
    /// [`Error::Journal`] with the line's number: for a stranger's file, another version or
    /// subject, and for any line but the last that is damaged.
    pub fn read(text: &[u8], subject: &Subject) -> Result<Self> {
        let mut past = Self::default();
        let mut number = 0;
        while past.sound < text.len() {
            number += 1;
            let rest = &text[past.sound..];
            let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
                past.warning = Some(format!(
                    "the tuning journal's line {number} was not written to its end and is left out"
                ));
                break;
            };
            let is_last = past.sound + end + 1 == text.len();
            match take(&rest[..end], number, subject) {
                Ok(entry) => past.entries.extend(entry),
                Err(reason) if is_last && number > 1 => {
                    past.warning = Some(format!(
                        "the tuning journal's last line, {number}, is damaged and is left out: {reason}"
                    ));
                    break;
                }
                Err(reason) => {
                    return Err(Error::Journal {
                        line: number,
                        reason,
                    });
                }
            }
            past.sound += end + 1;
        }
        Ok(past)
    }
}

/// Takes one line: the first is the header, the others are trials.
fn take(
    line: &[u8],
    number: usize,
    subject: &Subject,
) -> std::result::Result<Option<Entry>, String> {
    if number > 1 {
        let entry: Entry = serde_json::from_slice(line)
            .map_err(|error| format!("no trial ({error}); delete the journal to begin anew"))?;
        if entry.trial.values.iter().any(|value| !value.is_finite()) {
            return Err("a value that is no number".to_owned());
        }
        return Ok(Some(entry));
    }
    let header: Header = serde_json::from_slice(line)
        .map_err(|error| format!("no journal of tuning ({error}); name another file"))?;
    if header.format != FORMAT {
        return Err(format!(
            "its format is {:?}, not {FORMAT:?}; name another file",
            header.format
        ));
    }
    if header.version != VERSION {
        return Err(format!(
            "its version is {}, this program reads {VERSION}; name another file",
            header.version
        ));
    }
    match subject.difference(&header.subject) {
        Some(difference) => Err(format!("{difference}; name another file")),
        None => Ok(None),
    }
}

fn line(value: &impl Serialize) -> Result<String> {
    let mut line = serde_json::to_string(value).map_err(|error| Error::Unkept {
        reason: error.to_string(),
    })?;
    line.push('\n');
    Ok(line)
}
