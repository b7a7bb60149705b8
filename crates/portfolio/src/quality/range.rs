//! Which numbers a column or a feature may hold.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The numbers that may be; an end that is not given is open. Nothing missing is out of range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// What every number must be larger than.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// What every number must be smaller than.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

impl Range {
    /// The largest size of any number: no amount, day or count of a credit is larger.
    pub const MOST: f64 = 1e12;

    /// Whether a number may be.
    pub fn holds(&self, number: f64) -> bool {
        number.abs() <= Self::MOST
            && self.from.is_none_or(|from| number >= from)
            && self.above.is_none_or(|above| number > above)
            && self.to.is_none_or(|to| number <= to)
            && self.below.is_none_or(|below| number < below)
    }

    /// The numbers that both ranges hold, where each gives one kind of end at most.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        let both = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (one, other) => one.or(other),
        };
        Self {
            from: both(self.from, other.from, f64::max),
            above: both(self.above, other.above, f64::max),
            to: both(self.to, other.to, f64::min),
            below: both(self.below, other.below, f64::min),
        }
    }

    /// Why this is no range, if it is none.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let ends = [self.from, self.above, self.to, self.below];
        if ends.iter().all(Option::is_none) {
            return Some("has no end: give from, above, to or below");
        }
        if self.from.is_some() && self.above.is_some() || self.to.is_some() && self.below.is_some()
        {
            return Some("has two lower or two upper ends: give from or above, to or below");
        }
        if ends.into_iter().flatten().any(|end| !end.is_finite()) {
            return Some("has an end that is no number");
        }
        let (low, high) = (self.from.or(self.above), self.to.or(self.below));
        let is_empty = low.zip(high).is_some_and(|(low, high)| low > high);
        is_empty.then_some("holds no number: its lower end lies above the upper")
    }

    /// The SQL condition of a number of `column` that may not be.
    pub(crate) fn outside(&self, column: &str) -> String {
        let ends = [
            (self.from, "<"),
            (self.above, "<="),
            (self.to, ">"),
            (self.below, ">="),
        ];
        let ends = ends
            .into_iter()
            .filter_map(|(end, compared)| Some(format!("\"{column}\" {compared} {}", end?)));
        ends.collect::<Vec<_>>().join(" OR ")
    }
}

/// As what was expected: "a number above 0", "a number from 0 to 1".
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")?;
        let low = self.from.or(self.above).is_some();
        if let Some(from) = self.from {
            write!(f, " from {from}")?;
        }
        if let Some(above) = self.above {
            write!(f, " above {above}")?;
        }
        match (self.to, self.from.is_some()) {
            (Some(to), true) => write!(f, " to {to}")?,
            (Some(to), false) if low => write!(f, " and at most {to}")?,
            (Some(to), false) => write!(f, " of at most {to}")?,
            (None, _) => {}
        }
        match self.below {
            Some(below) if low => write!(f, " and below {below}"),
            Some(below) => write!(f, " below {below}"),
            None if self.to.is_none() && !low => write!(f, " of at most {} in size", Self::MOST),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    const NONE: Range = Range {
        from: None,
        above: None,
        to: None,
        below: None,
    };

    #[test]
    fn an_end_is_part_of_a_range_or_not_as_it_is_named() {
        let share = Range {
            from: Some(0.0),
            to: Some(1.0),
            ..NONE
        };
        assert!(share.holds(0.0) && share.holds(1.0) && !share.holds(-0.1) && !share.holds(1.1));
        let positive = Range {
            above: Some(0.0),
            ..NONE
        };
        assert!(positive.holds(1e-300) && !positive.holds(0.0) && !positive.holds(-1.0));
        let past = Range {
            below: Some(0.0),
            ..NONE
        };
        assert!(past.holds(-1.0) && !past.holds(0.0));
    }

    #[test]
    fn no_range_holds_what_is_not_finite_or_beyond_all_amounts() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e13] {
            assert!(!NONE.holds(number), "{number}");
        }
        assert!(NONE.holds(Range::MOST));
    }

    #[test]
    fn ranges_are_told_in_words_and_asked_in_sql() {
        let told = |from, above, to, below| {
            let range = Range {
                from,
                above,
                to,
                below,
            };
            format!("{range} | {}", range.outside("A"))
        };
        assert_eq!(
            told(Some(0.0), None, Some(1.0), None),
            "a number from 0 to 1 | \"A\" < 0 OR \"A\" > 1"
        );
        assert_eq!(
            told(None, Some(0.0), None, None),
            "a number above 0 | \"A\" <= 0"
        );
        assert_eq!(
            told(Some(-9.5), None, None, Some(0.0)),
            "a number from -9.5 and below 0 | \"A\" < -9.5 OR \"A\" >= 0"
        );
        assert_eq!(
            told(None, None, Some(0.0), None),
            "a number of at most 0 | \"A\" > 0"
        );
        assert_eq!(
            NONE.to_string(),
            "a number of at most 1000000000000 in size"
        );
    }

    #[test]
    fn what_is_no_range_is_told() {
        assert!(NONE.fault().is_some());
        let two = Range {
            from: Some(0.0),
            above: Some(0.0),
            ..NONE
        };
        assert!(two.fault().is_some());
        let empty = Range {
            from: Some(2.0),
            to: Some(1.0),
            ..NONE
        };
        assert!(empty.fault().is_some());
        assert!(
            Range {
                to: Some(1.0),
                ..NONE
            }
            .fault()
            .is_none()
        );
    }
}
