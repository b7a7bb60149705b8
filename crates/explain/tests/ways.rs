//! Ways to a yes: what is found is the smallest there is, and what is said is so.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "each test file uses its part")]
mod lender;

use std::collections::BTreeMap;
use std::convert::Infallible;

use limpide_explain::ways::{
    Field, Follow, Grid, Point, Question, Search, Verified, Wanted, Ways, search, ways,
};
use limpide_model::{Bundle, Decision, Lang, Score, Scorer, Text, Unit};

const ALL: Wanted = Wanted {
    limit: 100,
    at_once: 7,
};

/// Numbers that look drawn at random, always the same: Steele, Lea and Flood's SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A grid of up to four axes with steps both ways.
fn drawn_grid(draw: &mut Draw) -> Grid {
    let axes = 1 + (draw.next() * 4.0) as usize;
    let axis = |draw: &mut Draw| {
        let steps = (draw.next() * 6.0) as usize;
        let mut axis: Vec<f64> = (0..steps)
            .map(|_| (draw.next() - 0.4) * 3.0)
            .filter(|step| *step != 0.0)
            .collect();
        axis.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        axis
    };
    Grid {
        axes: (0..axes).map(|_| axis(draw)).collect(),
    }
}

/// Every point of a grid, counted like a number with as many digits as axes.
fn every_point(grid: &Grid) -> Vec<Point> {
    let mut points = vec![Vec::new()];
    for axis in &grid.axes {
        points = points
            .iter()
            .flat_map(|point: &Point| {
                (0..=axis.len()).map(|step| [point.as_slice(), &[step]].concat())
            })
            .collect();
    }
    points.retain(|point| point.iter().any(|step| *step > 0));
    points
}

fn size(grid: &Grid, point: &Point) -> (usize, f64) {
    let fields = point.iter().filter(|step| **step > 0).count();
    (fields, grid.distance(point))
}

fn found(grid: &Grid, wanted: Wanted, flips: impl Fn(&Point) -> bool) -> Search {
    let all = |points: &[Point]| Ok::<_, Infallible>(points.iter().map(&flips).collect());
    search(grid, wanted, all, || false).unwrap()
}

#[test]
fn the_first_found_is_the_smallest_that_brute_force_finds() {
    let mut draw = Draw(11);
    let mut flipped = 0;
    for _ in 0..500 {
        let grid = drawn_grid(&mut draw);
        let weights: Vec<f64> = grid.axes.iter().map(|_| draw.next() - 0.3).collect();
        let (bend, least) = (draw.next(), draw.next() * 3.0);
        // Not monotone: a step further may undo the flip.
        let flips = |point: &Point| {
            let steps = (0..weights.len()).map(|axis| weights[axis] * grid.step(point, axis));
            let sum: f64 = steps.sum();
            sum - bend * sum * sum * 0.3 > least * 0.5
        };
        let smallest = every_point(&grid)
            .into_iter()
            .filter(flips)
            .map(|point| (size(&grid, &point), point))
            .min_by(|a, b| a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)));
        let search = found(&grid, ALL, flips);
        assert!(search.is_complete);
        assert_eq!(search.of, every_point(&grid).len() as u64);
        match smallest {
            None => {
                assert_eq!(search.found, Vec::<Point>::new());
                // The proof that there is none: every point was looked at.
                assert_eq!(search.examined, search.of);
            }
            Some((smallest, _)) => {
                flipped += 1;
                assert_eq!(size(&grid, &search.found[0]), smallest);
            }
        }
        // Not how many are looked at together, nor how many are wanted, changes what is found.
        let one = Wanted {
            limit: 1,
            at_once: 1000,
        };
        assert_eq!(found(&grid, one, flips).found.first(), search.found.first());
    }
    assert!(flipped > 100, "only {flipped} grids flip");
}

#[test]
fn ways_differ_in_their_fields_and_none_asks_for_all_that_another_asks_for() {
    let mut draw = Draw(5);
    let mut several = 0;
    for _ in 0..300 {
        let grid = drawn_grid(&mut draw);
        let flips = |point: &Point| grid.distance(point) > 1.0;
        let search = found(&grid, ALL, flips);
        several += usize::from(search.found.len() > 1);
        for (place, way) in search.found.iter().enumerate() {
            assert!(flips(way));
            for other in &search.found[..place] {
                assert!(size(&grid, other) <= size(&grid, way));
                let fields = |way: &Point| way.iter().map(|step| *step > 0).collect::<Vec<_>>();
                assert_ne!(fields(way), fields(other));
                let asks_more = |axis| {
                    let (step, least) = (grid.step(way, axis), grid.step(other, axis));
                    least == 0.0 || (step * least > 0.0 && step.abs() >= least.abs())
                };
                assert!(!(0..grid.axes.len()).all(asks_more), "{way:?} {other:?}");
            }
        }
    }
    assert!(several > 50, "only {several} grids have several ways");
}

#[test]
fn time_that_is_up_leaves_what_was_looked_at_and_says_how_far_that_is() {
    let grid = Grid {
        axes: vec![vec![1.0, 2.0, 3.0], vec![0.5, 1.5]],
    };
    let mut asked = 0;
    let wanted = Wanted {
        limit: 4,
        at_once: 3,
    };
    let nothing = |points: &[Point]| Ok::<_, Infallible>(vec![false; points.len()]);
    let search = search(&grid, wanted, nothing, || {
        asked += 1;
        asked > 2
    })
    .unwrap();
    assert!(!search.is_complete);
    assert_eq!((search.examined, search.of), (5, 11));
    assert_eq!(search.reached, (1, 3.0));
    let none = Grid {
        axes: vec![vec![], vec![]],
    };
    let search = found(&none, ALL, |_| true);
    assert!(search.is_complete);
    assert_eq!((search.of, search.found.len()), (0, 0));
}

fn text(fr: &str, en: &str) -> Text {
    Text {
        fr: fr.into(),
        en: en.into(),
    }
}

fn fields() -> Vec<Field> {
    let words = |fr: &str, en: &str| text(fr, en);
    vec![
        Field {
            name: "amount".into(),
            label: text("le montant du prêt", "loan amount"),
            words: words(
                "demander {after} au lieu de {before}",
                "ask for {after} instead of {before}",
            ),
            unit: Unit::Money,
            now: Some(15_000.0),
            values: 10,
        },
        Field {
            name: "term".into(),
            label: text("la durée du prêt", "loan term"),
            words: words(
                "rembourser en {after} au lieu de {before}",
                "repay over {after} instead of {before}",
            ),
            unit: Unit::Months,
            now: Some(24.0),
            values: 6,
        },
        Field {
            name: "paper".into(),
            label: text("la pièce 3", "document 3"),
            words: words("fournir la pièce 3", "hand in document 3"),
            unit: Unit::Flag,
            now: Some(0.0),
            values: 1,
        },
    ]
}

fn lender() -> Bundle {
    let mut bundle = lender::bundle(Scorer::Dummy { log_odds: 0.0 });
    bundle.currency = "€".into();
    bundle.policy.review[0] = 0.12;
    bundle
}

fn score(probability: f64) -> Score {
    Score {
        margin: 0.0,
        probability,
        interval: [probability; 2],
        decision: match probability < 0.12 {
            true => Decision::Granted,
            false => Decision::Refused,
        },
        threshold: 0.12,
        distance: probability - 0.12,
    }
}

fn verified(probability: f64) -> Vec<Verified> {
    let instalment = Follow {
        label: text("la mensualité", "instalment"),
        unit: Unit::Money,
        before: 700.0,
        after: 560.0,
    };
    vec![
        Verified {
            changes: vec![(0, 12_000.0)],
            follows: vec![instalment],
            edits: BTreeMap::from([("AMOUNT".into(), 12_000.0)]),
            distance: 0.2,
            score: score(probability),
        },
        Verified {
            changes: vec![(0, 14_250.0), (1, 36.0), (2, 1.0)],
            follows: Vec::new(),
            edits: BTreeMap::from([("AMOUNT".into(), 14_250.0)]),
            distance: 0.4,
            score: score(0.1199),
        },
    ]
}

fn said(search: Option<&Search>, verified: &[Verified], before: f64, lang: Lang) -> Ways {
    let (bundle, fields, score) = (lender(), fields(), score(before));
    let question = Question {
        bundle: &bundle,
        score: &score,
        fields: &fields,
        search,
        lang,
    };
    ways(question, verified).unwrap()
}

#[test]
fn what_is_said_reads_like_a_person_s_words() {
    let mut search = Search {
        found: Vec::new(),
        examined: 400,
        of: 1_847,
        is_complete: true,
        reached: (2, 0.4),
    };
    let mut lines = Vec::new();
    for lang in [Lang::Fr, Lang::En] {
        search.is_complete = true;
        let both = said(Some(&search), &verified(0.11), 0.142, lang);
        lines.push(both.summary);
        for way in both.ways {
            lines.push(way.sentence);
            lines.push(way.consequence);
        }
        lines.push(both.note);
        lines.push(said(Some(&search), &verified(0.11)[..1], 0.142, lang).summary);
        lines.push(said(Some(&search), &[], 0.142, lang).summary);
        search.is_complete = false;
        lines.push(said(Some(&search), &verified(0.11), 0.142, lang).summary);
        lines.push(said(Some(&search), &[], 0.142, lang).summary);
        lines.push(said(None, &[], 0.05, lang).summary);
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_way_that_is_not_granted_when_scored_afresh_is_never_shown() {
    let (bundle, fields, before) = (lender(), fields(), score(0.142));
    let question = Question {
        bundle: &bundle,
        score: &before,
        fields: &fields,
        search: None,
        lang: Lang::En,
    };
    let refused = ways(question, &verified(0.13)).unwrap_err().to_string();
    assert!(
        refused.contains("is not granted when it is scored afresh"),
        "{refused}"
    );
    assert!(refused.contains("0.13"), "{refused}");
}
