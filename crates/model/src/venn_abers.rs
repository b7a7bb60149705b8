//! Margin to an interval of the probability: inductive Venn–Abers prediction.
//!
//! For a client, isotonic regression is fitted twice: as if the client had repaid, and as if it
//! had not. The two probabilities that it gives the client are the interval's ends. They lie
//! close together where many calibrating clients have such margins, and far apart where few do.
//! That says how sure the calibration is. How sure the margin is, the spread says: both ends are
//! taken at the margins that models of other training clients might have given.

use serde::{Deserialize, Serialize};

use crate::calibration::{Block, ties};

/// Points kept of either end's curve, at most.
const MOST_POINTS: usize = 500;

/// Holds both ends of the interval as functions of the margin.
///
/// Fitted on no client at all, it knows nothing: its interval is [0, 1].
///
/// # Source
/// Vovk and Petej, "Venn–Abers predictors", UAI 2014 (arXiv 1211.0025); Vovk, Petej and
/// Fedorova, "Large-scale probabilistic predictors with and without guarantees of validity",
/// NIPS 2015: the inductive predictor, whose ends are steps at the calibrating clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VennAbers {
    /// The probability as if the client had repaid: that of the last point whose margin is not
    /// above the client's; 0 below all points.
    pub low: Steps,
    /// The probability as if the client had not: that of the first point whose margin is not
    /// below the client's; 1 above all points.
    pub high: Steps,
    /// By how much the lower end's margin is below the client's, and the upper end's above, in
    /// log-odds, 0 or more.
    pub spread: f64,
}

/// Holds a curve of steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// The points' margins, rising.
    pub margins: Vec<f64>,
    /// The points' probabilities, rising.
    pub probabilities: Vec<f64>,
}

/// Counts neighbouring clients that isotonic regression gives one probability.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The first of their margins, by rank.
    first: usize,
    /// The last of their margins, by rank.
    last: usize,
    defaults: f64,
    clients: f64,
}

impl VennAbers {
    /// Fits both ends' curves on clients that the scorer has not seen.
    ///
    /// Of either curve 500 points are kept at most: where there are more, those that make it
    /// rise by less than a 499th of its range are left out, such that the interval widens.
    pub fn fit(margins: &[f64], labels: &[u8]) -> Self {
        Self::fit_repeated(margins, labels, 1)
    }

    /// Fits on clients of whom each stands there so many times, with a margin of another scorer
    /// each time: the new client counts as often, for seeing a client twice tells little more.
    pub fn fit_repeated(margins: &[f64], labels: &[u8], repeats: usize) -> Self {
        let ties = ties(margins, labels);
        let (left, right) = (runs_from_left(&ties), runs_from_right(&ties));
        let ends = |label: f64| -> Vec<f64> {
            let new = |place: usize| Run {
                first: place,
                last: place,
                defaults: label * repeats as f64,
                clients: repeats as f64,
            };
            let end =
                |place: usize| end(Run::of(&ties[place], place).join(new(place)), &left, &right);
            (0..ties.len()).map(end).collect()
        };
        let margins: Vec<f64> = ties.iter().map(|tie| tie.margin).collect();
        let mut low = Steps::default();
        for (margin, probability) in rises(&margins, &ends(0.0), 1.0) {
            low.push(margin, probability);
        }
        let mut high = Steps::default();
        let reversed = |numbers: &[f64]| -> Vec<f64> { numbers.iter().rev().copied().collect() };
        let falling = rises(&reversed(&margins), &reversed(&ends(1.0)), -1.0);
        for (margin, probability) in falling.into_iter().rev() {
            high.push(margin, probability);
        }
        Self {
            low,
            high,
            spread: 0.0,
        }
    }

    /// Widens the interval by a spread of the margins.
    pub fn with_spread(self, spread: f64) -> Self {
        Self { spread, ..self }
    }

    /// Gives the interval of the probability, within 0 and 1; both ends never fall as the margin
    /// rises.
    pub fn interval(&self, margin: f64) -> [f64; 2] {
        let (low, high) = (&self.low, &self.high);
        let (least, most) = (margin - self.spread, margin + self.spread);
        let below = low.margins.partition_point(|&point| point <= least);
        let from = high.margins.partition_point(|&point| point < most);
        [
            below.checked_sub(1).map_or(0.0, |at| low.probabilities[at]),
            high.probabilities.get(from).copied().unwrap_or(1.0),
        ]
    }

    /// Gives one probability of the interval: the one whose log-loss, whatever the outcome, is
    /// least above that of the end that comes true.
    ///
    /// # Source
    /// Vovk, Petej and Fedorova, NIPS 2015: `high / (1 − low + high)`, the minimax of log-loss.
    pub fn probability(&self, margin: f64) -> f64 {
        let [low, high] = self.interval(margin);
        high / (1.0 - low + high)
    }

    /// Tells whether the parts fit together: finite numbers, points rising, low below high.
    pub fn is_sound(&self) -> bool {
        let ordered = |&margin: &f64| {
            let [low, high] = self.interval(margin);
            low <= high
        };
        self.spread >= 0.0
            && self.spread.is_finite()
            && self.low.is_sound()
            && self.high.is_sound()
            && self.low.margins.iter().all(ordered)
            && self.high.margins.iter().all(ordered)
    }
}

impl Steps {
    fn push(&mut self, margin: f64, probability: f64) {
        self.margins.push(margin);
        self.probabilities.push(probability);
    }

    fn is_sound(&self) -> bool {
        let rises = |numbers: &[f64]| numbers.windows(2).all(|pair| pair[0] < pair[1]);
        self.margins.len() == self.probabilities.len()
            && self.margins.iter().all(|margin| margin.is_finite())
            && self.probabilities.iter().all(|p| (0.0..=1.0).contains(p))
            && rises(&self.margins)
            && rises(&self.probabilities)
    }
}

impl Run {
    fn of(tie: &Block, place: usize) -> Self {
        Self {
            first: place,
            last: place,
            defaults: (tie.probability * tie.weight).round(),
            clients: tie.weight,
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            defaults: self.defaults + other.defaults,
            clients: self.clients + other.clients,
        }
    }

    /// Whole numbers are compared, so that equal rates are equal.
    fn is_at_least(&self, other: &Self) -> bool {
        self.defaults * other.clients >= other.defaults * self.clients
    }
}

/// Gives for each margin the last run of the isotonic regression of the margins up to it.
fn runs_from_left(ties: &[Block]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(ties.len());
    for (place, tie) in ties.iter().enumerate() {
        let mut run = Run::of(tie, place);
        while run.first > 0 && runs[run.first - 1].is_at_least(&run) {
            run = runs[run.first - 1].join(run);
        }
        runs.push(run);
    }
    runs
}

/// Gives for each margin the first run of the isotonic regression of the margins from it on.
fn runs_from_right(ties: &[Block]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(ties.len());
    let last = ties.len().saturating_sub(1);
    for (place, tie) in ties.iter().enumerate().rev() {
        let mut run = Run::of(tie, place);
        while run.last < last && run.is_at_least(&runs[last - run.last - 1]) {
            run = run.join(runs[last - run.last - 1]);
        }
        runs.push(run);
    }
    runs.reverse();
    runs
}

/// Gives the probability of one more client, who is counted in `run` beside those of equal
/// margin: the isotonic regression of the others is known on either side, so only the runs next
/// to it are pooled.
fn end(mut run: Run, left: &[Run], right: &[Run]) -> f64 {
    loop {
        let before = run.first.checked_sub(1).map(|at| left[at]);
        let after = right.get(run.last + 1).copied();
        run = match (before, after) {
            (_, Some(after)) if run.is_at_least(&after) => run.join(after),
            (Some(before), _) if before.is_at_least(&run) => before.join(run),
            _ => return run.defaults / run.clients,
        };
    }
}

/// Gives the points at which a curve rises (or falls, where `sign` is −1), few enough.
fn rises(margins: &[f64], probabilities: &[f64], sign: f64) -> Vec<(f64, f64)> {
    let all = chosen(margins, probabilities, |rise| sign * rise > 0.0);
    if all.len() <= MOST_POINTS {
        return all;
    }
    let range = all[all.len() - 1].1 - all[0].1;
    let enough = range.abs() / (MOST_POINTS - 1) as f64;
    chosen(margins, probabilities, |rise| sign * rise >= enough)
}

fn chosen(
    margins: &[f64],
    probabilities: &[f64],
    is_enough: impl Fn(f64) -> bool,
) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (&margin, &probability) in margins.iter().zip(probabilities) {
        if points
            .last()
            .is_none_or(|last| is_enough(probability - last.1))
        {
            points.push((margin, probability));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_points_are_kept_and_the_interval_widens_by_a_499th_of_the_range_at_most() {
        let margins: Vec<f64> = (0..20_000).map(f64::from).collect();
        let curve: Vec<f64> = margins
            .iter()
            .map(|margin| (margin / 2e4).powi(2))
            .collect();
        let low = rises(&margins, &curve, 1.0);
        assert!((250..=MOST_POINTS).contains(&low.len()), "{}", low.len());
        let reversed = |numbers: &[f64]| -> Vec<f64> { numbers.iter().rev().copied().collect() };
        let high = rises(&reversed(&margins), &reversed(&curve), -1.0);
        assert!((250..=MOST_POINTS).contains(&high.len()), "{}", high.len());
        let kept = |points: Vec<(f64, f64)>| {
            let (margins, probabilities) = points.into_iter().unzip();
            Steps {
                margins,
                probabilities,
            }
        };
        let thinned = VennAbers {
            low: kept(low),
            high: kept(high.into_iter().rev().collect()),
            spread: 0.0,
        };
        assert!(thinned.is_sound());
        let step = curve[curve.len() - 1] / 499.0;
        for (&margin, &whole) in margins.iter().zip(&curve) {
            let [low, high] = thinned.interval(margin);
            assert!(low <= whole && whole <= high);
            assert!(whole - low < step && high - whole < step);
        }
    }
}
