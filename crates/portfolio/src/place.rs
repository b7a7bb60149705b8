//! Where something stands in a recipe's files, for sentences about it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use toml::de::{DeTable, DeValue};

use crate::nearest::nearest;
use crate::recipe::Recipe;

/// A line of a recipe's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file inside the recipe's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

impl Recipe {
    /// Where a value of a TOML file stands: `path` holds keys, and places in lists, from 0.
    /// What of the path is not there is left out.
    pub fn place(&self, file: &str, path: &[&str]) -> Place {
        let text = self.text(file).unwrap_or_default();
        place(file, text, self.span(file, path).start)
    }

    /// Where a word stands inside a value; the value's beginning if it is not there.
    pub fn place_of_word(&self, file: &str, path: &[&str], word: &str) -> Place {
        let text = self.text(file).unwrap_or_default();
        let value = self.span(file, path);
        let inside = text.get(value.clone()).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let whole = inside.match_indices(word).find(|(at, _)| {
            let before = inside[..*at].chars().next_back();
            let after = inside[at + word.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        });
        let at = whole.map_or(0, |(at, _)| at);
        place(file, text, value.start + at)
    }

    /// Where a line of a text value stands, from 1.
    pub fn place_of_line(&self, file: &str, path: &[&str], line: usize) -> Place {
        let text = self.text(file).unwrap_or_default();
        let value = self.span(file, path);
        let mut place = place(file, text, value.start);
        let written = text.get(value).unwrap_or_default();
        // The line break after the opening quotes is none of the text's.
        let opening = written.trim_start_matches(['"', '\'']);
        let skipped = opening.starts_with(['\n', '\r']) && opening.len() + 3 <= written.len();
        place.line += usize::from(skipped) + line.saturating_sub(1);
        place
    }

    /// The bytes of the value at the end of a path, or of the deepest part of it that is there.
    fn span(&self, file: &str, path: &[&str]) -> Range<usize> {
        let mut files = self.spots.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = files.get(file).map(Arc::clone);
        let root = known.unwrap_or_else(|| {
            let root = Arc::new(Spot::of_file(self.text(file).unwrap_or_default()));
            files.insert(file.to_owned(), Arc::clone(&root));
            root
        });
        root.span_of(path)
    }
}

/// Where values stand in the files that were asked for, shared by a recipe's clones: its files do
/// not change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spots(Arc<Mutex<BTreeMap<String, Arc<Spot>>>>);

/// Where a value stands, and what is inside it by key, or by place in a list.
#[derive(Debug, Default)]
struct Spot {
    span: Range<usize>,
    inside: BTreeMap<String, Spot>,
}

impl Spot {
    fn of_file(text: &str) -> Self {
        let Ok(document) = DeTable::parse(text) else {
            return Self::default();
        };
        Self {
            span: 0..text.len(),
            inside: inside_table(document.get_ref()),
        }
    }

    /// The bytes of the value at the end of a path, or of the deepest part of it that is there.
    fn span_of(&self, path: &[&str]) -> Range<usize> {
        let mut found = self;
        for step in path {
            match found.inside.get(*step) {
                Some(inside) => found = inside,
                None => break,
            }
        }
        found.span.clone()
    }

    fn of_value(span: Range<usize>, value: &DeValue<'_>) -> Self {
        let inside = match value {
            DeValue::Table(table) => inside_table(table),
            DeValue::Array(items) => {
                let items = items.iter().enumerate().map(|(place, item)| {
                    let spot = Self::of_value(item.span(), item.get_ref());
                    (place.to_string(), spot)
                });
                items.collect()
            }
            _ => BTreeMap::new(),
        };
        Self { span, inside }
    }
}

fn inside_table(table: &DeTable<'_>) -> BTreeMap<String, Spot> {
    let entries = table.iter().map(|(key, value)| {
        let span = match value.get_ref() {
            // A list of [[tables]] has no place of its own.
            DeValue::Array(_) if value.span().is_empty() => key.span(),
            _ => value.span(),
        };
        let spot = Spot::of_value(span, value.get_ref());
        (key.get_ref().to_string(), spot)
    });
    entries.collect()
}

fn place(file: &str, text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    Place {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
    }
}

/// The TOML reader's words as people say them, with the nearest valid name.
pub(crate) fn words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(found), valid) = (quoted.next(), quoted.collect::<Vec<_>>()) else {
        return message.to_owned();
    };
    let what = match message.split(" `").next() {
        Some("unknown field") => format!("unknown key {found}"),
        Some("unknown variant") => format!("unknown value {found}"),
        Some("missing field") => return format!("the key {found} is missing"),
        Some("duplicate field") => return format!("the key {found} stands twice"),
        _ => return message.to_owned(),
    };
    match nearest(found, valid.iter().copied()) {
        Some(nearest) if valid.len() > 1 => {
            format!("{what}; the nearest is {nearest}, of {}", valid.join(", "))
        }
        Some(only) => format!("{what}; expected {only}"),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# A comment.
kind = "derived"
rows = """(
  SELECT a
  FROM b
)"""

[[column]]
name = "A"
shares = [
  { value = "x", label = { fr = "un", en = "one" } },
  { value = "y", label = { fr = "deux" } },
]

[[column]]
sql = "first - AMT"
"#;

    fn line(path: &[&str]) -> usize {
        place("f", TEXT, Spot::of_file(TEXT).span_of(path).start).line
    }

    #[test]
    fn values_are_found_by_their_path() {
        assert_eq!(line(&["kind"]), 2);
        assert_eq!(line(&["rows"]), 3);
        assert_eq!(line(&["column", "0"]), 8);
        assert_eq!(line(&["column", "0", "name"]), 9);
        assert_eq!(line(&["column", "0", "shares", "1", "label", "fr"]), 12);
        assert_eq!(line(&["column", "0", "shares", "1", "label", "en"]), 12);
        assert_eq!(line(&["column", "1", "sql"]), 16);
        assert_eq!(line(&["column", "1", "label"]), 15);
    }

    #[test]
    fn the_toml_readers_words_are_said_with_the_nearest_name() {
        let field = "unknown field `labl`, expected one of `name`, `label`, `sql`";
        assert_eq!(
            words(field),
            "unknown key labl; the nearest is label, of name, label, sql"
        );
        let variant = "unknown variant `medn`, expected `mean` or `median`";
        assert_eq!(
            words(variant),
            "unknown value medn; the nearest is mean, of mean, median"
        );
        assert_eq!(words("missing field `en`"), "the key en is missing");
        assert_eq!(words("invalid type: string"), "invalid type: string");
    }
}
