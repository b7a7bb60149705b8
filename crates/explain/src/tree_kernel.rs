//! The arithmetic of tree contributions, eight numbers at a time: eight rows at each point of a rule,
//! or one row at all points of a block.
//!
//! At a point t every column is known with probability t, so each split sends a share g of what
//! reaches it to the left and 1 − g to the right. With S the expected value below a node and P the
//! weight that reaches it, a split mixes its children going up and shares itself out going down:
//!
//! S = S_right + g·(S_left − S_right),  P_left = P·g,  P_right = P − P·g.
//!
//! What the split adds to its column's contribution is c·∫ P·(S_left − S_right)·q dt:
//!
//! - where the path has not tested the column yet, g = (1 − t)·z_left, and t more where the row goes
//!   left; q = 1, and c is z_right where the row goes left, −z_left where it goes right;
//! - where it has, and the row meets what was tested, g is the same over f = t + (1 − t)·z, z being
//!   the column's above the split, and q = 1/f²; one such term is no polynomial, but those of a
//!   column's edges sum to one;
//! - where the row does not meet it, g is the cover ratio, and c = 0.
//!
//! Nothing is divided, P stays in \[0, 1\] and S between the leaves' values. Points are summed in the same
//! order whichever way they lie, so that many rows' contributions are each row's, to the bit.

// Several arrays move along the same points; plain indices are clearer than nested zips.
#![allow(clippy::needless_range_loop)]

use crate::lanes::{Job, LANES, Lanes, Mask};
use crate::quadrature::{Block, MOST_POINTS};
use crate::tree_layout::{Forest, Split, Tree};

/// Adds the contributions of groups of eight rows.
pub(crate) struct ManyRows<'a> {
    /// The trees.
    pub forest: &'a Forest,
    /// Columns of a row.
    pub columns: usize,
    /// Encoded values, `(n_groups, n_columns)`, eight rows' each.
    pub values: &'a [[f32; LANES]],
    /// Where contributions are added, `(n_groups, n_columns)`, eight rows' each.
    pub contributions: &'a mut [[f64; LANES]],
}

/// Adds the contributions of one row.
pub(crate) struct OneRow<'a> {
    /// The trees.
    pub forest: &'a Forest,
    /// Encoded values, `(n_columns)`.
    pub values: &'a [f32],
    /// Where contributions are added, `(n_columns)`.
    pub contributions: &'a mut [f64],
}

/// Which way rows go in one tree, by split, a bit a lane.
pub(crate) struct Ways {
    /// Whether they go left.
    pub left: Vec<Mask>,
    /// Whether they meet all conditions above on the split's own column.
    pub met: Vec<Mask>,
}

/// Room for what a walk through one tree keeps.
pub(crate) struct Room<V> {
    through: Vec<V>,
    gap: Vec<V>,
    share: Vec<V>,
}

/// What a walk through one tree keeps, at `N` vectors of points for each split.
pub(crate) struct Kept<'a, V, const N: usize> {
    /// S going up, then P going down; of splits, then of leaves.
    pub through: &'a mut [[V; N]],
    /// S_left − S_right.
    pub gap: &'a mut [[V; N]],
    /// g.
    pub share: &'a mut [[V; N]],
}

impl Job for ManyRows<'_> {
    #[inline(always)]
    fn run<V: Lanes>(self) {
        let forest = self.forest;
        let mut ways = Ways::new(forest);
        let mut room = Room::<V>::new(forest, MOST_POINTS);
        for tree in &forest.trees {
            let groups = self.values.chunks_exact(self.columns);
            let contributions = self.contributions.chunks_exact_mut(self.columns);
            let splits = forest.splits_of(tree);
            for (values, contributions) in groups.zip(contributions) {
                for (at, split) in splits.iter().enumerate() {
                    let values = &values[split.column as usize];
                    ways.left[at] = V::below(values, split.threshold, split.missing_goes_left);
                }
                ways.meet(splits);
                let lanes = RowsInLanes { contributions };
                match forest.rules[tree.rule].points {
                    1 => add_tree(forest, tree, &ways, lanes, room.keep::<1>()),
                    2 => add_tree(forest, tree, &ways, lanes, room.keep::<2>()),
                    3 => add_tree(forest, tree, &ways, lanes, room.keep::<3>()),
                    4 => add_tree(forest, tree, &ways, lanes, room.keep::<4>()),
                    5 => add_tree(forest, tree, &ways, lanes, room.keep::<5>()),
                    6 => add_tree(forest, tree, &ways, lanes, room.keep::<6>()),
                    7 => add_tree(forest, tree, &ways, lanes, room.keep::<7>()),
                    _ => add_tree(forest, tree, &ways, lanes, room.keep::<MOST_POINTS>()),
                }
            }
        }
    }
}

impl Job for OneRow<'_> {
    #[inline(always)]
    fn run<V: Lanes>(self) {
        let forest = self.forest;
        let mut ways = Ways::new(forest);
        let mut room = Room::<V>::new(forest, 1);
        for tree in &forest.trees {
            ways.follow(forest.splits_of(tree), self.values);
            let contributions = &mut *self.contributions;
            let lanes = PointsInLanes { contributions };
            add_tree(forest, tree, &ways, lanes, room.keep::<1>());
        }
    }
}

/// What lies in the lanes of a vector, and where contributions are added.
pub(crate) trait Arrangement<V, const N: usize> {
    /// Gives a block's numbers as vectors.
    fn spread(numbers: &[f64; MOST_POINTS]) -> [V; N];
    /// Adds to a column what a split gives: the sum over points, once `side` is known.
    fn add(&mut self, split: &Split, left: Mask, met: Mask, products: [V; N]);
}

/// Eight rows, at `N` points.
struct RowsInLanes<'a> {
    contributions: &'a mut [[f64; LANES]],
}

/// One row, at all points of a block.
pub(crate) struct PointsInLanes<'a> {
    contributions: &'a mut [f64],
}

impl<V: Lanes, const N: usize> Arrangement<V, N> for RowsInLanes<'_> {
    #[inline(always)]
    fn spread(numbers: &[f64; MOST_POINTS]) -> [V; N] {
        let mut lanes = [V::splat(numbers[0]); N];
        for point in 1..N {
            lanes[point] = V::splat(numbers[point]);
        }
        lanes
    }

    #[inline(always)]
    fn add(&mut self, split: &Split, left: Mask, met: Mask, products: [V; N]) {
        let sum = V::choose(met, sum_of_points(products), V::splat(0.0));
        let side = V::choose(left, V::splat(split.z[1]), V::splat(-split.z[0]));
        let contribution = &mut self.contributions[split.column as usize];
        *contribution = V::from_array(*contribution)
            .plus(side.times(sum))
            .to_array();
    }
}

impl<V: Lanes> Arrangement<V, 1> for PointsInLanes<'_> {
    #[inline(always)]
    fn spread(numbers: &[f64; MOST_POINTS]) -> [V; 1] {
        [V::from_array(*numbers)]
    }

    #[inline(always)]
    fn add(&mut self, split: &Split, left: Mask, met: Mask, [products]: [V; 1]) {
        let sum = if met != 0 {
            sum_of_lanes(products)
        } else {
            0.0
        };
        let side = if left != 0 { split.z[1] } else { -split.z[0] };
        self.contributions[split.column as usize] += side * sum;
    }
}

/// Adds what one tree gives.
#[inline(always)]
fn add_tree<V: Lanes, A: Arrangement<V, N>, const N: usize>(
    forest: &Forest,
    tree: &Tree,
    ways: &Ways,
    mut lanes: A,
    mut kept: Kept<'_, V, N>,
) {
    for number in 0..forest.rules[tree.rule].blocks.len() {
        let walk = Walk::new(forest, tree, ways, number);
        walk.up::<V, A, N>(&mut kept);
        for (at, split) in walk.splits.iter().enumerate() {
            let [one, other] = split.children;
            let (weight, gap) = (kept.through[at], kept.gap[at]);
            let mut product = weight;
            for point in 0..N {
                product[point] = weight[point].times(gap[point]);
            }
            if let Some(earlier) = split.earlier {
                let inverse = A::spread(&walk.inverses[earlier.inverses as usize]);
                for point in 0..N {
                    let square = inverse[point].times(inverse[point]);
                    product[point] = product[point].times(square);
                }
            }
            lanes.add(split, ways.left[at], ways.met[at], product);
            for point in 0..N {
                let to_left = weight[point].times(kept.share[at][point]);
                kept.through[one as usize][point] = to_left;
                kept.through[other as usize][point] = weight[point].minus(to_left);
            }
        }
    }
}

/// One block of a rule in one tree.
pub(crate) struct Walk<'a> {
    pub splits: &'a [Split],
    /// Which way rows go.
    pub ways: &'a Ways,
    /// Those of this block stand where a split says.
    pub inverses: &'a [[f64; MOST_POINTS]],
    leaves: &'a [f64],
    block: &'a Block,
}

impl<'a> Walk<'a> {
    /// Begins a walk at the points of one block of the tree's rule.
    #[inline(always)]
    pub(crate) fn new(forest: &'a Forest, tree: &Tree, ways: &'a Ways, block: usize) -> Self {
        Self {
            splits: forest.splits_of(tree),
            ways,
            inverses: forest.inverses.get(block..).unwrap_or_default(),
            leaves: forest.leaves_of(tree),
            block: &forest.rules[tree.rule].blocks[block],
        }
    }

    /// Mixes children from the leaves to the root, keeps gaps and shares for the way down, and puts the
    /// weight that is to be shared out at the root.
    #[inline(always)]
    pub(crate) fn up<V: Lanes, A: Arrangement<V, N>, const N: usize>(
        &self,
        kept: &mut Kept<'_, V, N>,
    ) {
        let leaves = &mut kept.through[self.splits.len()..];
        for (leaf, &value) in leaves.iter_mut().zip(self.leaves) {
            *leaf = [V::splat(value); N];
        }
        let (t, rest) = (A::spread(&self.block.t), A::spread(&self.block.rest));
        for (at, split) in self.splits.iter().enumerate().rev() {
            let (left, z_left) = (self.ways.left[at], V::splat(split.z[0]));
            let mut share = t;
            for point in 0..N {
                let unknown = rest[point].times(z_left);
                share[point] = V::choose(left, unknown.plus(t[point]), unknown);
            }
            if let Some(earlier) = split.earlier {
                let (met, ratio) = (self.ways.met[at], V::splat(earlier.left_ratio));
                let inverse = A::spread(&self.inverses[earlier.inverses as usize]);
                for point in 0..N {
                    share[point] = V::choose(met, share[point].times(inverse[point]), ratio);
                }
            }
            let [one, other] = split.children;
            let (one, other) = (kept.through[one as usize], kept.through[other as usize]);
            let mut mixed = other;
            for point in 0..N {
                let gap = one[point].minus(other[point]);
                mixed[point] = other[point].plus(share[point].times(gap));
                kept.gap[at][point] = gap;
            }
            kept.share[at] = share;
            kept.through[at] = mixed;
        }
        kept.through[0] = A::spread(&self.block.weight);
    }
}

impl Ways {
    /// Makes room for the largest tree.
    pub(crate) fn new(forest: &Forest) -> Self {
        let splits = forest.largest_tree();
        Self {
            left: vec![0; splits],
            met: vec![0; splits],
        }
    }

    /// Follows one row, the same in all lanes.
    #[inline(always)]
    pub(crate) fn follow(&mut self, splits: &[Split], values: &[f32]) {
        for (at, split) in splits.iter().enumerate() {
            let goes_left = split.goes_left(values);
            self.left[at] = Mask::from(goes_left).wrapping_neg();
        }
        self.meet(splits);
    }

    /// Follows from which way rows go which conditions they meet.
    #[inline(always)]
    fn meet(&mut self, splits: &[Split]) {
        for (at, split) in splits.iter().enumerate() {
            self.met[at] = match split.earlier {
                None => Mask::MAX,
                Some(earlier) => {
                    let place = earlier.edge.place as usize;
                    // Where the path leaves to the right, those that go left do not meet it.
                    let flip = Mask::from(earlier.edge.side).wrapping_neg();
                    self.met[place] & (self.left[place] ^ flip)
                }
            };
        }
    }
}

impl<V: Lanes> Room<V> {
    /// Makes room for the largest tree, at so many vectors of points.
    #[inline(always)]
    pub(crate) fn new(forest: &Forest, points: usize) -> Self {
        let room = vec![V::splat(0.0); forest.largest_tree() * points];
        Self {
            through: vec![V::splat(0.0); (2 * forest.largest_tree() + 1) * points],
            gap: room.clone(),
            share: room,
        }
    }

    /// Divides the room among splits.
    #[inline(always)]
    pub(crate) fn keep<const N: usize>(&mut self) -> Kept<'_, V, N> {
        Kept {
            through: self.through.as_chunks_mut().0,
            gap: self.gap.as_chunks_mut().0,
            share: self.share.as_chunks_mut().0,
        }
    }
}

/// Adds points up: halves, quarters, eighths, as [`sum_of_lanes`] does.
#[inline(always)]
fn sum_of_points<V: Lanes, const N: usize>(mut points: [V; N]) -> V {
    for half in [4, 2, 1] {
        for point in half..N.min(2 * half) {
            points[point - half] = points[point - half].plus(points[point]);
        }
    }
    points[0]
}

/// Adds lanes up in the order of [`sum_of_points`]; lanes that hold 0 change nothing.
#[inline(always)]
pub(crate) fn sum_of_lanes<V: Lanes>(lanes: V) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes.to_array();
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
