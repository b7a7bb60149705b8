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

use crate::lanes::{Job, LANES, Lanes, Mask};
use crate::quadrature::{Block, MOST_POINTS};
use crate::tree_layout::{Child, Forest, Split, Tree};

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
struct Ways {
    /// Whether they go left.
    left: Vec<Mask>,
    /// Whether they meet all conditions above on the split's own column.
    met: Vec<Mask>,
}

/// What a walk through one tree keeps, at `N` points for each split.
struct Scratch<V, const N: usize> {
    /// S going up, then P going down.
    through: Vec<[V; N]>,
    /// S_left − S_right.
    gap: Vec<[V; N]>,
    /// g.
    share: Vec<[V; N]>,
}

impl Job for ManyRows<'_> {
    #[inline(always)]
    fn run<V: Lanes>(self) {
        let largest = self.forest.largest_tree();
        let mut ways = Ways::new(largest);
        let mut room = (
            Scratch::<V, 1>::new(largest),
            Scratch::<V, 2>::new(largest),
            Scratch::<V, 3>::new(largest),
            Scratch::<V, 4>::new(largest),
            Scratch::<V, 5>::new(largest),
            Scratch::<V, 6>::new(largest),
            Scratch::<V, 7>::new(largest),
            Scratch::<V, MOST_POINTS>::new(largest),
        );
        for tree in &self.forest.trees {
            let groups = self.values.chunks_exact(self.columns);
            let contributions = self.contributions.chunks_exact_mut(self.columns);
            let splits = self.forest.splits_of(tree);
            let points = self.forest.rules[tree.rule].points;
            for (values, contributions) in groups.zip(contributions) {
                for (at, split) in splits.iter().enumerate() {
                    let values = &values[split.column as usize];
                    ways.left[at] = V::below(values, split.threshold, split.missing_goes_left);
                }
                ways.meet(splits);
                let lanes = RowsInLanes { contributions };
                let forest = self.forest;
                match points {
                    1 => add_tree(forest, tree, &ways, lanes, &mut room.0),
                    2 => add_tree(forest, tree, &ways, lanes, &mut room.1),
                    3 => add_tree(forest, tree, &ways, lanes, &mut room.2),
                    4 => add_tree(forest, tree, &ways, lanes, &mut room.3),
                    5 => add_tree(forest, tree, &ways, lanes, &mut room.4),
                    6 => add_tree(forest, tree, &ways, lanes, &mut room.5),
                    7 => add_tree(forest, tree, &ways, lanes, &mut room.6),
                    _ => add_tree(forest, tree, &ways, lanes, &mut room.7),
                }
            }
        }
    }
}

impl Job for OneRow<'_> {
    #[inline(always)]
    fn run<V: Lanes>(self) {
        let largest = self.forest.largest_tree();
        let mut ways = Ways::new(largest);
        let mut scratch = Scratch::<V, 1>::new(largest);
        for tree in &self.forest.trees {
            let splits = self.forest.splits_of(tree);
            for (at, split) in splits.iter().enumerate() {
                let value = self.values[split.column as usize];
                let missing = value.is_nan() & split.missing_goes_left;
                ways.left[at] = Mask::from((value < split.threshold) | missing).wrapping_neg();
            }
            ways.meet(splits);
            let lanes = PointsInLanes {
                contributions: &mut *self.contributions,
            };
            add_tree(self.forest, tree, &ways, lanes, &mut scratch);
        }
    }
}

/// What lies in the lanes of a vector, and where contributions are added.
trait Arrangement<V, const N: usize> {
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
struct PointsInLanes<'a> {
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
    scratch: &mut Scratch<V, N>,
) {
    let splits = forest.splits_of(tree);
    for (number, block) in forest.rules[tree.rule].blocks.iter().enumerate() {
        let inverses = forest.inverses.get(number..).unwrap_or_default();
        let walk = Walk {
            splits,
            ways,
            inverses,
            block,
        };
        walk.up::<V, A, N>(scratch);
        walk.down(scratch, &mut lanes);
    }
}

/// One block of a rule in one tree.
struct Walk<'a> {
    splits: &'a [Split],
    ways: &'a Ways,
    /// Those of this block stand where a split says.
    inverses: &'a [[f64; MOST_POINTS]],
    block: &'a Block,
}

impl Walk<'_> {
    /// Mixes children from the leaves to the root; keeps gaps and shares for the way down.
    #[inline(always)]
    fn up<V: Lanes, A: Arrangement<V, N>, const N: usize>(&self, scratch: &mut Scratch<V, N>) {
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
            let one = below(split.children[0], &scratch.through);
            let other = below(split.children[1], &scratch.through);
            let mut mixed = other;
            for point in 0..N {
                let gap = one[point].minus(other[point]);
                mixed[point] = other[point].plus(share[point].times(gap));
                scratch.gap[at][point] = gap;
            }
            scratch.share[at] = share;
            scratch.through[at] = mixed;
        }
    }

    /// Shares the weight out from the root to the leaves, and adds what each split gives.
    #[inline(always)]
    fn down<V: Lanes, A: Arrangement<V, N>, const N: usize>(
        &self,
        scratch: &mut Scratch<V, N>,
        lanes: &mut A,
    ) {
        scratch.through[0] = A::spread(&self.block.weight);
        for (at, split) in self.splits.iter().enumerate() {
            let weight = scratch.through[at];
            let mut product = weight;
            for point in 0..N {
                product[point] = weight[point].times(scratch.gap[at][point]);
            }
            if let Some(earlier) = split.earlier {
                let inverse = A::spread(&self.inverses[earlier.inverses as usize]);
                for point in 0..N {
                    let square = inverse[point].times(inverse[point]);
                    product[point] = product[point].times(square);
                }
            }
            lanes.add(split, self.ways.left[at], self.ways.met[at], product);
            let [one, other] = split.children;
            let mut to_left = weight;
            for point in 0..N {
                to_left[point] = weight[point].times(scratch.share[at][point]);
            }
            if let Child::Split(place) = one {
                scratch.through[place as usize] = to_left;
            }
            if let Child::Split(place) = other {
                for point in 0..N {
                    scratch.through[place as usize][point] = weight[point].minus(to_left[point]);
                }
            }
        }
    }
}

impl Ways {
    fn new(splits: usize) -> Self {
        Self {
            left: vec![0; splits],
            met: vec![0; splits],
        }
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

impl<V: Lanes, const N: usize> Scratch<V, N> {
    #[inline(always)]
    fn new(splits: usize) -> Self {
        let points = vec![[V::splat(0.0); N]; splits];
        Self {
            through: points.clone(),
            gap: points.clone(),
            share: points,
        }
    }
}

/// Gives S of a child.
#[inline(always)]
fn below<V: Lanes, const N: usize>(child: Child, through: &[[V; N]]) -> [V; N] {
    match child {
        Child::Leaf(value) => [V::splat(value); N],
        Child::Split(place) => through[place as usize],
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
fn sum_of_lanes<V: Lanes>(lanes: V) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes.to_array();
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
