//! The fields of a body, read strictly: all that does not fit is told at once, each by its name.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use limpide_store::Case;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::api::{json_body, whole};
use crate::error::{Error, FieldProblem};

/// Most characters of a value that are told back.
const MOST_TOLD: usize = 60;

/// Fields that were sent and not yet read, and what was wrong with those that were.
pub(crate) struct Fields {
    sent: Map<String, Value>,
    problems: Vec<FieldProblem>,
}

impl Fields {
    /// Reads a body that is one JSON object of at most so many bytes.
    pub(crate) fn of(
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
        most_bytes: usize,
    ) -> Result<(Self, Map<String, Value>), Error> {
        let sent: Map<String, Value> = json_body(headers, body, most_bytes)?;
        let fields = Self {
            sent: sent.clone(),
            problems: Vec::new(),
        };
        Ok((fields, sent))
    }

    /// A person's words, of the length that the log keeps; spaces at both ends are left out.
    pub(crate) fn words(&mut self, name: &str) -> Option<String> {
        self.words_up_to(name, Case::MOST_CHARACTERS)
    }

    /// A person's words, of at most so many characters.
    pub(crate) fn words_up_to(&mut self, name: &str, most: usize) -> Option<String> {
        let sent = self.sent.remove(name);
        let words = sent.as_ref().and_then(Value::as_str).map(str::trim);
        let found = match words.map(|words| words.chars().count()) {
            Some(count) if (1..=most).contains(&count) => return words.map(str::to_owned),
            Some(count) => format!("{count} characters"),
            None => told(sent.as_ref()),
        };
        let expected = format!("a text of 1 to {most} characters");
        self.problems.push(FieldProblem::new(name, found, expected));
        None
    }

    /// A person's words, where some were sent.
    pub(crate) fn words_if_any(&mut self, name: &str) -> Option<String> {
        match self.sent.get(name) {
            None | Some(Value::Null) => {
                self.sent.remove(name);
                None
            }
            Some(_) => self.words(name),
        }
    }

    /// An object, where one was sent.
    pub(super) fn object_if_any(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.sent.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::Object(object)) => Some(object),
            other => {
                let found = told(other.as_ref());
                self.problems
                    .push(FieldProblem::new(name, found, "an object"));
                None
            }
        }
    }

    /// A whole number from 1, however it is written.
    pub(crate) fn number(&mut self, name: &str, of: &str) -> Option<i64> {
        let sent = self.sent.remove(name);
        let number = sent.as_ref().and_then(Value::as_f64).and_then(whole);
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            self.problems
                .push(FieldProblem::new(name, told(sent.as_ref()), of));
        }
        number.map(u64::cast_signed)
    }

    /// One of a few words.
    pub(crate) fn choice<T: DeserializeOwned>(&mut self, name: &str, of: &str) -> Option<T> {
        let sent = self.sent.remove(name);
        let found = told(sent.as_ref());
        let chosen = sent.and_then(|sent| serde_json::from_value(sent).ok());
        if chosen.is_none() {
            self.problems.push(FieldProblem::new(name, found, of));
        }
        chosen
    }

    /// What was made of the fields, once none is left over and all fit.
    pub(crate) fn end<T>(mut self, read: Option<T>) -> Result<T, Error> {
        for (name, value) in self.sent {
            let name: String = name.chars().take(MOST_TOLD).collect();
            let found = told(Some(&value));
            let expected = "no field of this name";
            self.problems
                .push(FieldProblem::new(&name, found, expected));
        }
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => Err(Error::Row(self.problems)),
        }
    }
}

fn told(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        value => value.to_string(),
    };
    if text.chars().count() <= MOST_TOLD {
        return text;
    }
    text.chars().take(MOST_TOLD).chain("…".chars()).collect()
}
