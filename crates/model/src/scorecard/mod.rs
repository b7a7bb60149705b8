//! The scorecard: a logistic regression over weights of evidence, which people read as a table of
//! points.
//!
//! A characteristic is one feature cut into bins. Each bin has a weight of evidence (WoE), above 0
//! where its clients repay more often than all, and each characteristic a coefficient that is 0 or
//! more: so the table is read in one direction only. A missing value has a bin of its own.
//!
//! - [`woe`]: weight of evidence and information value of a bin;
//! - [`binning`]: many fine cells joined to few bins, exactly;
//! - [`split`]: which bin a row falls into;
//! - [`table`], [`sql`]: the scorecard for people, spreadsheets and databases.

pub mod binning;
pub mod split;
pub mod sql;
pub mod table;
pub mod woe;

use serde::{Deserialize, Serialize};

use binning::{Rules, Trend};

pub use split::Split;
pub use woe::Tally;

/// Holds a fitted scorecard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// The mean margin of the training rows, in log-odds of not repaying.
    pub intercept: f64,
    /// How margins are written as points.
    pub scaling: Scaling,
    /// The characteristics, in the order in which they were chosen.
    pub characteristics: Vec<Characteristic>,
}

/// Says how log-odds are written as points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// The points at the base odds.
    pub points: f64,
    /// The base odds, repaying to not repaying; above 0.
    pub odds: f64,
    /// The points that double the odds; above 0.
    pub points_to_double: f64,
}

/// Holds one feature's bins and what they weigh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Characteristic {
    /// Which bin a row falls into.
    pub split: Split,
    /// The bins, as [`Split`] numbers them.
    pub bins: Vec<Bin>,
    /// The log-odds of repaying that one unit of WoE adds, 0 or more.
    pub coefficient: f64,
    /// The training rows' mean WoE.
    pub mean_woe: f64,
    /// The information value of all bins on the training rows.
    pub iv: f64,
}

/// Holds one bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Its training rows.
    pub tally: Tally,
    /// Its weight of evidence; 0 where it has too few events or non-events to tell.
    pub woe: f64,
}

impl Default for Scaling {
    /// 600 points at odds of 50 to 1, and 20 more for twice the odds.
    fn default() -> Self {
        Self {
            points: 600.0,
            odds: 50.0,
            points_to_double: 20.0,
        }
    }
}

impl Scaling {
    /// Writes a margin, in log-odds of not repaying, as points: more points, less risk.
    ///
    /// # Source
    /// Siddiqi, "Credit Risk Scorecards", 2006, chapter 6, "Scaling".
    pub fn score(&self, margin: f64) -> f64 {
        self.points + self.factor() * (-margin - self.odds.ln())
    }

    /// Gives the points that one unit of log-odds of repaying is worth.
    pub fn factor(&self) -> f64 {
        self.points_to_double / std::f64::consts::LN_2
    }
}

impl Scorecard {
    /// Sums intercept and contributions for one encoded row, in log-odds of not repaying.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        let add = |sum, characteristic: &Characteristic| sum + characteristic.contribution(encoded);
        self.characteristics.iter().fold(self.intercept, add)
    }

    /// Gives the points of one encoded row.
    pub fn score(&self, encoded: &[f32]) -> f64 {
        self.scaling.score(self.margin(encoded))
    }

    /// Gives the points of one bin. A client's points are the sum over the characteristics: each
    /// carries its share of those of the intercept.
    pub fn points(&self, characteristic: &Characteristic, bin: &Bin) -> f64 {
        let shared = self.scaling.score(self.intercept) / self.characteristics.len().max(1) as f64;
        shared - self.scaling.factor() * characteristic.contribution_of(bin)
    }

    /// Gives the number of encoded columns that a row must have at least.
    pub fn width(&self) -> usize {
        let columns = self
            .characteristics
            .iter()
            .flat_map(|one| one.split.columns());
        columns
            .map(|column| column.saturating_add(1))
            .max()
            .unwrap_or(0)
    }

    /// Says what does not fit together; nothing where all does.
    pub fn misfit(&self) -> Option<String> {
        let Scaling {
            points,
            odds,
            points_to_double,
        } = self.scaling;
        if !(self.intercept.is_finite() && points.is_finite() && odds.is_finite() && odds > 0.0) {
            return Some("a scorecard without an intercept or base odds".to_owned());
        }
        if !(points_to_double.is_finite() && points_to_double > 0.0) {
            return Some(format!(
                "a scorecard with {points_to_double} points to double the odds"
            ));
        }
        self.characteristics
            .iter()
            .enumerate()
            .find_map(|(number, one)| {
                let reason = one.misfit()?;
                Some(format!(
                    "characteristic {number} of the scorecard: {reason}"
                ))
            })
    }
}

impl Characteristic {
    /// Joins the known bins of a fine split to few, and gives beside it the bin of each fine one.
    /// Those of special, missing and other values stay as they are. `tallies` counts the training
    /// rows of each bin of `fine`.
    pub fn fit(fine: &Split, tallies: &[Tally], rules: &Rules, trend: Trend) -> (Self, Vec<usize>) {
        let n_rows = Tally::total(tallies.iter().copied()).rows;
        let n_fine = fine.n_known();
        let mut bin_of = binning::join(&tallies[..n_fine], n_rows, rules, trend);
        let split = fine.joined(&bin_of);
        bin_of.extend((n_fine..tallies.len()).map(|bin| bin - n_fine + split.n_known()));
        let mut joined = vec![Tally::default(); split.n_bins()];
        for (&bin, &tally) in bin_of.iter().zip(tallies) {
            joined[bin] = Tally::total([joined[bin], tally]);
        }
        (Self::new(split, &joined, rules.cases), bin_of)
    }

    /// Makes bins of their training rows, with a WoE where a bin has at least `cases` events and
    /// as many non-events, and a coefficient of 0.
    pub fn new(split: Split, tallies: &[Tally], cases: usize) -> Self {
        let total = Tally::total(tallies.iter().copied());
        let tells = |tally: &Tally| tally.events >= cases && tally.non_events() >= cases;
        let bin = |tally: &Tally| Bin {
            tally: *tally,
            woe: if tells(tally) { tally.woe(total) } else { 0.0 },
        };
        let bins: Vec<Bin> = tallies.iter().map(bin).collect();
        let weighted = bins.iter().map(|bin| bin.tally.rows as f64 * bin.woe);
        Self {
            mean_woe: weighted.sum::<f64>() / total.rows.max(1) as f64,
            iv: bins.iter().map(|bin| bin.tally.iv(total, bin.woe)).sum(),
            split,
            bins,
            coefficient: 0.0,
        }
    }

    /// Gives the log-odds of not repaying that it adds for one encoded row, measured from the
    /// training mean.
    pub fn contribution(&self, encoded: &[f32]) -> f64 {
        self.contribution_of(&self.bins[self.split.bin(encoded)])
    }

    /// Gives the log-odds of not repaying that one of its bins adds, measured from the training
    /// mean.
    pub fn contribution_of(&self, bin: &Bin) -> f64 {
        self.coefficient * (self.mean_woe - bin.woe)
    }

    fn misfit(&self) -> Option<String> {
        if let Some(reason) = self.split.misfit() {
            return Some(reason);
        }
        if self.bins.len() != self.split.n_bins() {
            let wanted = self.split.n_bins();
            return Some(format!("{} bins, its split has {wanted}", self.bins.len()));
        }
        let is_finite = self.bins.iter().all(|bin| bin.woe.is_finite());
        if !(is_finite && self.mean_woe.is_finite() && self.coefficient.is_finite()) {
            return Some("a number that is not finite".to_owned());
        }
        let wrong = self
            .bins
            .iter()
            .find(|bin| bin.tally.events > bin.tally.rows);
        wrong.map(|bin| format!("{} events among {} rows", bin.tally.events, bin.tally.rows))
    }
}
