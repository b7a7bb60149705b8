//! A field of the form: how it is shown, and what was written into it.

use limpide_explain::format;
use limpide_model::{Lang, Text, Unit, Value};
use serde_json::Value as Json;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use crate::application_form::{FieldKind, FormField};
use crate::documents::Allowed;
use crate::pages::client::what_if;
use crate::texts::Texts;

/// How the names of fields start in the page's form.
pub(super) const FIELD: &str = "field-";
/// Most characters of a text.
const MOST_CHARACTERS: usize = 200;

/// A field as it is shown.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) needed: bool,
    /// What it is written with: `number`, `day`, `choice` or `text`.
    pub(super) control: &'static str,
    pub(super) options: Vec<Choice>,
    pub(super) written: String,
    /// What may be written; empty where all may.
    pub(super) hint: String,
    /// Why what was written is not taken; empty where it is.
    pub(super) fault: String,
    /// What the recipe says of it, in the API's words; empty where it says nothing.
    pub(super) detail: String,
}

/// One of the texts that may be.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// In whose words a field is told.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) texts: Texts,
    pub(super) currency: &'a str,
}

impl Entry {
    /// A field with what stands in it, and with why that is not taken.
    pub(super) fn new(field: &FormField, written: &str, fault: String, words: Words<'_>) -> Self {
        let (texts, lang) = (words.texts, words.texts.lang);
        let choice = |value: &str, words: String| Choice {
            chosen: value == written,
            value: value.to_owned(),
            words,
        };
        let (control, options, hint) = match &field.kind {
            FieldKind::Number { unit, allowed } => {
                ("number", Vec::new(), hint(*unit, allowed, words))
            }
            FieldKind::Day { .. } => ("day", Vec::new(), texts.get("apply-day")),
            FieldKind::Choice(known) => {
                let told = |(value, label): &(String, Text)| {
                    choice(value, format::capitalised(label.get(lang)))
                };
                ("choice", known.iter().map(told).collect(), String::new())
            }
            FieldKind::YesNo => {
                let both = vec![choice("1", texts.get("yes")), choice("0", texts.get("no"))];
                ("choice", both, String::new())
            }
            FieldKind::Text => ("text", Vec::new(), String::new()),
        };
        Self {
            id: format!("{FIELD}{}", field.name),
            label: format::capitalised(field.label.get(lang)),
            needed: field.needed,
            control,
            options,
            written: written.to_owned(),
            hint,
            fault,
            detail: String::new(),
        }
    }

    /// Whether something stands in the field or is wrong with it.
    pub(super) fn is_touched(&self) -> bool {
        !self.written.is_empty() || !self.fault.is_empty()
    }

    /// The ids of what tells of the field, for its control.
    pub(super) fn described(&self) -> String {
        // A fault may come while one types: its place is there from the start.
        match self.hint.is_empty() {
            true => format!("{}-fault", self.id),
            false => format!("{0}-hint {0}-fault", self.id),
        }
    }
}

/// What stands in a field at first, all digits of it.
pub(super) fn start(field: &FormField, lang: Lang) -> String {
    match (&field.start, &field.kind) {
        (Value::Missing, _) => String::new(),
        (Value::Number(days), FieldKind::Day { .. }) => day_after(*days).unwrap_or_default(),
        (Value::Number(number), _) => match lang {
            Lang::Fr => number.to_string().replace('.', ","),
            Lang::En => number.to_string(),
        },
        (Value::Category(text), _) => text.clone(),
    }
}

/// What a field holds as the row has it, none where it is left empty; or why it is not taken.
pub(super) fn read(
    field: &FormField,
    written: &str,
    words: Words<'_>,
) -> Result<Option<Json>, String> {
    let texts = words.texts;
    let written = written.trim();
    if written.is_empty() {
        return match field.needed {
            true => Err(texts.get("apply-fault-needed")),
            false => Ok(None),
        };
    }
    let value = match &field.kind {
        FieldKind::Number { unit, allowed } => {
            let number = what_if::read(written, texts.lang);
            let number = number.ok_or_else(|| texts.get("apply-fault-number"))?;
            if !allowed.holds(number) {
                let range = hint(*unit, allowed, words);
                return Err(texts.with("apply-fault-range", &[("range", &range)]));
            }
            number.into()
        }
        FieldKind::Day { allowed } => {
            let days = days_after(written).filter(|days| *days <= 0.0 && allowed.holds(*days));
            days.ok_or_else(|| texts.get("apply-fault-day"))?.into()
        }
        FieldKind::Choice(known) if known.iter().any(|(value, _)| value == written) => {
            written.into()
        }
        FieldKind::YesNo if written == "1" => 1.into(),
        FieldKind::YesNo if written == "0" => 0.into(),
        FieldKind::Choice(_) | FieldKind::YesNo => return Err(texts.get("apply-fault-choice")),
        FieldKind::Text if written.chars().count() > MOST_CHARACTERS => {
            return Err(texts.get("apply-fault-long"));
        }
        FieldKind::Text => written.into(),
    };
    Ok(Some(value))
}

/// The numbers that may be, in words; empty where all may.
fn hint(unit: Unit, allowed: &Allowed, words: Words<'_>) -> String {
    let (texts, lang) = (words.texts, words.texts.lang);
    let told = |number: f64| match unit {
        Unit::Money | Unit::Months | Unit::Years => {
            format::measured(unit, number, words.currency, lang)
        }
        _ => format::plain(number, lang),
    };
    let end = |key: &str, end: Option<f64>| {
        end.map(|number| texts.with(key, &[("number", told(number).as_str())]))
    };
    let ends = [
        end("apply-from", allowed.from),
        end("apply-above", allowed.above),
        end("apply-to", allowed.to),
        end("apply-below", allowed.below),
    ];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    match unit {
        Unit::Money if ends.is_empty() => words.currency.to_owned(),
        _ => ends.join(", "),
    }
}

fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

/// The day so many days after today, as a form writes it.
fn day_after(days: f64) -> Option<String> {
    let day = today().checked_add(Duration::checked_seconds_f64(days * 86_400.0)?)?;
    day.format(format_description!("[year]-[month]-[day]")).ok()
}

/// How many days after today a day is.
fn days_after(written: &str) -> Option<f64> {
    let form = format_description!("[year]-[month]-[day]");
    let day = Date::parse(written, form).ok()?;
    Some((day - today()).whole_days() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for days in [0.0, -1.0, -12_600.0] {
            assert_eq!(day_after(days).and_then(|day| days_after(&day)), Some(days));
        }
        assert_eq!(days_after("31/01/2026"), None);
        assert_eq!(day_after(f64::MAX), None);
    }
}
