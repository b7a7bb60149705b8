//! Where something stands in a recipe's files, for sentences about it.

use std::fmt;
use std::ops::Range;

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
        place(file, text, span(text, path).start)
    }

    /// Where a word stands inside a value; the value's beginning if it is not there.
    pub fn place_of_word(&self, file: &str, path: &[&str], word: &str) -> Place {
        let text = self.text(file).unwrap_or_default();
        let value = span(text, path);
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
        let value = span(text, path);
        let mut place = place(file, text, value.start);
        let written = text.get(value).unwrap_or_default();
        // The line break after the opening quotes is none of the text's.
        let opening = written.trim_start_matches(['"', '\'']);
        let skipped = opening.starts_with(['\n', '\r']) && opening.len() + 3 <= written.len();
        place.line += usize::from(skipped) + line.saturating_sub(1);
        place
    }
}

fn place(file: &str, text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    Place {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
    }
}

/// The bytes of the value at the end of a path, or of the deepest part of it that is there.
fn span(text: &str, path: &[&str]) -> Range<usize> {
    let Ok(document) = DeTable::parse(text) else {
        return 0..0;
    };
    let mut found = 0..text.len();
    let mut table = Some(document.get_ref());
    let mut list = None;
    for step in path {
        let value = match (table, list) {
            (Some(table), _) => table.iter().find(|(key, _)| key.get_ref() == step),
            _ => None,
        };
        let item = match (value, list) {
            (Some((key, value)), _) => {
                found = match value.get_ref() {
                    // A list of [[tables]] has no place of its own.
                    DeValue::Array(_) if value.span().is_empty() => key.span(),
                    _ => value.span(),
                };
                Some(value)
            }
            (None, Some(items)) => {
                let items: &toml::de::DeArray<'_> = items;
                let item = step.parse().ok().and_then(|place: usize| items.get(place));
                found = item.map_or(found, toml::Spanned::span);
                item
            }
            (None, None) => None,
        };
        let Some(item) = item else {
            return found;
        };
        table = item.get_ref().as_table();
        list = item.get_ref().as_array();
    }
    found
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
        place("f", TEXT, span(TEXT, path).start).line
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
