//! Exact interactions of two columns in a tree ensemble, path-dependent, for one row.
//!
//! The interaction of columns i and j is the second difference of the integral of contributions,
//!
//! I_ij = value · (o_i − z_i)·(o_j − z_j) · ∫₀¹ Π_{k≠i,j} (t·o_k + (1−t)·z_k) dt.
//!
//! So the walk down takes with it, beside the weight that reaches a split, that weight with the factor of
//! each column above replaced by its difference. A split then adds to its column's interaction with
//! each of them what it adds to its column's contribution with the weight itself.
//!
//! # Source
//! Owen, "Multilinear extensions of games", Management Science 1972; Grabisch and Roubens, "An axiomatic
//! approach to the concept of interaction among players in cooperative games", 1999.

use crate::interactions::Pairs;
use crate::lanes::{Job, Lanes};
use crate::tree_kernel::{Kept, PointsInLanes, Room, Walk, Ways, sum_of_lanes};
use crate::tree_layout::Forest;

/// Adds the interactions of one row's columns.
pub(crate) struct AddingPairs<'a, 'b> {
    /// The trees.
    pub forest: &'a Forest,
    /// Encoded values, `(n_columns)`.
    pub values: &'a [f32],
    /// What interactions are multiplied by.
    pub weight: f64,
    /// Where they are added.
    pub pairs: &'a mut Pairs<'b>,
}

/// A column above a split, with the weight that reaches the split in which the column's factor is
/// replaced by its difference.
#[derive(Clone, Copy)]
struct Differed<V> {
    column: u32,
    weight: V,
}

impl Job for AddingPairs<'_, '_> {
    #[inline(always)]
    fn run<V: Lanes>(mut self) {
        let forest = self.forest;
        let mut ways = Ways::new(forest);
        let mut room = Room::<V>::new(forest, 1);
        let mut above = vec![Vec::new(); forest.largest_tree()];
        for tree in &forest.trees {
            ways.follow(forest.splits_of(tree), self.values);
            for block in 0..forest.rules[tree.rule].blocks.len() {
                let walk = Walk::new(forest, tree, &ways, block);
                self.add_block(&walk, room.keep(), &mut above);
            }
        }
    }
}

impl AddingPairs<'_, '_> {
    #[inline(always)]
    fn add_block<V: Lanes>(
        &mut self,
        walk: &Walk<'_>,
        mut kept: Kept<'_, V, 1>,
        above: &mut [Vec<Differed<V>>],
    ) {
        walk.up::<V, PointsInLanes<'_>, 1>(&mut kept);
        above[0].clear();
        for (at, split) in walk.splits.iter().enumerate() {
            let ([weight], [gap], [share]) = (kept.through[at], kept.gap[at], kept.share[at]);
            let inverse = match split.earlier {
                Some(earlier) => V::from_array(walk.inverses[earlier.inverses as usize]),
                None => V::splat(1.0),
            };
            let (met, left) = (walk.ways.met[at] != 0, walk.ways.left[at] != 0);
            if met {
                let factor = gap.times(inverse).times(inverse);
                let side = if left { split.z[1] } else { -split.z[0] } * self.weight;
                for other in &above[at] {
                    let interaction = side * sum_of_lanes(other.weight.times(factor));
                    let columns = [split.column, other.column].map(|column| column as usize);
                    self.pairs.add(columns, interaction);
                }
            }
            // Children stand behind their parent; what lies beyond the splits is a leaf.
            let (before, behind) = above[..walk.splits.len()].split_at_mut(at + 1);
            for (side, child) in split.children.into_iter().enumerate() {
                let go = |weight: V| match side {
                    0 => weight.times(share),
                    _ => weight.minus(weight.times(share)),
                };
                kept.through[child as usize] = [go(weight)];
                let Some(below) = behind.get_mut(child as usize - at - 1) else {
                    continue;
                };
                below.clear();
                let others = before[at]
                    .iter()
                    .filter(|one| !met || one.column != split.column);
                below.extend(others.map(|one| Differed {
                    weight: go(one.weight),
                    ..*one
                }));
                if met {
                    let known = if left == (side == 0) { 1.0 } else { 0.0 };
                    let difference = inverse.times(V::splat(known - split.z[side]));
                    below.push(Differed {
                        column: split.column,
                        weight: weight.times(difference),
                    });
                }
            }
        }
    }
}
