//! Whether the values of single features still spread among the clients served as they did among the training
//! clients. Pure.

use limpide_model::{Bundle, FeatureReference, Value};

use super::{Expected, Shift};

/// Per cent of the known values that a part of numbers holds at least: a bundle keeps percentiles, and a part of a few
/// of them would be known too roughly.
const LEAST_PERCENT: usize = 5;
/// Share of all clients that a category with a part of its own has at least.
const LEAST_SHARE: f64 = 0.02;
/// What percentiles tell too roughly to mean anything, as an index.
const ROUNDING: f64 = 0.01;

/// How the values of one feature are cut: known ones into parts, and those that are not known.
#[derive(Clone, Debug, PartialEq)]
struct Cut {
    values: Values,
    /// The share of the training clients in each part, then the share of those of whom nothing is known.
    shares: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    /// The largest number of each part, rising, without the last part's.
    Numbers(Vec<f64>),
    /// The text of each part; the last part holds all others.
    Categories(Vec<String>),
}

/// How the values of one feature have moved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FeatureShift {
    /// The feature's place in the bundle.
    pub(crate) feature: usize,
    /// What was found.
    pub(crate) shift: Shift,
    /// The share of clients of whom nothing is known: in training, and now.
    pub(crate) missing: [f64; 2],
}

/// Counts clients by the parts of every feature.
pub(crate) struct Counting {
    clients: usize,
    /// By feature; `None` where nothing can be compared.
    cuts: Vec<Option<(Cut, Vec<u64>)>>,
}

impl Counting {
    /// Cuts the features of a model by what its bundle keeps of the training clients.
    pub(crate) fn of(bundle: &Bundle) -> Self {
        let cuts = bundle.reference.features.iter().map(|reference| {
            let cut = Cut::of(reference)?;
            let counts = vec![0; cut.shares.len()];
            Some((cut, counts))
        });
        Self {
            clients: bundle.trained_on.rows,
            cuts: cuts.collect(),
        }
    }

    /// Counts one client's row, in the order of the bundle's features.
    pub(crate) fn count(&mut self, row: &[Value]) {
        for (cut, value) in self.cuts.iter_mut().zip(row) {
            if let Some((cut, counts)) = cut {
                counts[cut.part(value)] += 1;
            }
        }
    }

    /// What was found of every feature that can be compared, the largest index first.
    pub(crate) fn shifts(&self) -> Vec<FeatureShift> {
        let cuts = self.cuts.iter().enumerate();
        let shifts = cuts.filter_map(|(feature, cut)| {
            let (cut, counts) = cut.as_ref()?;
            let shift = cut.shift(counts, self.clients)?;
            let last = |shares: &[f64]| shares.last().copied().unwrap_or_default();
            let missing = *counts.last()? as f64 / shift.rows.max(1) as f64;
            Some(FeatureShift {
                feature,
                shift,
                missing: [last(&cut.shares), missing],
            })
        });
        let mut shifts: Vec<FeatureShift> = shifts.collect();
        // The sort is stable: equals stand in the bundle's order.
        shifts.sort_by(|a, b| b.shift.psi.total_cmp(&a.shift.psi));
        shifts
    }
}

impl Cut {
    /// `None`: of the training clients, no value was known.
    fn of(reference: &FeatureReference) -> Option<Self> {
        let known = 1.0 - reference.missing_share;
        let (values, mut shares) = match reference.quantiles.len() {
            0 if reference.categories.is_empty() => return None,
            0 => categories(reference, known),
            _ => numbers(&reference.quantiles, known),
        };
        shares.push(reference.missing_share);
        Some(Self { values, shares })
    }

    /// The part of a value; what is not known stands in the last one.
    fn part(&self, value: &Value) -> usize {
        let unknown = self.shares.len() - 1;
        match (&self.values, value) {
            (Values::Numbers(ends), value) => match value.number() {
                Some(number) => ends.partition_point(|&end| end < number),
                None => unknown,
            },
            (Values::Categories(texts), Value::Category(found)) => {
                let place = texts.iter().position(|text| text == found);
                place.unwrap_or(unknown - 1)
            }
            _ => unknown,
        }
    }

    /// Compares clients, counted by part; `None` where all of them stand in one part, then as now.
    fn shift(&self, counts: &[u64], clients: usize) -> Option<Shift> {
        // Half a client of the training stands for a part that was empty then.
        let least = 0.5 / clients.max(1) as f64;
        let parts = self.shares.iter().zip(counts);
        let parts = parts.filter(|(share, count)| **share > least || **count > 0);
        let (shares, counts): (Vec<f64>, Vec<u64>) = parts
            .map(|(share, count)| (share.max(least), *count))
            .unzip();
        if shares.len() < 2 {
            return None;
        }
        let expected = Expected {
            bounds: Vec::new(),
            shares,
            clients,
        };
        let mut shift = expected.shift(&counts);
        shift.chance[1] = shift.chance[1].max(ROUNDING);
        Some(shift)
    }
}

/// About ten parts of the known numbers. A value that many clients share is not cut through.
fn numbers(quantiles: &[f64], known: f64) -> (Values, Vec<f64>) {
    let last = quantiles.len() - 1;
    let (mut ends, mut shares, mut below) = (Vec::new(), Vec::new(), 0);
    let part = |from: usize, to: usize| known * (to - from) as f64 / last as f64;
    for tenth in 1..10 {
        let end = quantiles[last * tenth / 10];
        // Where the numbers up to this one end.
        let to = quantiles.partition_point(|&quantile| quantile <= end) - 1;
        if to >= below + LEAST_PERCENT && to + LEAST_PERCENT <= last {
            ends.push(end);
            shares.push(part(below, to));
            below = to;
        }
    }
    shares.push(part(below, last));
    (Values::Numbers(ends), shares)
}

/// A part a category that enough clients have, and one of all others.
fn categories(reference: &FeatureReference, known: f64) -> (Values, Vec<f64>) {
    let common = reference.categories.iter();
    let common = common.filter(|(_, share)| *share >= LEAST_SHARE);
    let (texts, mut shares): (Vec<String>, Vec<f64>) = common.cloned().unzip();
    let others = known - shares.iter().sum::<f64>();
    shares.push(others.max(0.0));
    (Values::Categories(texts), shares)
}

#[cfg(test)]
mod tests {
    use super::super::Finding;
    use super::*;

    fn reference(values: impl Fn(usize) -> f64, missing_share: f64) -> FeatureReference {
        FeatureReference {
            missing_share,
            quantiles: (0..=100).map(values).collect(),
            mean: 0.0,
            categories: Vec::new(),
        }
    }

    fn found(cut: &Cut, values: impl Iterator<Item = Value>) -> Option<Shift> {
        let mut counts = vec![0; cut.shares.len()];
        for value in values {
            counts[cut.part(&value)] += 1;
        }
        cut.shift(&counts, 1_000_000)
    }

    #[test]
    fn numbers_are_cut_into_ten_parts_and_what_is_unknown() {
        let cut = Cut::of(&reference(|percent| percent as f64, 0.2)).expect("numbers");
        assert_eq!(cut.shares.len(), 11);
        assert!(
            cut.shares[..10]
                .iter()
                .all(|share| (share - 0.08).abs() < 1e-12)
        );
        let alike = (0..1000).map(|n| match n % 5 {
            0 => Value::Missing,
            _ => Value::Number(f64::from(n) / 10.0),
        });
        let shift = found(&cut, alike).expect("parts");
        assert!(
            shift.psi < 1e-3 && shift.finding() == Finding::Chance,
            "{shift:?}"
        );
        // All known now: 0.8 against 1 of each part, 0.2 against half a client in 1000.
        let known = (0..1000).map(|n| Value::Number(f64::from(n) / 10.0));
        let shift = found(&cut, known).expect("parts");
        let expected = 0.2 * (1.0f64 / 0.8).ln() + (0.0005 - 0.2) * (0.0005f64 / 0.2).ln();
        assert!(
            (shift.psi - expected).abs() < 2e-3,
            "{} {expected}",
            shift.psi
        );
        assert_eq!(shift.finding(), Finding::Large);
    }

    #[test]
    fn a_value_that_most_clients_share_is_a_part_of_its_own() {
        // Seven of ten have none; the others 1 to 30.
        let values = |percent: usize| percent.saturating_sub(70) as f64;
        let cut = Cut::of(&reference(values, 0.0)).expect("numbers");
        assert_eq!(cut.values, Values::Numbers(vec![0.0, 10.0, 20.0]));
        let shares: f64 = cut.shares.iter().sum();
        assert!((cut.shares[0] - 0.7).abs() < 1e-12 && (shares - 1.0).abs() < 1e-12);
        let alike = (0..1000).map(|n: u32| Value::Number(f64::from(n / 10).max(70.0) - 70.0));
        let shift = found(&cut, alike).expect("parts");
        assert_eq!(shift.finding(), Finding::Chance, "{shift:?}");
    }

    #[test]
    fn rare_categories_stand_together_and_a_new_one_with_them() {
        let text = |name: &str, share: f64| (name.to_owned(), share);
        let cut = Cut::of(&FeatureReference {
            missing_share: 0.0,
            quantiles: Vec::new(),
            mean: 0.0,
            categories: vec![text("a", 0.6), text("b", 0.39), text("c", 0.01)],
        });
        let cut = cut.expect("categories");
        let part = |name: &str| cut.part(&Value::Category(name.to_owned()));
        assert_eq!([part("a"), part("b"), part("c"), part("new")], [0, 1, 2, 2]);
        assert_eq!(cut.part(&Value::Missing), 3);
        let rare = (0..1000).map(|n| match n % 4 {
            0 => Value::Category("new".to_owned()),
            1 => Value::Category("b".to_owned()),
            _ => Value::Category("a".to_owned()),
        });
        assert_eq!(
            found(&cut, rare).map(|shift| shift.finding()),
            Some(Finding::Large)
        );
    }

    #[test]
    fn of_what_is_always_the_same_nothing_is_said() {
        let cut = Cut::of(&reference(|_| 1.0, 0.0)).expect("numbers");
        let same = (0..500).map(|_| Value::Number(1.0));
        assert_eq!(found(&cut, same), None);
        let none = reference(|_| 0.0, 1.0);
        let none = FeatureReference {
            quantiles: Vec::new(),
            ..none
        };
        assert_eq!(Cut::of(&none), None);
    }
}
