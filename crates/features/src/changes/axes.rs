//! The values that one client may change a field to, and what each costs.

use crate::changes::{Allowed, Change};

/// What a client's application says of a change: numbers, where there are any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// The value as it is.
    pub value: Option<f64>,
    /// The whole that shares are parts of.
    pub whole: Option<f64>,
    /// Whether the application has such a field.
    pub applies: bool,
}

/// A field that a client may change, and what to. The grid is the product of such axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The change's place among the recipe's.
    pub change: usize,
    /// The value as it is; none where the application does not say.
    pub now: Option<f64>,
    /// The values that it may be changed to, the nearest first; none where it may not be.
    pub values: Vec<Value>,
}

/// A value that a field may be changed to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The value.
    pub value: f64,
    /// How far from the value as it is, above 0 upwards and below 0 downwards: as a part of the
    /// value as it is (of the whole of shares; of 1 where the value is 0), times the weight.
    pub step: f64,
}

/// The most values of one field.
pub(crate) const MOST_VALUES: usize = 1000;

impl Axis {
    /// The values to which a client may change a field.
    pub fn new(place: usize, change: &Change, now: Now) -> Self {
        let mut axis = Self {
            change: place,
            now: now.value,
            values: Vec::new(),
        };
        let (Some(value), true) = (now.value, now.applies) else {
            return axis;
        };
        let Some(whole) = whole(change, now).filter(|whole| whole.is_finite()) else {
            return axis;
        };
        let allowed = |new: &f64| match change.direction {
            _ if !new.is_finite() => false,
            Allowed::Lower => *new < value,
            Allowed::Higher => *new > value,
            Allowed::Both => *new != value,
        };
        axis.values = candidates(change, value, whole)
            .into_iter()
            .filter(allowed)
            .map(|new| Value {
                value: new,
                step: change.weight * (new - value) / whole,
            })
            .collect();
        let distance = |one: &Value| one.step.abs();
        axis.values.sort_by(|a, b| {
            let nearer = distance(a).total_cmp(&distance(b));
            nearer.then(a.value.total_cmp(&b.value))
        });
        axis.values.dedup_by(|a, b| a.value == b.value);
        axis
    }
}

/// What steps are parts of, above 0.
fn whole(change: &Change, now: Now) -> Option<f64> {
    if change.shares.is_some() {
        return now.whole.filter(|whole| *whole > 0.0);
    }
    let size = now.value?.abs();
    Some(if size > 0.0 { size } else { 1.0 })
}

/// All values that the recipe names, whichever way they lie.
fn candidates(change: &Change, now: f64, whole: f64) -> Vec<f64> {
    let mut values = change.values.clone();
    if let Some(range) = &change.range {
        let steps = count(range.to - range.from, range.by);
        values.extend((0..=steps).map(|step| range.from + step as f64 * range.by));
    }
    if let Some(shares) = &change.shares {
        for step in 1..=count(shares.to, shares.by) {
            let part = step as f64 * shares.by * whole;
            for new in [now - part, now + part] {
                values.push(match shares.round {
                    // Towards the value as it is, so that none lies beyond the largest share.
                    Some(unit) if new < now => (new / unit).ceil() * unit,
                    Some(unit) => (new / unit).floor() * unit,
                    None => new,
                });
            }
        }
    }
    values
}

/// How many whole steps fit into a distance, but for rounding.
pub(crate) fn count(distance: f64, by: f64) -> usize {
    ((distance / by + 1e-9).floor().max(0.0) as usize).min(MOST_VALUES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::changes::{Range, Shares};
    use crate::spec::{Text, Unit};

    fn change(direction: Allowed) -> Change {
        Change {
            name: "amount".to_owned(),
            label: Text::default(),
            words: Text::default(),
            unit: Unit::Money,
            now: "AMOUNT".to_owned(),
            direction,
            shares: None,
            range: None,
            values: Vec::new(),
            sets: BTreeMap::new(),
            condition: None,
            offered: None,
            weight: 1.0,
        }
    }

    fn values(change: &Change, value: f64, whole: f64) -> Vec<f64> {
        let now = Now {
            value: Some(value),
            whole: Some(whole),
            applies: true,
        };
        let axis = Axis::new(0, change, now);
        axis.values.iter().map(|one| one.value).collect()
    }

    #[test]
    fn shares_are_rounded_towards_the_value_as_it_is_and_never_lie_beyond_the_largest() {
        let mut change = change(Allowed::Lower);
        change.shares = Some(Shares {
            by: 0.05,
            to: 0.15,
            of: None,
            round: Some(500.0),
        });
        assert_eq!(
            values(&change, 15_200.0, 15_200.0),
            [14_500.0, 14_000.0, 13_000.0]
        );
        // Steps that round to the value as it is, or to one another, are no steps.
        assert_eq!(values(&change, 4_000.0, 4_000.0), [3_500.0]);
        assert_eq!(values(&change, 1_000.0, 1_000.0), [0.0; 0]);
    }

    #[test]
    fn a_range_goes_only_the_way_that_is_allowed_the_nearest_first() {
        let mut change = change(Allowed::Both);
        change.range = Some(Range {
            from: 12.0,
            to: 36.0,
            by: 6.0,
        });
        assert_eq!(values(&change, 20.0, 0.0), [18.0, 24.0, 12.0, 30.0, 36.0]);
        change.direction = Allowed::Lower;
        assert_eq!(values(&change, 18.0, 0.0), [12.0]);
        change.direction = Allowed::Higher;
        assert_eq!(values(&change, 30.0, 0.0), [36.0]);
    }

    #[test]
    fn steps_are_parts_of_the_value_or_of_the_whole_times_the_weight() {
        let mut paper = change(Allowed::Higher);
        paper.values = vec![1.0];
        paper.weight = 0.1;
        let now = |value, whole| Now {
            value: Some(value),
            whole,
            applies: true,
        };
        assert_eq!(Axis::new(3, &paper, now(0.0, None)).values[0].step, 0.1);
        assert_eq!(Axis::new(3, &paper, now(1.0, None)).values, []);
        let mut paid = change(Allowed::Higher);
        paid.shares = Some(Shares {
            by: 0.25,
            to: 0.5,
            of: Some("PRICE".to_owned()),
            round: None,
        });
        let axis = Axis::new(1, &paid, now(0.0, Some(8_000.0)));
        let steps: Vec<f64> = axis.values.iter().map(|one| one.step).collect();
        assert_eq!(steps, [0.25, 0.5]);
        assert_eq!(Axis::new(1, &paid, now(0.0, Some(0.0))).values, []);
    }

    #[test]
    fn an_application_without_the_field_has_no_values() {
        let mut paper = change(Allowed::Higher);
        paper.values = vec![1.0];
        let mut now = Now {
            value: None,
            whole: None,
            applies: true,
        };
        assert_eq!(Axis::new(0, &paper, now).values, []);
        now.value = Some(0.0);
        now.applies = false;
        assert_eq!(Axis::new(0, &paper, now).values, []);
    }
}
