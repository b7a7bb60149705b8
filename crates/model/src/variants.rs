//! Many variants of one row, encoded at once: only what differs is computed anew.

use std::collections::HashMap;

use crate::bundle::Bundle;
use crate::dataset::Column;
use crate::encoder::{Source, encode_number, flag};
use crate::error::Result;
use crate::learned::{Details, Part, Row};
use crate::value::Value;

/// A row with other values in some of its features.
struct Variant<'a> {
    row: &'a [Value],
    /// What differs, by feature.
    changed: &'a HashMap<usize, &'a Column>,
    place: usize,
}

impl Row for Variant<'_> {
    fn number(&self, feature: usize) -> f64 {
        match self.changed.get(&feature) {
            Some(Column::Numbers(numbers)) => numbers[self.place],
            Some(Column::Categories(_)) => f64::NAN,
            None => self.row.number(feature),
        }
    }

    fn category(&self, feature: usize) -> Option<&str> {
        match self.changed.get(&feature) {
            Some(Column::Categories(categories)) => categories[self.place].as_deref(),
            Some(Column::Numbers(_)) => None,
            None => self.row.category(feature),
        }
    }
}

impl Bundle {
    /// Encodes `n_rows` variants of a row for the scorer, `(n_rows, width)`, row after row.
    ///
    /// `row` is aligned with the features, learned ones included; `changed` holds other values,
    /// `(n_rows)` each, by number of the recipe's features. Learned features follow; the rows
    /// behind the client stay. Each row has the bits of [`Bundle::encode`] of the variant alone.
    ///
    /// # Errors
    /// [`crate::Error::RowLength`] or [`crate::Error::Row`] where the row does not fit the features.
    pub fn encode_variants(
        &self,
        row: &[Value],
        changed: &[(usize, Column)],
        n_rows: usize,
    ) -> Result<Vec<f32>> {
        let one = self.encode(row)?;
        let learned = self.learned_variants(row, changed, n_rows);
        let columns = changed.iter().chain(&learned);
        let columns: HashMap<usize, &Column> = columns
            .map(|(feature, column)| (*feature, column))
            .collect();
        let width = one.len();
        let mut encoded = one.repeat(n_rows);
        for (place, column) in self.encoder.columns.iter().enumerate() {
            let Some(values) = columns.get(&column.feature) else {
                continue;
            };
            let cells = encoded.iter_mut().skip(place).step_by(width);
            match (&column.source, values) {
                (Source::Number, Column::Numbers(numbers)) => {
                    for (cell, number) in cells.zip(numbers) {
                        *cell = encode_number(*number);
                    }
                }
                (Source::Equals(wanted), Column::Categories(categories)) => {
                    for (cell, found) in cells.zip(categories) {
                        *cell = flag(found.as_ref() == Some(wanted));
                    }
                }
                (Source::Number, Column::Categories(_)) => cells.for_each(|cell| *cell = f32::NAN),
                (Source::Equals(_), Column::Numbers(_)) => cells.for_each(|cell| *cell = 0.0),
            }
        }
        Ok(encoded)
    }

    /// The learned features that follow from what differs, by number.
    fn learned_variants(
        &self,
        row: &[Value],
        changed: &[(usize, Column)],
        n_rows: usize,
    ) -> Vec<(usize, Column)> {
        let by_feature: HashMap<usize, &Column> = changed
            .iter()
            .map(|(feature, column)| (*feature, column))
            .collect();
        let mut first = self.n_base();
        let mut columns = Vec::new();
        for part in &self.learned.parts {
            let inputs = part.inputs();
            let follows = inputs
                .iter()
                .any(|(input, _)| by_feature.contains_key(input));
            if follows {
                let mut numbers = vec![Vec::with_capacity(n_rows); part.len()];
                // Different changes often leave what others are compared by as it was.
                let mut known: HashMap<Vec<u64>, Vec<f64>> = HashMap::new();
                for place in 0..n_rows {
                    let variant = Variant {
                        row,
                        changed: &by_feature,
                        place,
                    };
                    let values = known
                        .entry(key(&variant, &inputs, &by_feature))
                        .or_insert_with(|| values(part, &variant));
                    for (column, value) in numbers.iter_mut().zip(values.iter()) {
                        column.push(*value);
                    }
                }
                let numbers = numbers.into_iter().map(Column::Numbers);
                columns.extend((first..).zip(numbers));
            }
            first += part.len();
        }
        columns
    }
}

/// The bits of what differs among what a part reads; a category by its place in the variant alone.
fn key(
    variant: &Variant<'_>,
    inputs: &[(usize, bool)],
    changed: &HashMap<usize, &Column>,
) -> Vec<u64> {
    let differing = inputs
        .iter()
        .filter(|(input, _)| changed.contains_key(input));
    let bits = differing.map(|(input, is_category)| match is_category {
        true => variant.place as u64,
        false => variant.number(*input).to_bits(),
    });
    bits.collect()
}

fn values(part: &Part, variant: &Variant<'_>) -> Vec<f64> {
    let mut values = Vec::with_capacity(part.len());
    part.values(variant, Details::none(), &mut values);
    values
}
