//! One feature's values of a whole portfolio, as comparisons read them.

use std::collections::HashMap;

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
    pub fn categories<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut met: HashMap<&str, u32> = HashMap::new();
        let mut code_of = |text| {
            let fresh = met.len() as u32;
            *met.entry(text).or_insert(fresh)
        };
        let mut codes: Vec<Option<u32>> = texts.map(|text| text.map(&mut code_of)).collect();
        let mut names: Vec<(&str, u32)> = met.into_iter().collect();
        names.sort_unstable();
        let mut place_of = vec![0; names.len()];
        for (place, &(_, code)) in names.iter().enumerate() {
            place_of[code as usize] = place as u32;
        }
        for code in codes.iter_mut().flatten() {
            *code = place_of[*code as usize];
        }
        Self::Categories {
            names: names.into_iter().map(|(name, _)| name.to_owned()).collect(),
            codes,
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
