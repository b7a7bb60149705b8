//! Optimal binning: fine cells, in order, are joined to few bins.
//!
//! Among all ways to join neighbouring cells in which the event rate never turns, and in which
//! every bin has rows, events and non-events enough, the one of the highest information value is
//! found by dynamic programming. Nothing is approximate but the cells.

use super::woe::Tally;

/// A gain of less information value than this is rounding: fewer bins are taken.
const ROUNDING: f64 = 1e-12;

/// Holds what bins must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Bins at most, beside those of special and missing values.
    pub bins: usize,
    /// The least share of all rows, those with missing values included, that a bin holds.
    pub share: f64,
    /// The least number of events, and of non-events, in a bin; at least 1.
    pub cases: usize,
}

/// Says how cells are ordered, and where the event rate may go along them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Ordered as given; the event rate never falls.
    Rising,
    /// Ordered as given; the event rate never rises.
    Falling,
    /// Ordered as given; rising or falling, whichever has the higher information value.
    Monotone,
    /// Without an order, as categories are: they are ordered by their event rate.
    Unordered,
}

/// Joins cells to bins and gives the bin of each cell, numbered from 0 in the cells' order.
///
/// The information value that is maximised is that among the cells' own rows; `n_rows` counts
/// all rows. Where no way fulfils the rules all cells are one bin.
///
/// # Source
/// The problem is that of Navas-Palencia, "Optimal binning: mathematical programming formulation",
/// arXiv:2001.08025, section 2. An inner step is a prefix maximum over the earlier bins by event
/// rate, so that all takes O(cells² × (bins + ln cells)).
pub fn join(cells: &[Tally], n_rows: usize, rules: &Rules, trend: Trend) -> Vec<usize> {
    match trend {
        Trend::Rising => rising(cells, n_rows, rules).bins,
        Trend::Falling => falling(cells, n_rows, rules).bins,
        Trend::Monotone => {
            let (up, down) = (rising(cells, n_rows, rules), falling(cells, n_rows, rules));
            if down.iv > up.iv + ROUNDING {
                down.bins
            } else {
                up.bins
            }
        }
        Trend::Unordered => unordered(cells, n_rows, rules),
    }
}

/// Gives bounds that cut sorted numbers into about `cells` cells of as many numbers each; equal
/// numbers are never parted. A number below a bound is left of it. None is missing.
pub fn quantile_bounds(sorted: &[f32], cells: usize) -> Vec<f32> {
    let n = sorted.len();
    let mut bounds: Vec<f32> = Vec::new();
    for cell in 1..cells {
        let wanted = cell * n / cells;
        let Some(&number) = sorted.get(wanted) else {
            break;
        };
        let from = sorted.partition_point(|&other| other < number);
        let to = sorted.partition_point(|&other| other <= number);
        let cut = if wanted - from <= to - wanted {
            from
        } else {
            to
        };
        if cut == 0 || cut == n {
            continue;
        }
        let bound = between(sorted[cut - 1], sorted[cut]);
        if bounds.last().is_none_or(|&last| last < bound) {
            bounds.push(bound);
        }
    }
    bounds
}

/// Gives a bound halfway from `low` to `high`, above `low` and not above `high`.
fn between(low: f32, high: f32) -> f32 {
    let middle = ((f64::from(low) + f64::from(high)) / 2.0) as f32;
    if middle > low { middle } else { high }
}

/// A way to join cells, and its information value.
struct Joined {
    iv: f64,
    bins: Vec<usize>,
}

fn falling(cells: &[Tally], n_rows: usize, rules: &Rules) -> Joined {
    let reversed: Vec<Tally> = cells.iter().rev().copied().collect();
    let Joined { iv, mut bins } = rising(&reversed, n_rows, rules);
    let last = bins.last().copied().unwrap_or(0);
    bins.reverse();
    bins.iter_mut().for_each(|bin| *bin = last - *bin);
    Joined { iv, bins }
}

fn unordered(cells: &[Tally], n_rows: usize, rules: &Rules) -> Vec<usize> {
    let usual = Tally::total(cells.iter().copied()).event_rate();
    let rate = |cell: &Tally| match cell.rows {
        0 => usual,
        _ => cell.event_rate(),
    };
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&a, &b| rate(&cells[a]).total_cmp(&rate(&cells[b])).then(a.cmp(&b)));
    let ordered: Vec<Tally> = order.iter().map(|&cell| cells[cell]).collect();
    let joined = rising(&ordered, n_rows, rules).bins;
    let mut bins = vec![0; cells.len()];
    for (cell, bin) in order.into_iter().zip(joined) {
        bins[cell] = bin;
    }
    bins
}

/// The best way to bin the first cells such that the last bin is a given span of cells.
#[derive(Clone, Copy)]
struct Way {
    iv: f64,
    /// Where the bin before the last one starts.
    before: usize,
}

const NO_WAY: Way = Way {
    iv: f64::NEG_INFINITY,
    before: 0,
};

/// Every span of neighbouring cells.
struct Spans {
    n: usize,
    sums: Vec<Tally>,
    /// What each span adds to the information value; none where it may be no bin.
    worth: Vec<Option<f64>>,
}

impl Spans {
    fn new(cells: &[Tally], n_rows: usize, rules: &Rules) -> Self {
        let n = cells.len();
        let mut sums = vec![Tally::default()];
        for &cell in cells {
            sums.push(Tally::total([sums[sums.len() - 1], cell]));
        }
        let least_rows = (rules.share * n_rows as f64).ceil() as usize;
        let cases = rules.cases.max(1);
        let mut spans = Self {
            n,
            sums,
            worth: vec![None; n * (n + 1)],
        };
        let total = spans.tally(0, n);
        for start in 0..n {
            for end in start + 1..=n {
                let span = spans.tally(start, end);
                if span.rows >= least_rows && span.events >= cases && span.non_events() >= cases {
                    let place = spans.place(start, end);
                    spans.worth[place] = Some(span.iv(total, span.woe(total)));
                }
            }
        }
        spans
    }

    fn place(&self, start: usize, end: usize) -> usize {
        start * (self.n + 1) + end
    }

    fn tally(&self, start: usize, end: usize) -> Tally {
        self.sums[end].without(self.sums[start])
    }

    fn is_bin(&self, start: usize, end: usize) -> bool {
        self.worth[self.place(start, end)].is_some()
    }

    /// Tells whether one span's event rate is at most another's, without rounding.
    fn is_ordered(&self, (a, b): (usize, usize), (c, d): (usize, usize)) -> bool {
        let (first, second) = (self.tally(a, b), self.tally(c, d));
        first.events as u128 * second.rows as u128 <= second.events as u128 * first.rows as u128
    }

    /// Sorts spans that may be bins by event rate, the lower first; ties stay in order.
    fn by_rate(&self, spans: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = spans
            .filter(|&(start, end)| self.is_bin(start, end))
            .collect();
        spans.sort_by(
            |&a, &b| match (self.is_ordered(a, b), self.is_ordered(b, a)) {
                (true, true) => a.cmp(&b),
                (true, false) => std::cmp::Ordering::Less,
                _ => std::cmp::Ordering::Greater,
            },
        );
        spans
    }
}

fn rising(cells: &[Tally], n_rows: usize, rules: &Rules) -> Joined {
    let n = cells.len();
    let spans = Spans::new(cells, n_rows, rules);
    let mut first = vec![NO_WAY; spans.worth.len()];
    for end in 1..=n {
        let place = spans.place(0, end);
        first[place].iv = spans.worth[place].unwrap_or(f64::NEG_INFINITY);
    }
    // For each cut between two cells, the bins that end and those that start there.
    let cuts: Vec<_> = (1..n)
        .map(|cut| {
            let ending = spans.by_rate((0..cut).map(|start| (start, cut)));
            let starting = spans.by_rate((cut + 1..=n).map(|end| (cut, end)));
            (ending, starting)
        })
        .collect();
    let mut layers = vec![first];
    while layers.len() < rules.bins.min(n) {
        let next = one_bin_more(&spans, &cuts, &layers[layers.len() - 1]);
        layers.push(next);
    }
    let (mut bins, mut best, mut found) = (0, 0.0, None);
    for (layer, ways) in layers.iter().enumerate() {
        for start in 0..n {
            let iv = ways[spans.place(start, n)].iv;
            if iv.is_finite() && (found.is_none() || iv > best + ROUNDING) {
                (bins, best, found) = (layer, iv, Some(start));
            }
        }
    }
    let mut joined = Joined {
        iv: best,
        bins: vec![0; n],
    };
    let Some(mut start) = found else {
        return joined;
    };
    let mut end = n;
    for bin in (0..=bins).rev() {
        joined.bins[start..end].fill(bin);
        let before = layers[bin][spans.place(start, end)].before;
        (start, end) = (before, start);
    }
    joined
}

type Cut = (Vec<(usize, usize)>, Vec<(usize, usize)>);

/// Gives the best ways that have one bin more than `ways`.
fn one_bin_more(spans: &Spans, cuts: &[Cut], ways: &[Way]) -> Vec<Way> {
    let mut more = vec![NO_WAY; ways.len()];
    for (ending, starting) in cuts {
        let mut best = NO_WAY;
        let mut earlier = ending.iter().peekable();
        for &(cut, end) in starting {
            while let Some(&(start, _)) =
                earlier.next_if(|&&span| spans.is_ordered(span, (cut, end)))
            {
                let iv = ways[spans.place(start, cut)].iv;
                if iv > best.iv {
                    best = Way { iv, before: start };
                }
            }
            let place = spans.place(cut, end);
            if let Some(worth) = spans.worth[place] {
                more[place] = Way {
                    iv: best.iv + worth,
                    ..best
                };
            }
        }
    }
    more
}

#[cfg(test)]
mod tests;
