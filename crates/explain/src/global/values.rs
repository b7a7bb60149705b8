//! Which values of a feature a bin or a part of the clients holds, also in words.

use limpide_model::scorecard::table;
use limpide_model::{Feature, Lang, Unit, Value};
use serde::{Deserialize, Serialize};

use crate::format;
use crate::texts::{text, text_with};

/// Says which values of a feature are meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "values")]
pub enum Values {
    /// Numbers from `low` on and below `high`; no limit where absent.
    Range {
        /// The first that is in.
        low: Option<f64>,
        /// The first that is out.
        high: Option<f64>,
    },
    /// These categories.
    Categories {
        /// As the lender writes them.
        categories: Vec<String>,
    },
    /// One number.
    Number {
        /// The number.
        number: f64,
    },
    /// Any other category; where missing values are not told apart, these too.
    Other,
    /// Nothing is known.
    Missing,
}

impl From<table::Values> for Values {
    fn from(values: table::Values) -> Self {
        match values {
            table::Values::Range(low, high) => Self::Range {
                low: low.map(f64::from),
                high: high.map(f64::from),
            },
            table::Values::Special(number) => Self::Number {
                number: f64::from(number),
            },
            table::Values::Missing => Self::Missing,
            table::Values::Categories(categories) => Self::Categories { categories },
            table::Values::Other => Self::Other,
        }
    }
}

/// Writes which values are meant; amounts in `currency`.
pub fn values(feature: &Feature, values: &Values, currency: &str, lang: Lang) -> String {
    let number = |value: f64| format::value(feature, &Value::Number(value), currency, lang);
    match values {
        Values::Range { low, high } => range(feature, [*low, *high], number, lang),
        Values::Categories { categories } => {
            let written = categories.iter().map(|category| {
                let value = Value::Category(category.clone());
                format::value(feature, &value, currency, lang)
            });
            written.collect::<Vec<_>>().join(", ")
        }
        Values::Number { number: found } => number(*found),
        Values::Other => text(lang, "values-other"),
        Values::Missing => text(lang, "value-missing"),
    }
}

/// A time span is told without its sign: of days before the application the smaller number is the longer span.
fn range(
    feature: &Feature,
    ends: [Option<f64>; 2],
    number: impl Fn(f64) -> String,
    lang: Lang,
) -> String {
    let is_past = ends.iter().flatten().all(|&end| end <= 0.0);
    let [low, high] = match feature.unit {
        Unit::Days if is_past => [ends[1], ends[0]],
        _ => ends,
    };
    // A day is no amount that another is below.
    let is_day = feature.unit == Unit::Date || (feature.unit == Unit::Months && is_past);
    match [low.map(&number), high.map(&number)] {
        [None, None] => text(lang, "values-any"),
        [None, Some(high)] if is_day => text_with(lang, "values-until", [("high", high.into())]),
        [None, Some(high)] => text_with(lang, "values-below", [("high", high.into())]),
        [Some(low), None] => text_with(lang, "values-from", [("low", low.into())]),
        [Some(low), Some(high)] => text_with(
            lang,
            "values-between",
            [("low", low.into()), ("high", high.into())],
        ),
    }
}
