//! JSON values to typed columns, by the rules that fields of a CSV file follow.

use std::sync::Arc;

use limpide_engine::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder};
use serde_json::Value;

use crate::schema::{ColumnKind, Schema};

/// A value that does not fit: where it stands, what was found, what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Its place: `AMT_CREDIT` of an edit, `bureau[2].AMT_CREDIT_SUM` of posted rows (from 0).
    pub field: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// What was found and what was expected.
pub(crate) type Mismatch = (String, String);

/// A column as it grows; values that stand for "not known" become missing.
pub(crate) struct Column {
    sentinels: Vec<(String, Option<f64>)>,
    builder: Builder,
}

enum Builder {
    Key(Int64Builder),
    Number(Float64Builder),
    Text(StringBuilder),
    /// The outcome: 0, 1 or not known.
    Label(Float64Builder),
}

impl Column {
    pub(crate) fn new(schema: &Schema, name: &str, kind: ColumnKind) -> Self {
        let sentinels = schema.missing_values(name).into_iter();
        Self {
            sentinels: sentinels
                .map(|text| (text.to_owned(), text.parse().ok()))
                .collect(),
            builder: match kind {
                ColumnKind::Key => Builder::Key(Int64Builder::new()),
                ColumnKind::Number if name == schema.label => Builder::Label(Float64Builder::new()),
                ColumnKind::Number => Builder::Number(Float64Builder::new()),
                ColumnKind::Text => Builder::Text(StringBuilder::new()),
            },
        }
    }

    /// Appends a value; what is `null` or absent is missing.
    pub(crate) fn append(&mut self, value: Option<&Value>) -> Result<(), Mismatch> {
        let value = value.filter(|value| !value.is_null());
        match &mut self.builder {
            Builder::Key(keys) => {
                let key = value.and_then(whole);
                keys.append_value(key.ok_or_else(|| mismatch(value, "a whole number"))?);
            }
            Builder::Number(numbers) => match value {
                None => numbers.append_null(),
                Some(value) => {
                    let number = value.as_f64().filter(|number| number.is_finite());
                    let number = number.ok_or_else(|| mismatch(Some(value), "a number or null"))?;
                    let mut sentinels = self.sentinels.iter();
                    if sentinels.any(|(_, sentinel)| *sentinel == Some(number)) {
                        numbers.append_null();
                    } else {
                        numbers.append_value(number);
                    }
                }
            },
            Builder::Label(labels) => match value.map(Value::as_f64) {
                None => labels.append_null(),
                Some(Some(label)) if label == 0.0 || label == 1.0 => labels.append_value(label),
                Some(_) => {
                    return Err(mismatch(value, "0 (repaid), 1 (defaulted) or null"));
                }
            },
            Builder::Text(texts) => match value {
                None => texts.append_null(),
                Some(Value::String(text)) => {
                    let mut sentinels = self.sentinels.iter();
                    if text.is_empty() || sentinels.any(|(sentinel, _)| sentinel == text) {
                        texts.append_null();
                    } else {
                        texts.append_value(text);
                    }
                }
                Some(value) => return Err(mismatch(Some(value), "a text or null")),
            },
        }
        Ok(())
    }

    /// Appends a key that is known already.
    pub(crate) fn append_key(&mut self, key: i64) {
        if let Builder::Key(keys) = &mut self.builder {
            keys.append_value(key);
        }
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        match &mut self.builder {
            Builder::Key(keys) => Arc::new(keys.finish()),
            Builder::Number(numbers) | Builder::Label(numbers) => Arc::new(numbers.finish()),
            Builder::Text(texts) => Arc::new(texts.finish()),
        }
    }
}

/// A whole number, also when it was written as `12.0`.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    /// Beyond it, not every whole number is a double.
    const MOST: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i64)
    })
}

fn mismatch(found: Option<&Value>, expected: &str) -> Mismatch {
    (said(found), expected.to_owned())
}

/// A value as a message shows it: short, and of one line.
pub(crate) fn said(value: Option<&Value>) -> String {
    const MOST: usize = 40;
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(value) => {
            let text = value.to_string();
            let mut shown: String = text.chars().take(MOST).collect();
            if text.chars().nth(MOST).is_some() {
                shown.push('…');
            }
            shown
        }
    }
}
