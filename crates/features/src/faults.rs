//! What is wrong with a recipe: all of it at once, each with its place and the nearest valid name.

use std::fmt;

use limpide_engine::SqlFault;
use limpide_portfolio::{Place, Recipe, nearest};

use crate::error::{Error, Result};

/// How many are told; whoever mends these sees the others next.
const MOST: usize = 10;

/// What is wrong with a recipe, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    said: Vec<String>,
}

impl Faults {
    /// Notes what is wrong at a place.
    pub(crate) fn add(&mut self, place: &Place, reason: impl fmt::Display) {
        self.said.push(format!("{place}: {reason}"));
    }

    /// What a file holds, unless it could not be read.
    pub(crate) fn take<T>(&mut self, read: limpide_portfolio::Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(limpide_portfolio::Error::Recipe { file, reason, .. }) => {
                self.said.push(format!("{file}, {reason}"));
                None
            }
            Err(other) => {
                self.said.push(other.to_string());
                None
            }
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Refuses the recipe if something was found.
    pub(crate) fn none(&mut self, recipe: &Recipe) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        Err(Error::Recipe {
            recipe: recipe.name.clone(),
            faults: std::mem::take(self),
        })
    }
}

impl fmt::Display for Faults {
    /// Follows the recipe's name: one on the same line, several on a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = &self.said[..] {
            return write!(f, ", {only}");
        }
        write!(f, ": {} things are wrong", self.said.len())?;
        for said in self.said.iter().take(MOST) {
            write!(f, "\n  {said}")?;
        }
        match self.said.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// "; the nearest is …", if there is any valid name.
pub(crate) fn nearest_of<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, candidates) {
        Some(near) => format!("; the nearest is {near}"),
        None => String::new(),
    }
}

/// A fault of SQL in a value of a recipe's file.
pub(crate) fn sql_fault(
    recipe: &Recipe,
    file: &str,
    path: &[&str],
    fault: &SqlFault,
) -> (Place, String) {
    match fault {
        SqlFault::Syntax { line, .. } => {
            (recipe.place_of_line(file, path, *line), fault.to_string())
        }
        SqlFault::UnknownTable { name, known }
        | SqlFault::UnknownColumn { name, known }
        | SqlFault::UnknownFunction { name, known } => {
            let near = nearest_of(name, known.iter().map(String::as_str));
            (
                recipe.place_of_word(file, path, name),
                format!("{fault}{near}"),
            )
        }
        SqlFault::Other(_) => (recipe.place(file, path), fault.to_string()),
    }
}
