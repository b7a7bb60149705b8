//! Weight of evidence and information value of counted bins.

use serde::{Deserialize, Serialize};

/// Counts the training rows of a bin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows.
    pub rows: usize,
    /// Rows of clients that did not repay; never more than `rows`.
    pub events: usize,
}

impl Tally {
    /// Counts one row more; its label is 1 for an event, else 0.
    pub fn count(&mut self, label: u8) {
        self.rows += 1;
        self.events += usize::from(label);
    }

    /// Counts the rows of clients that repaid.
    pub fn non_events(&self) -> usize {
        self.rows.saturating_sub(self.events)
    }

    /// Gives the share of events, 0 to 1; 0 where there is no row.
    pub fn event_rate(&self) -> f64 {
        match self.rows {
            0 => 0.0,
            rows => self.events as f64 / rows as f64,
        }
    }

    /// Sums tallies.
    pub fn total(tallies: impl IntoIterator<Item = Self>) -> Self {
        let mut total = Self::default();
        for tally in tallies {
            total.rows += tally.rows;
            total.events += tally.events;
        }
        total
    }

    /// Counts what is left without other rows, which are among these.
    pub fn without(self, other: Self) -> Self {
        Self {
            rows: self.rows.saturating_sub(other.rows),
            events: self.events.saturating_sub(other.events),
        }
    }

    /// Gives the weight of evidence among the rows of `total`: `ln(share of all non-events / share
    /// of all events)`, above 0 where clients repay more often than all. An empty cell is not
    /// smoothed: a bin without an event, or without a non-event, says nothing and has 0.
    ///
    /// # Source
    /// Siddiqi, "Credit Risk Scorecards", 2006, chapter 6; optbinning's `BinningTable`.
    pub fn woe(&self, total: Self) -> f64 {
        if self.events == 0 || self.non_events() == 0 {
            return 0.0;
        }
        let (good, bad) = self.shares(total);
        (good / bad).ln()
    }

    /// Gives what this bin adds to the information value, 0 or more: the difference of the two
    /// shares times a weight of evidence.
    pub fn iv(&self, total: Self, woe: f64) -> f64 {
        if woe == 0.0 {
            return 0.0;
        }
        let (good, bad) = self.shares(total);
        (good - bad) * woe
    }

    /// Gives the shares of all non-events and of all events that are in this bin.
    fn shares(&self, total: Self) -> (f64, f64) {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        (
            share(self.non_events(), total.non_events()),
            share(self.events, total.events),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_of_evidence_and_information_value_follow_their_definition() {
        let (good, bad) = (
            Tally {
                rows: 80,
                events: 5,
            },
            Tally {
                rows: 20,
                events: 5,
            },
        );
        let total = Tally::total([good, bad]);
        // 75 of 90 non-events and half of the events; 15 of 90 and the other half.
        let (woe, other) = ((75.0 / 90.0 / 0.5f64).ln(), (15.0 / 90.0 / 0.5f64).ln());
        assert!((good.woe(total) - woe).abs() < 1e-15);
        assert!((bad.woe(total) - other).abs() < 1e-15);
        let iv = (75.0 / 90.0 - 0.5) * woe + (15.0 / 90.0 - 0.5) * other;
        let found = good.iv(total, woe) + bad.iv(total, other);
        assert!((found - iv).abs() < 1e-15 && iv > 0.0);
    }

    #[test]
    fn a_bin_of_one_class_says_nothing() {
        let total = Tally {
            rows: 50,
            events: 9,
        };
        for events in [0, 7] {
            let bin = Tally { rows: 7, events };
            assert_eq!((bin.woe(total), bin.iv(total, bin.woe(total))), (0.0, 0.0));
        }
        assert_eq!(Tally::default().woe(Tally::default()), 0.0);
    }
}
