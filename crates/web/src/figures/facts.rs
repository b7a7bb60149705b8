//! Numbers as words that plots, tables and documents share.

use limpide_explain::format::number;
use limpide_model::{Bundle, Lang, ThresholdRow};
use serde_json::Value;

use super::words::{entry, pick};

/// Stands between the ends of an interval; a line may break on neither side.
pub const TO: &str = "\u{a0}–\u{2060}\u{a0}";

/// An interval's ends.
pub fn interval(ends: [f64; 2], decimals: usize, lang: Lang) -> String {
    let [low, high] = ends.map(|end| number(end, decimals, lang));
    format!("{low}{TO}{high}")
}

/// A value with its interval.
pub fn interval_of(value: f64, ends: [f64; 2], lang: Lang) -> String {
    let value = number(value, 3, lang);
    format!("{value} ({})", interval(ends, 3, lang))
}

/// The row of the table of thresholds that decides.
pub fn chosen(bundle: &Bundle) -> Option<&ThresholdRow> {
    let mut rows = bundle.thresholds.iter();
    rows.find(|row| row.threshold == bundle.policy.threshold)
}

/// A concept's words; its id where the bundle does not describe it.
pub fn concept<'a>(bundle: &'a Bundle, id: &'a str, lang: Lang) -> &'a str {
    let mut concepts = bundle.concepts.iter();
    match concepts.find(|concept| concept.id == id) {
        Some(concept) => concept.label.get(lang),
        None => id,
    }
}

/// A part of a whole; nothing of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The concepts' places and mean sizes, the largest first; without those that count for nothing.
pub fn ranked_concepts(bundle: &Bundle) -> Vec<(usize, f64)> {
    let sizes = bundle.evidence.importance.concepts.iter().copied();
    let mut ranked: Vec<(usize, f64)> = sizes.enumerate().filter(|(_, size)| *size > 0.0).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

/// A value as people read it: a number, an interval's two ends, a word.
pub fn shown(value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => pick(lang, "oui", "yes").to_owned(),
        Value::Bool(false) => pick(lang, "non", "no").to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(found) if found.is_f64() => {
            let found = found.as_f64().unwrap_or_default();
            let decimals = if found.fract() == 0.0 { 0 } else { 4 };
            number(found, decimals, lang)
        }
        // A seed is a name: it has no thousands.
        Value::Number(found) => found.to_string(),
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| shown(part, lang)).collect();
            parts.join(TO)
        }
        Value::Object(parts) => {
            let parts = parts.iter().filter(|(_, part)| !part.is_null());
            let parts =
                parts.map(|(key, part)| format!("{} {}", entry(key, lang), shown(part, lang)));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}
