//! The smallest changes on a grid that flip a decision, proven smallest.
//!
//! A smaller change is one of fewer fields; of as many, the one whose steps add up to less. Points
//! are looked at in that order, many at once, so that whatever is found first has nothing smaller
//! beside it. What is found is told apart by the fields that it changes, and only if it asks for
//! less than what was found before in at least one of them.
//!
//! # Source
//! The proximity of a counterfactual as a weighted L1 distance: Wachter, Mittelstadt and Russell
//! (2018), section "Generating counterfactuals". Few fields first: Karimi, Barthe, Schölkopf and
//! Valera (2022), section 4. Looking at all points of a grid of actionable values in order of cost:
//! Ustun, Spangher and Liu (2019), section 3.

/// What may change: an axis a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    /// Of each field the steps that it may take, none of them 0: above 0 upwards, below 0
    /// downwards, the size in a unit that steps of all fields share.
    pub axes: Vec<Vec<f64>>,
}

/// A place on the grid: of each axis 0 for the value as it is, or the number of its step from 1.
pub type Point = Vec<usize>;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The points that flip the decision, the smallest change first.
    pub found: Vec<Point>,
    /// How many points were looked at.
    pub examined: u64,
    /// How many points the grid has, the one as it is left out.
    pub of: u64,
    /// Whether nothing is left that could be told: the whole grid was looked at, but for what is
    /// larger than a point found, or as many points as wanted were found. Else time was up, and all
    /// that is smaller than [`Search::reached`] was looked at.
    pub is_complete: bool,
    /// How far the search came: fields changed at once, and their steps added up.
    pub reached: (usize, f64),
}

/// How much is wanted of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The most points that are told.
    pub limit: usize,
    /// The most points that are looked at together.
    pub at_once: usize,
}

/// More points of as many fields are not put in order: the search ends before them.
const MOST_OF_A_LEVEL: u64 = 500_000;

/// A point with its distance.
struct Candidate {
    distance: f64,
    point: Point,
}

impl Grid {
    /// Counts the points, the one as it is left out; at most `u64::MAX`.
    pub fn points(&self) -> u64 {
        let all = self.axes.iter().fold(1u64, |all, steps| {
            all.saturating_mul(steps.len() as u64 + 1)
        });
        all - 1
    }

    /// The step that a point takes on an axis; 0 for the value as it is.
    pub fn step(&self, point: &[usize], axis: usize) -> f64 {
        match point[axis] {
            0 => 0.0,
            place => self.axes[axis][place - 1],
        }
    }

    /// The sizes of a point's steps, added up in the order of the axes.
    pub fn distance(&self, point: &[usize]) -> f64 {
        let sizes = (0..self.axes.len()).map(|axis| self.step(point, axis).abs());
        sizes.fold(0.0, |sum, size| sum + size)
    }

    /// Whether a point asks for all that another asks for, or more the same way.
    fn is_beyond(&self, point: &[usize], other: &[usize]) -> bool {
        (0..self.axes.len()).all(|axis| {
            let (step, least) = (self.step(point, axis), self.step(other, axis));
            least == 0.0 || (step * least > 0.0 && step.abs() >= least.abs())
        })
    }

    /// All points that change these axes and no other.
    fn points_of(&self, axes: &[usize], points: &mut Vec<Point>) {
        let mut point = vec![0; self.axes.len()];
        for &axis in axes {
            point[axis] = 1;
        }
        loop {
            points.push(point.clone());
            let open = |axis: &&usize| point[**axis] < self.axes[**axis].len();
            let Some(&next) = axes.iter().rev().find(open) else {
                return;
            };
            point[next] += 1;
            for &axis in axes.iter().filter(|axis| **axis > next) {
                point[axis] = 1;
            }
        }
    }

    /// All sets of so many axes that have steps.
    fn sets(&self, size: usize) -> Vec<Vec<usize>> {
        let open = (0..self.axes.len()).filter(|axis| !self.axes[*axis].is_empty());
        let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
        for axis in open {
            let with: Vec<Vec<usize>> = sets
                .iter()
                .filter(|set| set.len() < size)
                .map(|set| [set.as_slice(), &[axis]].concat())
                .collect();
            sets.extend(with);
        }
        sets.retain(|set| set.len() == size);
        sets
    }

    /// All points that change so many axes, the smallest change first; `None` if they are too many.
    fn level(&self, size: usize) -> Option<Vec<Candidate>> {
        let sets = self.sets(size);
        let count = sets.iter().fold(0u64, |sum, set| {
            let points = set.iter().fold(1u64, |product, axis| {
                product.saturating_mul(self.axes[*axis].len() as u64)
            });
            sum.saturating_add(points)
        });
        if count > MOST_OF_A_LEVEL {
            return None;
        }
        let mut points = Vec::new();
        for set in &sets {
            self.points_of(set, &mut points);
        }
        let mut points: Vec<Candidate> = points
            .into_iter()
            .map(|point| Candidate {
                distance: self.distance(&point),
                point,
            })
            .collect();
        points.sort_by(|a, b| {
            let nearer = a.distance.total_cmp(&b.distance);
            nearer.then_with(|| a.point.cmp(&b.point))
        });
        Some(points)
    }
}

/// Finds the smallest changes that flip a decision.
///
/// `flips` says of many points at once which flip it; `is_time_up` is asked before each such
/// question.
///
/// # Errors
/// Whatever `flips` fails with.
pub fn search<E>(
    grid: &Grid,
    wanted: Wanted,
    mut flips: impl FnMut(&[Point]) -> Result<Vec<bool>, E>,
    mut is_time_up: impl FnMut() -> bool,
) -> Result<Search, E> {
    let mut search = Search {
        found: Vec::new(),
        examined: 0,
        of: grid.points(),
        is_complete: false,
        reached: (0, 0.0),
    };
    let open = grid.axes.iter().filter(|steps| !steps.is_empty()).count();
    for size in 1..=open {
        let Some(level) = grid.level(size) else {
            return Ok(search);
        };
        let mut rest = level.as_slice();
        while !rest.is_empty() {
            let (batch, passed) = next_batch(grid, rest, &search.found, wanted.at_once);
            rest = &rest[passed..];
            if batch.is_empty() {
                continue;
            }
            if is_time_up() {
                return Ok(search);
            }
            let points: Vec<Point> = batch.iter().map(|one| one.point.clone()).collect();
            let answers = flips(&points)?;
            search.examined += points.len() as u64;
            for (one, flips) in batch.iter().zip(answers) {
                search.reached = (size, one.distance);
                if flips && is_new(grid, &one.point, &search.found) {
                    search.found.push(one.point.clone());
                    if search.found.len() >= wanted.limit {
                        search.is_complete = true;
                        return Ok(search);
                    }
                }
            }
        }
    }
    search.is_complete = true;
    Ok(search)
}

/// The next points that are worth a look, and how many were passed to find them.
fn next_batch<'a>(
    grid: &Grid,
    points: &'a [Candidate],
    found: &[Point],
    at_once: usize,
) -> (Vec<&'a Candidate>, usize) {
    let mut batch = Vec::new();
    for (place, one) in points.iter().enumerate() {
        if is_new(grid, &one.point, found) {
            batch.push(one);
        }
        if batch.len() >= at_once {
            return (batch, place + 1);
        }
    }
    (batch, points.len())
}

/// Whether a point changes another set of fields than those found, and asks for less than each of
/// them somewhere.
fn is_new(grid: &Grid, point: &[usize], found: &[Point]) -> bool {
    let is_same_set = |other: &Point| {
        let mut both = point.iter().zip(other);
        both.all(|(a, b)| (*a == 0) == (*b == 0))
    };
    let is_old = |other: &Point| is_same_set(other) || grid.is_beyond(point, other);
    !found.iter().any(is_old)
}
