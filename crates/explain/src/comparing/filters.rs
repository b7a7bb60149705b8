//! What a person may narrow clients by: bands of a number, or the value of a category.

use limpide_model::{Feature, Text, Value};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::values::Values;

/// Asks for the band or the category of the client at hand.
pub const SAME: &str = "same";

/// Most categories that are named where another one was asked for.
const MOST_NAMED: usize = 12;

/// Names a feature that clients may be narrowed by, and its bands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    /// What it is asked for by.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// The feature.
    pub feature: String,
    /// Bands of a number; none for a category.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
}

/// Holds a range of numbers, in the feature's unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// What it is asked for by.
    pub name: String,
    /// The least number in it; no end below if absent.
    #[serde(default)]
    pub from: Option<f64>,
    /// The least number above it; no end above if absent.
    #[serde(default)]
    pub to: Option<f64>,
    /// What people call it.
    pub label: Text,
}

/// Asks for one band or category of one filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The filter's name.
    pub name: String,
    /// A band's name, a category, its label in either language, or [`SAME`].
    pub value: String,
}

/// Tells of a filter that was set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// The filter's name.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// The band's name or the category; `None` for clients of whom nothing is known.
    pub value: Option<String>,
    /// What people call it.
    pub text: Text,
    /// The other clients who pass this filter alone.
    pub clients: usize,
}

/// What a client's value must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice {
    Band { from: f64, to: f64 },
    Category(u32),
    Missing,
}

impl Wish {
    /// Reads `NAME=VALUE`.
    ///
    /// # Errors
    /// [`Error::Asked`] where there is no `=`, or nothing on one of its sides.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = text.split_once('=');
        let parts = parts.map(|(name, value)| (name.trim(), value.trim()));
        match parts.filter(|(name, value)| !name.is_empty() && !value.is_empty()) {
            Some((name, value)) => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            None => Err(Error::Asked {
                field: "filter".to_owned(),
                found: text.to_owned(),
                expected: format!("NAME=VALUE, such as NAME={SAME}"),
            }),
        }
    }
}

impl Band {
    /// Tells whether a number lies in the band.
    pub fn holds(&self, number: f64) -> bool {
        self.from.is_none_or(|from| number >= from) && self.to.is_none_or(|to| number < to)
    }
}

impl Choice {
    /// Tells whether a client passes.
    pub(super) fn fits(&self, values: &Values, place: usize) -> bool {
        match (self, values) {
            (Self::Band { from, to }, Values::Numbers(numbers)) => {
                numbers[place] >= *from && numbers[place] < *to
            }
            (Self::Category(wanted), Values::Categories { codes, .. }) => {
                codes[place] == Some(*wanted)
            }
            (Self::Missing, Values::Numbers(numbers)) => numbers[place].is_nan(),
            (Self::Missing, Values::Categories { codes, .. }) => codes[place].is_none(),
            _ => false,
        }
    }
}

/// Finds a filter by its name.
pub(super) fn named<'a>(
    filters: &'a [(Filter, Feature, Values)],
    wish: &Wish,
) -> Result<&'a (Filter, Feature, Values)> {
    let known = filters.iter().find(|(filter, ..)| filter.name == wish.name);
    known.ok_or_else(|| Error::Asked {
        field: "filter".to_owned(),
        found: wish.name.clone(),
        expected: match filters.is_empty() {
            true => "no filter, for the recipe that made the features declares none".to_owned(),
            false => one_of(filters.iter().map(|(filter, ..)| filter.name.as_str())),
        },
    })
}

/// Turns a wish into what a client's value must be; the client at `own` is the one at hand.
pub(super) fn choose(
    filter: &Filter,
    wish: &Wish,
    feature: &Feature,
    values: &Values,
    own: usize,
) -> Result<(Choice, Chosen)> {
    let chosen = |value: &str, text: Text| Chosen {
        name: filter.name.clone(),
        label: filter.label.clone(),
        value: Some(value.to_owned()),
        text,
        clients: 0,
    };
    let own = values.value(own);
    if wish.value == SAME && own.is_missing() {
        let told = Chosen {
            value: None,
            ..chosen("", crate::texts::both("value-missing"))
        };
        return Ok((Choice::Missing, told));
    }
    match values {
        Values::Numbers(_) => {
            let mut bands = filter.bands.iter();
            let band = match (wish.value.as_str(), own.number()) {
                (SAME, Some(own)) => bands.find(|band| band.holds(own)),
                (name, _) => bands.find(|band| band.name == name),
            };
            let band = band
                .ok_or_else(|| unfit(wish, filter.bands.iter().map(|band| band.name.as_str())))?;
            let choice = Choice::Band {
                from: band.from.unwrap_or(f64::NEG_INFINITY),
                to: band.to.unwrap_or(f64::INFINITY),
            };
            Ok((choice, chosen(&band.name, band.label.clone())))
        }
        Values::Categories { names, .. } => {
            let wanted = match &own {
                Value::Category(own) if wish.value == SAME => own.as_str(),
                _ => wish.value.as_str(),
            };
            let words = |name: &String| match feature.values.get(name) {
                Some(words) => words.clone(),
                None => Text {
                    fr: name.clone(),
                    en: name.clone(),
                },
            };
            let means = |name: &String| {
                let Text { fr, en } = words(name);
                let wanted = wanted.to_lowercase();
                [name, &fr, &en]
                    .iter()
                    .any(|known| known.to_lowercase() == wanted)
            };
            let exact = names.iter().position(|name| name == wanted);
            let code = exact.or_else(|| names.iter().position(means));
            let code = code.ok_or_else(|| unfit(wish, names.iter().map(String::as_str)))?;
            let told = chosen(&names[code], words(&names[code]));
            Ok((Choice::Category(code as u32), told))
        }
    }
}

fn unfit<'a>(wish: &Wish, known: impl Iterator<Item = &'a str>) -> Error {
    Error::Asked {
        field: wish.name.clone(),
        found: wish.value.clone(),
        expected: format!("{SAME}, or {}", one_of(known)),
    }
}

/// Names what there is; a long list is cut short.
fn one_of<'a>(known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let named = &known[..known.len().min(MOST_NAMED)];
    let more = match known.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("one of {}{more}", named.join(", "))
}
