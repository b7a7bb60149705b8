//! An entry of the log, and the one form in which it is hashed.
//!
//! A payload is the event as JSON with sorted keys and no spaces; an entry holds the payload's
//! BLAKE3 hash under a random key (the salt), so that whoever has the log alone cannot try what a
//! deleted payload may have said. An entry's hash is BLAKE3 over its own fields, the payload's hash
//! and the hash of the entry before, again as JSON with sorted keys.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;
use time::OffsetDateTime;

use super::event::{Actor, Event};
use crate::error::{Error, Result};

/// Version of the form that is hashed.
const FORMAT: i64 = 1;

/// What stands for the hash before the first entry.
pub(super) const NOTHING_BEFORE: [u8; 32] = [0; 32];

/// Number of a case: 128 random bits as 32 hexadecimal digits. It tells nothing of the client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CaseId(String);

impl CaseId {
    pub(super) fn random() -> Result<Self> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hexadecimal(&bytes)))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for CaseId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 32 && digits {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::CaseNumber(text.chars().take(64).collect()))
    }
}

impl From<CaseId> for String {
    fn from(case: CaseId) -> Self {
        case.0
    }
}

impl TryFrom<String> for CaseId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

/// Something to add to the log.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The case; `None` opens one, with [`Event::Proposed`].
    pub case: Option<CaseId>,
    /// Who did it.
    pub actor: Actor,
    /// When, to the millisecond.
    pub at: OffsetDateTime,
    /// What happened.
    pub event: Event,
    /// Under the same key the same actor's same request is added once, however often it is sent:
    /// 1 to 255 visible ASCII characters.
    pub idempotency_key: Option<String>,
    /// What was asked, which makes two requests the same; `None`: the case and the event. For an
    /// event that holds what its request did not, such as a deadline.
    pub request: Option<Value>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Number of the entry: 1, 2, 3 and so on, without gaps.
    pub sequence: i64,
    /// The case.
    pub case: CaseId,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who did it.
    pub actor: Actor,
    /// What happened; `None`: it was forgotten.
    pub event: Option<Event>,
    /// The hash of the entry before, in hexadecimal digits; zeros before the first one.
    pub previous: String,
    /// The entry's hash, in hexadecimal digits.
    pub hash: String,
}

/// An entry as the table `decision_log` holds it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) sequence: i64,
    pub(super) case: String,
    pub(super) event: String,
    pub(super) at_ms: i64,
    pub(super) actor: String,
    pub(super) payload: Vec<u8>,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Link {
    /// BLAKE3 over everything else.
    pub(super) fn computed_hash(&self) -> [u8; 32] {
        let form = json!({
            "actor": self.actor,
            "at_ms": self.at_ms,
            "case": self.case,
            "event": self.event,
            "format": FORMAT,
            "payload": hexadecimal(&self.payload),
            "previous": hexadecimal(&self.previous),
            "sequence": self.sequence,
        });
        *blake3::hash(canonical(&form).as_bytes()).as_bytes()
    }

    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            sequence: row.try_get("sequence")?,
            case: row.try_get("case_id")?,
            event: row.try_get("event")?,
            at_ms: row.try_get("at_ms")?,
            actor: row.try_get("actor")?,
            payload: row.try_get("payload")?,
            previous: row.try_get("previous")?,
            hash: row.try_get("hash")?,
        })
    }

    /// The entry that people see, with its payload's text if there still is one.
    pub(super) fn entry(&self, body: Option<&str>) -> Result<Entry> {
        let damaged = |what: &str| Error::Damaged(format!("entry {}: {what}", self.sequence));
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.at_ms) * 1_000_000)
            .map_err(|_| damaged("its time"))?;
        let event = body.map(serde_json::from_str).transpose();
        Ok(Entry {
            sequence: self.sequence,
            case: self.case.parse()?,
            at,
            actor: self.actor.parse()?,
            event: event.map_err(|error| damaged(&error.to_string()))?,
            previous: hexadecimal(&self.previous),
            hash: hexadecimal(&self.hash),
        })
    }
}

/// Hash of a payload's text under its salt.
pub(super) fn payload_hash(salt: &[u8; 32], body: &str) -> [u8; 32] {
    *blake3::keyed_hash(salt, body.as_bytes()).as_bytes()
}

/// The event in the form that is hashed.
pub(super) fn body(event: &Event) -> Result<String> {
    let value = serde_json::to_value(event).map_err(|error| Error::Damaged(error.to_string()))?;
    Ok(canonical(&value))
}

/// JSON with keys sorted by their bytes and no spaces.
pub(super) fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            let fields = names
                .into_iter()
                .map(|name| (name.clone(), sorted(&fields[name])));
            Value::Object(fields.collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
        plain => plain.clone(),
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn milliseconds(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1000 + i64::from(at.millisecond())
}
