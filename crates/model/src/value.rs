//! One client's value of one feature.

use serde::{Deserialize, Serialize};

/// Holds one client's value of one feature; in JSON a number, a text or `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number; NaN is treated as missing.
    Number(f64),
    /// A category, as the lender writes it.
    Category(String),
    /// Nothing is known.
    Missing,
}

impl Value {
    /// Gives the number, if this is one that is not NaN.
    #[inline]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if !number.is_nan() => Some(*number),
            _ => None,
        }
    }

    /// Gives the category, if this is one.
    #[inline]
    pub fn category(&self) -> Option<&str> {
        match self {
            Self::Category(category) => Some(category),
            _ => None,
        }
    }

    /// Tells whether nothing is known.
    #[inline]
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Number(number) => number.is_nan(),
            Self::Category(_) => false,
            Self::Missing => true,
        }
    }
}
