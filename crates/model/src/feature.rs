//! What a bundle knows of its features: names, labels in both languages, units, concepts.
//!
//! It comes from the recipe's catalogue; no lender's column name stands here.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Names a language that people can read the product in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl FromStr for Lang {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "fr" => Ok(Self::Fr),
            "en" => Ok(Self::En),
            _ => Err(Error::UnknownLanguage {
                found: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fr => "fr",
            Self::En => "en",
        })
    }
}

/// Holds one text in every language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Gives the text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

/// Names whom a sentence about a client is told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Anybody but the client: "the client".
    Staff,
    /// The client: "you".
    Client,
}

/// Whom sentences are for: in which language, and whether they speak to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// Whom they are told to.
    pub listener: Listener,
}

impl Reader {
    /// The client, in one language.
    pub fn client(lang: Lang) -> Self {
        let listener = Listener::Client;
        Self { lang, listener }
    }
}

/// Anybody but the client.
impl From<Lang> for Reader {
    fn from(lang: Lang) -> Self {
        let listener = Listener::Staff;
        Self { lang, listener }
    }
}

/// A sentence about a client, in every language and in the words of whom it is told to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
    /// The same said to the client; `None` where it names nobody, and serves for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub you: Option<Text>,
}

impl Sentence {
    /// Gives the sentence as a reader is told it.
    pub fn get(&self, reader: Reader) -> &str {
        match (&self.you, reader.listener, reader.lang) {
            (Some(you), Listener::Client, lang) => you.get(lang),
            (_, _, Lang::Fr) => &self.fr,
            (_, _, Lang::En) => &self.en,
        }
    }
}

/// A sentence that names nobody.
impl From<Text> for Sentence {
    fn from(Text { fr, en }: Text) -> Self {
        Self { fr, en, you: None }
    }
}

/// Tells what a feature's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Numbers.
    Number,
    /// Categories.
    Category,
}

/// Tells how a feature's numbers are to be read and written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A bare number.
    #[default]
    None,
    /// An amount in the bundle's currency.
    Money,
    /// Days; a negative number counts back from the application.
    Days,
    /// A day, counted from the application: negative before it, positive after.
    Date,
    /// Months.
    Months,
    /// Years.
    Years,
    /// One amount over another, written as a number.
    Ratio,
    /// A part of a whole, written in per cent.
    Share,
    /// How many.
    Count,
    /// A rating.
    Score,
    /// 0 for no, 1 for yes.
    Flag,
}

/// Tells which way the risk is expected to go as a feature's value rises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The risk rises with the value.
    Up,
    /// The risk falls as the value rises.
    Down,
    /// Nothing is expected.
    #[default]
    None,
}

/// Describes one feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The name in the feature matrix, unique in a bundle.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// What people call it.
    pub label: Text,
    /// What the lender's category texts are called; a text without an entry is shown as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
    /// The id of the concept that it belongs to.
    pub concept: String,
    /// How its numbers are written.
    pub unit: Unit,
    /// Which way the risk is expected to go.
    pub direction: Direction,
    /// Whether the client could change it.
    pub actionable: bool,
    /// Whether the law protects people from being judged on it.
    pub protected: bool,
}

/// Describes what a person would call a group of features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// The id that features name.
    pub id: String,
    /// The id of the theme that it belongs to.
    pub theme: String,
    /// What people call it.
    pub label: Text,
    /// The sentence for when it raises the risk, told by any of its features; the places are those
    /// of [`Telling::PLACES`]. Empty for a plain sentence.
    pub raises: Sentence,
    /// The sentence for when it lowers the risk, likewise.
    pub lowers: Sentence,
    /// Its plain features with sentences of their own, in order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_by: Vec<Telling>,
}

/// Says what a feature's value means, in a sentence that is true of any client who has that value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// The feature's name.
    pub feature: String,
    /// The sentence, with the places of [`Telling::PLACES`]; empty where only `when` is told.
    #[serde(default)]
    pub says: Sentence,
    /// Sentences for values that read better in words of their own: a number as it is written
    /// (`0`), a category, or [`Telling::MISSING`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Sentence>,
}

impl Telling {
    /// The key in `when` of a value that is not known.
    pub const MISSING: &str = "missing";
    /// What a sentence may hold in braces: the client's value, what people call the feature, and
    /// where the value stands among all clients (told after the sentence if it has no such place).
    pub const PLACES: [&str; 3] = ["value", "label", "comparison"];
}

/// Describes a handful of concepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// The id that concepts name.
    pub id: String,
    /// What people call it.
    pub label: Text,
}
