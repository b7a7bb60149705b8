//! A table with a caption, as documents and pages show it.

use askama::Template;
use limpide_model::Lang;

/// A table with a caption; the first cell of a row names it.
#[derive(Clone, Debug, Template)]
#[template(path = "figures/table.html")]
pub struct Table {
    caption: String,
    heads: Vec<&'static str>,
    /// How many of the first columns hold words; the others hold numbers.
    texts: usize,
    rows: Vec<Line>,
}

/// One row.
#[derive(Clone, Debug)]
struct Line {
    cells: Vec<String>,
    /// Whether it is the one that was chosen.
    marked: bool,
}

impl Table {
    /// A table without rows.
    pub fn new(caption: impl Into<String>, heads: Vec<&'static str>, texts: usize) -> Self {
        Self {
            caption: caption.into(),
            heads,
            texts,
            rows: Vec::new(),
        }
    }

    /// Adds a row, which may be the one that was chosen.
    pub fn push(&mut self, cells: impl Into<Vec<String>>, marked: bool) {
        self.rows.push(Line {
            cells: cells.into(),
            marked,
        });
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Gives the texts of a language.
pub fn pick_all(lang: Lang, fr: &[&'static str], en: &[&'static str]) -> Vec<&'static str> {
    match lang {
        Lang::Fr => fr.to_vec(),
        Lang::En => en.to_vec(),
    }
}
