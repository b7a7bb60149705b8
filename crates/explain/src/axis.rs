//! A feature's values cut into parts, for histograms and clouds: ranges of numbers, or categories.

use limpide_model::{Feature, Lang, Value};
use serde::{Deserialize, Serialize};

use crate::format;
use crate::texts::text;
use crate::values::Values;

/// Most distinct numbers that have a part each.
const MOST_VALUES: usize = 12;
/// Parts of a range of numbers.
const RANGES: usize = 24;
/// Categories that have a part each; the rarer ones share one more.
const MOST_CATEGORIES: usize = 12;

/// Holds the parts into which a feature's values fall, chosen by the values of all clients so that
/// counts of any of them can be laid beside each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Equal ranges between these edges, `(n_parts + 1)`, from the first to the 99th percentile;
    /// what lies outside counts in the first and in the last. A number on an edge lies above it.
    Ranges(Vec<f64>),
    /// These numbers, rising; there are no others.
    Values(Vec<f64>),
    /// These categories, the commonest first, then all others together.
    Categories(Vec<String>),
}

/// Looks the parts of clients up.
pub(crate) struct Parts<'a> {
    axis: &'a Axis,
    values: &'a Values,
    /// The part of each category.
    of_codes: Vec<usize>,
}

impl Parts<'_> {
    /// Gives the part that a client's value falls into; `None` where it is missing.
    pub(crate) fn part(&self, place: usize) -> Option<usize> {
        match self.values {
            Values::Numbers(numbers) if numbers[place].is_nan() => None,
            Values::Numbers(numbers) => self.axis.part_of_number(numbers[place]),
            Values::Categories { codes, .. } => self.of_codes.get(codes[place]? as usize).copied(),
        }
    }
}

impl Axis {
    /// Chooses the parts for all clients' values; the category of `own` has a part in any case.
    pub fn new(all: &Values, own: &Value) -> Self {
        match all {
            Values::Numbers(numbers) => of_numbers(numbers),
            Values::Categories { names, codes } => {
                Self::Categories(common(names, codes, own.category()))
            }
        }
    }

    /// Counts the parts.
    pub fn parts(&self) -> usize {
        match self {
            Self::Ranges(edges) => edges.len().saturating_sub(1),
            Self::Values(values) => values.len(),
            Self::Categories(names) => names.len() + 1,
        }
    }

    /// Writes what divides or names the parts, as people read it: one text an edge of ranges, else
    /// one a part.
    pub fn texts(&self, feature: &Feature, currency: &str, lang: Lang) -> Vec<String> {
        let number = |number: &f64| format::value(feature, &Value::Number(*number), currency, lang);
        let category =
            |name: &String| format::value(feature, &Value::Category(name.clone()), currency, lang);
        match self {
            Self::Ranges(edges) => edges.iter().map(number).collect(),
            Self::Values(values) => values.iter().map(number).collect(),
            Self::Categories(names) => {
                let others = text(lang, "categories-others");
                names.iter().map(category).chain([others]).collect()
            }
        }
    }

    /// Gives the part that a value falls into; `None` where it is missing, or one of other values'
    /// kind.
    pub fn part_of(&self, value: &Value) -> Option<usize> {
        match (self, value) {
            (Self::Categories(names), Value::Category(own)) => {
                let known = names.iter().position(|name| name == own);
                Some(known.unwrap_or(names.len()))
            }
            (Self::Categories(_), _) => None,
            (_, value) => self.part_of_number(value.number()?),
        }
    }

    /// Prepares to look many clients' parts up.
    pub(crate) fn over<'a>(&'a self, values: &'a Values) -> Parts<'a> {
        let of_codes = match (self, values) {
            (Self::Categories(parts), Values::Categories { names, .. }) => {
                let part = |name| parts.iter().position(|part| part == name);
                let parts = names.iter().map(|name| part(name).unwrap_or(parts.len()));
                parts.collect()
            }
            _ => Vec::new(),
        };
        Parts {
            axis: self,
            values,
            of_codes,
        }
    }

    fn part_of_number(&self, number: f64) -> Option<usize> {
        match self {
            Self::Ranges(edges) => Some(range_of(edges, number)),
            Self::Values(values) => values.iter().position(|&value| value == number),
            Self::Categories(_) => None,
        }
    }
}

/// The range that a number falls into, the first and the last being open to the outside. Ranges are
/// equal but for rounding: the one that the number should be in, or one beside it.
fn range_of(edges: &[f64], number: f64) -> usize {
    let last = edges.len() - 2;
    let share = (number - edges[0]) / (edges[last + 1] - edges[0]);
    // A number far outside, or none: this cast takes it to an end.
    let mut range = ((share * (last + 1) as f64) as usize).min(last);
    while range > 0 && number < edges[range] {
        range -= 1;
    }
    while range < last && edges[range + 1] <= number {
        range += 1;
    }
    range
}

fn of_numbers(numbers: &[f64]) -> Axis {
    let mut few: Vec<f64> = Vec::new();
    for &number in numbers.iter().filter(|number| !number.is_nan()) {
        if few.contains(&number) {
            continue;
        }
        if few.len() == MOST_VALUES {
            return ranges(numbers);
        }
        few.push(number);
    }
    few.sort_by(f64::total_cmp);
    Axis::Values(few)
}

/// Equal ranges; there are more than [`MOST_VALUES`] numbers.
fn ranges(numbers: &[f64]) -> Axis {
    let mut known: Vec<f64> = numbers.iter().copied().filter(|n| !n.is_nan()).collect();
    let last = known.len() - 1;
    let mut percentile = |percent: usize| {
        let place = last * percent / 100;
        *known.select_nth_unstable_by(place, f64::total_cmp).1
    };
    let (mut low, mut high) = (percentile(1), percentile(99));
    if low == high {
        // Nearly all clients have one value: the few others set the range.
        (low, high) = (percentile(0), percentile(100));
    }
    let step = |part: usize| low + (high - low) * part as f64 / RANGES as f64;
    Axis::Ranges((0..=RANGES).map(step).collect())
}

/// The commonest categories, ties by name, and in any case the client's own.
fn common(names: &[String], codes: &[Option<u32>], own: Option<&str>) -> Vec<String> {
    let mut counts = vec![0usize; names.len()];
    for &code in codes.iter().flatten() {
        counts[code as usize] += 1;
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(a.cmp(&b)));
    let is_own = |&place: &usize| Some(names[place].as_str()) == own;
    if let Some(at) = order
        .iter()
        .position(is_own)
        .filter(|&at| at >= MOST_CATEGORIES)
    {
        let own = order.remove(at);
        order.insert(MOST_CATEGORIES - 1, own);
    }
    order.truncate(MOST_CATEGORIES);
    order
        .into_iter()
        .map(|place| names[place].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_falls_into_the_range_that_a_search_finds() {
        for (low, high) in [(-3.0, 7.0), (0.1, 0.3), (-1e9, 1e-9), (1e15, 1e15 + 8.0)] {
            let step = |part: usize| low + (high - low) * part as f64 / RANGES as f64;
            let edges: Vec<f64> = (0..=RANGES).map(step).collect();
            let beside = |edge: &f64| [edge.next_down(), *edge, edge.next_up()];
            let mut numbers: Vec<f64> = edges.iter().flat_map(beside).collect();
            numbers.extend([f64::NEG_INFINITY, -1e300, 0.0, 1e300, f64::INFINITY]);
            for number in numbers {
                let inner = &edges[1..RANGES];
                let searched = inner.partition_point(|&edge| edge <= number);
                assert_eq!(range_of(&edges, number), searched, "{number} in {edges:?}");
            }
        }
    }
}
