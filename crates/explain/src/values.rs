//! One feature's values of a whole portfolio, as comparisons read them.

use std::collections::BTreeMap;

use limpide_model::Value;

/// Holds one feature's values, one a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; NaN where nothing is known.
    Numbers(Vec<f64>),
    /// Categories.
    Categories {
        /// Their texts, in alphabetical order.
        names: Vec<String>,
        /// Each client's place among them; `None` where nothing is known.
        codes: Vec<Option<u32>>,
    },
}

impl Values {
    /// Makes categories of texts, `None` where nothing is known.
    pub fn categories<'a>(texts: impl Iterator<Item = Option<&'a str>> + Clone) -> Self {
        let mut places: BTreeMap<&str, u32> = texts.clone().flatten().map(|t| (t, 0)).collect();
        for (code, place) in places.values_mut().enumerate() {
            *place = code as u32;
        }
        Self::Categories {
            codes: texts
                .map(|text| text.and_then(|text| places.get(text).copied()))
                .collect(),
            names: places.into_keys().map(str::to_owned).collect(),
        }
    }

    /// Counts the clients.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories { codes, .. } => codes.len(),
        }
    }

    /// Tells whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives one client's value.
    pub fn value(&self, place: usize) -> Value {
        match self {
            Self::Numbers(numbers) if numbers[place].is_nan() => Value::Missing,
            Self::Numbers(numbers) => Value::Number(numbers[place]),
            Self::Categories { names, codes } => match codes[place] {
                Some(code) => Value::Category(names[code as usize].clone()),
                None => Value::Missing,
            },
        }
    }
}
