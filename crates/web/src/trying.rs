//! What is tried on a client's application: other numbers in its fields, and ways to a yes.

use std::time::Duration;

use limpide_model::{Lang, Text, Unit};

/// Which ways to a yes are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct WaysAsked {
    /// The fields that may change, by name; empty: all that the recipe names.
    pub only: Vec<String>,
    /// The most ways, from 1.
    pub limit: usize,
    /// After this long what was found so far is told.
    pub time: Duration,
    /// The language of the words.
    pub lang: Lang,
}

/// A field of a client's application that may be tried with another number.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedField {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// How its numbers are written.
    pub unit: Unit,
    /// The number as it is.
    pub now: f64,
    /// The least and the largest number that make sense.
    pub range: [f64; 2],
    /// Distance of numbers that are told apart.
    pub step: f64,
    /// Whether clients may try it themselves: what they could change.
    pub actionable: bool,
}
