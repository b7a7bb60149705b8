use super::*;

/// Draws numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound as u64) as usize
    }

    fn cells(&mut self, n: usize) -> Vec<Tally> {
        let cell = |_| {
            let rows = self.below(40);
            Tally {
                rows,
                events: self.below(rows / 2 + 1),
            }
        };
        (0..n).map(cell).collect()
    }
}

fn tallies(cells: &[Tally], bins: &[usize]) -> Vec<Tally> {
    let n = bins.iter().max().map_or(0, |last| last + 1);
    let mut tallies = vec![Tally::default(); n];
    for (&cell, &bin) in cells.iter().zip(bins) {
        tallies[bin] = Tally::total([tallies[bin], cell]);
    }
    tallies
}

fn iv(bins: &[Tally]) -> f64 {
    let total = Tally::total(bins.iter().copied());
    bins.iter().map(|bin| bin.iv(total, bin.woe(total))).sum()
}

fn keeps_the_rules(bins: &[Tally], n_rows: usize, rules: &Rules) -> bool {
    bins.len() <= rules.bins
        && bins.iter().all(|bin| {
            bin.rows as f64 >= (rules.share * n_rows as f64).ceil()
                && bin.events >= rules.cases
                && bin.non_events() >= rules.cases
        })
}

fn never_falls(bins: &[Tally]) -> bool {
    let rates: Vec<f64> = bins.iter().map(Tally::event_rate).collect();
    rates.windows(2).all(|pair| pair[0] <= pair[1])
}

/// Looks at every way to join neighbours; none where no way keeps the rules.
fn best_of_all(cells: &[Tally], n_rows: usize, rules: &Rules, falling: bool) -> Option<f64> {
    let mut best: Option<f64> = None;
    for cuts in 0..1usize << (cells.len() - 1) {
        let mut bin = 0;
        let mut bins = vec![0];
        for cell in 1..cells.len() {
            bin += (cuts >> (cell - 1)) & 1;
            bins.push(bin);
        }
        let mut found = tallies(cells, &bins);
        if !keeps_the_rules(&found, n_rows, rules) {
            continue;
        }
        if falling {
            found.reverse();
        }
        if never_falls(&found) {
            best = Some(best.map_or(iv(&found), |best| best.max(iv(&found))));
        }
    }
    best
}

#[test]
fn no_other_way_to_join_cells_has_a_higher_information_value() {
    let mut draw = Draw(1);
    let mut with_many_bins = 0;
    for _ in 0..300 {
        let n = 1 + draw.below(11);
        let cells = draw.cells(n);
        let n_rows = Tally::total(cells.iter().copied()).rows + draw.below(60);
        let rules = Rules {
            bins: 1 + draw.below(6),
            share: draw.below(20) as f64 / 100.0,
            cases: 1 + draw.below(3),
        };
        let mut either = None;
        for (trend, falls) in [(Trend::Rising, false), (Trend::Falling, true)] {
            let bins = join(&cells, n_rows, &rules, trend);
            let mut found = tallies(&cells, &bins);
            let wanted = best_of_all(&cells, n_rows, &rules, falls);
            either = either.max_by_value(wanted);
            let Some(wanted) = wanted else {
                assert_eq!(found.len(), 1, "all in one where no way keeps the rules");
                continue;
            };
            assert!(keeps_the_rules(&found, n_rows, &rules));
            assert!((iv(&found) - wanted).abs() < 1e-12, "{cells:?} {rules:?}");
            if falls {
                found.reverse();
            }
            assert!(never_falls(&found));
            with_many_bins += usize::from(found.len() > 2);
        }
        let found = tallies(&cells, &join(&cells, n_rows, &rules, Trend::Monotone));
        assert!((iv(&found) - either.unwrap_or(0.0)).abs() < 1e-12);
    }
    assert!(with_many_bins > 50, "{with_many_bins}");
}

trait MaxByValue {
    fn max_by_value(self, other: Self) -> Self;
}

impl MaxByValue for Option<f64> {
    fn max_by_value(self, other: Self) -> Self {
        match (self, other) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        }
    }
}

#[test]
fn cells_without_an_order_are_joined_by_event_rate() {
    let cell = |events| Tally { rows: 100, events };
    let cells = [
        cell(30),
        cell(2),
        cell(31),
        cell(3),
        cell(12),
        Tally::default(),
    ];
    let rules = Rules {
        bins: 3,
        share: 0.05,
        cases: 1,
    };
    let bins = join(&cells, 500, &rules, Trend::Unordered);
    assert_eq!(bins[..5], [2, 0, 2, 0, 1]);
    assert!(bins[5] < 3, "a category without rows is in some bin");
}

#[test]
fn what_cannot_be_binned_is_one_bin() {
    let rules = Rules {
        bins: 6,
        share: 0.05,
        cases: 5,
    };
    let good = Tally {
        rows: 100,
        events: 0,
    };
    let few = Tally {
        rows: 100,
        events: 4,
    };
    for trend in [
        Trend::Rising,
        Trend::Falling,
        Trend::Monotone,
        Trend::Unordered,
    ] {
        assert_eq!(join(&[], 10, &rules, trend), [0usize; 0]);
        assert_eq!(join(&[good; 4], 400, &rules, trend), [0; 4]);
        assert_eq!(join(&[few], 100, &rules, trend), [0]);
        assert_eq!(join(&[Tally::default(); 3], 0, &rules, trend), [0; 3]);
        let none = Rules { bins: 0, ..rules };
        assert_eq!(join(&[few; 9], 900, &none, trend), [0; 9]);
    }
}

#[test]
fn bounds_cut_numbers_evenly_and_never_part_equal_ones() {
    let sorted: Vec<f32> = (0..1000).map(|n| n as f32 / 8.0).collect();
    let bounds = quantile_bounds(&sorted, 20);
    assert_eq!(bounds.len(), 19);
    for (cell, &bound) in bounds.iter().enumerate() {
        assert_eq!(
            sorted.partition_point(|&number| number < bound),
            50 * (cell + 1)
        );
    }
    // Nine in ten are 0: one cut before them, one after.
    let mut tied = vec![0.0f32; 900];
    tied.splice(..0, [-1.0; 50]);
    tied.extend([2.0; 50]);
    assert_eq!(quantile_bounds(&tied, 20), [-0.5, 1.0]);
    assert_eq!(quantile_bounds(&[3.0; 10], 20), [0.0f32; 0]);
    assert_eq!(quantile_bounds(&[], 20), [0.0f32; 0]);
    // Neighbours that no number lies between.
    let (low, high) = (1.0f32, f32::from_bits(1.0f32.to_bits() + 1));
    assert_eq!(quantile_bounds(&[low, high], 2), [high]);
}
